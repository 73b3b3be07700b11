"""Keeping a person's word on something that is held or has failed, and planning that alone again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import Connection, Decision, Group, Link, Run, SyncError
from closebook.apps.sync.services.newer_files import VANISHED, vanished_drop
from closebook.apps.sync.services.planning import plan_make, refuse_unfinished
from closebook.apps.sync.services.telling import decided_tell, errors_close, errors_opened_tell
from closebook.core.planning.lists import RECREATE
from closebook.core.planning.naming import group_of_key
from closebook.core.planning.plan import IGNORE, OVERWRITE
from closebook.transport import clock


@transaction.atomic
def decision_keep(error: SyncError, word: str, actor: str = "owner") -> None:
    """Keep the word ("" for none) for the error's key, and have its business key planned again."""
    connection = error.connection
    if error.code == VANISHED:
        _about_vanished(error, word, actor)
        return
    Group.objects.filter(connection=connection, key=group_of_key(error.key)).update(changed=True)
    if not word:
        return
    _keep(error, word, actor, clock.now())
    audit_append(connection.company_id, actor, "decided", connection.name, {"key": error.key, "word": word})


@transaction.atomic
def decisions_keep(errors: Sequence[SyncError], word: str, actor: str) -> dt.datetime:
    """Keep one word for all holds of a cause in one connection, with one line in the audit log.

    Returns the moment of the decisions, by which ``decisions_forget`` takes them back together.
    """
    connection, at = errors[0].connection, clock.now()
    _plan_again(connection, {group_of_key(error.key) for error in errors})
    for error in errors:
        _keep(error, word, actor, at)
    facts = {"code": errors[0].code, "word": word, "holds": len(errors), "keys": [one.key for one in errors]}
    audit_append(connection.company_id, actor, "decided", connection.name, facts)
    return at


def _keep(error: SyncError, word: str, actor: str, at: dt.datetime) -> None:
    own: dict[str, Any] = {"connection": error.connection, "key": error.key}
    Decision.objects.update_or_create(**own, defaults={"word": word, "made_at": at})
    if word == RECREATE:
        Link.objects.filter(**own).update(tombstone=True)
    if word == IGNORE:
        errors_close(SyncError.objects.filter(**own))
    decided_tell(error, word, actor)


@transaction.atomic
def row_leave_out(error: SyncError, actor: str = "owner") -> None:
    """Close the line of a row that could not be read: it is left out of the books for good."""
    errors_close(SyncError.objects.filter(pk=error.pk))
    decided_tell(error, IGNORE, actor)
    facts = {"file": error.file, "row": error.row, "word": IGNORE}
    audit_append(error.connection.company_id, actor, "decided", error.connection.name, facts)


@transaction.atomic
def decision_forget(decision: Decision, actor: str) -> int:
    """Take a word back that was not carried out yet, or that stands for later plans; return how many lines
    are asked again.

    A plan that was made under the word and never begun is dropped. Raises HeldError while a run of the
    connection is under way.
    """
    connection, key = decision.connection, decision.key
    refuse_unfinished(connection)
    reopened = _forget(decision)
    _plan_again(connection, {group_of_key(key)})
    facts = {"key": key, "word": decision.word}
    audit_append(connection.company_id, actor, "decision-taken-back", connection.name, facts)
    return reopened


@transaction.atomic
def decisions_forget(decisions: Sequence[Decision], actor: str) -> int:
    """Take the words back that one person gave at once; as ``decision_forget`` for each, with one line in the
    audit log. Returns how many lines are asked again. Raises HeldError while a run is under way.
    """
    connection = decisions[0].connection
    refuse_unfinished(connection)
    keys = [decision.key for decision in decisions]
    facts = {"word": decisions[0].word, "holds": len(keys), "keys": keys}
    reopened = sum(_forget(decision) for decision in decisions)
    _plan_again(connection, {group_of_key(key) for key in keys})
    audit_append(connection.company_id, actor, "decision-taken-back", connection.name, facts)
    return reopened


def _forget(decision: Decision) -> int:
    """Delete a word and open the newest hold that it closed; return how many that are."""
    same = SyncError.objects.filter(connection=decision.connection, key=decision.key, held=True)
    lines = list(same.filter(resolved_at__gte=decision.made_at).order_by("-pk")[:1])
    reopened = SyncError.objects.filter(pk__in=[line.pk for line in lines]).update(resolved_at=None)
    errors_opened_tell(lines)
    decision.delete()
    return reopened


def _about_vanished(error: SyncError, word: str, actor: str) -> None:
    """Close the line about rows that a newer file lacks; when that file is right, the rows go."""
    if word not in {IGNORE, OVERWRITE}:
        return
    dropped = vanished_drop(error) if word == OVERWRITE else 0
    errors_close(SyncError.objects.filter(pk=error.pk))
    decided_tell(error, word, actor)
    facts = {"key": error.key, "word": word, "rows": dropped}
    audit_append(error.connection.company_id, actor, "decided", error.connection.name, facts)


def retry_plan(error: SyncError) -> Run | None:
    """Return the saved plan of what one error or hold concerns, with what waits for it; None when nothing is
    to be written.
    """
    return plan_make(error.connection, only=retried_groups(error) or None)


def retried_groups(error: SyncError) -> frozenset[str]:
    """Return the business keys that are planned again for one error or hold; none for all."""
    return frozenset() if error.code == VANISHED else frozenset({group_of_key(error.key)})


def retry_plan_all(errors: Sequence[SyncError]) -> Run | None:
    """Return the one saved plan of what several errors of one connection concern, None when nothing is to be
    written; the errors that are right by now close.
    """
    connection = errors[0].connection
    groups = {group_of_key(error.key) for error in errors if error.key}
    _plan_again(connection, groups)
    run = plan_make(connection, only=frozenset(groups))
    if run is None:
        pks = [error.pk for error in errors if not error.held]
        for start in range(0, len(pks), 500):
            errors_close(SyncError.objects.filter(pk__in=pks[start : start + 500]))
    return run


def _plan_again(connection: Connection, groups: set[str]) -> None:
    keys = sorted(groups)
    for start in range(0, len(keys), 500):
        Group.objects.filter(connection=connection, key__in=keys[start : start + 500]).update(changed=True)
