"""What belongs to the company of a request, and to the salesperson who asks."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import Conversation, Customer, Diagnosis, Opportunity
from closebook.apps.selling.selectors.coaching import conversations_to_coach
from closebook.apps.selling.selectors.selling import (
    conversations_of,
    customers_of,
    diagnoses_of,
    opportunities_of,
)
from closebook.web.frame.access import CompanyRequest


def opportunities_seen(request: CompanyRequest) -> QuerySet[Opportunity]:
    """Return the opportunities that the person may see: a salesperson's own and nobody's, or all."""
    return opportunities_of(request.company.pk, request.user.username, request.abilities)


def opportunity_seen(request: CompanyRequest, opportunity_id: int) -> Opportunity:
    """Return an opportunity that the person may see; Http404 for any other."""
    found = opportunities_seen(request).filter(pk=opportunity_id).first()
    if found is None:
        raise Http404
    return found


def diagnoses_seen(request: CompanyRequest) -> QuerySet[Diagnosis]:
    """Return the diagnoses that the person may see."""
    return diagnoses_of(request.company.pk, request.user.username, request.abilities)


def conversation_coached(request: CompanyRequest, conversation_id: int) -> Conversation:
    """Return a conversation that the person may look back at, or has a diagnosis of; Http404 for others."""
    mine = conversations_to_coach(request.company.pk, request.user.username, request.abilities)
    found = mine.filter(pk=conversation_id).first()
    if found is None:
        seen = diagnoses_seen(request).filter(conversation_id=conversation_id).first()
        found = seen.conversation if seen else None
    if found is None:
        raise Http404
    return found


def customers_seen(request: CompanyRequest) -> QuerySet[Customer]:
    """Return the customers that the person may see: a salesperson's own and nobody's, or all."""
    return customers_of(request.company.pk, request.user.username, request.abilities)


def conversations_seen(request: CompanyRequest) -> QuerySet[Conversation]:
    """Return the conversations that the person may see: a salesperson's own and their customers', or all."""
    return conversations_of(request.company.pk, request.user.username, request.abilities)


def conversation_seen(request: CompanyRequest, conversation_id: int) -> Conversation:
    """Return a conversation that the person may see; Http404 for any other."""
    found = conversations_seen(request).filter(pk=conversation_id).first()
    if found is None:
        raise Http404
    return found


def diagnosis_link(row: Diagnosis) -> str:
    """Return the address of the page on which a diagnosis stands: that of its conversation."""
    return reverse("diagnosis", args=[row.company_id, row.conversation_id])


def person_of_day(request: CompanyRequest, chosen: str) -> str:
    """Return whose day is shown: the chosen person's for who sees all, one's own for a salesperson."""
    narrow = Ability.SELL in request.abilities and Ability.MANAGE_SELLING not in request.abilities
    return request.user.username if narrow or not chosen else chosen
