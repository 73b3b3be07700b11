"""Forgets what is no longer needed: old answers, used codes, dead tokens, acknowledged events."""

from __future__ import annotations

import datetime as dt

from closebook.apps.books.database import BOOKS
from closebook.apps.qbo.models import AccessToken, AuthorizationCode, StoredReply, WebhookEvent

REPLIES_KEPT = dt.timedelta(days=7)
EVENTS_KEPT = dt.timedelta(days=30)


def forget_old(now: dt.datetime) -> int:
    """Delete what is past its time; return how many rows went. Answers are kept for a week."""
    stale = (
        StoredReply.objects.using(BOOKS).filter(created_at__lt=now - REPLIES_KEPT),
        WebhookEvent.objects.using(BOOKS).filter(delivered_at__lt=now - EVENTS_KEPT),
        AuthorizationCode.objects.using(BOOKS).filter(expires_at__lt=now),
        AccessToken.objects.using(BOOKS).filter(expires_at__lt=now),
    )
    return sum(rows.delete()[0] for rows in stale)
