"""A salesperson's week: what was done, won, lost and promised, what is planned, and the note about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from closebook.apps.selling.models import Conversation, NextStep, Opportunity, WeeklyNote

_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """What the records say of a person's week; ``planned`` is planned from then on, a week beyond it.

    ``monday`` is its first day. ``note`` is what the person wrote, None without it.
    """

    monday: dt.date
    person: str
    done: list[Conversation]
    won: list[Opportunity]
    lost: list[Opportunity]
    promised: list[NextStep]
    planned: list[Conversation]
    note: str | None

    @property
    def sunday(self) -> dt.date:
        """Return the last day."""
        return self.monday + _WEEK - dt.timedelta(days=1)


def week_of_person(company_id: int, person: str, monday: dt.date) -> Week:
    """Return a person's week that begins on a Monday."""
    end = monday + _WEEK
    talks = Conversation.objects.filter(company_id=company_id, person=person).select_related("customer")
    done = list(
        talks.filter(state__in=("done", "not_met"), day__gte=monday, day__lt=end).order_by("day", "pk")
    )
    decided = list(
        Opportunity.objects.filter(
            company_id=company_id, owner=person, decided_on__gte=monday, decided_on__lt=end
        )
        .select_related("customer")
        .order_by("decided_on", "pk")
    )
    steps = NextStep.objects.filter(conversation__in=[one.pk for one in done], ours=True)
    ahead = talks.filter(state="planned", day__gte=monday, day__lt=end + _WEEK)
    note = WeeklyNote.objects.filter(company_id=company_id, person=person, monday=monday).first()
    return Week(
        monday,
        person,
        done,
        [one for one in decided if one.state == "won"],
        [one for one in decided if one.state == "lost"],
        list(steps.select_related("conversation__customer").order_by("by", "pk")),
        list(ahead.order_by("day", "pk")),
        note.text if note else None,
    )
