"""Changing what selling remembers."""
