"""Looking what others did in the books, apart from planning: when they told us, once a day, and all of it
once a month.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from closebook.apps.companies.models import Company
from closebook.apps.sync.models import UNFINISHED, BooksAccess, Connection, Lease, Run, RunState
from closebook.apps.sync.services.access import books_client
from closebook.apps.sync.services.changes import (
    ENTITIES,
    Seen,
    changes_take,
    cursor_keep,
    everything_compared,
    invoices_read,
)
from closebook.apps.sync.services.merges import lost_in, merges_follow
from closebook.connectors.quickbooks.cdc import MAX_DAYS
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.wire import time_of
from closebook.core.errors import ClosebookError, InvariantError
from closebook.transport import clock

_DAY = dt.timedelta(hours=24)
_MONTH = dt.timedelta(days=30)


def sweep_tick(now: dt.datetime) -> int:
    """Look at the books of each company that was not looked at for a day, and compare all of it when a month
    has passed; return how many companies were looked at.
    """
    due = Q(swept_at=None) | Q(swept_at__lt=now - _DAY)
    found = BooksAccess.objects.filter(due, broken=False).exclude(base_url="").select_related("company")
    return sum(_swept(access, now) for access in found)


def _swept(access: BooksAccess, now: dt.datetime) -> bool:
    whole = access.compared_at is None or now - access.compared_at > _MONTH
    try:
        if not company_swept(access.company, whole=whole):
            return False
    except InvariantError:
        raise
    except ClosebookError:
        # The books are out of reach or the login is; both are told elsewhere, and the next hour tries again.
        return False
    moments = {"swept_at": now, "compared_at": now} if whole else {"swept_at": now}
    BooksAccess.objects.filter(pk=access.pk).update(**moments)
    return True


def company_swept(company: Company, *, whole: bool = False) -> bool:
    """Keep what others did in a company's books since they were last read, or (``whole``) compare everything;
    False while a run is at work, which looks itself.
    """
    connections = list(Connection.objects.filter(company=company).select_related("company"))
    if _at_work(company.pk):
        return False
    with books_client(company) as client:
        looked = [_connection_swept(connection, client, whole=whole) for connection in connections]
    return all(looked)


def _at_work(company_id: int) -> bool:
    """Tell whether a run writes, or wrote without knowing the outcome of all of it."""
    begun = [state for state in UNFINISHED if state != RunState.PLANNED]
    runs = Run.objects.filter(connection__company_id=company_id, state__in=begun)
    return runs.exists() or Lease.objects.filter(company_id=company_id, expires_at__gt=Now()).exists()


def _connection_swept(connection: Connection, client: QuickBooksClient, *, whole: bool) -> bool:
    since = connection.changes_since
    if whole or since is None or clock.now() - since > dt.timedelta(days=MAX_DAYS - 1):
        everything_compared(connection, client)
        return True
    answer = client.cdc(ENTITIES, since)
    if answer.truncated:
        everything_compared(connection, client)
        return True
    merges_follow(connection, client, lost_in(answer))
    # What was read is older than what a run writes from now on: it is kept only while no run has begun.
    with transaction.atomic():
        Company.objects.select_for_update().get(pk=connection.company_id)
        if _at_work(connection.company_id):
            return False
        seen = Seen(moment=time_of(answer.time))
        changes_take(connection, answer, seen)
        cursor_keep(connection, seen.moment)
    invoices_read(connection, client, seen)
    return True
