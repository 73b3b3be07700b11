"""Others post the same business: found before the first plan, which waits for a choice."""

from __future__ import annotations

import pytest

from closebook.apps.sync.models import Run
from closebook.apps.sync.services.overlapping import overlap_choose
from closebook.apps.sync.services.planning import source_records
from closebook.connectors.registry import connector
from closebook.core.commerce.records import MovementKind
from closebook.core.errors import HeldError, InputError


def sale_of(world):
    business = connector("etsy").normalise(source_records(world.connection))
    return next(row for row in business.movements if row.kind is MovementKind.SALE)


@pytest.fixture
def doubled(fresh, shop_files):
    """Return a world in which an app posted one of the shop's sales before us."""
    fresh.pull(*shop_files)
    sale = sale_of(fresh)
    income = fresh.make("Account", Name="Synder sales", AccountType="Income")
    item = fresh.make("Item", Name="Synder item", Type="Service", IncomeAccountRef={"value": income["Id"]})
    detail = {"ItemRef": {"value": item["Id"]}}
    amount = sale.amount_minor / 100
    line = {"Amount": amount, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    fresh.make(
        "SalesReceipt", TxnDate=sale.day.isoformat(), Line=[line], PrivateNote=f"Synder {sale.order_ref}"
    )
    return fresh


def test_the_first_plan_waits_and_names_the_app(doubled):
    with pytest.raises(HeldError) as caught:
        doubled.plan()
    assert caught.value.code == "foreign-postings"
    connection = doubled.connection
    assert [(poster["name"], poster["documents"]) for poster in connection.foreign_posters] == [("Synder", 1)]
    assert not Run.objects.exists()
    shown = doubled.json("connect", "overlap", connection.name)
    assert shown["state"] == "found"


def test_starting_after_them_moves_the_first_day(doubled):
    with pytest.raises(HeldError):
        doubled.plan()
    overlap_choose(doubled.connection, "start-after", "ada")
    day = sale_of(doubled).day
    assert doubled.connection.profiles.latest("number").body["since"] > day.isoformat()
    doubled.plan()


def test_posting_everything_all_the_same(doubled):
    with pytest.raises(HeldError):
        doubled.plan()
    overlap_choose(doubled.connection, "ignore", "ada")
    assert doubled.plan() is not None


def test_without_overlap_there_is_nothing_to_choose(fresh, shop_files):
    fresh.pull(*shop_files)
    assert fresh.plan() is not None
    assert fresh.connection.foreign == "clear"
    with pytest.raises(InputError):
        overlap_choose(fresh.connection, "ignore", "ada")
