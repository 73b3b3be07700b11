"""What a matching desk decided to add becomes a run: planned, approved, applied and undone like any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.matching.models import MatchList
from closebook.apps.matching.selectors.desk import ToAdd, rows_to_add
from closebook.apps.sync.codec import link_from_row
from closebook.apps.sync.models import LISTS, Connection, Link, Run
from closebook.apps.sync.services.access import books_client
from closebook.apps.sync.services.changes import changes_read, closing_date_read
from closebook.apps.sync.services.connecting import MAX_NAME, profile_save
from closebook.apps.sync.services.freshness import plan_basis
from closebook.apps.sync.services.planning import refuse_unfinished, run_store
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.parties import names_in_use
from closebook.connectors.quickbooks.query import quoted
from closebook.core.errors import InputError
from closebook.core.matching.party import Party
from closebook.core.planning.actions import ActionKind, Plan
from closebook.core.planning.actions import Link as CoreLink
from closebook.core.planning.additions import addition_key, plan_additions
from closebook.core.planning.documents import ListKind, ListObject
from closebook.core.planning.naming import clean_name
from closebook.core.planning.profile import default_profile
from closebook.core.planning.profile_json import profile_to_json
from closebook.transport import clock

INCOMES = ("Income", "Other Income")
"""The types of ledger accounts on which an item may earn. Source: QuickBooks Online Accounting API, Item."""


def additions_plan(match_list: MatchList, *, income: str = "") -> Run:
    """Return the saved plan that makes the rows of a list that are to be added.

    ``income`` is the books' id of the ledger account on which new items earn; other lists need none. Raises
    InputError when there is nothing to make, HeldError while an earlier run of the list is under way.
    """
    kind, source = match_list.kind, match_list.source
    rows = rows_to_add(match_list)
    if kind == ListKind.ITEM and not income:
        raise InputError(
            "income-missing", "Items need an income ledger account.", remedy="Choose where their sales go."
        )
    connection = lists_connection(match_list.company, source)
    refuse_unfinished(connection)
    with books_client(connection.company) as client:
        changes_read(connection, client)
        closing_date_read(connection, client)
        taken = names_in_use(client, kind)
        above = _income_name(client, income) if kind == ListKind.ITEM else ""
    links = {row.key: link_from_row(row) for row in Link.objects.filter(connection=connection)}
    rows = [_under_ours(kind, row, links) for row in rows]
    serial = Run.objects.filter(connection=connection).count() + 1
    plan = plan_additions(
        _wanted(kind, rows, income),
        _adopted(kind, rows, income, above),
        links,
        taken,
        connection=f"c{connection.pk}",
        run=f"{connection.pk}-{serial}",
    )
    return _stored(connection, plan, match_list)


def _stored(connection: Connection, plan: Plan, match_list: MatchList) -> Run:
    if not any(action.kind is ActionKind.CREATE for action in plan.actions):
        held = next(iter(plan.actions), None)
        raise InputError(
            "nothing-to-add",
            held.reason if held else "Nothing waits to be added.",
            remedy="Match it, or mark rows to be added on the desk.",
        )
    version = connection.profiles.latest("number")
    basis = {**plan_basis(connection, version.number, []), "match_list": match_list.pk}
    with transaction.atomic():
        run = run_store(connection, plan, basis, profile_id=version.pk)
    if run is None:
        raise InputError("nothing-to-add", "Nothing waits to be added.", remedy="Mark rows on the desk.")
    return run


@transaction.atomic
def lists_connection(company: Company, source: str) -> Connection:
    """Return the connection under which a program's lists are written; it is made when it is wanted first."""
    name = source[:MAX_NAME]
    Company.objects.select_for_update().get(pk=company.pk)
    if Connection.objects.filter(company=company, name=name).exclude(connector=LISTS).exists():
        name = f"{source[: MAX_NAME - 7]} (list)"
    made, fresh = Connection.objects.select_related("company").get_or_create(
        company=company,
        name=name,
        connector=LISTS,
        defaults={"currency": company.home_currency, "created_at": clock.now()},
    )
    if fresh:
        profile = default_profile(name, made.currency, connection=f"c{made.pk}", platform=name)
        profile_save(made, profile_to_json(profile))
    return made


def _wanted(kind: str, rows: Sequence[ToAdd], income: str) -> list[ListObject]:
    earns = _record_key("ledger-account", income) if kind == ListKind.ITEM else ""
    return [
        ListObject(
            ListKind(kind),
            addition_key(kind, row.party.id),
            clean_name(row.party.own_name),
            parent=_parent(kind, row),
            ledger_account=earns,
            fields=_fields(kind, row.party),
        )
        for row in rows
    ]


def _under_ours(kind: str, row: ToAdd, links: Mapping[str, CoreLink]) -> ToAdd:
    """Return a row whose parent was made by a run before: it hangs under what that run linked."""
    link = links.get(addition_key(kind, row.parent_row)) if row.parent_row else None
    ours = link is not None and not link.tombstone and link.remote_id == row.parent_record
    return replace(row, parent_record="") if ours else row


def _record_key(kind: str, remote_id: str) -> str:
    """Return the key of a record that stands in the books already."""
    return f"{kind}:#{remote_id}"


def _parent(kind: str, row: ToAdd) -> str:
    if row.parent_record:
        return _record_key(kind, row.parent_record)
    return addition_key(kind, row.parent_row) if row.parent_row else ""


def _adopted(kind: str, rows: Sequence[ToAdd], income: str, above: str) -> Iterator[CoreLink]:
    """Yield links to the records of the books under which the new ones hang."""
    parents = {row.parent_record: row.parent_name for row in rows if row.parent_record}
    for remote_id, name in parents.items():
        yield _link(ListKind(kind), remote_id, name)
    if kind == ListKind.ITEM:
        yield _link(ListKind.LEDGER_ACCOUNT, income, above)


def _link(kind: ListKind, remote_id: str, name: str) -> CoreLink:
    one = ListObject(kind, _record_key(kind.value, remote_id), name)
    written = one.fingerprint()
    return CoreLink(one.key, kind, remote_id, "0", written, written, ours=False, target=one)


def _income_name(client: QuickBooksClient, income: str) -> str:
    """Return the name of an income ledger account; InputError when it is none."""
    body = next(iter(client.query_all("Account", f"Id = {quoted(income)}")), {})
    if body.get("AccountType") not in INCOMES:
        raise InputError(
            "income-missing", "Items need an income ledger account.", remedy="Choose where their sales go."
        )
    return str(body.get("FullyQualifiedName") or body.get("Name"))


def _fields(kind: str, party: Party) -> tuple[tuple[str, str], ...]:
    if kind == ListKind.ITEM:
        return (("sku", party.number),) if party.number else ()
    phone, mobile = (*party.phones, "", "")[:2]
    known = (
        ("email", next(iter(party.emails), "")),
        ("street", party.street),
        ("city", party.city),
        ("postal_code", party.postcode),
        ("country", party.country),
        ("company", party.company),
        ("first", party.first),
        ("last", party.last),
        ("phone", phone),
        ("mobile", mobile),
    )
    return tuple(pair for pair in known if pair[1])
