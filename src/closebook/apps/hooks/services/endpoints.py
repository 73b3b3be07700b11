"""Endpoints: made with a secret that is shown once, changed, paused, given another secret, taken away."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.hooks.models import Delivery, DeliveryState, Endpoint, EndpointState, Event
from closebook.apps.hooks.rules import SECRETS_OVERLAP
from closebook.core.errors import InputError
from closebook.transport import clock
from closebook.transport.outward import Gate

PREFIX = "whsec_"
_SECRET_BYTES = 32
MOST_ENDPOINTS = 20
WANTED = tuple(event for event in Event if event != Event.TEST)
"""The events that can be asked for."""


def gate() -> Gate:
    """Return which addresses may be posted to in this installation."""
    return Gate(tuple(settings.CLOSEBOOK_WEBHOOK_HOSTS), debug=settings.DEBUG)


def _secret() -> str:
    return PREFIX + secrets.token_urlsafe(_SECRET_BYTES)


def _checked(url: str, events: Iterable[str], note: str) -> dict[str, object]:
    gate().refuse_url(url)
    if len(url) > 500 or len(note) > 200:
        raise InputError("webhook-address", "The address or the note is too long.", remedy="Shorten it.")
    wanted = sorted(set(events))
    unknown = [word for word in wanted if word not in WANTED]
    if unknown:
        raise InputError(
            "webhook-events", f"{unknown[0]!r} is no event.", remedy="Choose among those that are listed."
        )
    return {"url": url, "events": wanted, "note": note.strip()}


@transaction.atomic
def endpoint_make(
    company: Company, url: str, events: Iterable[str], note: str, actor: str
) -> tuple[Endpoint, str]:
    """Return a new endpoint with its secret, which is not shown again. No events means all.

    Raises InputError for an address that may not be posted to, an unknown event, or one endpoint too many.
    """
    facts = _checked(url, events, note)
    if Endpoint.objects.filter(company=company).count() >= MOST_ENDPOINTS:
        raise InputError(
            "webhook-too-many",
            f"A company has at most {MOST_ENDPOINTS} addresses for webhooks.",
            remedy="Delete one first.",
        )
    secret = _secret()
    made = Endpoint.objects.create(company=company, secret=secret, created_at=clock.now(), **facts)
    _audit(made, actor, "webhook-made")
    return made, secret


@transaction.atomic
def endpoint_change(endpoint: Endpoint, url: str, events: Iterable[str], note: str, actor: str) -> None:
    """Keep another address, other events or another note. Raises InputError as ``endpoint_make``."""
    for name, value in _checked(url, events, note).items():
        setattr(endpoint, name, value)
    endpoint.save(update_fields=["url", "events", "note"])
    _audit(endpoint, actor, "webhook-changed")


@transaction.atomic
def endpoint_pause(endpoint: Endpoint, why: str, actor: str) -> bool:
    """Stop sending to an endpoint; what waited, and what comes meanwhile, is kept unsent. False when it is
    paused already.
    """
    active = Endpoint.objects.filter(pk=endpoint.pk, state=EndpointState.ACTIVE)
    if not active.update(state=EndpointState.PAUSED, why=why):
        return False
    waiting = Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.WAITING)
    waiting.update(state=DeliveryState.UNSENT, next_at=None, ended_at=clock.now())
    _audit(endpoint, actor, "webhook-paused", why=why)
    return True


@transaction.atomic
def endpoint_resume(endpoint: Endpoint, actor: str) -> bool:
    """Send to an endpoint again, what happens from now on; False when it is not paused."""
    paused = Endpoint.objects.filter(pk=endpoint.pk, state=EndpointState.PAUSED)
    if not paused.update(state=EndpointState.ACTIVE, why="", failing_since=None, told_at=None):
        return False
    _audit(endpoint, actor, "webhook-resumed")
    return True


@transaction.atomic
def endpoint_rotate(endpoint: Endpoint, actor: str) -> str:
    """Return a new secret; the former one signs beside it for a day."""
    made = _secret()
    endpoint.previous_secret, endpoint.secret = endpoint.secret, made
    endpoint.previous_until = clock.now() + SECRETS_OVERLAP
    endpoint.save(update_fields=["secret", "previous_secret", "previous_until"])
    _audit(endpoint, actor, "webhook-secret-changed")
    return made


@transaction.atomic
def endpoint_delete(endpoint: Endpoint, actor: str) -> None:
    """Take an endpoint away with all that waits for it and its log."""
    _audit(endpoint, actor, "webhook-deleted")
    endpoint.delete()


def _audit(endpoint: Endpoint, actor: str, action: str, **more: str) -> None:
    facts = {"webhook": endpoint.pk, "events": endpoint.events or "all", **more}
    audit_append(endpoint.company_id, actor, action, endpoint.url[:200], facts)
