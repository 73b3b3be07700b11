"""Pulls from a simulated account over real HTTP: everything arrives once, whatever the service does."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest

from closebook.connectors.square import feeds
from closebook.connectors.square.service import VERSION
from closebook.core.commerce.records import MovementKind
from closebook.core.errors import LoginError, RejectedError, RetryError
from closebook.core.planning.posting import documents_of
from closebook.core.planning.tieout import month_totals, tie_out
from tests.connectors.square.pulls import FIRST, PROFILE, puller
from tests.fakes.square.world import World

LATER = dt.date(2027, 1, 15)


def _world(seed: int = 7, **more) -> World:
    more.setdefault("days", 12)
    more.setdefault("per_day", 3)
    return World(seed, FIRST, **more)


def _seed() -> int:
    seed = random.randrange(10**6)
    print("seed", seed)
    return seed


def test_a_whole_account_arrives_and_proves_itself() -> None:
    world = _world(_seed(), days=40)
    with puller(world) as one:
        assert one.pull() > 100
        business = one.business()
    facts = world.facts
    sales = business.sales()
    assert sum(sale.items_minor for sale in sales) == facts["goods"]
    assert sum(sale.tip_minor for sale in sales) == facts["tips"]
    assert sum(sale.service_minor for sale in sales) == facts["service"]
    assert sum(back.total_minor for back in business.returns) == facts["refunded"]
    fees = sum(move.amount_minor for move in business.movements if move.kind is MovementKind.FEE)
    assert fees == -facts["fees"] + facts["SUBSCRIPTION_FEE"]
    desired = documents_of(business, PROFILE, LATER)
    assert not desired.holds, [hold.message for hold in desired.holds]
    tied = tie_out(business, PROFILE, month_totals(desired.documents), LATER)
    assert tied.ties, [row for row in tied.rows if row.difference_minor]
    assert all(not one.short_minor for one in tied.settlements)
    assert len({one.number for one in desired.documents}) == len(desired.documents)


def test_a_second_pull_brings_nothing_new_and_a_changed_account_only_what_changed() -> None:
    world = _world()
    with puller(world) as one:
        one.pull()
        before = len(one.square.calls)
        assert one.pull() == 0
        assert len(one.square.calls) - before < before / 2
        world.days += 1
        world._day(dt.date(2026, 12, 30), 99)
        assert 0 < one.pull() < 60


def test_short_pages_429_and_failures_change_nothing() -> None:
    seed = _seed()
    with puller(_world(seed)) as calm, puller(_world(seed), faults=0.25, seed=seed) as rough:
        calm.pull()
        rough.pull()
        assert rough.records == calm.records
        assert rough.naps
        assert rough.square.versions == {VERSION}


def test_pitfall_30_a_fee_that_comes_later_is_read_again() -> None:
    world = _world(days=1)
    world.now = max(dt.datetime.fromisoformat(one["created_at"]) for one in world.payments.values())
    world.now += dt.timedelta(minutes=1)
    with puller(world) as one:
        one.pull()
        assert one.state["without_fee"]
        assert any("no fee yet" in note for note in one.business().notes)
        world.now += dt.timedelta(days=5)
        assert one.pull() > 0
        assert not one.state["without_fee"]
        fees = [move for move in one.business().movements if move.kind is MovementKind.FEE]
        assert -sum(move.amount_minor for move in fees) == world.facts["fees"]


def test_orders_that_the_search_does_not_know_yet_are_fetched_by_id() -> None:
    world = _world()
    with puller(world) as one:
        one.square.invisible_orders = set(list(world.orders)[:5])
        one.pull()
        keys = {key for stream, key in one.records if stream == feeds.ORDERS}
        assert one.square.invisible_orders <= keys


def test_all_locations_are_read_not_only_the_main_one() -> None:
    with puller(_world()) as one:
        one.pull()
        assert {sale.location for sale in one.business().sales()} == {"Harbour Street", "Sunset Pier"}


def test_years_are_read_in_windows() -> None:
    world = World(3, dt.date(2024, 1, 10), days=3, per_day=2)
    with puller(world) as one:
        one.pull(first_day=dt.date(2023, 6, 1))
        assert len(one.business().sales()) == 12


def test_pitfall_27_the_day_is_the_one_of_the_location() -> None:
    world = _world(days=1, per_day=1, odd=False)
    first = next(body for body in world.payments.values() if body["location_id"] == "LSUNSET")
    first["created_at"] = "2026-03-02T05:30:00.000Z"
    with puller(world) as one:
        one.pull()
        sale = one.business().orders[first["order_id"]]
        assert sale.day == dt.date(2026, 3, 1)


def test_a_token_that_ends_is_refreshed_once() -> None:
    with puller(_world()) as one:
        one.square.token = "token-2"
        one.tokens.fresh = "token-2"
        one.pull()
        assert one.tokens.refreshes == 1


def test_a_token_that_is_gone_asks_for_a_person() -> None:
    with puller(_world()) as one:
        one.square.token = "other"
        with pytest.raises(LoginError):
            one.pull()
        assert one.state == {}


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (403, "INSUFFICIENT_SCOPES", LoginError),
        (400, "BAD_REQUEST", RejectedError),
        (503, "DOWN", RetryError),
    ],
)
def test_refusals_are_told_apart(status: int, code: str, error: type[Exception]) -> None:
    with puller(_world()) as one:
        one.square.scripted = [(status, {"errors": [{"code": code, "detail": "why"}]}, {})] * 6
        with pytest.raises(error, match=code):
            one.pull()


def test_a_pull_that_breaks_off_is_begun_again() -> None:
    with puller(_world()) as one:
        one.square.scripted = [(200, {"locations": one.square.world.locations()}, {})]
        one.square.scripted += [(500, {}, {})] * 6
        with pytest.raises(RetryError):
            one.pull()
        assert one.state == {}
        one.pull()
        assert one.state["until"]


def test_a_half_answer_is_asked_again() -> None:
    with puller(_world()) as one:
        one.square.scripted = [(200, ["not", "an", "object"], {})]  # type: ignore[list-item]
        one.pull()
        assert one.naps


def test_an_authorisation_is_no_sale() -> None:
    world = _world(days=1)
    first = next(iter(world.payments.values()))
    first["status"] = "APPROVED"
    with puller(world) as one:
        one.pull()
        keys = {key for sale in one.business().sales() for key in sale.source_keys}
        assert first["id"] not in keys


def test_files_and_service_together_tell_each_payment_once(tmp_path) -> None:
    from tests.connectors.square.rows import read, row, transactions

    world = _world(days=2)
    known = next(iter(world.payments.values()))
    path = transactions(
        tmp_path,
        row(Payment_ID=known["id"], Transaction_ID="x"),
        row(Payment_ID="OLD1", Transaction_ID="OLD"),
    )
    with puller(world) as one:
        one.pull()
        before = len(one.business().sales())
        for record in read(path)[0]:
            one.records[record.stream, record.source_key] = record
        sales = {sale.order_ref for sale in one.business().sales()}
        assert len(sales) == before + 1
        assert "OLD" in sales


def test_the_cut_off_leaves_out_what_lies_before() -> None:
    world = _world()
    with puller(world) as one:
        one.pull()
        chosen = replace(PROFILE, since=FIRST + dt.timedelta(days=6))
        documents = documents_of(one.business(), chosen, LATER).documents
        assert min(one.day for one in documents) >= chosen.since
