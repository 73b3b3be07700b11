"""An assistant's machines: added with a token of their own, heard only while it is valid."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.models import Company, Person
from closebook.apps.companies.selectors.tokens import state_of
from closebook.apps.companies.services.tokens import MOST_DAYS, token_make, token_revoke
from closebook.apps.workforce.models import Device
from closebook.core.errors import InputError
from closebook.core.workforce.runs import SECOND, ms_of
from closebook.transport import clock

_STEADY_MS = 2 * SECOND
"""Clocks that differ by no more are taken as equal, and two samples within it as one offset."""


@transaction.atomic
def machine_add(company: Company, person: Person, name: str) -> tuple[Device, str]:
    """Return a machine of a person with the plain token that it speaks with, which is shown once.

    A machine whose token has ended is taken on again by its name. Raises InputError for a name that is in use
    or empty.
    """
    found = (
        Device.objects.select_related("token")
        .filter(company=company, person=person, name=name.strip())
        .first()
    )
    if found and found.token and state_of(found.token) == "valid":
        raise InputError(
            "machine-known", "A machine of that name is there already.", remedy="Choose another name."
        )
    token, plain = token_make(company, person, name, [Ability.DO_TASKS.value], MOST_DAYS)
    if found is None:
        found = Device(company=company, person=person, name=token.name, made_at=clock.now())
        found.actor = person.username
    found.token = token
    found.save()
    return found, plain


def machine_revoke(device: Device, actor: str) -> None:
    """End a machine's token: it is heard no more, and what it said stays."""
    if device.token is not None:
        token_revoke(device.token, actor)


def machine_heard(device: Device, told: int | None, now: dt.datetime) -> int:
    """Keep that a machine was heard, and return by how many ms its clock is ahead, 0 unless it is steady.

    ``told`` is the moment by the machine's clock in ms; one that jumped is left alone.
    """
    sample = 0 if told is None else told - ms_of(now)
    if abs(sample) <= _STEADY_MS:
        sample = 0
    shift = sample if abs(sample - device.skew_ms) <= _STEADY_MS else 0
    device.skew_ms, device.seen_at = sample, now
    device.save(update_fields=["skew_ms", "seen_at"])
    return shift
