"""Changing: files in, lines answered, rules kept, statements closed."""
