"""Payment runs through their services: accepted work only, approved as seen, paid once."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.companies.models import AuditEvent, Role
from closebook.apps.workforce.models import Bill, Payee, PaymentLine, PaymentRun, Task
from closebook.apps.workforce.selectors.paying import due_of
from closebook.apps.workforce.services.pay_files import run_file
from closebook.apps.workforce.services.payees import account_save, setting_save
from closebook.apps.workforce.services.paying import (
    hash_of,
    line_again,
    line_report,
    run_approve,
    run_cancel,
    run_make,
)
from closebook.apps.workforce.services.tax_papers import paper_keep, paper_of, paper_shown
from closebook.core.errors import ClosebookError, ConflictError, HeldError, InputError
from closebook.core.workforce.pay_lines import LineState
from tests.apps.workforce.pay_rooms import PAY_ON, SIGNED, bill_of, milestone_line, with_accounts
from tests.apps.workforce.rooms import person_in, room

pytestmark = pytest.mark.django_db(databases=["default", "books"])


@pytest.fixture
def desk():
    made = room()
    with_accounts(made.company, made.assistant)
    return made


def made_run(desk, *bills, rail="paypal", **wanted):
    return run_make(desk.company, rail, PAY_ON, {bill.pk: wanted.get("minor") for bill in bills}, "owner")


def approved(desk, *bills, **options):
    run = made_run(desk, *bills, **options)
    return run_approve(run, hash_of(run), "owner")


def state(bill):
    return Bill.objects.get(pk=bill.pk).state


def test_only_accepted_work_is_paid_unless_a_milestone_says_so(desk):
    bill = bill_of(desk.company, desk.assistant, 4000, 1000)
    Task.objects.filter(pk=bill.lines.last().source.task_id).update(state="delivered", title="The rest")
    milestone_line(bill, 3000, 500, "partly_released")
    due = due_of(bill)
    assert (due.total_minor, due.accepted_minor, due.payable_minor) == (8000, 4500, 4500)
    assert due.waits == ("The rest", "First draft")
    with pytest.raises(InputError, match="The rest is not accepted"):
        made_run(desk, bill, minor=4501)
    made_run(desk, bill, minor=4000)
    assert due_of(bill).payable_minor == 500
    for sheet in ("submitted", "reopened"):
        other = bill_of(desk.company, desk.assistant, 4000, sheet=sheet)
        assert due_of(other).payable_minor == 0
        with pytest.raises(ConflictError):
            made_run(desk, other)


def test_a_run_is_of_one_currency_that_the_rail_takes_and_of_known_accounts(desk):
    dollars, euros = (bill_of(desk.company, desk.assistant, 5000, currency=each) for each in ("USD", "EUR"))
    second = person_in(desk.company, "second", Role.ASSISTANT)
    other = room("two")
    foreign = bill_of(other.company, other.assistant, 5000)
    bare = bill_of(desk.company, second, 5000)
    for bills, rail in (
        ((dollars, euros), "csv"),
        ((dollars,), "sepa"),
        ((bare,), "paypal"),
        ((), "csv"),
        ((dollars, foreign), "csv"),
        ((dollars,), "x"),
    ):
        with pytest.raises(InputError):
            made_run(desk, *bills, rail=rail)
    assert not PaymentRun.objects.exists()
    assert state(dollars) == "ready"
    made_run(desk, bare, rail="csv")


def test_what_is_approved_is_what_was_seen_and_above_the_limit_by_two(desk):
    setting_save(desk.company, "paypal", {"client": "c"}, 4000, "owner")
    bill = bill_of(desk.company, desk.assistant, 5000)
    run = made_run(desk, bill)
    with pytest.raises(ConflictError):
        run_approve(run, "0" * 32, "owner")
    with pytest.raises(ConflictError):
        run_file(run, "owner")
    seen = hash_of(run)
    assert run_approve(run, seen, "owner").state == "building"
    with pytest.raises(InputError):
        run_approve(run, seen, "owner")
    assert run_approve(run, seen, "keeper").state == "approved"
    line = run.lines.get()
    line.account = line.account.replace("ann@", "thief@")
    line.save()
    with pytest.raises(ConflictError, match="changed"):
        run_file(run, "owner")


def test_a_change_between_two_approvals_begins_them_anew(desk):
    setting_save(desk.company, "paypal", {"client": "c"}, 4000, "owner")
    run = made_run(desk, bill_of(desk.company, desk.assistant, 5000))
    run_approve(run, hash_of(run), "owner")
    PaymentRun.objects.filter(pk=run.pk).update(pay_on=PAY_ON + dt.timedelta(days=1))
    run.refresh_from_db()
    assert run_approve(run, hash_of(run), "keeper").state == "building"
    assert run_approve(run, hash_of(run), "owner").state == "approved"


def test_work_that_is_taken_back_before_approval_is_not_paid(desk):
    bill = bill_of(desk.company, desk.assistant, 5000)
    run = made_run(desk, bill)
    bill.timesheet.state = "reopened"
    bill.timesheet.save()
    with pytest.raises(InputError, match="not accepted"):
        run_approve(run, hash_of(run), "owner")


@pytest.mark.parametrize("rail", ["paypal", "csv", "sepa"])
def test_the_file_is_the_same_ever_after_and_settles_by_what_is_reported(desk, rail):
    currency = "EUR" if rail == "sepa" else "USD"
    bills = [bill_of(desk.company, desk.assistant, 5000 + n, currency=currency) for n in range(2)]
    run = approved(desk, *bills, rail=rail)
    name, content = run_file(run, "owner")
    account_save(
        bills[0].payee, rail, {"email": "new@example.com", "iban": "NL91ABNA0417164300", "hint": "x"}, "h"
    )
    assert run_file(run, "owner") == (name, content)
    first, second = run.lines.order_by("pk")
    assert (first.state, state(bills[0])) == ("sent", "scheduled")
    with pytest.raises(ConflictError):
        run_cancel(run, "Too late.", "owner")
    assert line_report(first, LineState.PAID, "owner", paid_on=PAY_ON)
    assert not line_report(first, LineState.PAID, "owner", paid_on=PAY_ON)
    run.refresh_from_db()
    assert (run.state, state(bills[0])) == ("settling", "paid")
    line_report(second, LineState.FAILED, "owner", code="closed")
    run.refresh_from_db()
    assert (run.state, state(bills[1])) == ("settled", "ready")
    again = line_again(second, "owner")
    assert again.lines.get().reference != second.reference
    with pytest.raises(ConflictError):
        line_again(second, "owner")
    with pytest.raises(HeldError):
        line_report(second, LineState.PAID, "bank")
    line_report(first, LineState.RETURNED, "bank")
    assert state(bills[0]) == "ready"


def test_partial_payments_never_add_up_to_more_than_the_bill(desk):
    bill = bill_of(desk.company, desk.assistant, 5000)
    for minor in (2000, 2999):
        run = made_run(desk, bill, minor=minor)
        run_file(run_approve(run, hash_of(run), "owner"), "owner")
        line_report(run.lines.get(), LineState.PAID, "owner")
        assert state(bill) == "partly_paid"
    with pytest.raises(ConflictError):
        made_run(desk, bill, minor=2)
    with pytest.raises(ConflictError):
        made_run(desk, bill, minor=0)
    last = made_run(desk, bill)
    assert last.lines.get().amount_minor == 1
    run_cancel(last, "Not yet.", "owner")
    assert (state(bill), due_of(bill).payable_minor) == ("partly_paid", 1)


def test_a_run_that_is_cancelled_owes_its_bills_again(desk):
    bill = bill_of(desk.company, desk.assistant, 5000)
    run = made_run(desk, bill)
    assert state(bill) == "scheduled"
    run_cancel(run, "Wrong day.", "owner")
    run = approved(desk, bill)
    with pytest.raises(InputError):
        run_cancel(run, " ", "owner")
    run_cancel(run, "Wrong day.", "owner")
    assert (state(bill), due_of(bill).payable_minor) == ("ready", 5000)
    with pytest.raises(ConflictError):
        run_file(run, "owner")


def test_accounts_and_tax_numbers_are_encrypted_and_never_shown_or_logged(desk):
    payee = Payee.objects.get()
    facts = {
        "paper": "w9",
        "legal_name": "Ann Quill",
        "country": "US",
        "signed_on": PAY_ON,
        "tin_kind": "SSN",
    }
    with pytest.raises(InputError):
        paper_keep(payee, {**facts, "tin": "12-34"}, SIGNED, "ann")
    paper_keep(payee, {**facts, "tin": "123-45-6789"}, SIGNED, "ann")
    paper_keep(payee, {**facts, "tin": ""}, SIGNED, "ann")
    payee.refresh_from_db()
    shown = paper_shown(paper_of(payee))
    assert (shown["tin_end"], shown["signed_on"]) == ("6789", PAY_ON)
    assert "123456789" not in str(shown)
    stored = Payee.objects.raw(
        "SELECT p.id, accounts AS a, facts AS t FROM workforce_payee p JOIN workforce_taxpaper t"
        " ON t.payee_id = p.id"
    )
    assert not any("6789" in each.t for each in stored)
    stored = stored[0]
    assert "ann@" not in stored.a
    logged = " ".join(AuditEvent.objects.values_list("details", flat=True))
    for secret in ("6789", "ann@example.com", "DE89"):
        assert secret not in logged


def test_nothing_of_another_company_is_touched(desk):
    other = room("two")
    with_accounts(other.company, other.assistant)
    bill = bill_of(other.company, other.assistant, 5000)
    with pytest.raises(ClosebookError):
        made_run(desk, bill)
    assert not PaymentLine.objects.exists()
