"""Taking another app's documents out of books that hold a shop's business twice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from django.db import transaction

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import Connection, Link, Run
from closebook.apps.sync.services.access import books_client
from closebook.apps.sync.services.adding import lists_connection
from closebook.apps.sync.services.changes import changes_read, closing_date_read
from closebook.apps.sync.services.doubled import Doubled, Names, Reconciled, doubled_find
from closebook.apps.sync.services.freshness import plan_basis
from closebook.apps.sync.services.planning import refuse_unfinished, run_store
from closebook.core.errors import InputError
from closebook.core.planning.actions import Action, ActionKind, Plan
from closebook.core.planning.actions import Link as CoreLink
from closebook.core.planning.changes import document_diff
from closebook.core.planning.documents import Document, ListObject
from closebook.core.planning.impact import effect_of
from closebook.core.planning.naming import marker
from closebook.core.planning.requests import request_id
from closebook.core.planning.undo import references

ALL = "all"


def doubled_look(connection: Connection, reconciled: Reconciled = ()) -> list[Doubled]:
    """Return the documents of others that hold business of a connection. Reads the books."""
    with books_client(connection.company) as client:
        closing_date_read(connection, client)
        return doubled_find(connection, client, reconciled)[0]


def cleanup_plan(
    connection: Connection, chosen: Collection[str], actor: str, reconciled: Reconciled = ()
) -> Run:
    """Return the saved plan that deletes chosen documents (``SalesReceipt:141``, or ``all``) of others.

    What may not be deleted is left and named in the plan's warnings. Raises InputError when nothing of what
    was chosen can be taken out, HeldError while an earlier clean-up is under way.
    """
    place = lists_connection(connection.company, f"{connection.name} (clean-up)")
    refuse_unfinished(place)
    with books_client(connection.company) as client:
        changes_read(place, client)
        closing_date_read(place, client)
        closing_date_read(connection, client)
        found, names = doubled_find(connection, client, reconciled)
    wanted = [one for one in found if ALL in chosen or one.ref in chosen]
    goes = [one for one in wanted if not one.stays]
    if not goes:
        why = wanted[0].stays if wanted else "Nothing of others was chosen."
        raise InputError("nothing-to-clean", why, remedy="Choose documents that can be taken out.")
    plan = _plan(place, goes, names)
    plan.warnings = tuple(
        f"{one.entity} {one.number or one.remote_id}: {one.stays}" for one in wanted if one.stays
    )
    version = place.profiles.latest("number")
    basis = {**plan_basis(place, version.number, []), "cleans": connection.pk}
    with transaction.atomic():
        run = run_store(place, plan, basis, profile_id=version.pk)
        if run is None:
            raise InputError("nothing-to-clean", "Nothing of others was chosen.")
        facts = {"run": run.pk, "documents": len(goes), "left": len(wanted) - len(goes)}
        audit_append(connection.company_id, actor, "cleanup-planned", connection.name, facts)
    return run


def _plan(place: Connection, goes: list[Doubled], names: Names) -> Plan:
    """Return the deletions, and the matches of what the documents use, by which an undo makes them again."""
    documents = [one.document for one in goes if one.document is not None]
    used = sorted({key for document in documents for key in references(document)})
    known = set(Link.objects.filter(connection=place).values_list("key", flat=True))
    actions = [_match(key, names) for key in used if key not in known and key in names.ids]
    actions += [_delete(place, one, one.document) for one in goes if one.document is not None]
    serial = f"{place.pk}-{Run.objects.filter(connection=place).count() + 1}"
    for action in actions:
        link = action.link
        version = f"{link.remote_id}:{link.sync_token}" if link else ""
        action.request_id = request_id(
            f"c{place.pk}", serial, action.kind.value, action.key, "", version=version
        )
    return Plan(actions, effect_of(actions))


def _match(key: str, names: Names) -> Action:
    one = ListObject(names.kinds[key], key, names.names[key])
    written = one.fingerprint()
    link = CoreLink(key, one.kind, names.ids[key], "", written, written, ours=False, target=one)
    return Action(key, ActionKind.MATCH, one, link, f"The books already have {one.name}.")


def _delete(place: Connection, one: Doubled, document: Document) -> Action:
    key = document.key
    again = replace(document, memo=f"{document.memo} {marker(f'c{place.pk}', key)}".strip())
    written = again.fingerprint()
    link = CoreLink(
        key, document.kind, one.remote_id, one.sync_token, written, written, ours=False, target=again
    )
    diff = document_diff(document, None)
    return Action(key, ActionKind.DELETE, None, link, f"Another app posted it. {one.why}", diff=diff)


def cleanup_settle(run: Run) -> None:
    """Have others' documents looked for anew before the shop's first plan, after a clean-up or its undo."""
    number = (run.undoes or run).basis.get("cleans")
    shop = Connection.objects.filter(pk=number).first() if number else None
    if shop is not None and not Link.objects.filter(connection=shop).exists():
        Connection.objects.filter(pk=shop.pk).update(foreign="", foreign_posters=[])
