"""Etsy shops, from the files that Shop Manager offers."""

from __future__ import annotations

from closebook.connectors.etsy.connector import EtsyConnector

ETSY = EtsyConnector()

__all__ = ["ETSY", "EtsyConnector"]
