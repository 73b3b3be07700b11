"""Square: the files of its dashboard and its API."""

from __future__ import annotations

from closebook.connectors.square.connector import SquareConnector

SQUARE = SquareConnector()
"""The connector; it has no state."""

__all__ = ["SQUARE"]
