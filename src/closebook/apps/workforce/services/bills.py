"""Bills: made of what was approved and not billed yet, a line each, so that nothing is billed twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Sum

from closebook.apps.companies.models import Company, Person
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import (
    Agency,
    Bill,
    BillLine,
    Candidate,
    Contract,
    Expense,
    Milestone,
    Payee,
    Timesheet,
    TimesheetLine,
    Trial,
)
from closebook.apps.workforce.selectors.trials import names_shown
from closebook.apps.workforce.services.payees import account_save
from closebook.core.errors import ConflictError, HeldError, InputError
from closebook.core.workforce.minutes import shown_hours
from closebook.core.workforce.states import BILL, Who
from closebook.transport import clock

_DUE = dt.timedelta(days=14)


def payee_of(contract: Contract) -> Payee:
    """Return who is paid for a contract: its agency, or the person."""
    common = {"company": contract.company, "made_at": clock.now(), "zone": contract.zone}
    if contract.agency is not None:
        return _payee_agency(contract.agency, common)
    return _payee(contract.candidate or _candidate(contract), common)


def _payee(candidate: Candidate, common: dict[str, Any]) -> Payee:
    facts = {**common, "name": candidate.name}
    return Payee.objects.get_or_create(candidate=candidate, defaults=facts)[0]


@transaction.atomic
def candidate_account_save(candidate: Candidate, rail: str, typed: Mapping[str, str]) -> None:
    """Keep where the money of somebody goes who applied and works for no agency. Raises as account_save does,
    and nothing is kept then.
    """
    common = {"company": candidate.company, "made_at": clock.now(), "zone": candidate.zone}
    account_save(_payee(candidate, common), rail, typed, candidate.name)


def _payee_agency(agency: Agency, common: dict[str, Any]) -> Payee:
    facts = {**common, "name": agency.name}
    return Payee.objects.get_or_create(agency=agency, defaults=facts)[0]


def _candidate(contract: Contract) -> Candidate:
    """Return the record of the person of a contract that was offered without an application."""
    known, person = Candidate.objects.filter(company=contract.company), contract.person
    found = known.filter(person=person).order_by("pk").first()
    if found is None and person.email:
        found = known.filter(email__iexact=person.email, person=None).first()
    if found is None:
        found = Candidate(company=contract.company, made_at=clock.now(), zone=contract.zone)
        found.name = person.get_full_name() or person.username
        taken = known.filter(email__iexact=person.email).exists()
        found.email = "" if taken else person.email
    found.person = person
    found.save()
    return found


def _number(company: Company, today: dt.date) -> str:
    """Return a number that is not in use; the company's row is locked until it is."""
    Company.objects.select_for_update().get(pk=company.pk)
    rows = Bill.objects.filter(company=company, number__startswith=f"A{today:%Y}-")
    last = max((int(number[6:]) for number in rows.values_list("number", flat=True)), default=0)
    return f"A{today:%Y}-{last + 1:04d}"


@transaction.atomic
def bill_make(contract: Contract, person: Person | None) -> Bill | None:
    """Return the bill of all that is approved for a contract and not billed yet, None when there is nothing.

    A person's approval makes it ready to be paid; made by silence it waits for a person as a draft. What
    corrections take away beyond what is owed waits for the next bill.
    """
    lines = list(_unbilled(contract))
    if sum(line.amount_minor for line in lines) <= 0:
        return None
    return _made(payee_of(contract), contract.currency, lines, person)


@transaction.atomic
def trial_bill(trial: Trial, person: Person | None, actor: str) -> Bill:
    """Return the bill of a trial whose work was judged, to be paid like any other: once.

    Without a person who may approve pay it waits as a draft. Raises HeldError while names are covered or the
    work is not scored, ConflictError when it is billed or paid already.
    """
    found = Trial.objects.select_for_update().get(pk=trial.pk)
    if found.state == "paid" or BillLine.objects.filter(trial=found).exists():
        raise ConflictError("trial-billed", "It is on a bill or paid already.", remedy="Look at its bill.")
    posting, candidate = found.application.posting, found.application.candidate
    if found.state != "scored" or not names_shown(posting):
        raise HeldError(
            "names-covered", "The names are still covered.", remedy="Score every work that came in first."
        )
    common = {"company": found.company, "made_at": clock.now(), "zone": candidate.zone}
    line = BillLine(trial=found, text=f"{posting.title} · {found.code}", amount_minor=found.price_minor)
    agency = candidate.agency
    payee = _payee_agency(agency, common) if agency else _payee(candidate, common)
    made = _made(payee, found.currency, [line], person)
    facts = {"trial": found.pk, "bill": made.pk}
    audit_append(found.company_id, actor, "trial-billed", f"{posting.title} {found.code}", facts)
    return made


def _made(payee: Payee, currency: str, lines: list[BillLine], person: Person | None) -> Bill:
    """Return a bill of lines: ready when a person approved them, else a draft."""
    days = [line.source.day for line in lines if line.source] or [clock.today()]
    days += [line.expense.day for line in lines if line.expense]
    actor, today = person.username if person else "", clock.today()
    made = Bill.objects.create(
        company=payee.company,
        payee=payee,
        timesheet=_sheet(lines),
        number=_number(payee.company, today),
        first=min(days),
        last=max(days),
        due_on=today + _DUE,
        currency=currency,
        state="ready" if person else "draft",
        actor=actor,
        made_at=clock.now(),
    )
    for line in lines:
        line.bill, line.company, line.actor, line.made_at = made, payee.company, actor, made.made_at
    BillLine.objects.bulk_create(lines)
    facts = {"bill": made.pk, "amount": str(sum(line.amount_minor for line in lines))}
    audit_append(payee.company_id, actor, "bill-made", made.number, facts)
    return made


def _sheet(lines: list[BillLine]) -> Timesheet | None:
    """Return the timesheet of a bill whose hours are all of one that has no bill yet."""
    sheets = {line.source.timesheet for line in lines if line.source}
    found = sheets.pop() if len(sheets) == 1 else None
    return None if found and Bill.objects.filter(timesheet=found).exists() else found


def _unbilled(contract: Contract) -> list[BillLine]:
    hours = TimesheetLine.objects.filter(
        timesheet__contract=contract, timesheet__state="approved", billed=None
    )
    found = [_hours(line) for line in hours.select_related("task", "timesheet").order_by("day", "pk")]
    for row in Milestone.objects.filter(contract=contract, released_minor__gt=0).order_by("pk"):
        billed = row.billed.exclude(bill__state="void").aggregate(sum=Sum("amount_minor"))["sum"] or 0
        if row.released_minor > billed:
            found.append(BillLine(milestone=row, text=row.title, amount_minor=row.released_minor - billed))
    spent = Expense.objects.filter(contract=contract, state="accepted", billed=None).order_by("day", "pk")
    return found + [BillLine(expense=row, text=row.text, amount_minor=row.amount_minor) for row in spent]


def _hours(line: TimesheetLine) -> BillLine:
    text = f"{line.day} · {line.task.title} · {shown_hours(line.minutes)}"
    return BillLine(source=line, text=text, amount_minor=line.amount_minor)


@transaction.atomic
def bill_ready(bill: Bill, person: Person) -> None:
    """Approve a bill that silence made. Raises ConflictError when it has moved on."""
    found = Bill.objects.select_for_update().get(pk=bill.pk)
    BILL.check(found.state, "ready", Who.COMPANY)
    found.state = "ready"
    found.save(update_fields=["state"])
    audit_append(found.company_id, person.username, "bill-approved", found.number, {"bill": found.pk})


@transaction.atomic
def expense_add(contract: Contract, day: dt.date, text: str, amount_minor: int, person: Person) -> Expense:
    """Return an expense that waits for a person's word. Raises HeldError for anybody but the assistant."""
    if contract.person_id != person.pk:
        raise HeldError("not-your-move", "This is for the other side to do.")
    if amount_minor <= 0 or day > clock.today():
        raise InputError(
            "no-expense", "This is no expense of a day that has begun.", remedy="Give another amount."
        )
    return Expense.objects.create(
        company=contract.company,
        contract=contract,
        day=day,
        text=text,
        amount_minor=amount_minor,
        currency=contract.currency,
        actor=person.username,
        made_at=clock.now(),
    )


@transaction.atomic
def expense_decide(expense: Expense, *, accepted: bool, why: str, person: Person) -> None:
    """Accept or decline an expense. Raises HeldError for its own assistant or when it was decided, InputError
    for declining without a reason.
    """
    found = Expense.objects.select_for_update(of=("self",)).select_related("contract").get(pk=expense.pk)
    if found.contract.person_id == person.pk or found.state != "proposed":
        raise HeldError("not-your-move", "This is for the other side to do.")
    if not accepted and not why.strip():
        raise InputError("reason-missing", "This needs a reason.", remedy="Write a few words.")
    found.state = "accepted" if accepted else "declined"
    found.decided_by, found.reason = person.username, why.strip()[:500]
    found.save()
    facts = {"to": found.state, "amount": str(found.amount_minor)}
    audit_append(found.company_id, person.username, "expense-decided", found.text, facts)
