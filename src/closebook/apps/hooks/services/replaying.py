"""Sending again what was sent or was not, and an event that only tries the way."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.hooks.models import Delivery, DeliveryState, Endpoint, EndpointState, Event
from closebook.apps.hooks.services.events import delivery_of, event_body
from closebook.core.errors import InputError
from closebook.transport import clock

MISSED = (DeliveryState.FAILED, DeliveryState.UNSENT)


def _refuse_paused(endpoint: Endpoint) -> None:
    if endpoint.state != EndpointState.ACTIVE:
        raise InputError("webhook-paused", "This address is paused.", remedy="Start it again first.")


def trial_send(endpoint: Endpoint, actor: str) -> Delivery:
    """Return the delivery of a new event that says nothing; it is sent like any other.

    Raises InputError while the endpoint is paused.
    """
    _refuse_paused(endpoint)
    made = delivery_of(
        endpoint, Event.TEST, *event_body(endpoint.company_id, Event.TEST, {"asked_by": actor})
    )
    made.save()
    return made


@transaction.atomic
def delivery_replay(delivery: Delivery, actor: str) -> None:
    """Send one delivery again, at once and with all its tries. Raises InputError while its endpoint is
    paused.
    """
    _refuse_paused(delivery.endpoint)
    _again(delivery.endpoint, [delivery.pk], actor)


@transaction.atomic
def missed_replay(endpoint: Endpoint, first: dt.datetime, last: dt.datetime, actor: str) -> int:
    """Send all of a span again that failed or was not sent, oldest first; return how many.

    Raises InputError while the endpoint is paused.
    """
    _refuse_paused(endpoint)
    missed = Delivery.objects.filter(endpoint=endpoint, state__in=MISSED, created_at__range=(first, last))
    return _again(endpoint, list(missed.values_list("pk", flat=True)), actor)


def _again(endpoint: Endpoint, numbers: list[int], actor: str) -> int:
    for start in range(0, len(numbers), 500):
        rows = Delivery.objects.filter(pk__in=numbers[start : start + 500])
        rows.update(state=DeliveryState.WAITING, tries=0, next_at=clock.now(), ended_at=None)
    if numbers:
        facts = {"webhook": endpoint.pk, "deliveries": len(numbers)}
        audit_append(endpoint.company_id, actor, "webhook-replayed", endpoint.url[:200], facts)
    return len(numbers)


def deliveries_forget(now: dt.datetime, kept: dt.timedelta = dt.timedelta(days=30)) -> int:
    """Remove the deliveries that ended before the last thirty days; return how many."""
    ended = Delivery.objects.filter(created_at__lt=now - kept).exclude(state=DeliveryState.WAITING)
    numbers = list(ended.values_list("pk", flat=True))
    for start in range(0, len(numbers), 500):
        Delivery.objects.filter(pk__in=numbers[start : start + 500]).delete()
    return len(numbers)
