"""Milestones: a fixed amount for a result. A promise has a date and a proof; nothing is held by Closebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from closebook.apps.companies.models import Person
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import Contract, Milestone
from closebook.apps.workforce.services.bills import bill_make
from closebook.apps.workforce.services.moving import moved
from closebook.core.errors import InputError
from closebook.core.workforce.states import MILESTONE, Who
from closebook.transport import clock

LIVE = ("offered", "active", "ending")


@transaction.atomic
def milestone_plan(contract: Contract, facts: Mapping[str, Any], actor: str) -> Milestone:
    """Return a planned milestone of a contract. Raises InputError for a contract that is not alive."""
    if contract.state not in LIVE:
        raise InputError("contract-not-active", "This contract is not active.")
    if facts["amount_minor"] <= 0:
        raise InputError("amount-not-positive", "The amount is more than nothing.")
    made = Milestone.objects.create(
        company_id=contract.company_id,
        contract=contract,
        currency=contract.currency,
        actor=actor,
        made_at=clock.now(),
        **facts,
    )
    _told(made, "planned", actor)
    return made


@transaction.atomic
def milestone_move(milestone: Milestone, target: str, who: Who, actor: str, text: str = "") -> Milestone:
    """Return a milestone one step further; ``text`` is the proof of a promise, or a reason.

    Raises as the flow does, and InputError for a promise without date or proof.
    """
    if target == "promised" and not (milestone.due_on and text.strip()):
        raise InputError(
            "promise-without-proof",
            "A promise has a date and a proof.",
            remedy="Write where the prepared payment can be seen: a draft's number at the bank or service.",
        )
    found = moved(milestone, MILESTONE, target, who, text)
    if target == "promised":
        found.proof, found.reason = text.strip(), ""
    if target == "released":
        found.released_minor = found.amount_minor
    found.save(update_fields=["proof", "reason", "released_minor"])
    _told(found, target, actor)
    return found


@transaction.atomic
def milestone_release(
    milestone: Milestone, amount_minor: int, actor: str, approver: Person | None = None
) -> Milestone:
    """Return a milestone of which so much more, in minor units, may be paid; the rest stays promised.

    What is released is on a bill at once; the bill waits for approval without somebody who may approve pay.
    Raises as the flow does, and InputError above what is left.
    """
    found = Milestone.objects.select_for_update().get(pk=milestone.pk)
    left = found.amount_minor - found.released_minor
    if not 0 < amount_minor <= left:
        raise InputError("more-than-promised", "This is more than what is left of the milestone.")
    target = "released" if amount_minor == left else "partly_released"
    if found.state != target:
        found = moved(found, MILESTONE, target, Who.COMPANY)
    found.released_minor += amount_minor
    found.save(update_fields=["released_minor"])
    _told(found, target, actor)
    bill_make(found.contract, approver)
    return found


def _told(milestone: Milestone, target: str, actor: str) -> None:
    facts = {"milestone": milestone.pk, "to": target, "released_minor": milestone.released_minor}
    audit_append(milestone.company_id, actor, "milestone-moved", milestone.title, facts)
