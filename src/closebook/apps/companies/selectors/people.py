"""Who belongs to a company, how they sign in, and who is invited."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from closebook.apps.companies.models import Company, Invitation, Membership, Role


def members_of(company: Company) -> QuerySet[Membership, Any]:
    """Return a company's memberships with their people; ``second_factor`` tells whether one is set up."""
    factors = Authenticator.objects.filter(user=OuterRef("person")).exclude(type="recovery_codes")
    return (
        Membership.objects.filter(company=company)
        .select_related("person")
        .annotate(second_factor=Exists(factors))
    )


def members_found(company: Company, words: str) -> QuerySet[Membership]:
    """Return the memberships of people whose name or address holds the words."""
    fits = Q(person__username__icontains=words) | Q(person__email__icontains=words)
    fits |= Q(person__first_name__icontains=words) | Q(person__last_name__icontains=words)
    rows = Membership.objects.filter(fits, company=company)
    return rows.select_related("person").order_by("person__username")


def invitations_open(company: Company) -> QuerySet[Invitation]:
    """Return a company's invitations that were neither accepted nor withdrawn, newest first; expired ones
    too.
    """
    rows = Invitation.objects.filter(company=company, accepted_at=None, withdrawn_at=None)
    return rows.select_related("invited_by").order_by("-pk")


def owners_count(company: Company) -> int:
    """Return how many people who may sign in own a company."""
    return Membership.objects.filter(company=company, role=Role.OWNER, person__is_active=True).count()
