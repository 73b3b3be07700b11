"""A signed-in owner beside a bank account."""

from __future__ import annotations

import pytest

from tests.apps.bank.conftest import Bank, bank, shop_bank  # noqa: F401 - fixtures are found by name
from tests.web.sync.conftest import Site


@pytest.fixture
def site(bank: Bank) -> Site:  # noqa: F811 - the fixture imported above
    return Site(bank.one.company)


@pytest.fixture
def shop_site(shop_bank: Bank) -> Site:  # noqa: F811 - the fixture imported above
    return Site(shop_bank.one.company)
