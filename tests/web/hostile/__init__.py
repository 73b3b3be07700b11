"""Hostile and empty input at every form."""
