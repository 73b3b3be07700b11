"""Signed webhooks: tells subscribers of changes, in order, with retries until each delivery is acknowledged.

Source: QuickBooks Online webhooks: classic and CloudEvents payloads, ``intuit-signature``, retry schedule.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence

from django.db import transaction

from closebook.apps.books.database import BOOKS
from closebook.apps.books.models import BooksCompany
from closebook.apps.qbo.models import Subscription, WebhookEvent
from closebook.apps.qbo.wire import encode
from closebook.core.errors import InputError

Post = Callable[[str, bytes, Mapping[str, str]], int]
"""Sends bytes with headers to an address; returns the HTTP status, 0 when no answer came in time (3 "
"seconds)."""

RETRY_SECONDS = (10, 20, 30, 300, 1200, 7200, 14400, 21600)
MOST_EVENTS = 100
VERSION = "1.0"
_PAST = {
    "Create": "created",
    "Update": "updated",
    "Delete": "deleted",
    "Merge": "merged",
    "Void": "voided",
    "Emailed": "emailed",
}


def subscribe(
    company: BooksCompany,
    url: str,
    verifier_token: str,
    *,
    entities: Sequence[str] = (),
    cloud_events: bool = False,
) -> Subscription:
    """Return a new subscription of an address; no entities means all. InputError for an address that is not
    http(s).
    """
    if not url.startswith(("http://", "https://")):
        raise InputError(
            "webhook-url", f"{url!r} is not a web address.", remedy="Give one that starts with https://."
        )
    return Subscription.objects.using(BOOKS).create(
        company=company,
        url=url,
        verifier_token=verifier_token,
        entities=" ".join(entities),
        cloud_events=cloud_events,
    )


def signature(payload: bytes, verifier_token: str) -> str:
    """Return the base64 of the HMAC-SHA256 of a payload under the verifier token."""
    digest = hmac.new(verifier_token.encode("utf-8"), payload, hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def classic_payload(realm: str, events: Sequence[WebhookEvent]) -> bytes:
    """Return the classic body: an object with ``eventNotifications``."""
    entities = []
    for event in events:
        entity = {
            "name": event.entity,
            "id": event.wire_id,
            "operation": event.operation,
            "lastUpdated": _utc(event.at),
        }
        if event.deleted_id:
            entity["deletedId"] = event.deleted_id
        entities.append(entity)
    return encode({"eventNotifications": [{"realmId": realm, "dataChangeEvent": {"entities": entities}}]})


def cloud_payload(realm: str, events: Sequence[WebhookEvent]) -> bytes:
    """Return the CloudEvents body: an array of events; an event's id is the same in every repetition."""
    source = "intuit." + base64.b64encode(b"closebook").decode("ascii")
    return encode(
        [
            {
                "specversion": VERSION,
                "id": hashlib.sha256(f"{realm}:{event.pk}".encode()).hexdigest()[:32],
                "source": source,
                "type": f"qbo.{event.entity.lower()}.{_PAST[event.operation]}.v1",
                "datacontenttype": "application/json",
                "time": event.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z"),
                "intuitentityid": event.wire_id,
                "intuitaccountid": realm,
                "data": {"deletedid": event.deleted_id} if event.deleted_id else {},
            }
            for event in events
        ]
    )


def deliver_due(now: dt.datetime, post: Post) -> int:
    """Deliver what is due, one delivery for each subscription; return how many deliveries were acknowledged.

    Later events of a subscription wait until the earlier ones are acknowledged with status 200.
    """
    due = Subscription.objects.using(BOOKS).select_related("company").filter(active=True).order_by("id")
    return sum(_deliver(one, now, post) for one in due if one.next_at is None or one.next_at <= now)


def _deliver(subscription: Subscription, now: dt.datetime, post: Post) -> bool:
    waiting = WebhookEvent.objects.using(BOOKS).filter(subscription=subscription, delivered_at=None)
    events = list(waiting.order_by("id")[:MOST_EVENTS])
    if not events:
        return False
    make = cloud_payload if subscription.cloud_events else classic_payload
    payload = make(subscription.company.realm_id, events)
    status = post(subscription.url, payload, _headers(subscription, payload, now))
    with transaction.atomic(using=BOOKS):
        if status == 200:
            ids = [event.pk for event in events]
            WebhookEvent.objects.using(BOOKS).filter(pk__in=ids).update(delivered_at=now)
            subscription.failures, subscription.next_at = 0, None
        else:
            wait = RETRY_SECONDS[min(subscription.failures, len(RETRY_SECONDS) - 1)]
            subscription.failures += 1
            subscription.next_at = now + dt.timedelta(seconds=wait)
        subscription.save(using=BOOKS, update_fields=["failures", "next_at"])
    return status == 200


def _headers(subscription: Subscription, payload: bytes, now: dt.datetime) -> dict[str, str]:
    return {
        "content-type": "application/json; charset=utf-8",
        "intuit-signature": signature(payload, subscription.verifier_token),
        "intuit-created-time": _utc(now),
        "intuit-t-id": hashlib.sha256(payload).hexdigest()[:32],
        "intuit-notification-schema-version": VERSION,
        "user-agent": "intuit_notification_server/1.0",
    }
