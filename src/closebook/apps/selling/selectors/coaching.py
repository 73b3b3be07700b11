"""What coaching reads: action points, conversations to look back at, and what the rules need of one."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import ActionPoint, Conversation, Diagnosis
from closebook.apps.selling.selectors.selling import Abilities
from closebook.core.selling.checklist import CHECKLIST
from closebook.core.selling.diagnosis import Diagnosis as Rules
from closebook.core.selling.diagnosis import Given, Step

SHARED = ("shared", "answered")


def points_of(company_id: int, person: str) -> QuerySet[ActionPoint]:
    """Return a person's action points as far as the person may see them: of own checks and shared
    diagnoses.
    """
    seen = Q(diagnosis__by=person) | Q(diagnosis__state__in=SHARED)
    found = ActionPoint.objects.filter(seen, company_id=company_id, person=person)
    return found.select_related("diagnosis__conversation__customer")


def open_points(company_id: int, person: str) -> list[ActionPoint]:
    """Return what a person will try at the next conversation, the oldest first; at most the last three."""
    newest = points_of(company_id, person).filter(state="open").order_by("-pk")[:3]
    return sorted(newest, key=lambda one: one.pk)


def conversations_to_coach(company_id: int, person: str, abilities: Abilities) -> QuerySet[Conversation]:
    """Return the conversations that a person may look back at: their own, all for coaches, none for
    readers.
    """
    found = Conversation.objects.filter(company_id=company_id, state="done")
    found = found.select_related("customer", "opportunity")
    if Ability.COACH in abilities:
        return found
    return found.filter(person=person) if Ability.SELL in abilities else found.none()


def without_diagnosis(company_id: int, person: str, abilities: Abilities) -> QuerySet[Conversation]:
    """Return those that wait: a person's own without a check by the person, others' without any coach's."""
    made = Diagnosis.objects.filter(conversation=OuterRef("pk"))
    mine = Q(Exists(made.filter(by=person, own=True)))
    coached = Q(Exists(made.filter(own=False)))
    waiting = (Q(person=person) & ~mine) | (~Q(person=person) & ~coached)
    return conversations_to_coach(company_id, person, abilities).filter(waiting)


def rules_of(one: Diagnosis) -> Rules:
    """Return a diagnosis as the rules know it, with what its conversation's record holds beside it."""
    talk = one.conversation
    deal = talk.opportunity
    answers = {code: text for code, text in one.answers.items() if code in CHECKLIST.questions()}
    return Rules(
        answers,
        tuple(Step(row.what, row.who, row.by) for row in talk.steps.all()),
        tuple(
            Given(row.text, row.asked, row.kind, row.moment, row.in_return) for row in talk.concessions.all()
        ),
        talk.minutes,
        len(talk.questions.all()),
        bool(deal and deal.competitor),
    )


def with_records(found: QuerySet[Diagnosis]) -> QuerySet[Diagnosis]:
    """Return diagnoses with all that ``rules_of`` reads, in a fixed number of queries."""
    return found.select_related("conversation__customer", "conversation__opportunity").prefetch_related(
        "conversation__steps", "conversation__concessions", "conversation__questions", "points"
    )


def earlier(one: Conversation, seen: QuerySet[Diagnosis]) -> QuerySet[Diagnosis]:
    """Return the last three diagnoses of the same salesperson and customer, of those a person may see."""
    same = {"conversation__person": one.person, "conversation__customer_id": one.customer_id}
    return with_records(seen.filter(**same).exclude(conversation=one)).order_by("-conversation__day", "-pk")[
        :3
    ]
