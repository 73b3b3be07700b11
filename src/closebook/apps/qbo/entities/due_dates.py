"""When a document falls due, by the terms of payment.

Source: QuickBooks Online Accounting API, Term entity: a number of days, or a day of the month.
"""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING, Any

from closebook.apps.qbo.values import day_of, integer_of

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Reference
    from closebook.apps.qbo.entities.form import Form


def due_date(day: dt.date, term: dict[str, Any]) -> dt.date:
    """Return the due date of a document of a day under a term.

    >>> due_date(dt.date(2026, 3, 4), {"DueDays": 30})
    datetime.date(2026, 4, 3)
    >>> due_date(dt.date(2026, 1, 30), {"DayOfMonthDue": 31, "DueNextMonthDays": 5})
    datetime.date(2026, 2, 28)
    """
    if "DayOfMonthDue" not in term:
        return day + dt.timedelta(days=integer_of(term.get("DueDays", 0), "DueDays", 0, 999))
    wanted = integer_of(term["DayOfMonthDue"], "DayOfMonthDue", 1, 31)
    within = integer_of(term.get("DueNextMonthDays", 0), "DueNextMonthDays", 0, 999)
    due = _in_month(day.year, day.month, wanted)
    if (due - day).days < within or due < day:
        due = _in_month(day.year + day.month // 12, day.month % 12 + 1, wanted)
    return due


def _in_month(year: int, month: int, day: int) -> dt.date:
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def fill_due_date(form: Form, term: Reference | None) -> dt.date:
    """Return the due date: the one that was sent, else by the term, else the document's own day; the body
    gets it.

    An update that moves the day or the term and leaves the due date as it was, moves the due date.
    """
    sent = form.body.get("DueDate")
    if sent and not _follows(form, str(sent)):
        due = day_of(sent, "DueDate")
    else:
        due = due_date(form.day, term.body) if term else form.day
    form.body["DueDate"] = due.isoformat()
    return due


def _follows(form: Form, sent: str) -> bool:
    before = form.former_body
    if not before or before.get("DueDate") != sent:
        return False
    same_term = form.same_reference("SalesTermRef") or not (
        form.body.get("SalesTermRef") or before.get("SalesTermRef")
    )
    return before.get("TxnDate") != form.body["TxnDate"] or not same_term
