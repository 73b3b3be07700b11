"""A company in which every page has something to show."""

from __future__ import annotations

from tests.apps.bank.conftest import (  # noqa: F401 - fixtures are found by name
    bare,
    bare_template,
    empty_template,
    shop_bank,
    shop_files,
    synced,
    synced_template,
)
