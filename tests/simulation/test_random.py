"""Random schedules: the same seeds on every commit, some fresh ones, and all that ever found something."""

from __future__ import annotations

import os
import random

import pytest

from tests.simulation.corpus import CORPUS
from tests.simulation.run import run_range
from tests.simulation.schedule import run_seed

SEED = os.environ.get("SEED")


def fresh_seed() -> int:
    """Return the seed asked for, else a new one; drawn within the test, since parallel workers collect
    alike.
    """
    return int(SEED) if SEED else random.SystemRandom().randrange(10**9)


@pytest.mark.parametrize("known", [0, 150, 300, None])
def test_every_invariant_holds_on_150_schedules(known: int | None) -> None:
    first = fresh_seed() if known is None else known
    print(f"first seed {first}")
    total = run_range((first, first + 150))
    assert total.violations == [], "replay with SEED=<seed> python -m tests.simulation.run"
    assert total.checks > 10_000


@pytest.mark.parametrize("name", CORPUS)
def test_what_was_once_found_does_not_come_back(name: str) -> None:
    assert run_seed(CORPUS[name]).violation == ""
