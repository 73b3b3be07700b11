"""A signed-in owner beside a bank account."""

from __future__ import annotations

import pytest

from tests.apps.bank.conftest import (  # noqa: F401 - the fixtures of the bank tests, used here too
    Bank,
    bank,
    bare,
    bare_template,
    empty_template,
    shop_bank,
    shop_files,
    synced,
    synced_template,
)
from tests.web.sync.conftest import Site


@pytest.fixture
def site(bank: Bank) -> Site:  # noqa: F811 - the fixture imported above
    return Site(bank.one.company)


@pytest.fixture
def shop_site(shop_bank: Bank) -> Site:  # noqa: F811 - the fixture imported above
    return Site(shop_bank.one.company)
