"""Closebook: a self-hosted back office for small sales businesses."""

__version__ = "0.1.0"
