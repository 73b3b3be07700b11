"""A person's own profile: kept, shown to others or not, with services and references that can be put back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from closebook.apps.companies.models import Company, Person
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import OfferedService, Profile, Reference
from closebook.apps.workforce.selectors.offering import advice_of, services_of
from closebook.core.errors import HeldError, InputError
from closebook.transport import clock

_TOKEN_BYTES = 18
MOST = 50
"""So many services or references a profile holds at most."""


@transaction.atomic
def profile_save(company: Company, person: Person, facts: Mapping[str, Any]) -> Profile:
    """Return the person's profile, made or changed."""
    made = profile_made(company, person)
    for name, value in facts.items():
        setattr(made, name, value)
    made.save()
    return made


def profile_made(company: Company, person: Person) -> Profile:
    """Return the person's profile; a new one shows nothing to anybody."""
    facts = {
        "token": secrets.token_urlsafe(_TOKEN_BYTES),
        "name": person.get_full_name() or person.username,
        "actor": person.username,
        "made_at": clock.now(),
    }
    return Profile.objects.get_or_create(company=company, person=person, defaults=facts)[0]


@transaction.atomic
def profile_show(profile: Profile, *, shown: bool) -> Profile:
    """Show the profile at its public address, or take it away. Raises HeldError while what it needs is
    missing. Hidden and shown again it has another address.
    """
    found = Profile.objects.select_for_update().get(pk=profile.pk)
    if shown and any(one.stops for one in advice_of(found)):
        raise HeldError(
            "profile-unfinished",
            "Something is missing before others see it.",
            remedy="Look at the list beside it.",
        )
    if not shown:
        found.token = secrets.token_urlsafe(_TOKEN_BYTES)
    found.is_public = shown
    found.save(update_fields=["is_public", "token"])
    action = "profile-shown" if shown else "profile-hidden"
    audit_append(found.company_id, found.person.username, action, found.name, {"profile": found.pk})
    return found


@transaction.atomic
def service_add(profile: Profile, facts: Mapping[str, Any]) -> OfferedService:
    """Return a service with its rate (minor units). Raises InputError for rates out of order, a kind that
    stands there already, or too many.
    """
    if not 0 < facts["low_minor"] <= facts["high_minor"]:
        raise InputError(
            "range-out-of-order", "The range goes from low to high.", remedy="Put the smaller rate first."
        )
    if services_of(profile).filter(kind=facts["kind"], currency=facts["currency"]).exists():
        raise InputError(
            "service-known", "This service stands there already.", remedy="Remove it and add it anew."
        )
    _check_room(profile.services.filter(removed_at=None).count())
    common = {"company": profile.company, "actor": profile.actor, "made_at": clock.now()}
    return OfferedService.objects.create(profile=profile, **common, **facts)


@transaction.atomic
def reference_add(profile: Profile, facts: Mapping[str, Any]) -> Reference:
    """Return a reference. Raises InputError when there are too many."""
    _check_room(profile.references.filter(removed_at=None).count())
    common = {"company": profile.company, "actor": profile.actor, "made_at": clock.now()}
    return Reference.objects.create(profile=profile, **common, **facts)


def _check_room(count: int) -> None:
    if count >= MOST:
        raise InputError("too-many-rows", "There are too many already.", remedy="Remove one first.")


def part_remove(row: OfferedService | Reference, *, back: bool = False) -> None:
    """Take a service or reference off the profile, or put it back."""
    row.removed_at = None if back else clock.now()
    row.save(update_fields=["removed_at"])
