"""A till that is fetched every day comes to the same as one that is fetched once at the end."""

from __future__ import annotations

import datetime as dt
import random

from closebook.core.planning.posting import documents_of
from closebook.core.planning.tieout import month_totals, tie_out
from tests.connectors.square.pulls import FIRST, PROFILE, puller
from tests.fakes.square.world import World

LATER = dt.date(2027, 6, 1)


def _documents(business) -> dict[str, str]:
    return {one.key: one.fingerprint() for one in documents_of(business, PROFILE, LATER).documents}


def test_fetching_day_by_day_misses_nothing_that_comes_late() -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    world, end = World(seed, FIRST, days=5, per_day=2), dt.datetime(2026, 3, 24, tzinfo=dt.UTC)
    with puller(world, faults=0.05, seed=seed) as daily:
        world.now = dt.datetime(2026, 3, 1, 18, tzinfo=dt.UTC)
        while world.now < end:
            daily.pull()
            world.now += dt.timedelta(hours=random.Random(seed).choice([20, 26, 31]))
        world.now = end
        daily.pull()
        found = _documents(daily.business())
        assert daily.pull() == 0
    with puller(world) as once:
        once.pull()
        assert _documents(once.business()) == found
    assert not documents_of(daily.business(), PROFILE, LATER).holds


def test_a_winter_proves_itself_and_its_payouts_are_what_the_bank_gets() -> None:
    world = World(2026, dt.date(2025, 11, 1), days=120, per_day=1)
    with puller(world) as one:
        one.pull(first_day=dt.date(2025, 11, 1))
        business = one.business()
    desired = documents_of(business, PROFILE, LATER)
    assert not desired.holds, desired.holds[0].message
    tied = tie_out(business, PROFILE, month_totals(desired.documents), LATER)
    assert tied.ties
    assert tied.unsettled_minor == world.unsettled_minor()
    moved = sorted(
        (one.day, one.total_minor if one.money_account.endswith("corner") else -one.total_minor)
        for one in desired.documents
        if "/payout/" in one.key
    )
    assert moved == sorted((day, amount) for day, amount, _text in world.bank_lines())


def test_the_same_seed_makes_the_same_account() -> None:
    one, two, other = (World(seed, FIRST, days=4) for seed in (3, 3, 4))
    assert one.payments == two.payments
    assert one.facts == two.facts
    assert one.payments != other.payments
