"""Writing events down, in the transaction of the fact that they tell."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction

from closebook.apps.hooks.models import VERSION, Delivery, DeliveryState, Endpoint, EndpointState, Event
from closebook.core.errors import InvariantError
from closebook.transport import clock

Facts = Mapping[str, Any]


def events_tell(company_id: int, event: Event, facts: Callable[[], Iterable[Facts]]) -> int:
    """Write an event per fact down for each endpoint that wants it; return how many deliveries that makes.

    ``facts`` is asked only when somebody listens. Raises InvariantError outside a transaction: an event
    stands or falls with what it tells.
    """
    if not transaction.get_connection().in_atomic_block:
        raise InvariantError("event-alone", f"{event} is told outside the transaction of its fact.")
    rows = Endpoint.objects.filter(company_id=company_id).only("pk", "events", "state")
    listening = [each for each in rows if not each.events or event in each.events]
    if not listening:
        return 0
    made = [
        delivery_of(endpoint, event, *body)
        for body in (event_body(company_id, event, fact) for fact in facts())
        for endpoint in listening
    ]
    Delivery.objects.bulk_create(made, batch_size=500)
    return len(made)


def event_body(company_id: int, event: Event, fact: Facts) -> tuple[str, str]:
    """Return the id of a new event and the text that tells it."""
    event_id = f"evt_{secrets.token_hex(16)}"
    body = {
        "id": event_id,
        "type": event.value,
        "version": VERSION,
        "created_at": clock.now().isoformat(),
        "company": company_id,
        "data": fact,
    }
    return event_id, json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def delivery_of(endpoint: Endpoint, event: Event, event_id: str, body: str) -> Delivery:
    """Return a delivery that is not stored yet: due at once, or unsent while the endpoint is paused."""
    now, sends = clock.now(), endpoint.state == EndpointState.ACTIVE
    return Delivery(
        endpoint=endpoint,
        event_id=event_id,
        event=event,
        body=body,
        created_at=now,
        state=DeliveryState.WAITING if sends else DeliveryState.UNSENT,
        next_at=now if sends else None,
        ended_at=None if sends else now,
    )
