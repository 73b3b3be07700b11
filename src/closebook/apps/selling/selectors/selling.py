"""What each person may see of selling, and what the rules need of it."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.db.models import Q, QuerySet

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import (
    Conversation,
    Customer,
    Diagnosis,
    Opportunity,
    StageEvent,
    Target,
)
from closebook.core.selling.forecast import History, Spell
from closebook.core.selling.targets import Goal

Abilities = frozenset[Ability]
Row = TypeVar("Row", Customer, Opportunity)


def customers_of(company_id: int, person: str, abilities: Abilities) -> QuerySet[Customer]:
    """Return the customers that a person may see: all, or a salesperson's own and nobody's."""
    return _seen(Customer.objects.filter(company_id=company_id), person, abilities)


def opportunities_of(company_id: int, person: str, abilities: Abilities) -> QuerySet[Opportunity]:
    """Return the opportunities that a person may see, with their customers."""
    found = Opportunity.objects.filter(company_id=company_id).select_related("customer")
    return _seen(found, person, abilities)


def _seen(rows: QuerySet[Row], person: str, abilities: Abilities) -> QuerySet[Row]:
    narrow = Ability.SELL in abilities and Ability.MANAGE_SELLING not in abilities
    return rows.filter(owner__in=(person, "")) if narrow else rows


def diagnoses_of(company_id: int, person: str, abilities: Abilities) -> QuerySet[Diagnosis]:
    """Return the diagnoses that a person may see: their own, what is shared with them, and all for coaches.

    Another's self-check is for its writer until it is shared.
    """
    found = Diagnosis.objects.filter(company_id=company_id).select_related("conversation__customer")
    shared = Q(state__in=("shared", "answered"))
    mine = Q(by=person) | (shared & Q(conversation__person=person))
    return found.filter(mine | Q(own=False) | shared if Ability.COACH in abilities else mine)


def conversations_of(company_id: int, person: str, abilities: Abilities) -> QuerySet[Conversation]:
    """Return the conversations that a person may see: all, or a salesperson's own and of their customers."""
    found = Conversation.objects.filter(company_id=company_id).select_related("customer", "opportunity")
    narrow = Ability.SELL in abilities and Ability.MANAGE_SELLING not in abilities
    return found.filter(Q(person=person) | Q(customer__owner__in=(person, ""))) if narrow else found


def histories(company_id: int) -> list[History]:
    """Return the opportunities of a company as spells in stages, for the forecast."""
    moves: dict[int, list[tuple[str, dt.date]]] = {}
    events = StageEvent.objects.filter(company_id=company_id).order_by("day", "pk")
    for deal, after, day in events.values_list("opportunity_id", "after", "day"):
        moves.setdefault(deal, []).append((after, day))
    rows = Opportunity.objects.filter(company_id=company_id, pk__in=moves.keys())
    return [
        History(str(pk), value, _spells(moves[pk]), came)
        for pk, value, came in rows.values_list("pk", "value_minor", "came_minor")
    ]


def _spells(moves: list[tuple[str, dt.date]]) -> tuple[Spell, ...]:
    ends = [*moves[1:], None]
    found = [
        Spell(stage, day, end[1] if end else None, end[0] if end else "")
        for (stage, day), end in zip(moves, ends, strict=True)
        if stage not in {"won", "lost", "dropped"}
    ]
    return tuple(found)


def goals(company_id: int, year: int) -> list[Goal]:
    """Return all versions of a year's targets as the rules know them."""
    return [
        Goal(one.measure, year, one.amount_minor, one.kind, one.level, one.version, one.agreed_on, one.reason)
        for one in Target.objects.filter(company_id=company_id, year=year).order_by("version")
    ]
