"""Logging conversations once, with what was asked, given and agreed, and what is to be followed up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.selling.models import (
    Concession,
    Conversation,
    Customer,
    FollowUp,
    NextStep,
    Opportunity,
    Question,
)
from closebook.core.selling import followups
from closebook.transport import clock

Rows = Sequence[Mapping[str, Any]]


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
    **facts: Any,
) -> Conversation:
    """Return the conversation of a device's id; sent again it is returned as it is, and nothing is added."""
    customer = Customer.objects.get(company=company, pk=customer_pk)
    deal = Opportunity.objects.get(company=company, pk=opportunity_pk) if opportunity_pk else None
    values = {"state": "done", "opportunity": deal, "customer": customer, "person": person, "day": day}
    one, made = Conversation.objects.get_or_create(
        company=company, client_id=client_id, defaults={**values, "logged_at": clock.now(), **facts}
    )
    if made:
        Question.objects.bulk_create(
            [Question(company=company, conversation=one, **row) for row in questions]
        )
        Concession.objects.bulk_create(
            [Concession(company=company, conversation=one, **row) for row in concessions]
        )
        NextStep.objects.bulk_create([NextStep(company=company, conversation=one, **row) for row in steps])
        _follow(company, one)
    return one


def _follow(company: Company, one: Conversation) -> None:
    """Close what this conversation answers, and keep what a refusal asks for."""
    if one.state != "done":
        return
    due = FollowUp.objects.filter(company=company, customer=one.customer, closed_on=None)
    due.filter(rule__in=(followups.Rule.REFUSED, followups.Rule.REVISIT)).update(closed_on=one.day, done=True)
    past = Conversation.objects.filter(company=company, customer=one.customer, state="done")
    contacts = [
        followups.Contact(str(one.customer_id), person, day, outcome)
        for person, day, outcome in past.values_list("person", "day", "outcome")
    ]
    wanted = followups.after_refusals(contacts)
    if wanted:
        FollowUp.objects.create(
            company=company, customer=one.customer, conversation=one, rule=wanted.rule, person=wanted.person,
            due=wanted.due, about=wanted.about,
        )  # fmt: skip


def prepare(company: Company, pk: int, sheet: Mapping[str, str]) -> None:
    """Keep the preparation sheet of a conversation."""
    Conversation.objects.filter(company=company, pk=pk).update(preparation=dict(sheet))


def question_answer(company: Company, pk: int, answer: str, by: str) -> None:
    """Keep the answer to a customer's question."""
    Question.objects.filter(company=company, pk=pk).update(answer=answer, answered_by=by)


def step_done(company: Company, pk: int, day: dt.date) -> None:
    """Keep that an agreed step was done."""
    NextStep.objects.filter(company=company, pk=pk).update(done_on=day)


def follow_up_close(company: Company, pk: int, day: dt.date, *, done: bool, reason: str = "") -> None:
    """Close a follow-up that was done, or with a reason. Raises InputError selling-follow-up."""
    one = FollowUp.objects.get(company=company, pk=pk)
    rule = followups.Rule(one.rule)
    followups.closed(
        followups.FollowUp(rule, str(one.customer_id), one.person, one.due), done=done, reason=reason
    )
    one.closed_on, one.done, one.reason = day, done, reason
    one.save(update_fields=["closed_on", "done", "reason"])
