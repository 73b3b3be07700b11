"""Forms that save once: the token of a form is used up together with what the form saves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from closebook.apps.companies.models import Company, FormUse
from closebook.transport import clock

KEPT = dt.timedelta(days=60)


class FormUsedError(Exception):
    """The form was saved already, perhaps a moment ago by a second click."""


@contextmanager
def form_saved(company: Company, token: str) -> Iterator[FormUse]:
    """Give the use of a form's token for one transaction, in which the caller saves and sets its address.

    Raises FormUsedError when the token is used up; nothing is saved when the block raises.
    """
    now = clock.now()
    with transaction.atomic():
        FormUse.objects.filter(company=company, made_at__lt=now - KEPT).delete()
        use = _claimed(company, token, now)
        yield use
        use.save(update_fields=["address"])


def _claimed(company: Company, token: str, now: dt.datetime) -> FormUse:
    """Return the new use of a token; on PostgreSQL this waits for another saving of the same form."""
    try:
        with transaction.atomic():
            return FormUse.objects.create(company=company, token=token, made_at=now)
    except IntegrityError:
        raise FormUsedError from None


def form_use_keep(company: Company, token: str, address: str) -> None:
    """Remember what a form made whose token the books themselves used up, in the transaction of its write."""
    facts = {"address": address, "made_at": clock.now()}
    FormUse.objects.get_or_create(company=company, token=token, defaults=facts)


def form_use_of(company: Company, token: str) -> str:
    """Return the address of what a form made; "" for a form that was not saved yet."""
    uses = FormUse.objects.filter(company=company, token=token)
    return uses.values_list("address", flat=True).first() or ""
