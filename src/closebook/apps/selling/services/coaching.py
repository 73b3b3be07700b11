"""Keeping diagnoses: private until shared, answered by the salesperson, with at most three action points."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.selling.models import ActionPoint, Concession, Conversation, Diagnosis, NextStep
from closebook.core.errors import InputError
from closebook.core.selling.diagnosis import Diagnosis as Rules
from closebook.core.selling.diagnosis import checked, points_kept
from closebook.transport import clock

TRIED = ("tried", "not_tried", "no_occasion", "dropped", "open")
"""What may be said of an action point; ``open`` takes an answer back."""

MOMENTS = ("before", "during", "after", "cycle")


@dataclass(frozen=True, slots=True)
class Kept:
    """An action point as a person keeps it: ``rule`` is why it was proposed, "" for one of the person's
    own.
    """

    text: str
    moment: str = "during"
    rule: str = ""


@transaction.atomic
def diagnosis_save(
    company: Company, conversation_pk: int, by: str, answers: Mapping[str, str], notes: Mapping[str, str]
) -> Diagnosis:
    """Return the person's diagnosis of a conversation; one's own conversation makes it a self-check.

    Raises InputError selling-answer.
    """
    checked(Rules(answers))
    conversation = Conversation.objects.get(company=company, pk=conversation_pk)
    found, _made = Diagnosis.objects.update_or_create(
        conversation=conversation,
        by=by,
        own=conversation.person == by,
        defaults={"company": company, "answers": dict(answers), "notes": dict(notes)},
        create_defaults={
            "company": company,
            "answers": dict(answers),
            "notes": dict(notes),
            "made_at": clock.now(),
        },
    )
    return found


@transaction.atomic
def points_keep(company: Company, diagnosis_pk: int, points: Sequence[Kept | str]) -> list[ActionPoint]:
    """Return the open action points of a diagnosis: those given, instead of those before.

    One that is kept as it was stays the same row. Raises InputError selling-points for more than three.
    """
    wanted = [Kept(each) if isinstance(each, str) else each for each in points]
    by_text = {text: each for each in wanted if (text := each.text.strip())}
    points_kept(list(by_text))
    one = Diagnosis.objects.select_related("conversation").get(company=company, pk=diagnosis_pk)
    one.points.filter(state="open").exclude(text__in=by_text).delete()
    return [_kept(one, text, each) for text, each in by_text.items()]


def _kept(one: Diagnosis, text: str, each: Kept) -> ActionPoint:
    facts = {"moment": each.moment if each.moment in MOMENTS else "during", "rule": each.rule}
    row, _made = ActionPoint.objects.update_or_create(
        company_id=one.company_id,
        diagnosis=one,
        person=one.conversation.person,
        text=text,
        state="open",
        defaults=facts,
    )
    return row


def step_add(company: Company, conversation_pk: int, what: str, who: str, by: dt.date | None) -> None:
    """Keep a next step that was agreed in a conversation; the same one again adds nothing."""
    talk = Conversation.objects.get(company=company, pk=conversation_pk)
    NextStep.objects.get_or_create(company=company, conversation=talk, what=what, who=who, by=by)


def concession_add(
    company: Company, conversation_pk: int, text: str, *, asked: bool, in_return: str = ""
) -> None:
    """Keep a concession that was asked for or given in a conversation; the same one again adds nothing."""
    talk = Conversation.objects.get(company=company, pk=conversation_pk)
    Concession.objects.get_or_create(
        company=company, conversation=talk, text=text, asked=asked, in_return=in_return
    )


@transaction.atomic
def diagnosis_share(company: Company, pk: int, by: str) -> None:
    """Let the other side see a diagnosis; the audit log says that it was shared, not what it holds."""
    found = Diagnosis.objects.filter(company=company, pk=pk, state="draft")
    if found.update(state="shared", shared_at=clock.now()):
        audit_append(company.pk, by, "diagnosis-shared", str(pk), {})


@transaction.atomic
def diagnosis_unshare(company: Company, pk: int, by: str) -> None:
    """Make a shared diagnosis private again; one that was replied to stays as it is."""
    found = Diagnosis.objects.filter(company=company, pk=pk, state="shared")
    if found.update(state="draft", shared_at=None):
        audit_append(company.pk, by, "diagnosis-unshared", str(pk), {})


def diagnosis_reply(company: Company, pk: int, person: str, reply: str) -> None:
    """Keep the salesperson's reply. InputError selling-answer for a diagnosis that is not shared with
    them.
    """
    found = Diagnosis.objects.filter(
        company=company, pk=pk, conversation__person=person, state__in=("shared", "answered")
    )
    if not found.update(reply=reply, state="answered"):
        raise InputError(
            "selling-answer", "This diagnosis is not shared with you.", remedy="Ask its writer to share it."
        )


def point_tried(company: Company, pk: int, state: str, *, helped: bool | None) -> None:
    """Keep whether an action point was tried, and whether it helped. Raises InputError selling-answer."""
    if state not in TRIED:
        raise InputError(
            "selling-answer", "That is no answer to an action point.", remedy="Choose one of the list."
        )
    ActionPoint.objects.filter(company=company, pk=pk).update(state=state, helped=helped)
