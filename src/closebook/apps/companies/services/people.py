"""People: the first owner."""

from __future__ import annotations

from django.db import transaction

from closebook.apps.companies.models import Company, Membership, Person, Role
from closebook.apps.companies.services.audit import audit_append


@transaction.atomic
def owner_claim(company: Company, username: str, email: str, password: str) -> Person:
    """Return the owner with a password of their own; they own the company and the sample companies.

    The one-time password of a person of that name, if any, ends to be valid.
    """
    person, _made = Person.objects.get_or_create(username=username)
    person.email = email
    person.set_password(password)
    person.save()
    for owned in {company, *Company.objects.filter(is_sample=True)}:
        Membership.objects.update_or_create(person=person, company=owned, defaults={"role": Role.OWNER})
        audit_append(owned.pk, username, "owner-made", username, {})
    return person
