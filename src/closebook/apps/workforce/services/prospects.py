"""A person's own prospects and pitches. They are nobody else's business: they stand in no audit log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from closebook.apps.companies.models import Company, Person
from closebook.apps.workforce.models import Pitch, Prospect
from closebook.core.errors import InputError
from closebook.core.workforce.offering import OVER, PROSPECT
from closebook.core.workforce.states import Who
from closebook.transport import clock


@transaction.atomic
def prospect_save(company: Company, person: Person, pk: int | None, facts: Mapping[str, Any]) -> Prospect:
    """Return one of the person's prospects, made or changed. Raises InputError for a next step without a day
    or the other way round.
    """
    if bool(facts.get("next_step")) != bool(facts.get("next_on")):
        raise InputError("step-half", "A next step is what and by when.", remedy="Type both, or neither.")
    found = Prospect.objects.filter(company=company, person=person, pk=pk).first() if pk else None
    one = found or Prospect(company=company, person=person, actor=person.username, made_at=clock.now())
    for name, value in facts.items():
        setattr(one, name, value)
    one.save()
    return one


@transaction.atomic
def prospect_move(prospect: Prospect, target: str, reason: str = "") -> Prospect:
    """Return a prospect in another state; what is won or lost has no next step any more.

    Raises ConflictError or InputError as the flow does.
    """
    found = Prospect.objects.select_for_update().get(pk=prospect.pk)
    PROSPECT.check(found.state, target, Who.ASSISTANT, reason)
    found.state, found.reason = target, reason.strip()[:200]
    if target in OVER:
        found.next_step, found.next_on = "", None
    found.save(update_fields=["state", "reason", "next_step", "next_on"])
    return found


@transaction.atomic
def pitch_add(prospect: Prospect, facts: Mapping[str, Any]) -> Pitch:
    """Return a pitch; a prospect that was only noted, or rests, is pitched by it."""
    found = Prospect.objects.select_for_update().get(pk=prospect.pk)
    common = {"company": found.company, "actor": found.actor, "made_at": clock.now()}
    made = Pitch.objects.create(prospect=found, **common, **facts)
    if "pitched" in PROSPECT.moves_from(found.state, Who.ASSISTANT):
        prospect_move(found, "pitched")
    return made


def pitch_answered(pitch: Pitch, answer: str) -> None:
    """Keep what came back on a pitch."""
    pitch.answer = answer.strip()
    pitch.save(update_fields=["answer"])


def prospect_remove(prospect: Prospect, *, back: bool = False) -> None:
    """Take a prospect off the list with its pitches, or put it back."""
    prospect.removed_at = None if back else clock.now()
    prospect.save(update_fields=["removed_at"])
