"""Keeping a person's word on something that is held or has failed."""

from __future__ import annotations

from django.db import transaction

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import Decision, Group, Link, SyncError
from closebook.core.planning.naming import group_of_key
from closebook.transport import clock


@transaction.atomic
def decision_keep(error: SyncError, word: str) -> None:
    """Keep the word ("" for none) for the error's key, and have its business key planned again."""
    connection = error.connection
    Group.objects.filter(connection=connection, key=group_of_key(error.key)).update(changed=True)
    if not word:
        return
    Decision.objects.update_or_create(
        connection=connection, key=error.key, defaults={"word": word, "made_at": clock.now()}
    )
    if word == "recreate":
        Link.objects.filter(connection=connection, key=error.key).update(tombstone=True)
    audit_append(connection.company_id, "owner", "decided", connection.name, {"key": error.key, "word": word})
