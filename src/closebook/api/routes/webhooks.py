"""Webhooks: addresses that are told of events, what was sent to them, and sending it again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from closebook.api.access import ApiRequest
from closebook.api.operations import Number, Text, reads, writes
from closebook.api.paging import Page, PageWish, page_of
from closebook.apps.companies.abilities import Ability
from closebook.apps.hooks.models import Attempt, Delivery, DeliveryState, Endpoint
from closebook.apps.hooks.selectors.endpoints import deliveries_of, endpoints_of
from closebook.apps.hooks.services import endpoints as services
from closebook.apps.hooks.services.replaying import delivery_replay, missed_replay, trial_send
from closebook.transport import clock

router = Router(tags=["Webhooks"])
_MAY = Ability.MANAGE_COMPANY
_EVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class WebhookIn(Schema):
    """An address to be told of events."""

    url: Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=500)]
    events: list[Text] = Field([], max_length=50, description="Empty for all of them.")
    note: Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=200)] = ""


class WebhookOut(Schema):
    """An address that is told of events; ``why`` says why it is paused: person, gone or failing."""

    webhook: int
    url: str
    events: list[str]
    note: str
    state: Literal["active", "paused"]
    why: str
    missed: int = Field(description="How many deliveries failed or were not sent.")
    failing_since: dt.datetime | None
    created_at: dt.datetime


class WebhookMade(WebhookOut):
    """A new address with its secret, which is not shown again."""

    secret: str


class EventsOut(Schema):
    """The events that can be asked for."""

    events: list[str]


class DeletedOut(Schema):
    """What was deleted."""

    deleted: int


class AttemptOut(Schema):
    """One POST; the status is 0 when no reply came."""

    at: dt.datetime
    status: int
    reply: str
    error: str
    milliseconds: int


class DeliveryOut(Schema):
    """One event for one address, with its attempts, oldest first."""

    delivery: int
    event_id: str
    event: str
    state: str
    created_at: dt.datetime
    next_at: dt.datetime | None
    body: str
    attempts: list[AttemptOut]


class DeliveriesWish(PageWish):
    """Which deliveries to list."""

    state: DeliveryState | Literal[""] = ""


class ReplayIn(Schema):
    """One delivery, or the span of which all that failed or was not sent is sent again."""

    delivery: int | None = Field(None, ge=1, le=2**63 - 1)
    first: AwareDatetime | None = None
    last: AwareDatetime | None = None


class ReplayOut(Schema):
    """How many deliveries are sent again."""

    replayed: int


def _found(request: ApiRequest, number: int) -> Endpoint:
    return get_object_or_404(endpoints_of(request.auth.company), pk=number)


def _plain(rows: Sequence[Endpoint]) -> list[dict[str, Any]]:
    names = ("url", "events", "note", "state", "why", "failing_since", "created_at")
    return [
        {
            "webhook": row.pk,
            "missed": getattr(row, "missed", 0),
            **{name: getattr(row, name) for name in names},
        }
        for row in rows
    ]


def _deliveries(rows: Sequence[Delivery]) -> list[dict[str, Any]]:
    names = ("event_id", "event", "state", "created_at", "next_at", "body")
    made: dict[int, list[Attempt]] = {row.pk: [] for row in rows}
    for attempt in Attempt.objects.filter(delivery__in=made).order_by("pk"):
        made[attempt.delivery_id].append(attempt)
    return [
        {
            "delivery": row.pk,
            **{name: getattr(row, name) for name in names},
            "attempts": [{name: getattr(a, name) for name in AttemptOut.model_fields} for a in made[row.pk]],
        }
        for row in rows
    ]


@reads(router, "/webhooks", _MAY, Page[WebhookOut])
def webhooks(request: ApiRequest, wish: Query[PageWish]) -> dict[str, Any]:
    """The addresses that are told of events."""
    return page_of(request, endpoints_of(request.auth.company), wish, _plain)


@reads(router, "/webhooks/events", _MAY, EventsOut)
def webhook_events(request: ApiRequest) -> dict[str, Any]:  # noqa: ARG001 - the framework gives it
    """The events that can be asked for."""
    return {"events": [event.value for event in services.WANTED]}


@writes(router, "/webhooks", _MAY, WebhookMade)
def make_webhook(request: ApiRequest, body: WebhookIn) -> dict[str, Any]:
    """Add an address. Its secret is in this answer and nowhere else."""
    company, actor = request.auth.company, request.auth.actor
    made, secret = services.endpoint_make(company, body.url, body.events, body.note, actor)
    return {**_plain([made])[0], "secret": secret}


@writes(router, "/webhooks/{webhook}", _MAY, DeletedOut, method="DELETE")
def delete_webhook(request: ApiRequest, webhook: Number) -> dict[str, Any]:
    """Take an address away, with what waits for it and its log."""
    chosen = _found(request, webhook)
    services.endpoint_delete(chosen, request.auth.actor)
    return {"deleted": webhook}


@reads(router, "/webhooks/{webhook}/deliveries", _MAY, Page[DeliveryOut])
def webhook_deliveries(request: ApiRequest, webhook: Number, wish: Query[DeliveriesWish]) -> dict[str, Any]:
    """What was sent to an address, newest first, with each attempt."""
    rows = deliveries_of(_found(request, webhook))
    if wish.state:
        rows = rows.filter(state=wish.state)
    return page_of(request, rows, wish, _deliveries, newest_first=True)


@writes(router, "/webhooks/{webhook}/test", _MAY, DeliveryOut, status=202)
def test_webhook(request: ApiRequest, webhook: Number) -> dict[str, Any]:
    """Send an event that says nothing, to see whether the way is open."""
    return _deliveries([trial_send(_found(request, webhook), request.auth.actor)])[0]


@writes(router, "/webhooks/{webhook}/replay", _MAY, ReplayOut, status=202)
def replay_webhook(request: ApiRequest, webhook: Number, body: ReplayIn) -> dict[str, Any]:
    """Send one delivery again, or all of a span that failed or was not sent; with no wish, all there are."""
    chosen, actor = _found(request, webhook), request.auth.actor
    if body.delivery is not None:
        delivery = get_object_or_404(deliveries_of(chosen), pk=body.delivery)
        delivery_replay(delivery, actor)
        return {"replayed": 1}
    return {"replayed": missed_replay(chosen, body.first or _EVER, body.last or clock.now(), actor)}
