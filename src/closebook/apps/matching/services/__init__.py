"""Changing: lists are matched, pairs decided, and taken back."""
