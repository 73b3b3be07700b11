"""The desk in the books: vendor, time, bill, payment and fee, each once, the same numbers, and taken back."""

from __future__ import annotations

import datetime as dt
import random
import time
from contextlib import suppress

import pytest

from closebook.apps.bank.models import BankLine
from closebook.apps.bank.selectors.suggestions import suggestions
from closebook.apps.bank.services.bank_accounts import bank_account_make
from closebook.apps.bank.services.importing import file_import, upload_keep, upload_read
from closebook.apps.companies.models import Company, Membership, Person, Role
from closebook.apps.sync.services.access import books_client
from closebook.apps.workforce.models import (
    Application,
    Bill,
    BookRun,
    Candidate,
    Link,
    Posting,
    TimesheetLine,
    Trial,
)
from closebook.apps.workforce.services import booking
from closebook.apps.workforce.services.bills import trial_bill
from closebook.apps.workforce.services.pay_bank import run_from_bank
from closebook.apps.workforce.services.pay_files import run_file
from closebook.apps.workforce.services.payees import account_save
from closebook.apps.workforce.services.paying import hash_of, line_report, run_approve, run_make
from closebook.apps.workforce.services.sheets import line_correct
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.wire import decimal_of
from closebook.core.errors import ConflictError, InputError, UnknownOutcomeError
from closebook.core.workforce.pay_lines import LineState
from closebook.transport import clock
from tests.apps.bank.conftest import csv_of
from tests.apps.workforce.pay_rooms import PAY_ON, bill_of, with_accounts

ENTITIES = ("Vendor", "TimeActivity", "Bill", "BillPayment", "Purchase")


class Desk:
    def __init__(self):
        self.company = Company.objects.get()
        self.person = Person.objects.create(username="ann", first_name="Ann", last_name="Quill")
        Membership.objects.create(person=self.person, company=self.company, role=Role.ASSISTANT)
        with_accounts(self.company, self.person)
        offered = booking.accounts_offered(self.company)
        self.accounts = {use: offered[use][0][0] for use in ("expense", "bank", "fee")}
        booking.accounts_save(self.company, self.accounts, "owner")

    def paid(self, bill, fee=35):
        run = run_make(self.company, "csv", PAY_ON, {bill.pk: None}, "owner")
        run_file(run_approve(run, hash_of(run), "owner"), "owner")
        line = run.lines.get()
        line_report(line, LineState.PAID, "owner", paid_on=PAY_ON + dt.timedelta(days=1), fee_minor=fee)
        return line

    def booked(self):
        return booking.book_write(booking.book_plan(self.company, "owner"), "owner")

    def rows(self, entity):
        with books_client(self.company) as client:
            return list(client.query_all(entity))

    def counts(self):
        return [len(self.rows(entity)) for entity in ENTITIES]


@pytest.fixture
def desk(bare):
    return Desk()


def test_one_number_at_every_step_from_minutes_to_the_bank(desk):
    bill = bill_of(desk.company, desk.person, 5000, 2500)
    line = desk.paid(bill)
    run = desk.booked()
    assert (run.state, run.reason) == ("written", "")
    assert [item.kind for item in booking.items_of(run)] == [
        "vendor",
        "time",
        "time",
        "bill",
        "payment",
        "fee",
    ]
    (vendor,) = desk.rows("Vendor")
    assert vendor["DisplayName"] == "Ann Quill"
    times = desk.rows("TimeActivity")
    minutes = sum(int(each["Hours"]) * 60 + int(each["Minutes"]) for each in times)
    assert minutes == sum(each.minutes for each in bill.timesheet.lines.all()) == 120
    assert {each["BillableStatus"] for each in times} == {"NotBillable"}
    (made,) = desk.rows("Bill")
    assert (decimal_of(made["TotalAmt"]), decimal_of(made["Balance"])) == (75, 0)
    assert made["DocNumber"] == bill.number
    (payment,) = desk.rows("BillPayment")
    assert (decimal_of(payment["TotalAmt"]), payment["TxnDate"]) == (75, "2026-11-21")
    assert payment["PrivateNote"] == line.reference
    (fee,) = desk.rows("Purchase")
    assert str(decimal_of(fee["TotalAmt"])) == "0.35"
    with pytest.raises(InputError, match="hold everything"):
        booking.book_plan(desk.company, "owner")


def test_hours_over_the_companys_midnight_stand_on_both_days_of_the_books(desk):
    bill = bill_of(desk.company, desk.person, 5000, 2500)
    first, second = bill.timesheet.lines.order_by("pk")
    second.task, second.books_day = first.task, first.day + dt.timedelta(days=1)
    second.save()
    desk.booked()
    times = {
        row["TxnDate"]: int(row["Hours"]) * 60 + int(row["Minutes"]) for row in desk.rows("TimeActivity")
    }
    assert times == {first.day.isoformat(): 60, second.books_day.isoformat(): 60}
    assert minutes_in_books(desk) == 120
    with pytest.raises(InputError, match="hold everything"):
        booking.book_plan(desk.company, "owner")


def minutes_in_books(desk) -> int:
    return sum(int(each["Hours"]) * 60 + int(each["Minutes"]) for each in desk.rows("TimeActivity"))


def approved_minutes() -> int:
    return sum(TimesheetLine.objects.values_list("minutes", flat=True))


def test_corrections_bring_the_minutes_of_the_books_to_what_is_approved(desk):
    owner = Person.objects.get(username="owner")
    first = bill_of(desk.company, desk.person, 5000, 2500)
    runs = [desk.booked()]
    one, two = (line.source for line in first.lines.order_by("pk"))
    for line, minutes in ((one, 85), (two, 45), (two, 0), (one, 80)):
        line_correct(line, minutes, "It was counted wrong.", owner)
        runs.append(desk.booked())
        assert minutes_in_books(desk) == approved_minutes()
    assert approved_minutes() == 80
    for run in reversed(runs):
        assert booking.book_undo(run, "owner").state == "undone"
    assert desk.counts() == [1, 0, 0, 0, 0]
    desk.booked()
    assert minutes_in_books(desk) == 80


def test_the_minutes_of_the_books_are_the_approved_ones_after_any_corrections(desk):
    seed = time.time_ns()
    print(f"seed {seed}")
    chance, owner = random.Random(seed), Person.objects.get(username="owner")
    for _ in range(2):
        bill_of(desk.company, desk.person, *[chance.randrange(1, 9999) for _ in range(2)])
    heads = list(TimesheetLine.objects.order_by("pk"))
    for _ in range(8):
        for line in chance.sample(heads, chance.randrange(3)):
            with suppress(InputError):
                line_correct(line, chance.randrange(200), "Counted anew.", owner)
        runs = list(BookRun.objects.filter(state="written").order_by("pk"))
        with suppress(InputError):
            desk.booked()
            assert minutes_in_books(desk) == approved_minutes()
        if runs and chance.random() < 0.3:
            with suppress(ConflictError):
                booking.book_undo(chance.choice(runs), "owner")
            with suppress(InputError):
                desk.booked()
        assert minutes_in_books(desk) == approved_minutes()
        links = Link.objects.filter(kind="time").values_list("foreign_id", flat=True)
        assert {each["Id"] for each in desk.rows("TimeActivity")} == set(links)


def test_a_lost_reply_writes_nothing_twice_and_the_run_goes_on(desk, monkeypatch):
    desk.paid(bill_of(desk.company, desk.person, 5000))
    plan, real, calls = booking.book_plan(desk.company, "owner"), QuickBooksClient.create, []

    def lossy(self, entity, payload, request_id, **more):
        found = real(self, entity, payload, request_id, **more)
        calls.append(entity)
        if len(calls) % 2:
            raise UnknownOutcomeError("reply-lost", "The reply was lost.")
        return found

    monkeypatch.setattr(QuickBooksClient, "create", lossy)
    for _ in range(12):
        run = booking.book_write(plan, "owner")
        if run.state == "written":
            break
        assert "lost" in run.reason
        with pytest.raises(ConflictError):
            booking.book_plan(desk.company, "owner")
    assert run.state == "written"
    assert desk.counts() == [1, 1, 1, 1, 1]


def test_a_run_is_undone_and_written_again(desk):
    bill = bill_of(desk.company, desk.person, 5000)
    first = desk.booked()
    assert Bill.objects.get(pk=bill.pk).state == "posted"
    desk.paid(bill)
    second = desk.booked()
    with pytest.raises(ConflictError, match="written later"):
        booking.book_undo(first, "owner")
    assert booking.book_undo(second, "owner").state == "undone"
    assert booking.book_undo(first, "owner").state == "undone"
    assert desk.counts() == [1, 0, 0, 0, 0]
    with pytest.raises(ConflictError):
        booking.book_undo(first, "owner")
    desk.booked()
    assert desk.counts() == [1, 1, 1, 1, 1]


def test_what_a_person_changed_stays_and_is_named(desk):
    bill_of(desk.company, desk.person, 5000)
    run = desk.booked()
    (made,) = desk.rows("Bill")
    with books_client(desk.company) as client:
        changed = {"Id": made["Id"], "SyncToken": made["SyncToken"], "TxnDate": "2026-11-09"}
        client.update(
            "Bill", {**changed, "VendorRef": made["VendorRef"], "Line": made["Line"]}, "by-a-person"
        )
    run = booking.book_undo(run, "owner")
    assert "Ann Quill B1" in run.reason
    assert desk.counts() == [1, 0, 1, 0, 0]


def test_a_payment_that_came_back_is_taken_out_by_the_next_run(desk):
    bill = bill_of(desk.company, desk.person, 5000)
    line = desk.paid(bill, fee=0)
    desk.booked()
    line_report(line, LineState.RETURNED, "bank")
    assert Bill.objects.get(pk=bill.pk).state == "posted"
    run = desk.booked()
    assert [(item.kind, item.action) for item in booking.items_of(run)] == [("payment", "delete")]
    assert desk.counts() == [1, 1, 1, 0, 0]
    desk.paid(bill)
    desk.booked()
    assert desk.counts() == [1, 1, 1, 1, 1]


def test_a_vendor_of_the_same_name_is_taken_and_a_plan_that_does_not_fit_is_refused(desk):
    with books_client(desk.company) as client:
        client.create("Vendor", {"DisplayName": "Ann Quill"}, "somebody")
    bill = bill_of(desk.company, desk.person, 5000)
    plan = booking.book_plan(desk.company, "owner")
    bill_of(desk.company, desk.person, 6000)
    with pytest.raises(ConflictError, match="changed since"):
        booking.book_write(plan, "owner")
    booking.book_drop(plan)
    desk.booked()
    assert len(desk.rows("Vendor")) == 1
    assert {decimal_of(each["TotalAmt"]) for each in desk.rows("Bill")} == {50, 60}
    assert Link.objects.filter(kind="bill", number=bill.pk).count() == 1
    assert BookRun.objects.filter(state="dropped").count() == 1


def test_the_bank_line_proves_the_payment_and_is_matched_by_its_record(desk):
    run = run_make(desk.company, "csv", PAY_ON, {bill_of(desk.company, desk.person, 5000).pk: None}, "owner")
    run_file(run_approve(run, hash_of(run), "owner"), "owner")
    line = run.lines.get()
    account = bank_account_make(desk.company, "Checking", desk.accounts["bank"], "", "owner")
    rows = csv_of(("2026-11-21", f"Ann Quill {line.reference}", "-50.00"))
    found = upload_read(upload_keep(desk.company, "november.csv", rows))
    file_import(desk.company, found, [account] * len(found.statements), "owner")
    assert run_from_bank(run) == 1
    line.refresh_from_db()
    assert (line.state, line.paid_on) == ("paid", dt.date(2026, 11, 21))
    desk.booked()
    bank_line = BankLine.objects.select_related("bank_account__company").get()
    (offered,) = suggestions(account, [bank_line])[bank_line.pk]
    assert (offered.kind, offered.record.entity, offered.record.amount_minor) == (
        "match",
        "BillPayment",
        -5000,
    )
    assert offered.certain


def test_a_paid_trial_is_in_the_books_like_other_bills(desk):
    common = {"company": desk.company, "made_at": clock.now()}
    posting = Posting.objects.create(
        token="t", title="Mail", kind="email", description="x", done_means="x", hours_week=4, low_minor=1,
        high_minor=2, currency="USD", **common,
    )  # fmt: skip
    ben = Candidate.objects.create(name="Ben Ash", **common)
    sent = Application.objects.create(posting=posting, candidate=ben, state="trial", **common)
    trial = Trial.objects.create(
        application=sent, task="x", price_minor=4000, currency="USD", code="A", state="scored", **common
    )
    bill = trial_bill(trial, Person.objects.get(username="owner"), "owner")
    account_save(bill.payee, "csv", {"hint": "123"}, "Ben")
    desk.paid(bill, fee=0)
    trial.refresh_from_db()
    assert trial.state == "paid"
    run = desk.booked()
    (made,) = desk.rows("Bill")
    assert (made["VendorRef"]["name"], decimal_of(made["TotalAmt"]), decimal_of(made["Balance"])) == (
        "Ben Ash", 40, 0,
    )  # fmt: skip
    assert desk.counts() == [1, 0, 1, 1, 0]
    with pytest.raises(ConflictError):
        trial_bill(trial, None, "owner")
    booking.book_undo(run, "owner")
    assert desk.counts() == [1, 0, 0, 0, 0]


def test_a_bill_in_another_currency_waits_and_holds_nothing_up(desk):
    bill_of(desk.company, desk.person, 5000, currency="EUR")
    with pytest.raises(InputError, match="hold everything"):
        booking.book_plan(desk.company, "owner")
    bill_of(desk.company, desk.person, 6000)
    assert desk.booked().state == "written"
    assert [decimal_of(each["TotalAmt"]) for each in desk.rows("Bill")] == [60]


def test_without_ledger_accounts_it_says_what_to_do(desk):
    booking.accounts_save(desk.company, {**desk.accounts, "fee": ""}, "owner")
    with pytest.raises(InputError, match="not chosen"):
        booking.book_plan(desk.company, "owner")
