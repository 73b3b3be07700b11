"""Keeping a person's word on something that is held or has failed, and planning that alone again."""

from __future__ import annotations

from django.db import transaction

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import Decision, Group, Link, Run, SyncError
from closebook.apps.sync.services.newer_files import VANISHED, vanished_drop
from closebook.apps.sync.services.planning import plan_make
from closebook.core.planning.lists import RECREATE
from closebook.core.planning.naming import group_of_key
from closebook.core.planning.plan import IGNORE, OVERWRITE
from closebook.transport import clock


@transaction.atomic
def decision_keep(error: SyncError, word: str) -> None:
    """Keep the word ("" for none) for the error's key, and have its business key planned again."""
    connection = error.connection
    if error.code == VANISHED:
        _about_vanished(error, word)
        return
    Group.objects.filter(connection=connection, key=group_of_key(error.key)).update(changed=True)
    if not word:
        return
    Decision.objects.update_or_create(
        connection=connection, key=error.key, defaults={"word": word, "made_at": clock.now()}
    )
    if word == RECREATE:
        Link.objects.filter(connection=connection, key=error.key).update(tombstone=True)
    if word == IGNORE:
        same = SyncError.objects.filter(connection=connection, key=error.key, resolved_at=None)
        same.update(resolved_at=clock.now())
    audit_append(connection.company_id, "owner", "decided", connection.name, {"key": error.key, "word": word})


@transaction.atomic
def row_leave_out(error: SyncError) -> None:
    """Close the line of a row that could not be read: it is left out of the books for good."""
    SyncError.objects.filter(pk=error.pk).update(resolved_at=clock.now())
    facts = {"file": error.file, "row": error.row, "word": IGNORE}
    audit_append(error.connection.company_id, "owner", "decided", error.connection.name, facts)


def _about_vanished(error: SyncError, word: str) -> None:
    """Close the line about rows that a newer file lacks; when that file is right, the rows go."""
    if word not in {IGNORE, OVERWRITE}:
        return
    dropped = vanished_drop(error) if word == OVERWRITE else 0
    SyncError.objects.filter(pk=error.pk).update(resolved_at=clock.now())
    facts = {"key": error.key, "word": word, "rows": dropped}
    audit_append(error.connection.company_id, "owner", "decided", error.connection.name, facts)


def retry_plan(error: SyncError) -> Run | None:
    """Return the saved plan of what one error or hold concerns, with what waits for it; None when nothing is
    to be written.
    """
    if error.code == VANISHED:
        return plan_make(error.connection)
    return plan_make(error.connection, only=frozenset({group_of_key(error.key)}))
