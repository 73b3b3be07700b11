"""Keeping diagnoses: private until shared, answered by the salesperson, with at most three action points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.selling.models import ActionPoint, Conversation, Diagnosis
from closebook.core.errors import InputError
from closebook.core.selling.diagnosis import Diagnosis as Rules
from closebook.core.selling.diagnosis import checked, points_kept
from closebook.transport import clock

TRIED = ("tried", "not_tried", "no_occasion", "dropped")


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
        defaults={
            "company": company,
            "answers": dict(answers),
            "notes": dict(notes),
            "made_at": clock.now(),
        },
    )
    return found


@transaction.atomic
def points_keep(company: Company, diagnosis_pk: int, texts: Sequence[str]) -> list[ActionPoint]:
    """Return the action points that are kept of a diagnosis, instead of those before.

    Raises InputError selling-points for more than three.
    """
    kept = points_kept(texts)
    one = Diagnosis.objects.select_related("conversation").get(company=company, pk=diagnosis_pk)
    one.points.filter(state="open").delete()
    return [
        ActionPoint.objects.create(company=company, diagnosis=one, person=one.conversation.person, text=text)
        for text in kept
    ]


@transaction.atomic
def diagnosis_share(company: Company, pk: int, by: str) -> None:
    """Let the salesperson see a diagnosis; the audit log says that it was shared, not what it holds."""
    found = Diagnosis.objects.filter(company=company, pk=pk, state="draft")
    if found.update(state="shared", shared_at=clock.now()):
        audit_append(company.pk, by, "diagnosis-shared", str(pk), {})


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
