"""Writing the error log: each line says what happened, where, who can act and how."""

from __future__ import annotations

from django.db import transaction

from closebook.apps.sync.models import Connection, Run, SyncError
from closebook.apps.sync.services.telling import errors_close, errors_opened_tell
from closebook.core.errors import Place
from closebook.transport import clock


def error_record(  # one line of the log has that many facts
    connection: Connection,
    *,
    code: str,
    cause: str,
    who_acts: str,
    fixes: list[str],
    place: Place | None = None,
    key: str = "",
    run: Run | None = None,
    held: bool = False,
) -> SyncError:
    """Return a new line of the error log, or the open one that already says the same."""
    where = place or Place()
    same = SyncError.objects.filter(
        connection=connection, code=code, key=key, file=where.file, row=where.row, resolved_at=None
    ).first()
    if same:
        return same
    made = SyncError(
        connection=connection,
        run=run,
        code=code,
        cause=cause,
        who_acts=who_acts,
        key=key,
        file=where.file,
        row=where.row,
        field=where.field,
        fixes=fixes,
        held=held,
        created_at=clock.now(),
    )
    with transaction.atomic():
        made.save()
        errors_opened_tell([made])
    return made


def errors_resolve(connection: Connection, keys: set[str]) -> int:
    """Close the open errors of business keys that are right now; return how many were closed."""
    open_errors = SyncError.objects.filter(connection=connection, resolved_at=None).exclude(key="")
    found = [error.pk for error in open_errors.only("pk", "key") if error.key in keys]
    return sum(
        errors_close(SyncError.objects.filter(pk__in=found[start : start + 500]))
        for start in range(0, len(found), 500)
    )
