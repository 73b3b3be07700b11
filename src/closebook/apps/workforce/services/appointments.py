"""Appointments of an assistant, and the secret address of a person's calendar."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from closebook.apps.companies.models import Company, Person
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import Appointment, Contract, Feed
from closebook.core.errors import InputError
from closebook.transport import clock

_TOKEN_BYTES = 32


@transaction.atomic
def appointment_book(
    contract: Contract, starts_at: dt.datetime, minutes: int, facts: Mapping[str, Any], actor: str
) -> Appointment:
    """Return an appointment. Raises InputError for a moment that is over, or over another appointment."""
    Person.objects.select_for_update().get(pk=contract.person_id)
    ends_at = starts_at + dt.timedelta(minutes=minutes)
    if starts_at <= clock.now():
        raise InputError("moment-over", "This moment is over.", remedy="Choose a later one.")
    others = Appointment.objects.filter(contract__person=contract.person, cancelled_at=None)
    if others.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise InputError(
            "appointment-clashes", "Another appointment lies there.", remedy="Choose one of the free times."
        )
    made = Appointment.objects.create(
        company_id=contract.company_id,
        contract=contract,
        starts_at=starts_at,
        ends_at=ends_at,
        actor=actor,
        made_at=clock.now(),
        **facts,
    )
    _told(made, actor, "booked")
    return made


def appointment_cancel(appointment: Appointment, actor: str) -> None:
    """Cancel an appointment; a second time changes nothing."""
    rows = Appointment.objects.filter(pk=appointment.pk, cancelled_at=None)
    if rows.update(cancelled_at=clock.now()):
        _told(appointment, actor, "cancelled")


def _told(row: Appointment, actor: str, word: str) -> None:
    facts = {"appointment": row.pk, "to": word}
    audit_append(row.company_id, actor, "appointment-moved", row.title, facts)


@transaction.atomic
def feed_renew(company: Company, person: Person) -> Feed:
    """Return a person's calendar address, made anew; the former one ends to work."""
    found, _made = Feed.objects.update_or_create(
        company=company,
        person=person,
        defaults={
            "token": secrets.token_urlsafe(_TOKEN_BYTES),
            "made_at": clock.now(),
            "actor": person.username,
        },
    )
    audit_append(company.pk, person.username, "feed-renewed", person.username, {})
    return found
