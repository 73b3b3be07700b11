"""Who belongs to which company."""

from __future__ import annotations

from django.db.models import QuerySet

from closebook.apps.companies.models import Membership, Person


def memberships_of(person: Person) -> list[Membership]:
    """Return a person's memberships with their companies, by company name."""
    return list(membership_rows(person).order_by("company__name"))


def membership_rows(person: Person) -> QuerySet[Membership]:
    """Return the rows of a person's memberships with their companies, in no order."""
    return Membership.objects.filter(person=person).select_related("company")


def membership_in(person: Person, company_id: int) -> Membership | None:
    """Return a person's membership in a company, None for a company that is not theirs."""
    return Membership.objects.filter(person=person, company_id=company_id).select_related("company").first()


def member_numbers(company_id: int) -> dict[str, int]:
    """Return the numbers of a company's memberships by the person's name."""
    rows = Membership.objects.filter(company_id=company_id)
    return dict(rows.values_list("person__username", "pk"))
