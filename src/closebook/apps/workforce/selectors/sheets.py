"""Timesheets as they are shown, and the lines that a week comes to."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from closebook.apps.companies.models import Company, Person
from closebook.apps.workforce.models import ManualTime, Proposal, Reckoning, Segment, Timesheet
from closebook.apps.workforce.selectors.reckoned import BY_HAND, core_segments
from closebook.apps.workforce.selectors.terms import rate_terms
from closebook.core.workforce.minutes import Rounding
from closebook.core.workforce.reckoning import TimerRun
from closebook.core.workforce.settling import SheetLine, paid_time, sheet_lines


def sheets_seen(company: Company, person: Person, *, everybody: bool) -> QuerySet[Timesheet]:
    """Return a company's timesheets: everybody's for whoever approves or manages, else the person's own."""
    rows = Timesheet.objects.filter(company=company).select_related("contract__person")
    return rows if everybody else rows.filter(contract__person=person)


def reckonings_at(
    sheet: Timesheet, until: dt.datetime | None = None, *, released: bool = False
) -> list[Reckoning]:
    """Return the newest reckoning of each day, as of a moment where one is given."""
    rows = Reckoning.objects.filter(contract=sheet.contract, first__gte=sheet.first, first__lte=sheet.last)
    rows = rows.filter(made_at__lte=until) if until else rows
    rows = rows.exclude(released_at=None) if released else rows
    return list({row.first: row for row in rows.order_by("pk")}.values())


def late_since(sheet: Timesheet) -> dt.datetime | None:
    """Return the moment after which time comes in late: the last correction's, else the signature's."""
    corrected = sheet.lines.exclude(reason__in=["", "ruling"]).order_by("-made_at").first()
    return corrected.made_at if corrected else sheet.signed_at


def lines_now(sheet: Timesheet, until: dt.datetime | None = None) -> list[SheetLine]:
    """Return the lines that a week comes to: minutes that add up, by the rates of their days.

    Rulings count as they stand; time by hand counts unless it was declined. Tasks are numbers as texts.
    Raises InputError where no rate is agreed.
    """
    contract = sheet.contract
    rows = Segment.objects.filter(reckoning__in=reckonings_at(sheet, until)).select_related("task")
    segments = list(rows.order_by("starts_at", "pk"))
    runs = {
        f"{row.source}-{row.number}": TimerRun(
            f"{row.source}-{row.number}", 0, 0, str(row.task_id), row.task.kind if row.task else ""
        )
        for row in segments
    }
    hands = [row.number for row in segments if row.source == BY_HAND]
    counts = ManualTime.objects.filter(pk__in=hands, declined_by="").values_list("pk", flat=True)
    kept = Proposal.objects.filter(contract=contract, state="kept", day__gte=sheet.first, day__lte=sheet.last)
    paid = paid_time(
        core_segments(segments),
        runs.values(),
        contract.zone,
        dict.fromkeys(kept.values_list("key", flat=True), "kept"),
        frozenset(f"{BY_HAND}-{number}" for number in counts),
        sheet.books_zone if sheet.signed_at else contract.company.zone,
    )
    lines = sheet_lines(paid, rate_terms(contract), str(contract.pk), Rounding())
    return [line for line in lines if line.minutes]
