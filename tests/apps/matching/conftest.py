"""A company, and a list held against its books."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from closebook.apps.companies.models import Company
from closebook.apps.matching.models import MatchList, MatchRow
from closebook.apps.matching.services.lists import list_make
from closebook.core.matching.party import Party
from closebook.transport import clock

OURS = (
    Party("7", "Ann Hill", emails=("ann@hill.com",), phones=("555 010 0199",)),
    Party("8", "Bob Stone", emails=("bob@stone.com",)),
    Party("9", "New Person", emails=("new@person.com",)),
    Party("10", "Ann Hill:Kitchen", parent_id="7"),
)
THEIRS = (
    Party("1", "Hill, Ann", emails=("ANN@hill.com",), phones=("(555) 010-0199",)),
    Party("2", "Robert Stone", emails=("bob@stone.com",), active=False),
    Party("3", "Somebody Else"),
)


@pytest.fixture
def company(db) -> Company:
    return Company.objects.create(name="Mine", realm_id="1", home_currency="USD", created_at=clock.now())


@pytest.fixture
def held(company) -> MatchList:
    return list_make(company, "ada", OURS, THEIRS, kind="customer", source="ProjX360")


@pytest.fixture
def row(held) -> Callable[[str], MatchRow]:
    return lambda source_id: held.rows.get(source_id=source_id)
