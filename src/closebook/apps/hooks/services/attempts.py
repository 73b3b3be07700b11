"""One attempt: the POST, and what it means for the delivery and its endpoint."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction

from closebook.apps.companies.abilities import Ability, abilities_of
from closebook.apps.companies.models import Membership
from closebook.apps.companies.services.mail import mail_send
from closebook.apps.companies.services.people_mails import address_of
from closebook.apps.hooks.models import Attempt, Delivery, DeliveryState, Endpoint
from closebook.apps.hooks.rules import GONE, PAUSED_AFTER, REPLY_LETTERS, signature, wait_seconds
from closebook.apps.hooks.services.endpoints import endpoint_pause, gate
from closebook.core.errors import InputError, InvariantError, RetryError
from closebook.transport import clock
from closebook.transport.outward import post_outward

_LOG = logging.getLogger(__name__)
GIVEN_UP, PAUSED = "hook_given_up", "hook_paused"


def deliver(delivery: Delivery, chance: int) -> None:
    """Post a delivery once and keep what came of it; ``chance`` (0 to 999) shifts the next try.

    Nothing is locked while the far side is waited for, so the same may be posted twice after a crash.
    """
    attempt = _posted(delivery, clock.now())
    with transaction.atomic():
        endpoint = Endpoint.objects.select_for_update().filter(pk=delivery.endpoint_id).first()
        fresh = Delivery.objects.filter(pk=delivery.pk).first()
        if endpoint is None or fresh is None:
            return  # taken away meanwhile
        attempt.save()
        word = _settle(endpoint, fresh, attempt, chance)
    if word:
        _owners_tell(endpoint, word, attempt)


def _posted(delivery: Delivery, now: dt.datetime) -> Attempt:
    """Return the attempt that was just made."""
    began = clock.monotonic_seconds()
    attempt = Attempt(delivery=delivery, at=now)
    try:
        headers = headers_of(delivery, now)
        reply = post_outward(delivery.endpoint.url, headers, delivery.body.encode(), gate())
        attempt.status = reply.status
        attempt.reply = reply.body.decode("utf-8", "replace").replace("\0", "")[:REPLY_LETTERS]
    except (InputError, RetryError, InvariantError) as error:
        attempt.error = error.message
    attempt.milliseconds = int((clock.monotonic_seconds() - began) * 1000)
    return attempt


def headers_of(delivery: Delivery, now: dt.datetime) -> dict[str, str]:
    """Return the headers of a POST, signed by the secret and, while it is new, by the former one too."""
    endpoint = delivery.endpoint
    known = [endpoint.secret]
    if endpoint.previous_secret and endpoint.previous_until and endpoint.previous_until > now:
        known.append(endpoint.previous_secret)
    return {
        "Content-Type": "application/json",
        "Closebook-Signature": signature(known, int(now.timestamp()), delivery.body),
        "Closebook-Event": delivery.event,
        "Closebook-Delivery": str(delivery.pk),
    }


def _settle(endpoint: Endpoint, delivery: Delivery, attempt: Attempt, chance: int) -> str:
    """Keep how delivery and endpoint stand now; return what the owners are to be told, "" for nothing."""
    delivery.tries += 1
    if 200 <= attempt.status < 300:
        _end(delivery, DeliveryState.DONE, attempt.at)
        Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=None, told_at=None)
        return ""
    endpoint.failing_since = endpoint.failing_since or attempt.at
    Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=endpoint.failing_since)
    wait = wait_seconds(delivery.tries, chance)
    gone = attempt.status == GONE
    if gone or wait is None:
        _end(delivery, DeliveryState.FAILED, attempt.at)
    else:
        delivery.next_at = attempt.at + dt.timedelta(seconds=wait)
        delivery.save(update_fields=["tries", "next_at"])
    if gone or attempt.at - endpoint.failing_since >= PAUSED_AFTER:
        return PAUSED if endpoint_pause(endpoint, "gone" if gone else "failing", "worker") else ""
    return GIVEN_UP if wait is None and _told_first(endpoint, attempt.at) else ""


def _end(delivery: Delivery, state: DeliveryState, at: dt.datetime) -> None:
    delivery.state, delivery.next_at, delivery.ended_at = state, None, at
    delivery.save(update_fields=["state", "tries", "next_at", "ended_at"])


def _told_first(endpoint: Endpoint, at: dt.datetime) -> bool:
    """Tell whether the owners do not know yet that this endpoint fails; now they do."""
    return bool(Endpoint.objects.filter(pk=endpoint.pk, told_at=None).update(told_at=at))


def _owners_tell(endpoint: Endpoint, template: str, attempt: Attempt) -> None:
    """Mail those who manage the company; the page says the same, so a mail that is not taken is let go."""
    members = Membership.objects.filter(company_id=endpoint.company_id, person__is_active=True)
    for member in members.exclude(person__email="").select_related("person", "company"):
        if Ability.MANAGE_COMPANY not in abilities_of(member.role):
            continue
        facts = {
            "company": member.company,
            "endpoint": endpoint,
            "gone": attempt.status == GONE,
            "what": attempt.error or f"HTTP {attempt.status}",
            "link": address_of("webhook", endpoint.company_id, endpoint.pk),
        }
        try:
            mail_send(template, member.person.email, member.person.language or "en", facts)
        except RetryError as error:
            _LOG.warning("No mail about webhook %s: %s", endpoint.pk, error)
