"""Hours that a customer pays for: billable time on one invoice, never twice, and taken out again."""

from __future__ import annotations

import datetime as dt
import random
import time
from contextlib import suppress

import pytest
from django.test import Client
from django.urls import reverse

from closebook.apps.companies.models import Person
from closebook.apps.sync.services.access import books_client
from closebook.apps.workforce.models import BookRun, CustomerRate, TimesheetLine
from closebook.apps.workforce.services import booking
from closebook.apps.workforce.services.customer_hours import customer_rate_set, customers_offered
from closebook.apps.workforce.services.sheets import line_correct
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.wire import decimal_of
from closebook.core.errors import ConflictError, InputError, UnknownOutcomeError
from tests.apps.workforce.pay_rooms import FIRST, bill_of
from tests.apps.workforce.rooms import contract_of, room, task_of
from tests.apps.workforce.test_booking import Desk
from tests.web.work.test_desk import client_of


@pytest.fixture
def desk(bare):
    made = Desk()
    with books_client(made.company) as client:
        for number, name in enumerate(("Harbour Café", "Lowell")):
            client.create("Customer", {"DisplayName": name}, f"customer-{number}")
    made.item = booking.accounts_offered(made.company)["item"][0][0]
    made.customers = {name: number for number, name in customers_offered(made.company)}
    booking.accounts_save(made.company, {**made.accounts, "item": made.item}, "owner")
    made.contract = contract_of(made.company, made.person)
    return made


def pays(desk, name, hourly, task=None, day=FIRST):
    number = desk.customers[name] if name else ""
    return customer_rate_set(desk.contract, task, (number, name), hourly, day, "owner")


def invoiced(desk):
    return {row["CustomerRef"]["name"]: str(decimal_of(row["TotalAmt"])) for row in desk.rows("Invoice")}


def states(desk):
    return sorted(row["BillableStatus"] for row in desk.rows("TimeActivity"))


def once(desk):
    """No time activity stands on two lines of invoices, and those billed are on one."""
    links = [
        link["TxnId"]
        for row in desk.rows("Invoice")
        for line in row["Line"]
        for link in line.get("LinkedTxn", [])
    ]
    billed = [row["Id"] for row in desk.rows("TimeActivity") if row["BillableStatus"] == "HasBeenBilled"]
    assert sorted(links) == sorted(billed)


def test_billable_hours_are_on_one_invoice_and_undone_cleanly(desk):
    pays(desk, "Harbour Café", 9000)
    bill_of(desk.company, desk.person, 5000, 2500, contract=desk.contract)
    run = desk.booked()
    assert (run.state, run.reason) == ("written", "")
    assert invoiced(desk) == {"Harbour Café": "180.00"}
    assert states(desk) == ["HasBeenBilled"] * 2
    assert {str(decimal_of(row["HourlyRate"])) for row in desk.rows("TimeActivity")} <= {"90", "90.00"}
    once(desk)
    with pytest.raises(InputError, match="hold everything"):
        booking.book_plan(desk.company, "owner")
    assert booking.book_undo(run, "owner").state == "undone"
    assert invoiced(desk) == {}
    assert desk.counts() == [1, 0, 0, 0, 0]
    desk.booked()
    assert invoiced(desk) == {"Harbour Café": "180.00"}
    once(desk)


def test_the_nearest_and_latest_rate_counts_and_nobody_ends_it(desk):
    bill = bill_of(desk.company, desk.person, 5000, 2500, contract=desk.contract)
    one, two = (line.source.task for line in bill.lines.order_by("pk"))
    pays(desk, "Harbour Café", 9000)
    pays(desk, "Lowell", 12000, one)
    pays(desk, "", 0, two)
    pays(desk, "Lowell", 99900, day=FIRST + dt.timedelta(days=30))
    desk.booked()
    assert invoiced(desk) == {"Lowell": "120.00"}
    assert states(desk) == ["HasBeenBilled", "NotBillable"]


def test_later_hours_are_another_invoice_and_fewer_are_named(desk):
    pays(desk, "Lowell", 6000)
    owner = Person.objects.get(username="owner")
    bill = bill_of(desk.company, desk.person, 5000, contract=desk.contract)
    line = bill.lines.get().source
    desk.booked()
    line_correct(line, 75, "A call was forgotten.", owner)
    desk.booked()
    assert sorted(str(decimal_of(row["TotalAmt"])) for row in desk.rows("Invoice")) == ["15.00", "60.00"]
    once(desk)
    line_correct(line, 30, "It was counted wrong.", owner)
    with suppress(InputError):
        desk.booked()
    assert len(desk.rows("Invoice")) == 2
    page = client_of(owner).get(reverse("pay-books", args=[desk.company.pk])).content.decode()
    assert "became fewer" in page
    assert "-0:45" in page
    for run in BookRun.objects.filter(state="written").order_by("-pk"):
        booking.book_undo(run, "owner")
    desk.booked()
    assert invoiced(desk) == {"Lowell": "30.00"}


def test_a_paid_invoice_stays_with_its_time(desk):
    pays(desk, "Lowell", 6000)
    bill_of(desk.company, desk.person, 5000, contract=desk.contract)
    run = desk.booked()
    (made,) = desk.rows("Invoice")
    paid = {
        "CustomerRef": made["CustomerRef"], "TotalAmt": 60,
        "Line": [{"Amount": 60, "LinkedTxn": [{"TxnId": made["Id"], "TxnType": "Invoice"}]}],
    }  # fmt: skip
    with books_client(desk.company) as client:
        client.create("Payment", paid, "paid")
    assert "Lowell" in booking.book_undo(run, "owner").reason
    assert (invoiced(desk), states(desk)) == ({"Lowell": "60.00"}, ["HasBeenBilled"])
    desk.booked()
    assert invoiced(desk) == {"Lowell": "60.00"}
    once(desk)


def test_nothing_is_billable_twice_through_lost_replies_corrections_and_undoing(desk, monkeypatch):
    seed = time.time_ns()
    print(f"seed {seed}")
    chance, owner = random.Random(seed), Person.objects.get(username="owner")
    real = QuickBooksClient.create

    def lossy(self, entity, payload, request_id, **more):
        found = real(self, entity, payload, request_id, **more)
        if chance.random() < 0.3:
            raise UnknownOutcomeError("reply-lost", "The reply was lost.")
        return found

    monkeypatch.setattr(QuickBooksClient, "create", lossy)
    for _ in range(8):
        pays(desk, *chance.choice([("Lowell", chance.randrange(1, 9999)), ("Harbour Café", 5000), ("", 0)]))
        if chance.random() < 0.5:
            bill_of(desk.company, desk.person, *[chance.randrange(1, 9999)] * 2, contract=desk.contract)
        for line in chance.sample(
            list(TimesheetLine.objects.filter(reason="")), TimesheetLine.objects.count() and 1
        ):
            with suppress(InputError):
                line_correct(line, chance.randrange(100), "Counted anew.", owner)
        with suppress(InputError):
            plan = booking.book_plan(desk.company, "owner")
            while booking.book_write(plan, "owner").state != "written":
                pass
        once(desk)
        runs = list(BookRun.objects.filter(state="written"))
        if runs and chance.random() < 0.4:
            with suppress(ConflictError):
                booking.book_undo(chance.choice(runs), "owner")
            once(desk)


def test_the_page_keeps_rates_and_is_for_bookkeepers_alone(desk):
    owner = client_of(Person.objects.get(username="owner"))
    task = task_of(desk.contract)
    page = reverse("customer-hours", args=[desk.company.pk, desk.contract.pk])
    assert "No customer pays" in owner.get(page).content.decode()
    good = {"customer": desk.customers["Lowell"], "hourly_minor": "90", "starts_on": "2026-11-02", "task": ""}
    for bad in (
        {"hourly_minor": ""},
        {"customer": ""},
        {"customer": "999"},
        {"task": "999"},
        {"starts_on": "x"},
    ):
        assert owner.post(page, {**good, **bad}).status_code == 400
    assert not CustomerRate.objects.exists()
    owner.post(page, {**good, "task": str(task.pk)})
    row = CustomerRate.objects.get()
    assert (row.task, row.customer_name, row.hourly_minor) == (task, "Lowell", 9000)
    assert "Lowell" in owner.get(page).content.decode()
    assert client_of(desk.person).get(page).status_code == 403
    other = room("two")
    theirs = reverse("customer-hours", args=[other.company.pk, desk.contract.pk])
    assert client_of(other.owner).get(theirs).status_code == 404
    assert Client().get(page).status_code == 302
    with pytest.raises(InputError):
        customer_rate_set(other.contract, task, (desk.customers["Lowell"], "Lowell"), 1, FIRST, "owner")


def test_without_an_item_it_says_what_to_do(desk):
    booking.accounts_save(desk.company, desk.accounts, "owner")
    pays(desk, "Lowell", 6000)
    bill_of(desk.company, desk.person, 5000, contract=desk.contract)
    with pytest.raises(InputError, match="no item"):
        booking.book_plan(desk.company, "owner")
