"""A company, a receiver on this machine that it may post to, and data folders for real workers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from closebook.apps.companies.models import Company
from closebook.transport import clock
from tests.transport.receiver import Receiver, receiving


@pytest.fixture
def company(db) -> Company:
    return Company.objects.create(name="One", realm_id="One", created_at=clock.now())


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.DEBUG = True
    with receiving() as made:
        yield made
