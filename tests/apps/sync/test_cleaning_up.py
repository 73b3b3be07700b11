"""Books in which another app posted a month of the shop too: cleaned, proved, and taken back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from closebook.apps.sync.models import Run
from closebook.apps.sync.services.cleaning_up import cleanup_plan, doubled_look
from closebook.apps.sync.services.planning import source_records
from closebook.connectors.registry import connector
from closebook.core.commerce.records import MovementKind
from closebook.core.errors import InputError
from tests.apps.sync.test_stale import close_books

MONTH = (2026, 2)


@pytest.fixture
def doubled(synced):
    """Return the world after an app posted each sale and payout of a month once more, and its count."""
    business = connector("etsy").normalise(source_records(synced.connection))
    rows = [row for row in business.movements if (row.day.year, row.day.month) == MONTH]
    income = synced.make("Account", Name="Synder sales", AccountType="Income")
    held = synced.make("Account", Name="Synder clearing", AccountType="Bank")
    bank = synced.make("Account", Name="Synder bank", AccountType="Bank")
    item = synced.make("Item", Name="Synder item", Type="Service", IncomeAccountRef={"value": income["Id"]})
    count = 0
    for row in rows:
        amount = Decimal(abs(row.amount_minor)) / 100
        if row.kind is MovementKind.SALE:
            detail = {"ItemRef": {"value": item["Id"]}, "Qty": 1, "UnitPrice": amount}
            line = {"Amount": amount, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
            synced.make(
                "SalesReceipt", TxnDate=row.day.isoformat(), Line=[line],
                PrivateNote=f"Synder {row.order_ref}", DepositToAccountRef={"value": held["Id"]},
            )  # fmt: skip
        elif row.kind is MovementKind.PAYOUT:
            synced.make(
                "Transfer", TxnDate=row.day.isoformat(), Amount=amount, PrivateNote="Synder payout",
                FromAccountRef={"value": held["Id"]}, ToAccountRef={"value": bank["Id"]},
            )  # fmt: skip
        else:
            continue
        count += 1
    return synced, count


def test_after_the_clean_up_the_books_are_the_source_and_after_its_undo_as_before(doubled, balance):
    world, count = doubled
    twice = world.trial_balance()
    assert twice["Retained Earnings"] < balance["Retained Earnings"], "income counts twice"
    found = doubled_look(world.connection)
    assert (len(found), {one.stays for one in found}) == (count, {""})
    assert {one.by for one in found} == {"Synder"}
    run = cleanup_plan(world.connection, ["all"], "ada")
    done = world.apply(run)
    assert (done.state, done.reason, world.proofs_hold(done)) == ("done", "", True)
    assert world.trial_balance() == balance
    assert world.json("tieout", world.connection.name)["ties"]
    assert world.plan() is None
    undone = world.undo(done)
    assert (undone.state, undone.reason) == ("done", "")
    assert world.trial_balance() == twice
    assert len(doubled_look(world.connection)) == count
    assert world.plan() is None


def test_what_is_closed_reconciled_or_held_stays_and_says_why(doubled):
    world, _count = doubled
    found = [one for one in doubled_look(world.connection) if one.entity == "SalesReceipt"]
    closed = min(one.day for one in found)
    first, second, third = [one for one in found if one.day > closed][:3]
    close_books(closed)
    world.edit("SalesReceipt", third.remote_id, DepartmentRef={"value": _place(world)})
    stays = {
        one.ref: one.stays for one in doubled_look(world.connection, {(second.entity, second.remote_id)})
    }
    assert stays[first.ref] == ""
    assert "reconciled" in stays[second.ref]
    assert "undo could not" in stays[third.ref]
    assert any(f"closed until {closed}" in why for why in stays.values()), stays
    run = cleanup_plan(world.connection, [first.ref, third.ref], "ada")
    assert [row.kind for row in run.actions.all() if row.kind == "delete"] == ["delete"]
    assert len(run.warnings) == 1
    with pytest.raises(InputError):
        cleanup_plan(world.connection, [third.ref], "ada")


def _place(world) -> str:
    return world.make("Department", Name="Shop floor")["Id"]


def test_the_command_lists_and_plans(doubled):
    world, count = doubled
    name = world.connection.name
    rows = world.json("connect", "clean-up", name)["documents"]
    assert len(rows) == count
    made = world.json("connect", "clean-up", name, rows[0]["ref"])
    assert Run.objects.get(pk=made["run"]).actions.filter(kind="delete").count() == 1
