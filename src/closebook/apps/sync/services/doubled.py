"""Documents of another app that hold business of a connection: which of them can be taken out, and which not.

A document is taken out only when it could be made again as it is; what is reconciled, lies in a closed
period, or is held by another document stays, with the reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from closebook.apps.sync.models import Connection
from closebook.apps.sync.selectors.profiles import profile_of
from closebook.apps.sync.services.foreign_reading import foreign_postings
from closebook.apps.sync.services.manners import Writer
from closebook.apps.sync.services.ownership import says_the_same
from closebook.apps.sync.services.planning import source_records
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.documents import ENTITY_OF, from_wire
from closebook.connectors.quickbooks.query import any_of
from closebook.connectors.quickbooks.wire import objects, referenced
from closebook.connectors.registry import connector
from closebook.core.planning.cutoff import Overlap, simulate_cut_off
from closebook.core.planning.documents import Document, DocumentLine, ListKind
from closebook.core.planning.foreign import mark_of
from closebook.core.planning.naming import list_key

Reconciled = Collection[tuple[str, str]]
_IDS_A_QUERY = 500
_TAKEN_OUT = ("SalesReceipt", "RefundReceipt", "Deposit", "Transfer")
_LISTS = {ENTITY_OF[kind]: kind for kind in ListKind}


@dataclass(slots=True)
class Doubled:
    """One document of another app: ``by`` is its mark, ``why`` what it holds of ours, ``stays`` the reason
    why it is left ("" for what can be taken out), ``document`` what it is in our words.
    """

    entity: str
    remote_id: str
    sync_token: str
    day: dt.date
    number: str
    amount_minor: int
    by: str
    why: str
    stays: str = ""
    document: Document | None = None

    @property
    def ref(self) -> str:
        """Return how it is chosen, such as ``SalesReceipt:141``."""
        return f"{self.entity}:{self.remote_id}"


class Names:
    """The list objects that documents of others use: keys, names and incomes, read once."""

    def __init__(self, client: QuickBooksClient) -> None:
        """Keep where to read."""
        self._client = client
        self.names: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.kinds: dict[str, ListKind] = {}
        self._keys: dict[tuple[str, str], str] = {}
        self._incomes: dict[str, str] = {}

    def read(self, bodies: Collection[dict[str, Any]]) -> None:
        """Read the names of everything that the bodies refer to, with the incomes of their items."""
        wanted: dict[str, set[str]] = {entity: set() for entity in _LISTS}

        def note(entity: str, remote_id: str) -> str:
            wanted.setdefault(entity, set()).add(remote_id)
            return ""

        for body in bodies:
            from_wire(str(body["entity"]), body, note)
        for row in self._rows("Item", wanted["Item"]):
            income = referenced(row.get("IncomeAccountRef"))
            self._incomes[self.key("Item", str(row["Id"]))] = income
            wanted["Account"].add(income)
        for entity in ("Account", "Customer", "Vendor"):
            for _row in self._rows(entity, wanted[entity]):
                pass

    def _rows(self, entity: str, ids: set[str]) -> Iterator[dict[str, Any]]:
        found = sorted(each for each in ids if each)
        for start in range(0, len(found), _IDS_A_QUERY):
            condition = any_of("Id", found[start : start + _IDS_A_QUERY])
            for row in self._client.query_all(entity, condition, inactive=True):
                name = str(row.get("FullyQualifiedName") or row.get("DisplayName") or row.get("Name", ""))
                key = list_key(_LISTS[entity].value, name)
                self.names[key], self.ids[key], self.kinds[key] = name, str(row["Id"]), _LISTS[entity]
                self._keys[entity, str(row["Id"])] = key
                yield row

    def key(self, entity: str, remote_id: str) -> str:
        """Return the key of a list object, "" for none."""
        return self._keys.get((entity, remote_id), "")

    def income(self, line: DocumentLine) -> DocumentLine:
        """Return a line with the ledger account that its item earns on."""
        if line.ledger_account or not line.item:
            return line
        return replace(line, ledger_account=self.key("Account", self._incomes.get(line.item, "")))


def doubled_find(
    connection: Connection, client: QuickBooksClient, reconciled: Reconciled = ()
) -> tuple[list[Doubled], Names]:
    """Return the documents of others that hold business of a connection, by day, and the names they use."""
    business = connector(connection.connector).normalise(source_records(connection))
    days = [row.day for row in business.movements]
    since = profile_of(connection).since or min(days, default=None)
    names = Names(client)
    if since is None:
        return [], names
    postings = foreign_postings(connection, client, since)
    overlaps = simulate_cut_off(business.movements, since, postings).overlaps
    bodies = _bodies(client, overlaps)
    names.read(list(bodies.values()))
    reading = _Reading(connection, names, reconciled)
    return [reading.doubled(one, bodies) for one in overlaps if _ref(one) in bodies], names


def _ref(overlap: Overlap) -> tuple[str, str]:
    return overlap.posting.kind, overlap.posting.remote_id


def _bodies(client: QuickBooksClient, overlaps: Collection[Overlap]) -> dict[tuple[str, str], dict[str, Any]]:
    found = {}
    for entity in {one.posting.kind for one in overlaps}:
        ids = sorted(one.posting.remote_id for one in overlaps if one.posting.kind == entity)
        for start in range(0, len(ids), _IDS_A_QUERY):
            for body in client.query_all(entity, any_of("Id", ids[start : start + _IDS_A_QUERY])):
                found[entity, str(body["Id"])] = {**body, "entity": entity}
    return found


class _Reading:
    """Tells of each document what it is and why it stays."""

    def __init__(self, connection: Connection, names: Names, reconciled: Reconciled) -> None:
        self._connection = connection
        self._names = names
        self._reconciled = frozenset(reconciled)
        self._writer = Writer(connection.company_id)

    def doubled(self, overlap: Overlap, bodies: dict[tuple[str, str], dict[str, Any]]) -> Doubled:
        posting, body = overlap.posting, bodies[_ref(overlap)]
        found = Doubled(
            posting.kind,
            posting.remote_id,
            str(body.get("SyncToken", "")),
            posting.day,
            posting.number,
            posting.amount_minor,
            " ".join(mark_of(posting)).strip(),
            overlap.reason,
        )
        value = from_wire(
            posting.kind, body, self._names.key, home_currency=self._connection.company.home_currency
        )
        if isinstance(value, Document):
            key = f"foreign:{posting.kind}/{posting.remote_id}"
            lines = tuple(self._names.income(line) for line in value.lines)
            found.document = replace(value, key=key, lines=lines)
        found.stays = self._stays(found, body)
        return found

    def _stays(self, found: Doubled, body: dict[str, Any]) -> str:
        closed = self._connection.closed_until
        if closed is not None and found.day <= closed:
            return f"The books are closed until {closed}."
        if (found.entity, found.remote_id) in self._reconciled:
            return "It was reconciled with a bank statement."
        if found.entity not in _TAKEN_OUT:
            return "An invoice and its payments are taken out by hand, in the books."
        if objects(body.get("LinkedTxn")):
            return "Another document holds it, such as a deposit: take it out of there first."
        return "" if self._can_be_made_again(found, body) else "It holds what an undo could not make again."

    def _can_be_made_again(self, found: Doubled, body: dict[str, Any]) -> bool:
        document = found.document
        if document is None or not document.money_account or not all(map(_is_known, document.lines)):
            return False
        if body.get("DepartmentRef") or any("ClassRef" in str(line) for line in objects(body.get("Line"))):
            return False
        forms = found.entity in {"SalesReceipt", "RefundReceipt"}
        if forms and any(not line.item and line.amount_minor > 0 for line in document.lines):
            return False
        entity, payload = self._writer.wire(document, lambda key: self._names.ids.get(key, ""))
        return says_the_same(entity, body, payload)


def _is_known(line: DocumentLine) -> bool:
    return bool(line.ledger_account)
