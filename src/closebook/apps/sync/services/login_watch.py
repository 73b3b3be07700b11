"""Keeping logins alive: renewed before they end, and every few days at the latest; people are warned."""

from __future__ import annotations

import datetime as dt
import logging

from django.conf import settings
from django.db.models import Q

from closebook.apps.sync.models import BooksAccess
from closebook.apps.sync.services.access import books_http, login_http, token_source
from closebook.apps.sync.services.login_news import days_left, ends_soon_tell
from closebook.core.errors import RemoteError

_LOG = logging.getLogger(__name__)
WARNINGS_DAYS = (30, 14, 7, 1)
_AHEAD = dt.timedelta(minutes=10)


def logins_tick(now: dt.datetime) -> int:
    """Renew what was not renewed for the set number of days, warn where an end is near; return how many were
    renewed.
    """
    old = now - dt.timedelta(days=settings.CLOSEBOOK_REFRESH_DAYS)
    stale = Q(renewed_at=None) | Q(renewed_at__lt=old)
    # A company that posts every day finds its access token renewed, so no run begins by waiting for it.
    used = Q(renewed_at__gt=now - dt.timedelta(hours=2), access_expires_at__lt=now + _AHEAD)
    due = BooksAccess.objects.filter(stale | (used & ~Q(base_url="")), broken=False)
    renewed = sum(_renewed(access) for access in due.select_related("company"))
    for access in BooksAccess.objects.filter(broken=False).exclude(base_url="").select_related("company"):
        warn_if_near(access, now)
    return renewed


def _renewed(access: BooksAccess) -> bool:
    """Renew one login; a service that is down or a refusal is for the next time, or was told already."""
    try:
        with books_http(access) as http, login_http(access, http) as login:
            token_source(access, login).refresh(access.access_token)
    except RemoteError as error:
        _LOG.warning("The login of %s was not renewed: %s", access.company, error)
        return False
    return True


def warn_if_near(access: BooksAccess, now: dt.datetime) -> int:
    """Tell people that the login ends in 30, 14, 7 or 1 days, each once; return the number told, or 0."""
    end, hard = ends_at(access)
    left = days_left(end, now)
    reached = min((days for days in WARNINGS_DAYS if left <= days), default=0)
    if not reached and access.warned:
        BooksAccess.objects.filter(pk=access.pk).update(warned=0)
    if not reached or (access.warned and access.warned <= reached):
        return 0
    mine = BooksAccess.objects.filter(pk=access.pk, warned=access.warned)
    if not mine.update(warned=reached):
        return 0
    ends_soon_tell(access, left, hard=hard)
    return reached


def ends_at(access: BooksAccess) -> tuple[dt.datetime, bool]:
    """Return when the login ends, and whether that is the end of the consent whatever is done."""
    hard = access.hard_expires_at
    if hard is not None and hard <= access.refresh_expires_at + dt.timedelta(hours=1):
        return hard, True
    return access.refresh_expires_at, False
