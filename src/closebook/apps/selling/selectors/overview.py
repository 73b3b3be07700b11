"""What a manager looks at in a week: where the target stands, what is stuck, and what was promised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from closebook.apps.companies.models import Company
from closebook.apps.selling.models import Complaint, FollowUp, NextStep, Opportunity, Promise, Target
from closebook.apps.selling.selectors.plan import parts_of, shape_of
from closebook.apps.selling.selectors.sold import Actuals
from closebook.core.periods import Month
from closebook.core.selling.opportunities import STAGES
from closebook.core.selling.plan import Line, Spot, line, node_of, placed

MOST = 20
OLD_DAYS = 30
STEP, ANSWER, PROMISE, FOLLOW_UP = "step", "complaint", "promise", "follow-up"


def standing(target: Target, today: dt.date) -> list[Line]:
    """Return where a target stands for the week of a day (if it has work), the month and the year."""
    shape, amounts = shape_of(target), list(parts_of(target).values())
    month = Month.of(today)
    actuals = Actuals(target.company, customers=False)
    first, last = dt.date(target.year, 1, 1), dt.date(target.year, 12, 31)
    source = actuals.source(first, last)
    dated = [(one.day, one.minor) for one in actuals.days(month.first_day, month.last_day, source)]
    whole = node_of(shape, amounts, Spot())
    of_month = node_of(shape, amounts, Spot(str(month)))
    found = []
    if of_month is not None:
        weeks = zip(of_month.children, placed(of_month.children, dated), strict=True) if dated else ()
        came = {node.name: minor for node, minor in weeks}
        now = [node for node in of_month.children if node.name == f"{today:%G-W%V}"]
        found = [line(node, came.get(node.name, 0), shape.days, today) for node in now]
        found.append(line(of_month, sum(minor for _day, minor in dated), shape.days, today))
    if whole is not None:
        year = sum(one.minor for one in actuals.months(first, last, source))
        found.append(line(whole, year, shape.days, today))
    return found


def stuck_of(rows: QuerySet[Opportunity], today: dt.date) -> QuerySet[Opportunity]:
    """Return open opportunities that are longer in their stage than it should last, the oldest first."""
    old = Q()
    for stage in STAGES:
        old |= Q(stage=stage.code, entered__lt=today - dt.timedelta(days=stage.old_after_days))
    others = Q(entered__lt=today - dt.timedelta(days=OLD_DAYS)) & ~Q(stage__in=[one.code for one in STAGES])
    return rows.filter(old | others, state="open").order_by("entered", "-value_minor", "pk")


def without_step(rows: QuerySet[Opportunity]) -> int:
    """Return how many open opportunities have no next step."""
    return rows.filter(state="open", next_step=None).count()


@dataclass(frozen=True, slots=True)
class Due:
    """Something promised: of which kind, by when, what, by whom, and its opportunity and customer if any."""

    kind: str
    day: dt.date
    text: str
    person: str
    opportunity: int | None = None
    customer: str = ""


def due_by(company: Company, end: dt.date) -> list[Due]:
    """Return what was promised and is due by a day, the oldest first: steps, answers, promises, follow-ups.

    At most twenty of each kind.
    """
    found = [*_steps(company, end), *_answers(company, end), *_promises(company, end), *_tasks(company, end)]
    return sorted(found, key=lambda one: (one.day, one.kind, one.text))


def _steps(company: Company, end: dt.date) -> Iterator[Due]:
    rows = NextStep.objects.filter(company=company, ours=True, done_on=None, by__lte=end).order_by("by", "pk")
    for one in rows.select_related("conversation__customer")[:MOST]:
        talk = one.conversation
        who = one.who or talk.person
        yield Due(STEP, one.by or end, one.what, who, talk.opportunity_id, talk.customer.name)


def _answers(company: Company, end: dt.date) -> Iterator[Due]:
    rows = Complaint.objects.filter(company=company, closed_on=None, undertaking_by__lte=end)
    for one in rows.select_related("customer").order_by("undertaking_by", "pk")[:MOST]:
        text = one.undertaking or one.text
        yield Due(ANSWER, one.undertaking_by or end, text, one.owner, customer=one.customer.name)


def _promises(company: Company, end: dt.date) -> Iterator[Due]:
    rows = Promise.objects.filter(company=company, state="", due__lte=end).order_by("due", "pk")
    for one in rows[:MOST]:
        yield Due(PROMISE, one.due or end, one.text, one.person)


def _tasks(company: Company, end: dt.date) -> Iterator[Due]:
    rows = FollowUp.objects.filter(company=company, closed_on=None, due__lte=end).order_by("due", "pk")
    for one in rows.select_related("customer", "conversation")[:MOST]:
        talk = one.conversation
        deal = talk.opportunity_id if talk else None
        yield Due(FOLLOW_UP, one.due or end, one.about, one.person, deal, one.customer.name)
