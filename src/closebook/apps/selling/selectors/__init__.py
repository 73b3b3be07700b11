"""Reading what selling remembers."""
