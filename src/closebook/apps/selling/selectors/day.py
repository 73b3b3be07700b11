"""A salesperson's day: what is planned, promised, to be followed up and without a next step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from closebook.apps.selling.models import (
    Complaint,
    Conversation,
    Customer,
    FollowUp,
    NextStep,
    Opportunity,
    Question,
)
from closebook.core.selling import followups
from closebook.core.selling.followups import Rule

QUOTED = "quoted"
MOST_DEALS = 20
_AHEAD = dt.timedelta(days=7)
_REMEMBERED = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Due:
    """A follow-up with its customer, how many days it is late, and the day of a conversation planned."""

    item: followups.FollowUp
    customer: Customer
    late: int
    planned: dt.date | None
    deal: Opportunity | None


@dataclass(frozen=True, slots=True)
class Day:
    """Everything that one person has to do by a day; ``deals_count`` counts those that are not shown too.

    ``coming`` is planned for the seven days that follow.
    """

    planned: list[Conversation]
    steps: list[NextStep]
    due: list[Due]
    questions: list[Question]
    deals: list[Opportunity]
    deals_count: int
    coming: list[Conversation]

    @property
    def any(self) -> bool:
        """Tell whether there is something to do."""
        return bool(self.planned or self.steps or self.due or self.questions or self.deals_count)


def complaints_due(company_id: int, person: str, on: dt.date) -> list[Complaint]:
    """Return the open complaints that a person sees to whose next promise is for a day up to ``on``, or has
    no day yet; the oldest first.
    """
    mine = Q(owner=person) | Q(owner="", customer__owner=person)
    rows = Complaint.objects.filter(mine, company_id=company_id, closed_on=None).select_related("customer")
    due = rows.annotate(due=Coalesce("plan_by", "undertaking_by")).filter(Q(due=None) | Q(due__lte=on))
    return list(due.order_by(F("due").asc(nulls_first=True), "received", "pk"))


def day_of(company_id: int, person: str, on: dt.date) -> Day:
    """Return a person's day: what waits longest comes first."""
    ours = {"company_id": company_id, "conversation__person": person}
    steps = NextStep.objects.filter(**ours, ours=True, done_on=None).filter(Q(by=None) | Q(by__lte=on))
    owed = Question.objects.filter(company_id=company_id, answer="")
    owed = owed.filter(Q(owner=person) | Q(owner="", conversation__person=person))
    deals = Opportunity.objects.filter(company_id=company_id, owner=person, state="open")
    ahead = _planned(company_id).filter(person=person, day__gt=on, day__lte=on + _AHEAD)
    late = deals.filter(Q(next_step=None) | Q(next_step__lt=on)).select_related("customer")
    return Day(
        list(_planned(company_id).filter(person=person, day__lte=on).order_by("day", "pk")),
        list(steps.select_related("conversation__customer").order_by(F("by").asc(nulls_last=True), "pk")),
        _due(company_id, day_list(company_id, person, on), on),
        list(owed.select_related("conversation__customer").order_by(F("due").asc(nulls_last=True), "pk")),
        list(late.order_by(F("next_step").asc(nulls_first=True), "-value_minor", "pk")[:MOST_DEALS]),
        late.count(),
        list(ahead.order_by("day", "pk")),
    )


def sellers(company_id: int) -> list[str]:
    """Return everybody who owns a customer or an opportunity, or had a conversation, by name."""
    names: set[str] = set()
    for model, field in ((Customer, "owner"), (Opportunity, "owner"), (Conversation, "person")):
        found = model.objects.filter(company_id=company_id).order_by()
        names |= set(found.values_list(field, flat=True).distinct())
    return sorted(names - {""})


def closed_on(company_id: int, person: str, on: dt.date) -> tuple[list[FollowUp], list[NextStep]]:
    """Return the follow-ups that a person closed with a reason on a day, and the steps that were done."""
    rows = FollowUp.objects.filter(company_id=company_id, person=person, closed_on=on, done=False)
    steps = NextStep.objects.filter(company_id=company_id, conversation__person=person, ours=True, done_on=on)
    return (
        list(rows.select_related("customer").order_by("pk")),
        list(steps.select_related("conversation__customer").order_by("pk")),
    )


def _planned(company_id: int) -> QuerySet[Conversation]:
    found = Conversation.objects.filter(company_id=company_id, state="planned")
    return found.select_related("customer", "opportunity")


def _due(company_id: int, items: list[followups.FollowUp], on: dt.date) -> list[Due]:
    customers = Customer.objects.in_bulk({int(item.customer) for item in items})
    deals = Opportunity.objects.in_bulk({int(item.key[5:]) for item in items if item.rule is Rule.QUOTE})
    ahead = _planned(company_id).filter(customer__in=customers, day__gte=on).order_by("-day")
    days = dict(ahead.values_list("customer_id", "day"))
    return [
        Due(
            item,
            customers[int(item.customer)],
            item.late_days(on),
            days.get(int(item.customer)),
            deals.get(int(item.key[5:])) if item.rule is Rule.QUOTE else None,
        )
        for item in items
    ]


def day_list(company_id: int, person: str, on: dt.date) -> list[followups.FollowUp]:
    """Return what a person has to follow up by a day: kept tasks, revisits, hot prospects, quotations.

    What was closed with a reason is left out until another contact makes it due anew, a year at most.
    """
    rows = FollowUp.objects.filter(company_id=company_id, person=person)
    shut = rows.filter(done=False, closed_on__gt=on - _REMEMBERED)
    closed = set(shut.values_list("rule", "customer_id", "due", "about"))
    kept = list(rows.filter(closed_on=None))
    resting = {one.customer_id for one in kept if one.rule == Rule.REVISIT}
    items = [
        followups.FollowUp(Rule(one.rule), str(one.customer_id), person, one.due, one.about, f"kept-{one.pk}")
        for one in kept
    ]
    reckoned = [*_customers(company_id, person, on, resting), *_quotations(company_id, person)]
    items += [
        one for one in reckoned if (one.rule.value, int(one.customer), one.due, one.about) not in closed
    ]
    return followups.day_list(items, on)


def _customers(company_id: int, person: str, on: dt.date, resting: set[int]) -> Iterator[followups.FollowUp]:
    """Yield hot prospects and regular visits; who has a visit planned, or rests, needs none."""
    talks = Conversation.objects.filter(customer=OuterRef("pk"))
    deals = Opportunity.objects.filter(customer=OuterRef("pk"), state="open", next_step__isnull=False)
    steady = Q(revisit_days__isnull=False) | Q(grade__in=followups.INTERVALS)
    own = Customer.objects.filter(steady | Q(hot=True), company_id=company_id, owner=person).annotate(
        last=Subquery(talks.filter(state="done").order_by("-day").values("day")[:1]),
        ahead=Subquery(talks.filter(state="planned", day__gte=on).order_by("-day").values("day")[:1]),
        step=Subquery(deals.order_by("-next_step").values("next_step")[:1]),
    )
    for one in own:
        key = str(one.pk)
        if one.hot:
            step = max((day for day in (one.ahead, one.step) if day), default=None)
            yield replace(followups.hot(key, person, step), key=f"hot-{key}")
        again = followups.revisit(key, person, one.grade, one.last, one.revisit_days)
        if again and not one.ahead and one.pk not in resting:
            yield replace(again, key=f"revisit-{key}")


def _quotations(company_id: int, person: str) -> Iterator[followups.FollowUp]:
    """Yield the next follow-up of each open quotation; conversations after its day are follow-ups made."""
    since = Conversation.objects.filter(
        customer=OuterRef("customer"), state="done", day__gt=OuterRef("entered")
    )
    made = since.order_by().values("customer").annotate(found=Count("pk")).values("found")
    quoted = Opportunity.objects.filter(
        company_id=company_id, owner=person, state="open", stage=QUOTED,
        customer__isnull=False, entered__isnull=False,
    ).annotate(made=Coalesce(Subquery(made, output_field=IntegerField()), 0))  # fmt: skip
    for one in quoted:
        if one.entered is not None:
            item = followups.quotation(str(one.customer_id), person, one.entered, one.made)
            if item:
                yield replace(item, about=one.title, key=f"deal-{one.pk}")
