"""Timesheets: signed by the assistant, approved by a named person, corrected only by further lines."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db import transaction

from closebook.apps.companies.models import Person
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import Contract, ManualTime, Timer, Timesheet, TimesheetLine
from closebook.apps.workforce.selectors.reckoned import latest_by_day
from closebook.apps.workforce.selectors.sheets import late_since, lines_now
from closebook.apps.workforce.services.bills import bill_make
from closebook.apps.workforce.services.proposing import day_propose, day_release
from closebook.apps.workforce.services.timers import ALIVE
from closebook.core.errors import ConflictError, HeldError, InputError
from closebook.core.money import Money
from closebook.core.workforce.days import day_of
from closebook.core.workforce.runs import ms_of
from closebook.core.workforce.settling import SheetLine, correction, line_key
from closebook.core.workforce.states import TIMESHEET, Who, review_after_deadline
from closebook.transport import clock


def _locked(sheet: Timesheet) -> Timesheet:
    return (
        Timesheet.objects.select_for_update(of=("self",)).select_related("contract__person").get(pk=sheet.pk)
    )


def _days(sheet: Timesheet) -> list[dt.date]:
    return [sheet.first + dt.timedelta(days=n) for n in range((sheet.last - sheet.first).days + 1)]


@transaction.atomic
def sheet_sign(sheet: Timesheet, person: Person) -> Timesheet:
    """Return a timesheet that its assistant has signed: its lines are kept, its days shown to the company.

    Raises HeldError for anybody else, ConflictError while a timer runs, InputError without any time.
    """
    found = _locked(sheet)
    contract = found.contract
    if contract.person_id != person.pk:
        raise HeldError("not-your-move", "This is for the other side to do.")
    TIMESHEET.check(found.state, "submitted", Who.ASSISTANT)
    if Timer.objects.filter(contract=contract, state__in=ALIVE).exists():
        raise ConflictError("timer-runs", "A timer is running already.", remedy="Stop it first.")
    for day in _days(found):
        day_propose(contract, day)
    found.books_zone = contract.company.zone
    lines = lines_now(found)
    if not lines:
        raise InputError(
            "sheet-empty", "There is no time in this week.", remedy="Sign a week with time in it."
        )
    for reckoning in latest_by_day(contract, found.first, found.last).values():
        day_release(reckoning)
    found.lines.all().delete()
    _keep(found, lines, person.username)
    found.state, found.signed_at, found.reason = "submitted", clock.now(), ""
    found.decided_at, found.decided_by = None, ""
    found.save()
    audit_append(found.company_id, person.username, "timesheet-signed", contract.title, _facts(found))
    return found


def _facts(sheet: Timesheet) -> dict[str, object]:
    return {"first": sheet.first.isoformat(), "minutes": sum(line.minutes for line in sheet.lines.all())}


def _keep(sheet: Timesheet, lines: list[SheetLine], actor: str) -> None:
    now = clock.now()
    TimesheetLine.objects.bulk_create(
        TimesheetLine(
            company_id=sheet.company_id,
            timesheet=sheet,
            task_id=int(line.task),
            day=line.day,
            books_day=line.books_day,
            kind=line.kind,
            minutes=line.minutes,
            hourly_minor=line.hourly.amount_minor,
            amount_minor=line.amount.amount_minor,
            currency=line.amount.currency,
            reason=line.why[:500],
            actor=actor,
            made_at=now,
        )
        for line in lines
    )


@transaction.atomic
def sheet_return(sheet: Timesheet, why: str, person: Person) -> None:
    """Send a timesheet back with a reason. Raises as the flow does, HeldError for its own assistant."""
    found = _locked(sheet)
    _other(found, person)
    TIMESHEET.check(found.state, "returned", Who.COMPANY, why)
    found.state, found.reason = "returned", why.strip()
    found.decided_at, found.decided_by = clock.now(), person.username
    found.save()
    audit_append(found.company_id, person.username, "timesheet-returned", found.contract.title, _facts(found))


def _other(sheet: Timesheet, person: Person) -> None:
    if sheet.contract.person_id == person.pk:
        raise HeldError("not-your-move", "This is for the other side to do.")


@transaction.atomic
def sheet_approve(sheet: Timesheet, person: Person | None) -> Timesheet:
    """Return an approved timesheet with its bill; what was ruled since becomes lines of its own.

    ``person`` None is the silence of the company after its days to answer. Raises as the flow does, HeldError
    for its own assistant.
    """
    found = _locked(sheet)
    if person is not None:
        _other(found, person)
    TIMESHEET.check(found.state, "approved", Who.COMPANY if person else Who.CLOSEBOOK)
    actor = person.username if person else ""
    signed = stored_lines(found)
    _keep(found, _changes(signed, lines_now(found, until=found.signed_at)), actor)
    found.state, found.decided_at, found.decided_by = "approved", clock.now(), actor
    found.save()
    audit_append(found.company_id, actor, "timesheet-approved", found.contract.title, _facts(found))
    bill_make(found.contract, person)
    return found


def stored_lines(sheet: Timesheet) -> list[SheetLine]:
    """Return a timesheet's lines as the rules of settling read them."""
    return [
        SheetLine(
            row.day, str(row.task_id), row.kind, row.minutes, Money(row.hourly_minor, row.currency),
            Money(row.amount_minor, row.currency), why=row.reason, books_day=row.books_day,
        )
        for row in sheet.lines.order_by("pk")
    ]  # fmt: skip


def _changes(signed: list[SheetLine], ruled: list[SheetLine]) -> list[SheetLine]:
    """Return the lines that bring what was signed to what was ruled."""
    now, found = {line.key: line for line in ruled}, []
    for line in signed:
        after = now.pop(line.key, None)
        less = (after.minutes if after else 0) - line.minutes
        worth = (after.amount.amount_minor if after else 0) - line.amount.amount_minor
        if less or worth:
            amount = Money(worth, line.amount.currency)
            found.append(replace(line, minutes=less, amount=amount, corrects=line.key, why="ruling"))
    return [*found, *(replace(line, why="ruling") for line in now.values())]


@transaction.atomic
def line_correct(line: TimesheetLine, minutes: int, why: str, person: Person) -> None:
    """Bring an approved line to other minutes by a line of its own; it is billed with the next bill.

    Raises ConflictError unless the timesheet is approved, InputError without a reason or a difference,
    HeldError for its own assistant.
    """
    found = _locked(line.timesheet)
    _other(found, person)
    TIMESHEET.check(found.state, "reopened", Who.COMPANY, why)
    same = [each for each in stored_lines(found) if each.key == _key(line)]
    whole = replace(
        same[0],
        minutes=sum(each.minutes for each in same),
        amount=Money(sum(each.amount.amount_minor for each in same), line.currency),
    )
    _keep(found, [correction(whole, minutes, why)], person.username)
    bill_make(found.contract, person)
    facts = {**_facts(found), "day": line.day.isoformat()}
    audit_append(found.company_id, person.username, "timesheet-corrected", found.contract.title, facts)


@transaction.atomic
def late_take(sheet: Timesheet, why: str, person: Person) -> None:
    """Count what came in since an approved week was signed or last corrected, by lines of its own; they are
    billed with the next bill.

    Raises ConflictError unless the timesheet is approved and something came in late, InputError without a
    reason, HeldError for its own assistant.
    """
    found = _locked(sheet)
    _other(found, person)
    TIMESHEET.check(found.state, "reopened", Who.COMPANY, why)
    late = _changes(lines_now(found, late_since(found)), lines_now(found))
    if not late:
        raise ConflictError("nothing-late", "Nothing came in late.", remedy="Look at it again.")
    _keep(found, [replace(line, why=why.strip()) for line in late], person.username)
    bill_make(found.contract, person)
    audit_append(
        found.company_id, person.username, "timesheet-corrected", found.contract.title, _facts(found)
    )


def _key(line: TimesheetLine) -> str:
    return line_key(line.day, str(line.task_id), line.kind, line.hourly_minor, line.books_day)


@transaction.atomic
def manual_decline(entry: ManualTime, why: str, person: Person) -> None:
    """Say that time by hand does not count, and why.

    Raises ConflictError once its week is approved, HeldError for its own assistant, InputError without a
    reason.
    """
    contract = entry.contract
    if contract.person_id == person.pk:
        raise HeldError("not-your-move", "This is for the other side to do.")
    if not why.strip():
        raise InputError("reason-missing", "This needs a reason.", remedy="Write a few words.")
    day = day_of(ms_of(entry.starts_at), contract.zone)
    rows = Timesheet.objects.filter(contract=contract, first__lte=day, last__gte=day)
    if rows.filter(state__in=["approved", "reopened"]).exists():
        raise ConflictError(
            "sheet-approved",
            "This week is approved already.",
            remedy="Correct a line of the timesheet instead.",
        )
    ManualTime.objects.filter(pk=entry.pk).update(declined_by=person.username, declined_why=why.strip()[:500])


def sheets_pass(contract: Contract, days: int, now: dt.datetime) -> None:
    """Approve what the company left unanswered for its days of review."""
    for sheet in Timesheet.objects.filter(contract=contract, state__in=["submitted", "in_review"]):
        if sheet.signed_at is None:
            continue
        until = ms_of(sheet.signed_at + dt.timedelta(days=days))
        if review_after_deadline(sheet.state, until, ms_of(now)) == "approved":
            sheet_approve(sheet, None)
