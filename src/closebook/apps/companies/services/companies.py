"""Making companies and their owners."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django.db import transaction

from closebook.apps.companies.models import Company, Membership, Person, Role
from closebook.apps.companies.services.audit import audit_append
from closebook.core.errors import InputError

if TYPE_CHECKING:
    import datetime as dt


def realm_id_new() -> str:
    """Return a realm id that no other company has, in the form of the service's own (16 digits)."""
    while True:
        realm_id = f"9130{secrets.randbelow(10**12):012d}"
        if not Company.objects.filter(realm_id=realm_id).exists():
            return realm_id


@transaction.atomic
def company_register(name: str, realm_id: str, home_currency: str, now: dt.datetime) -> Company:
    """Return the company with this realm, made when it is not there yet."""
    company, _made = Company.objects.get_or_create(
        realm_id=realm_id, defaults={"name": name, "home_currency": home_currency, "created_at": now}
    )
    return company


@transaction.atomic
def owner_ensure(company: Company, username: str) -> str:
    """Return the one-time password of a new owner, or "" when a person of that name is there already."""
    person, made = Person.objects.get_or_create(username=username, defaults={"is_staff": False})
    password = secrets.token_urlsafe(12) if made else ""
    if made:
        person.set_password(password)
        person.save()
    Membership.objects.get_or_create(person=person, company=company, defaults={"role": Role.OWNER})
    return password


@transaction.atomic
def company_zone_save(company: Company, zone: str, *, actor: Person) -> bool:
    """Keep the zone of a company's clocks, "" for none; False when it has it already. What is signed stays on
    its day. Raises InputError for what is no zone.
    """
    if zone and zone not in available_timezones():
        raise InputError("no-zone", f"There is no time zone {zone!r}.", remedy="Choose one of the list.")
    before = company.zone
    if zone == before:
        return False
    Company.objects.filter(pk=company.pk).update(zone=zone)
    audit_append(company.pk, actor.username, "company-zone", company.name, {"from": before, "to": zone})
    return True


@transaction.atomic
def company_rename(company: Company, name: str, *, actor: Person) -> bool:
    """Give a company another name; False when it has it already. Raises InputError for one that is taken."""
    wanted, before = name.strip(), company.name
    if wanted == before:
        return False
    if Company.objects.filter(name=wanted).exclude(pk=company.pk).exists():
        raise InputError(
            "name-taken", f"Another company is called {wanted!r}.", remedy="Choose another name."
        )
    Company.objects.filter(pk=company.pk).update(name=wanted)
    audit_append(company.pk, actor.username, "company-renamed", wanted, {"from": before, "to": wanted})
    return True
