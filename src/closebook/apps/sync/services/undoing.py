"""Planning an undo: what a run did, taken back in reverse, with what is left and why."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from closebook.apps.sync.codec import actions_from, link_from_row, seen_from
from closebook.apps.sync.models import ActionRow, Connection, Link, Run, RunState
from closebook.apps.sync.selectors.profiles import profile_of
from closebook.apps.sync.services.access import books_client
from closebook.apps.sync.services.changes import LinkedNames, changes_read, closing_date_read
from closebook.apps.sync.services.freshness import plan_basis
from closebook.apps.sync.services.planning import refuse_unfinished, run_store
from closebook.apps.sync.services.progress import Tell, counted, silent
from closebook.apps.sync.services.remote_facts import invoices_paid
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.documents import ENTITY_OF
from closebook.core.errors import InputError
from closebook.core.planning.actions import Action, ActionKind, ActionState, Plan
from closebook.core.planning.documents import ListObject
from closebook.core.planning.naming import group_of_key
from closebook.core.planning.remote import RemoteFacts
from closebook.core.planning.undo import plan_undo

_ENDINGS = (
    ("AccountRef", ("Account",)),
    ("CustomerRef", ("Customer",)),
    ("VendorRef", ("Vendor",)),
    ("ItemRef", ("Item",)),
)
_OTHERS = (
    "CreditMemo", "Estimate", "Bill", "BillPayment", "VendorCredit", "PurchaseOrder",
    "TimeActivity",
)  # fmt: skip


def undo_plan(run: Run, only: Collection[str] = (), tell: Tell = silent) -> tuple[Run | None, Plan]:
    """Return the saved undo of a run (None when there is nothing to take back) and the plan with what is
    left.

    ``only`` are keys of documents or business keys (``order:3900112233``); ``tell`` is told how far it is.
    Raises InputError for keys that the run has not.
    """
    refuse_unfinished(run.connection)
    plan = _planned(run, only, tell)
    tell("storing", 0, 0)
    return _saved(run, plan), plan


@contextmanager
def undo_preview(
    run: Run, only: Collection[str] = (), tell: Tell = silent
) -> Iterator[tuple[Run | None, Plan]]:
    """Give the same to be looked at: the undo is gone afterwards, and no saved plan gives way to it.

    What was read of the books meanwhile (changes, new tokens) is kept: the books will not tell it twice.
    """
    refuse_unfinished(run.connection, replace=False)
    plan = _planned(run, only, tell)
    tell("storing", 0, 0)
    with transaction.atomic():
        yield _saved(run, plan), plan
        transaction.set_rollback(True)


def _planned(run: Run, only: Collection[str], tell: Tell) -> Plan:
    connection = run.connection
    connection.refresh_from_db(fields=["staged", "changes_since", "closed_until"])
    done = _confirmed(run, tell)
    keys = _expanded(run, done, only)
    with books_client(connection.company) as client:
        changes_read(connection, client)
        closing_date_read(connection, client)
        made_lists = any(a.kind is ActionKind.CREATE and isinstance(a.target, ListObject) for a in done)
        used = (
            frozenset(_used_by_others(connection, client, tell))
            if made_lists and keys is None
            else frozenset()
        )
    tell("planning", 0, 0)
    rows = list(Link.objects.filter(connection=connection).iterator(2000))
    seen = {(one.kind.value, one.remote_id): one for one in map(seen_from, _seen(rows))}
    facts = RemoteFacts(connection.closed_until, seen, paid=invoices_paid(connection))
    links = {row.key: link_from_row(row) for row in rows}
    name = f"{connection.pk}-{Run.objects.filter(connection=connection).count() + 1}"
    return plan_undo(done, links, facts, profile_of(connection), only=keys, in_use=used, run=name)


def _saved(run: Run, plan: Plan) -> Run | None:
    connection = run.connection
    basis = plan_basis(connection, connection.profiles.latest("number").number, [])
    with transaction.atomic():
        return run_store(connection, plan, basis, profile_id=None, undoes=run)


def undo_drop(run: Run) -> None:
    """Take an undo that was planned and not approved out of the way."""
    Run.objects.filter(pk=run.pk, started_at=None).update(state=RunState.REPLACED)


def _seen(rows: list[Link]) -> Iterator[Link]:
    return (row for row in rows if row.seen)


def _confirmed(run: Run, tell: Tell) -> list[Action]:
    rows = ActionRow.objects.filter(run=run, state=ActionState.CONFIRMED).order_by("position")
    return list(counted(actions_from(rows), tell, "actions", run.total))


def _expanded(run: Run, done: list[Action], only: Collection[str]) -> set[str] | None:
    """Return the keys of the documents meant: those named, and all of the business keys named."""
    if not only:
        return None
    wanted = set(only)
    keys = {action.key for action in done if action.key in wanted or group_of_key(action.key) in wanted}
    missing = wanted - keys - {group_of_key(key) for key in keys}
    if missing:
        names = ", ".join(sorted(missing))
        raise InputError(
            "not-in-run", f"Run {run.pk} did nothing under {names}.", remedy="`closebook why` shows the keys."
        )
    return keys


def _used_by_others(connection: Connection, client: QuickBooksClient, tell: Tell) -> Iterator[str]:
    """Yield the keys of list objects that something in the books uses which is not this connection's."""
    names = LinkedNames(connection)
    ours: dict[str, set[str]] = {}
    for kind, remote_id in Link.objects.filter(connection=connection).values_list("kind", "remote_id"):
        ours.setdefault(kind, set()).add(remote_id)
    entities = {entity: ours.get(kind.value, set()) for kind, entity in ENTITY_OF.items()}
    entities.update({entity: set() for entity in _OTHERS})
    for entity, mine in entities.items():
        for body in counted(client.query_all(entity), tell, "books", len(mine)):
            if str(body.get("Id")) not in mine:
                for list_entity, remote_id in references(entity, body):
                    if key := names.resolve_back(list_entity, remote_id):
                        yield key


def references(entity: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield (entity, id) of the list objects that a wire object of an entity refers to, however deep."""
    if isinstance(value, list):
        for member in value:
            yield from references(entity, member)
    elif isinstance(value, dict):
        for name, member in value.items():
            if isinstance(member, dict) and "value" in member:
                kind = str(member.get("type") or value.get("Type") or "")
                for each in _referred(entity, name, kind):
                    yield each, str(member["value"])
            elif isinstance(member, dict | list):
                yield from references(entity, member)


def _referred(entity: str, name: str, kind: str) -> tuple[str, ...]:
    """Return the entities that a reference of this name may point at; ``kind`` is the type that it states."""
    if name == "ParentRef":
        return (entity,)
    if name == "EntityRef":
        return (kind,) if kind in {"Customer", "Vendor"} else ("Customer", "Vendor")
    return next((found for ending, found in _ENDINGS if name.endswith(ending)), ())
