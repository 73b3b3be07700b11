"""A person receives money in the books for an invoice that we posted."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from closebook.apps.companies.models import AuditEvent
from closebook.apps.sync.models import BooksAccess, BooksPayment, SourceRow
from closebook.apps.sync.services.sweeping import sweep_tick
from closebook.transport import clock
from tests.apps.sync.tills import KEY, TILL, invoice_till
from tests.web.sync.conftest import Site


@pytest.fixture
def till(bare, tmp_path):
    with invoice_till(bare, tmp_path) as found:
        found.sync()
        yield found


def received() -> list[tuple[str, int]]:
    return [(row.day.isoformat(), row.amount_minor) for row in BooksPayment.objects.order_by("day")]


def clearing(till) -> int:
    books = till.world.trial_balance()
    return sum(amount for name, amount in books.items() if name.endswith(TILL))


def looked(till, hours: int = 25) -> None:
    """Let the daily look at the books come."""
    assert sweep_tick(clock.now() + dt.timedelta(hours=hours)) == 1


def test_it_is_seen_by_the_daily_look_and_shown(till) -> None:
    payment = till.received("50.00", "2026-03-08")
    looked(till)
    assert received() == [("2026-03-08", 5000)]
    told = AuditEvent.objects.get(action="paid-in-books")
    assert json.loads(told.details)["amount"] == "50.00"
    row = SourceRow.objects.get(stream="orders")
    page = Site(till.connection.company).get(f"connections/rows/{row.pk}/")
    assert "Paid in the books on 8 Mar 2026 by 50.00 USD" in page
    till.world.edit("Payment", payment["Id"], Line=[{**payment["Line"][0], "Amount": 30}], TotalAmt=30)
    looked(till, 50)
    assert received() == [("2026-03-08", 3000)]
    till.world.delete("Payment", payment["Id"])
    BooksAccess.objects.update(compared_at=clock.now() - dt.timedelta(days=31))
    looked(till, 75)
    assert received() == []


def test_the_same_payment_is_held_with_both_facts_and_not_posted_twice(till) -> None:
    till.received("50.00", "2026-03-08")
    till.paid(5000, 9)
    assert till.plan() is None
    [hold] = till.world.holds()
    assert hold.code == "paid-in-books"
    assert "paid in the books on 2026-03-08 by 50.00" in hold.cause
    assert "a payment of 50.00 on 2026-03-09" in hold.cause
    run = till.world.retry(hold, "same-payment")
    assert [row.what for row in run.actions.all()][-1] == "transfer"
    assert till.world.proofs_hold(run), run.proofs
    assert (str(till.invoice()["Balance"]), clearing(till)) == ("57.75", 5000)
    assert till.world.trial_balance().get("Undeposited Funds", 0) == 0
    assert till.plan() is None
    assert not till.world.holds()
    till.paid(5775, 12)
    assert [row.what for row in till.sync().actions.all()] == ["payment"]
    assert (till.invoice()["Balance"], clearing(till)) == (0, 10775)
    assert till.world.json("tieout", TILL)["ties"]


def test_another_payment_is_posted_and_what_is_not_owed_is_credit(till) -> None:
    till.received("60.00", "2026-03-08")
    till.paid(6000, 9)
    assert till.plan() is None
    run = till.world.retry(till.world.holds()[0], "another-payment")
    assert run.state == "done", run.reason
    assert till.invoice()["Balance"] == 0
    payment = till.world.person().read("Payment", till.world.link(kind="payment").remote_id)
    assert str(payment["UnappliedAmt"]) == "12.25"
    assert till.plan() is None
    assert not till.world.holds()


def test_a_smaller_other_amount_is_posted_and_told(till) -> None:
    till.received("50.00", "2026-03-08")
    till.paid(2000, 9)
    run = till.sync()
    assert any("paid in the books on 2026-03-08 by 50.00" in text for text in run.warnings)
    assert str(till.invoice()["Balance"]) == "37.75"


def test_an_invoice_with_a_persons_payment_is_never_taken_back(till) -> None:
    from closebook.apps.sync.models import Run

    till.received("50.00", "2026-03-08")
    assert till.world.left(Run.objects.get())[KEY] == "left-changed-by-person"
