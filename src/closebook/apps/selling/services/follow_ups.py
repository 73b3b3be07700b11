"""What is to be followed up: kept after a refusal, answered by a contact, closed with a reason, reopened."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.selling.models import Conversation, Customer, FollowUp
from closebook.apps.selling.selectors.day import day_list
from closebook.core.errors import InputError
from closebook.core.selling import followups
from closebook.core.selling.followups import Rule

REST = "rest"


def follow(one: Conversation, before: Customer | None = None) -> None:
    """Close what a conversation answers, and keep what a refusal asks for.

    It may be called again after a correction; ``before`` is the customer whose it was.
    """
    FollowUp.objects.filter(conversation=one, closed_on=None).delete()
    for customer in {one.customer, before or one.customer}:
        _customer_followed(one, customer)


def _customer_followed(one: Conversation, customer: Customer) -> None:
    """Bring what is kept for a customer to what the last real contact asks for."""
    past = Conversation.objects.filter(customer=customer, state="done").order_by("day", "pk")
    met = list(past)
    wanted = followups.after_refusals(
        [followups.Contact(str(customer.pk), each.person, each.day, each.outcome) for each in met]
    )
    kept = _asked(FollowUp.objects.filter(customer=customer))
    same = kept.filter(rule=wanted.rule, due=wanted.due, about=wanted.about) if wanted else kept.none()
    if met:
        answered = kept.filter(closed_on=None).exclude(pk__in=list(same.values_list("pk", flat=True)))
        answered.update(closed_on=met[-1].day, done=True)
    if wanted and not same.filter(done=True).update(closed_on=None, done=False) and not same.exists():
        FollowUp.objects.create(
            company_id=one.company_id, customer=customer, conversation=met[-1], rule=wanted.rule,
            person=wanted.person, due=wanted.due, about=wanted.about,
        )  # fmt: skip


def _asked(rows: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    """Return the follow-ups that a refusal asks for."""
    return rows.filter(rule__in=(Rule.REFUSED, Rule.REVISIT)).exclude(conversation=None)


def follow_up_close(company: Company, pk: int, day: dt.date, *, done: bool, reason: str = "") -> None:
    """Close a follow-up that was done, or with a reason. Raises InputError selling-follow-up."""
    one = FollowUp.objects.get(company=company, pk=pk)
    rule = Rule(one.rule)
    followups.closed(
        followups.FollowUp(rule, str(one.customer_id), one.person, one.due), done=done, reason=reason
    )
    one.closed_on, one.done, one.reason = day, done, reason
    one.save(update_fields=["closed_on", "done", "reason"])


@transaction.atomic
def follow_up_drop(company: Company, key: str, person: str, on: dt.date, reason: str, by: str) -> FollowUp:
    """Return the follow-up of a person's day that was closed with a reason; a hot prospect is hot no more.

    Raises InputError selling-follow-up without a reason, or for what is not due any more.
    """
    item = next((each for each in day_list(company.pk, person, on) if each.key == key), None)
    if item is None:
        raise InputError(
            "selling-follow-up", "This is not due any more.", remedy="Look at the day's list again."
        )
    followups.closed(item, done=False, reason=reason)
    kept, _dash, pk = key.partition("-")
    if kept == "kept":
        one = FollowUp.objects.get(company=company, pk=pk)
    else:
        one = FollowUp(company=company, customer_id=int(item.customer), rule=item.rule, person=person)
        one.due, one.about = item.due, item.about[:200]
    if item.rule is Rule.HOT:
        Customer.objects.filter(company=company, pk=one.customer_id).update(hot=False)
    one.closed_on, one.done, one.reason = on, False, reason.strip()
    one.save()
    audit_append(company.pk, by, "follow-up-closed", one.customer.name, {"reason": one.reason})
    return one


@transaction.atomic
def follow_up_reopen(company: Company, pk: int, by: str) -> None:
    """Make a follow-up due again that was closed with a reason; one that is reckoned comes back by itself."""
    one = FollowUp.objects.select_for_update().select_related("customer").get(company=company, pk=pk)
    if one.closed_on is None:
        return
    if one.rule == Rule.HOT:
        Customer.objects.filter(company=company, pk=one.customer_id).update(hot=True)
    if one.conversation_id is None:
        one.delete()
    else:
        one.closed_on, one.done, one.reason = None, False, ""
        one.save(update_fields=["closed_on", "done", "reason"])
    audit_append(company.pk, by, "follow-up-reopened", one.customer.name, {})
