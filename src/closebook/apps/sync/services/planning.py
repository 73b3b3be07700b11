"""Planning: what the books should hold, what they hold, and the difference as a saved run."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
from django.db import connection as database
from django.db import transaction
from django.db.models import Sum

from closebook.apps.companies.models import Company
from closebook.apps.sync.codec import ACTION_COLUMNS, action_values, link_from_row
from closebook.apps.sync.models import (
    LISTS,
    UNFINISHED,
    ActionRow,
    Connection,
    Decision,
    Group,
    Link,
    Run,
    RunState,
    SourceFile,
    SourceRow,
    SyncError,
)
from closebook.apps.sync.selectors.profiles import profile_version
from closebook.apps.sync.services.access import books_client
from closebook.apps.sync.services.changes import changes_read, closing_date_read
from closebook.apps.sync.services.freshness import plan_basis
from closebook.apps.sync.services.holds import holds_store
from closebook.apps.sync.services.overlapping import overlap_refuse
from closebook.apps.sync.services.progress import Tell, counted, silent
from closebook.apps.sync.services.remote_facts import remote_facts
from closebook.apps.sync.services.results import ANSWERS, groups_settle
from closebook.apps.sync.services.standing import standing_of
from closebook.apps.sync.services.telling import run_planned_tell
from closebook.core.commerce.records import Business, SourceRecord
from closebook.core.errors import HeldError
from closebook.core.planning.actions import Action, ActionKind, ActionState, Plan
from closebook.core.planning.documents import Document, ListObject
from closebook.core.planning.impact import effect_of
from closebook.core.planning.naming import group_of_key
from closebook.core.planning.plan import make_plan
from closebook.core.planning.profile import Profile
from closebook.core.planning.profile_json import profile_from_json
from closebook.core.planning.remote import RemoteFacts
from closebook.core.planning.standing import NOTHING_STANDS
from closebook.core.planning.undo import references
from closebook.transport import clock

if TYPE_CHECKING:
    from closebook.core.planning.settlement import BadRow

_FIELDS = msgspec.json.Decoder(dict[str, str]).decode
IN_FLIGHT = (ActionState.INTENDED, ActionState.SENT, ActionState.UNKNOWN)
_WRITES = frozenset(
    {ActionKind.CREATE, ActionKind.UPDATE, ActionKind.DELETE, ActionKind.DEACTIVATE, ActionKind.MATCH}
)


def plan_make(
    connection: Connection, *, only: frozenset[str] | None = None, tell: Tell = silent
) -> Run | None:
    """Return the saved plan of what is new since the last one, or None when the books hold what they should.

    ``only`` restricts the actions to some business keys and what they need. When nothing was pulled and
    nobody changed the books this costs one change-data call. ``tell`` is told how far it is. Raises HeldError
    while an earlier run has something in flight.
    """
    if connection.connector == LISTS:  # the desk plans them, not files
        return None
    refuse_unfinished(connection)
    connection.refresh_from_db(
        fields=["staged", "changes_since", "closed_until", "foreign", "foreign_posters"]
    )
    with books_client(connection.company) as client:
        changes_read(connection, client)
        changed = set(Group.objects.filter(connection=connection, changed=True).values_list("key", flat=True))
        if not changed:
            return None
        closing_date_read(connection, client)
        business = overlap_refuse(connection, client, lambda: _business(connection, tell))
        facts = remote_facts(connection, client)
    version = profile_version(connection)
    with _collector_paused():
        business = business or _business(connection, tell)
        plan = _plan(connection, profile_from_json(version.body), facts, business, tell)
    _forget_answers(connection, plan)
    if only is not None:
        only = with_dependants(plan, only)
        plan = restricted(plan, only)
    basis = plan_basis(connection, version.number, sorted(only or changed))
    tell("storing", 0, 0)
    with transaction.atomic():
        holds_store(connection, plan, only)
        run = run_store(connection, plan, basis, profile_id=version.pk)
        if run is None and Connection.objects.filter(pk=connection.pk, staged=connection.staged).exists():
            groups_settle(
                connection.pk, set(only or changed) - {group_of_key(one.key) for one in plan.actions}
            )
    return run


def _forget_answers(connection: Connection, plan: Plan) -> None:
    """Forget answers to what a person did in the books when there is nothing left to answer, as it was taken
    back.
    """
    asked = {action.key for action in plan.actions}
    answers = Decision.objects.filter(connection=connection, word__in=ANSWERS)
    done = [decision.pk for decision in answers if decision.key not in asked]
    Decision.objects.filter(pk__in=done).delete()


def _business(connection: Connection, tell: Tell) -> Business:
    """Return what all files of a connection say."""
    from closebook.connectors.registry import connector

    rows = SourceFile.objects.filter(connection=connection).aggregate(rows=Sum("rows"))["rows"] or 0
    business = connector(connection.connector).normalise(
        counted(source_records(connection), tell, "reading", rows)
    )
    tell("planning", 0, 0)
    return business


def _plan(
    connection: Connection, profile: Profile, facts: RemoteFacts, business: Business, tell: Tell
) -> Plan:
    # Most runs find nothing new and never come here.
    from closebook.core.planning.posting import documents_of

    decisions = dict(Decision.objects.filter(connection=connection).values_list("key", "word"))
    desired = documents_of(
        business,
        profile,
        clock.today(),
        decisions=decisions,
        bad_rows=_bad_rows(connection),
        standing=standing_of(connection) if profile.is_till else NOTHING_STANDS,
    )
    links = {row.key: link_from_row(row) for row in Link.objects.filter(connection=connection).iterator(2000)}
    serial = Run.objects.filter(connection=connection).count() + 1
    desired = replace(desired, documents=_Watched(desired.documents, tell))
    return make_plan(desired, links, facts, profile, run=f"{connection.pk}-{serial}", decisions=decisions)


class _Watched(list[Document]):
    """Documents that tell, while they are first gone through, how many were."""

    def __init__(self, documents: Sequence[Document], tell: Tell) -> None:
        super().__init__(documents)
        self._tell = tell

    def __iter__(self) -> Iterator[Document]:
        tell, self._tell = self._tell, silent
        return counted(super().__iter__(), tell, "planning", len(self))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking through a year's records again and again; none of them is
    garbage.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def refuse_unfinished(connection: Connection, *, replace: bool = True) -> None:
    """Let a plan that was never begun be replaced, but not a run of which something may be under way;
    without ``replace`` such a plan stays.

    Raises HeldError, naming the run.
    """
    with transaction.atomic():
        Company.objects.select_for_update().get(pk=connection.company_id)
        open_runs = Run.objects.filter(connection=connection, state__in=UNFINISHED)
        for run in open_runs:
            if (
                run.state == RunState.RUNNING
                or ActionRow.objects.filter(run=run, state__in=IN_FLIGHT).exists()
            ):
                raise HeldError(
                    "run-unfinished",
                    f"Run {run.pk} is not finished.",
                    remedy=f'`closebook apply "{connection.name}"` goes on with it; then plan again.',
                )
        if replace:
            open_runs.update(state=RunState.REPLACED, ended_at=clock.now())


def source_records(connection: Connection) -> Iterator[SourceRecord]:
    """Yield every staged row of a connection as its connector delivered it, in the order in which they were
    staged. A row that names no currency is in the connection's.
    """
    names = dict(SourceFile.objects.filter(connection=connection).values_list("pk", "name"))
    rows = SourceRow.objects.filter(connection=connection).order_by("pk")
    columns = ("stream", "source_key", "group", "digest", "fields", "file_id", "row")
    for stream, key, group, digest, fields, file_id, row in rows.values_list(*columns).iterator(5000):
        values = _FIELDS(fields)
        if not values.get("currency", "-"):
            values["currency"] = connection.currency
        yield SourceRecord(stream, key, group, digest, values, names[file_id], row)


def _bad_rows(connection: Connection) -> list[BadRow]:
    """Return the rows that could not be read; as their day is not known either, they may explain any
    difference.
    """
    from closebook.core.planning.settlement import BadRow

    errors = SyncError.objects.filter(connection=connection, resolved_at=None, row__isnull=False)
    return [BadRow(f"{error.file}, row {error.row}") for error in errors]


def with_dependants(plan: Plan, groups: frozenset[str]) -> frozenset[str]:
    """Return business keys with those of the documents that wait for the list objects among them."""
    lists = {
        one.key
        for one in plan.actions
        if isinstance(one.target, ListObject) and group_of_key(one.key) in groups
    }
    waiting = (one for one in plan.actions if not lists.isdisjoint(one.depends_on))
    return groups | {group_of_key(one.key) for one in waiting}


def restricted(plan: Plan, groups: frozenset[str]) -> Plan:
    """Return the part of a plan that concerns some business keys, with the list objects that it needs."""
    by_key = {action.key: action for action in plan.actions}
    wanted: set[str] = set()
    stack = [action.key for action in plan.actions if group_of_key(action.key) in groups]
    while stack:
        key = stack.pop()
        if key not in wanted:
            wanted.add(key)
            stack.extend(need for need in _needs(by_key[key]) if need in by_key)
    actions = [action for action in plan.actions if action.key in wanted]
    return Plan(actions, effect_of(actions), plan.basis, plan.warnings)


def _needs(action: Action) -> Collection[str]:
    """Return the keys of what an action waits for, or is held for."""
    if action.kind is ActionKind.HOLD and isinstance(action.target, Document):
        return references(action.target)
    return action.depends_on


def run_store(
    connection: Connection,
    plan: Plan,
    basis: dict[str, object],
    *,
    profile_id: int | None,
    undoes: Run | None = None,
) -> Run | None:
    """Save a plan as a run with its actions; None when it would write nothing."""
    actions = [action for action in plan.actions if action.kind in _WRITES]
    if not actions:
        return None
    run = Run.objects.create(
        connection=connection,
        kind="undo" if undoes else "sync",
        undoes=undoes,
        profile_id=profile_id,
        basis=basis,
        effect=plan.effect,
        warnings=list(plan.warnings),
        total=len(actions),
        created_at=clock.now(),
    )
    _actions_store(run, [*actions, *(action for action in plan.actions if action.kind not in _WRITES)])
    run_planned_tell(run)
    return run


def _actions_store(run: Run, actions: Sequence[Action]) -> None:
    marks = ", ".join(["%s"] * len(ACTION_COLUMNS))
    with database.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO sync_actionrow ({', '.join(ACTION_COLUMNS)}) VALUES ({marks})",
            [action_values(run.pk, position, action) for position, action in enumerate(actions, 1)],
        )
