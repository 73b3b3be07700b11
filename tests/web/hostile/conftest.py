"""A company in which every page has something to show."""

from __future__ import annotations

from tests.apps.bank.conftest import shop_bank  # noqa: F401 - fixtures are found by name
