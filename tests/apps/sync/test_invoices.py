"""A till's invoice in the books: posted, paid in parts by its source, and taken back."""

from __future__ import annotations

import pytest

from tests.apps.sync.tills import KEY, invoice_till


@pytest.fixture
def till(bare, tmp_path):
    with invoice_till(bare, tmp_path) as found:
        yield found


def test_an_invoice_is_posted_once_and_its_payments_are_added(till) -> None:
    run = till.sync()
    assert till.world.proofs_hold(run), run.proofs
    assert (str(till.invoice()["Balance"]), till.invoice()["TxnDate"]) == ("107.75", "2026-03-04")
    till.paid(4000, 9)
    second = till.sync()
    assert [row.what for row in second.actions.all()] == ["ledger-account", "ledger-account", "payment"]
    assert till.world.proofs_hold(second), second.proofs
    assert str(till.invoice()["Balance"]) == "67.75"
    till.paid(6775, 12)
    third = till.sync()
    assert [row.what for row in third.actions.all()] == ["payment"]
    assert till.invoice()["Balance"] == 0
    assert till.plan() is None
    books = till.world.trial_balance()
    assert -10000 in books.values()
    assert sum(amount for name, amount in books.items() if name.endswith("Corner shop")) == 10775
    assert till.world.json("tieout", "Corner shop")["ties"]


def test_undo_takes_payments_and_then_the_invoice(till) -> None:
    till.paid(4000, 9)
    run = till.sync()
    payment = till.world.link(kind="payment").remote_id
    undone = till.world.undo(run)
    assert (undone.state, undone.reason) == ("done", "")
    assert till.world.trial_balance() == {}
    assert payment
    assert not [*till.world.person().query_all("Invoice"), *till.world.person().query_all("Payment")]


def test_an_invoice_with_a_later_payment_stays_until_that_is_taken_back(till) -> None:
    first = till.sync()
    till.paid(4000, 9)
    second = till.sync()
    assert till.world.left(first)[KEY] == "left-changed-by-later-run"
    till.world.undo(second)
    assert till.world.undo(first).state == "done"


def test_a_lost_part_of_the_sale_changes_the_invoice_under_its_payment(till) -> None:
    till.paid(4000, 9)
    till.sync()
    till.order["line_items"][0]["gross_sales_money"] = till.account.money(12000)
    till.order["total_money"] = till.account.money(12775)
    till.order["updated_at"] = "2026-03-20T12:00:00.000Z"
    run = till.sync()
    assert [(row.kind, row.what) for row in run.actions.all()] == [("update", "invoice")]
    assert str(till.invoice()["Balance"]) == "87.75"
