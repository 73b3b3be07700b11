"""Pulling from a connection's service: staged like files, by source key; and the calls by which a service
asks for it.

Each page is stored in a transaction of its own, and the state from which the next pull goes on only with
the last one: a pull that breaks off is simply begun again, and what came twice changes nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import models, transaction

from closebook.apps.sync.models import Connection, ServiceAccess, ServiceCall, SourceFile
from closebook.apps.sync.selectors.profiles import profile_of
from closebook.apps.sync.services.service_access import access_of, far_side, pulling_connector
from closebook.apps.sync.services.staging import PulledFile, records_store
from closebook.connectors.base import Call, PullFrom, PullPage
from closebook.core.errors import HeldError, InputError, RemoteError, RetryError
from closebook.transport import clock

STREAM = "service"
_BUSY = dt.timedelta(minutes=30)
_KEPT_CALLS = dt.timedelta(days=30)


def service_pull(connection: Connection) -> PulledFile:
    """Return what a pull brought; nothing new stores nothing.

    Raises InputError without access, HeldError while another pull is under way, RetryError, LoginError and
    RejectedError of the service; then the connection keeps what went wrong for its page.
    """
    _begin(connection)
    try:
        pulled = _pull(connection)
    except (RemoteError, InputError) as error:
        problem = f"{error.message} {error.remedy}".strip()
        _end(connection, problem=problem, wanted=isinstance(error, RetryError))
        raise
    _end(connection, problem="", wanted=False)
    return pulled


def service_pull_if_connected(connection: Connection) -> PulledFile | None:
    """Return what a pull brought, None for a connection whose files are handed in."""
    return service_pull(connection) if access_of(connection) else None


def wanted_tick() -> int:
    """Pull every connection for which a pull was asked; return how many were."""
    begun = 0
    for access in ServiceAccess.objects.filter(wanted=True, broken=False).select_related(
        "connection__company"
    ):
        try:
            service_pull(access.connection)
        except (RemoteError, HeldError, InputError):  # kept with the access, and shown on its page
            continue
        begun += 1
    return begun


def call_take(connection_id: int, call: Call) -> bool:
    """Note that a service has something new, and return whether its call was genuine.

    The signature is compared before anything of the call is read; a repeated call changes nothing.
    """
    access = ServiceAccess.objects.filter(connection=connection_id).select_related("connection").first()
    if access is None or not access.webhook_key:
        return False
    notice = pulling_connector(access.connection).notice(call, access.webhook_key)
    if notice is None:
        return False
    now = clock.now()
    with transaction.atomic():
        ServiceCall.objects.filter(connection=connection_id, received_at__lt=now - _KEPT_CALLS).delete()
        ref = notice.event_id[:120] or hashlib.sha256(call.body).hexdigest()
        facts = {"kind": notice.kind[:80], "received_at": now}
        _call, fresh = ServiceCall.objects.get_or_create(
            connection_id=connection_id, event_id=ref, defaults=facts
        )
        if fresh:
            ServiceAccess.objects.filter(pk=access.pk).update(wanted=True)
    return True


def _begin(connection: Connection) -> None:
    """Take the right to pull; it ends by itself should this process die."""
    now = clock.now()
    mine = ServiceAccess.objects.filter(connection=connection).filter(
        models.Q(busy_until=None) | models.Q(busy_until__lt=now)
    )
    if not mine.update(busy_until=now + _BUSY, wanted=False) and access_of(connection):
        raise HeldError(
            "pull-under-way", f"{connection.name!r} is being fetched already.", remedy="Wait for it."
        )


def _end(connection: Connection, *, problem: str, wanted: bool) -> None:
    mine = ServiceAccess.objects.filter(connection=connection)
    mine.update(busy_until=None, problem=problem)
    if wanted:
        mine.update(wanted=True)


def _pull(connection: Connection) -> PulledFile:
    service, now = pulling_connector(connection), clock.now()
    title = service.info.title
    pulled = PulledFile(f"{title} {now:%Y-%m-%d %H:%M}", "staged", STREAM)
    with far_side(connection) as far:
        access = access_of(connection)
        start = PullFrom(access.state if access else {}, now, profile_of(connection).since)
        file = _file(connection, pulled.name, now)
        days: set[str] = set()
        try:
            for page in service.pull(far, start):
                _page_store(connection, file, page, pulled)
                days |= {record.fields.get("day", "") for record in page.records}
        finally:
            _file_end(file, pulled, sorted(day for day in days if day))
    ServiceAccess.objects.filter(connection=connection).update(pulled_at=now)
    if not pulled.new and not pulled.changed:
        pulled.state = "known"
        pulled.message = "Nothing new."
    return pulled


def _file(connection: Connection, name: str, now: dt.datetime) -> SourceFile:
    key = hashlib.sha256(f"{connection.pk} {now.isoformat()}".encode()).hexdigest()
    return SourceFile.objects.create(
        connection=connection, name=name, sha256=key, size=0, stream=STREAM, received_at=now
    )


@transaction.atomic
def _page_store(connection: Connection, file: SourceFile, page: PullPage, pulled: PulledFile) -> None:
    before = pulled.new + pulled.changed
    records_store(connection, file, page.records, pulled)
    if pulled.new + pulled.changed > before:
        Connection.objects.filter(pk=connection.pk).update(staged=models.F("staged") + 1)
    if page.state is not None:
        ServiceAccess.objects.filter(connection=connection).update(state=page.state)


def _file_end(file: SourceFile, pulled: PulledFile, days: list[str]) -> None:
    """Keep how much a pull brought, or forget it when it brought nothing."""
    if not pulled.new and not pulled.changed:
        file.delete()
        return
    file.rows = pulled.new + pulled.changed
    file.first_day = dt.date.fromisoformat(days[0]) if days else None
    file.last_day = dt.date.fromisoformat(days[-1]) if days else None
    file.save(update_fields=["rows", "first_day", "last_day"])
