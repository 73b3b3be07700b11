"""Connections, source files, runs, actions, links, holds and errors: the memory and the hands of a sync."""
