"""Logging conversations once, with what was asked, given and agreed, and what is to be followed up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.selling.models import (
    Concession,
    Conversation,
    Customer,
    NextStep,
    Opportunity,
    Question,
    WeeklyNote,
)
from closebook.apps.selling.services.deals import opportunity_change
from closebook.apps.selling.services.follow_ups import follow
from closebook.core.errors import InputError
from closebook.transport import clock

Rows = Sequence[Mapping[str, Any]]
NOT_MET = "not_met"
_PARTS: Mapping[str, Any] = {"questions": Question, "concessions": Concession, "steps": NextStep}


@transaction.atomic
def conversation_log(
    company: Company,
    client_id: str,
    customer_pk: int,
    person: str,
    day: dt.date,
    *,
    questions: Rows = (),
    concessions: Rows = (),
    steps: Rows = (),
    opportunity_pk: int | None = None,
    planned_pk: int | None = None,
    **facts: Any,
) -> Conversation:
    """Return the conversation of a device's id; sent again it is returned as it is, and nothing is added.

    With ``planned_pk`` it is the one that was planned, unless that was logged or called off meanwhile.
    Who was not met is no contact: such a conversation answers nothing.
    """
    customer = Customer.objects.get(company=company, pk=customer_pk)
    deal = Opportunity.objects.get(company=company, pk=opportunity_pk) if opportunity_pk else None
    state = NOT_MET if facts.get("outcome") == NOT_MET else "done"
    values = {"state": state, "opportunity": deal, "customer": customer, "person": person, "day": day}
    values |= {"logged_at": clock.now(), **facts}
    one, made = _planned(company, client_id, planned_pk, values), True
    if one is None:
        one, made = Conversation.objects.get_or_create(company=company, client_id=client_id, defaults=values)
    if made:
        _parts(one, questions, concessions, steps)
        _promise(one, person)
        follow(one)
    return one


def _planned(
    company: Company, client_id: str, pk: int | None, values: Mapping[str, Any]
) -> Conversation | None:
    """Return the planned conversation with what was logged of it; None when it is not planned any more."""
    if pk is None or Conversation.objects.filter(company=company, client_id=client_id).exists():
        return None
    found = Conversation.objects.select_for_update().filter(company=company, pk=pk, state="planned").first()
    if found is not None:
        for name, value in {**values, "client_id": client_id}.items():
            setattr(found, name, value)
        found.save()
    return found


def _parts(one: Conversation, questions: Rows, concessions: Rows, steps: Rows) -> None:
    common = {"company_id": one.company_id, "conversation": one}
    Question.objects.bulk_create([Question(**common, **row) for row in questions])
    Concession.objects.bulk_create([Concession(**common, **row) for row in concessions])
    NextStep.objects.bulk_create([NextStep(**common, **row) for row in steps])


def _promise(one: Conversation, by: str) -> None:
    """Make the first dated step the opportunity's next one."""
    step = one.steps.filter(by__isnull=False, done_on=None).order_by("by", "pk").first()
    if step and one.opportunity and one.opportunity.state == "open":
        facts = {"next_step": step.by, "next_step_text": step.what[:200]}
        opportunity_change(one.opportunity, facts, by)


@transaction.atomic
def conversation_change(
    company: Company, pk: int, by: str, facts: Mapping[str, Any], parts: Mapping[str, Rows]
) -> Conversation:
    """Return a conversation after it was corrected; ``parts`` are its questions, concessions and steps.

    A part's row with ``pk`` is changed, or deleted when it holds nothing else; one without is added.
    """
    one = Conversation.objects.select_for_update().get(company=company, pk=pk)
    before = one.customer
    changed = sorted(name for name, value in facts.items() if getattr(one, name) != value)
    for name in changed:
        setattr(one, name, facts[name])
    if one.state in {"done", NOT_MET}:
        one.state = NOT_MET if one.outcome == NOT_MET else "done"
    one.save()
    changed += [name for name, rows in parts.items() if _part_changed(one, name, rows)]
    if changed:
        follow(one, before)
        audit_append(company.pk, by, "conversation-changed", str(one), {"fields": ", ".join(changed)})
    return one


def _part_changed(one: Conversation, name: str, rows: Rows) -> bool:
    """Keep the rows of one part, and tell whether any was added, changed or deleted."""
    model, touched = _PARTS[name], False
    for row in rows:
        values = dict(row)
        kept = model.objects.filter(conversation=one, pk=values.pop("pk", None))
        if not values:
            touched |= bool(kept.delete()[0])
        elif not kept:
            model.objects.create(company_id=one.company_id, conversation=one, **values)
            touched = True
        elif not kept.filter(**values).exists():
            touched |= bool(kept.update(**values))
    return touched


@transaction.atomic
def conversation_move(
    company: Company, pk: int, to: str, by: str, day: dt.date | None = None
) -> Conversation:
    """Return a conversation that was not met, cancelled, or put off: planned again, on ``day``.

    Raises InputError selling-conversation for one that took place.
    """
    one = Conversation.objects.select_for_update().get(company=company, pk=pk)
    if one.state == "done" or to not in {"planned", "cancelled", NOT_MET}:
        raise InputError(
            "selling-conversation", "A conversation that took place stays.", remedy="Correct it instead."
        )
    before, one.state = one.state, to
    one.outcome = NOT_MET if to == NOT_MET else ""
    if day is not None:
        one.day = day
    one.save(update_fields=["state", "outcome", "day"])
    details = {"from": before, "to": to, "day": one.day.isoformat()}
    audit_append(company.pk, by, "conversation-moved", str(one), details)
    return one


def prepare(company: Company, pk: int, sheet: Mapping[str, str]) -> None:
    """Keep the preparation sheet of a conversation."""
    Conversation.objects.filter(company=company, pk=pk).update(preparation=dict(sheet))


def question_answer(company: Company, pk: int, answer: str, by: str) -> None:
    """Keep the answer to a customer's question."""
    Question.objects.filter(company=company, pk=pk).update(answer=answer, answered_by=by)


def step_done(company: Company, pk: int, day: dt.date | None) -> None:
    """Keep that an agreed step was done on a day; with None it is open again."""
    NextStep.objects.filter(company=company, pk=pk).update(done_on=day)


def week_note(company: Company, person: str, monday: dt.date, text: str) -> None:
    """Keep a person's note of the week of a Monday; an empty one makes it come from the records again."""
    if text.strip():
        WeeklyNote.objects.update_or_create(
            company=company, person=person, monday=monday, defaults={"text": text}
        )
    else:
        WeeklyNote.objects.filter(company=company, person=person, monday=monday).delete()
