"""What one request knows: its company, time and caller, and caches that live as long as it does.

A context is made inside ``transaction.atomic(using="books")`` and ends with ``flush()``. Postings of an item
wait until ``settle()``, so that an item which fails after all leaves no trace in the balances.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import connections
from django.db.backends.utils import CursorWrapper

from closebook.apps.books.database import BOOKS
from closebook.apps.books.models import BooksCompany, Record
from closebook.apps.books.services.journal import JournalWriter
from closebook.apps.qbo import faults, store
from closebook.apps.qbo.events import Event, store_events
from closebook.apps.qbo.values import text_of
from closebook.apps.qbo.wire import Body, decode
from closebook.core.ledger.entry import JournalEntry
from closebook.transport.clock import PACIFIC

NOUNS = {
    "Customer": "Names",
    "Vendor": "Names",
    "Employee": "Names",
    "Account": "Accounts",
    "Item": "Items",
    "Class": "Klasses",
    "Department": "Depts",
}
_NAMED_BY = ("FullyQualifiedName", "DisplayName", "Name")
_FULLY_NAMED = frozenset({"Account", "Customer", "Class", "Department"})
LONG_ID_BASE = 5_000_000_000_000_000_000


@dataclass(frozen=True, slots=True)
class Reference:
    """A list object that something refers to; ``name`` is the label that references show."""

    pk: int
    entity: str
    wire_id: str
    name: str
    active: bool
    body: Body = field(hash=False)

    def as_ref(self) -> Body:
        """Return the reference object ``{"value", "name"}``."""
        return {"value": self.wire_id, "name": self.name}


def label_of(entity: str, body: Body) -> str:
    """Return the text by which references show an object."""
    names = _NAMED_BY if entity in _FULLY_NAMED else _NAMED_BY[1:]
    return next((body[name] for name in names if body.get(name)), "")


class Context:
    """One request's company, caller, moment and caches. Not shared between threads."""

    def __init__(
        self,
        company: BooksCompany,
        *,
        now: dt.datetime,
        actor: str = "",
        request_id: str = "",
        include: frozenset[str] = frozenset(),
        base_url: str = "",
    ) -> None:
        """Keep the facts of the request; nothing is read yet."""
        self.company = company
        self.company_id: int = company.pk
        self.now = now.replace(microsecond=0)
        self.moment = now
        self.actor = actor
        self.request_id = request_id
        self.include = include
        self.base_url = base_url
        self.references_checked = False
        self.numbers: dict[str, list[tuple[str, str]]] | None = None
        self.home_currency: str = company.home_currency
        self.today: dt.date = now.astimezone(PACIFIC).date()
        self.memo: dict[Any, Any] = {}
        self._references: dict[tuple[str, str], Reference | None] = {}
        self._by_pk: dict[int, Reference | None] = {}
        self._roles: dict[tuple[str, str], Reference] = {}
        self._numbers: dict[str, int] = {}
        self._numbers_taken: set[str] = set()
        self._pending: list[tuple[int, int, JournalEntry | None]] = []
        self._settled: list[tuple[int, int, JournalEntry | None]] = []
        self._writer: JournalWriter | None = None
        self._pending_events: list[Event] = []
        self._events: list[Event] = []

    @cached_property
    def cursor(self) -> CursorWrapper:
        """Return a cursor on the books database, kept for the request."""
        return connections[BOOKS].cursor()

    @property
    def journal(self) -> JournalWriter:
        """Return the writer of the journal, made at first use. Prefer ``post`` and ``supersede``, which
        wait for the item's end.
        """
        if self._writer is None:
            self._writer = JournalWriter(self.company_id)
        return self._writer

    def post(self, record_id: int, sync_token: int, entry: JournalEntry) -> None:
        """Add an entry of a record when the item has succeeded."""
        self._pending.append((record_id, sync_token, entry))

    def supersede(self, record_id: int) -> None:
        """Reverse a record's live entry when the item has succeeded."""
        self._pending.append((record_id, 0, None))

    def links_changed(self, *record_ids: int) -> None:
        """Take note of both ends of links that were made or taken away; more than need be does no harm."""
        self.journal.links_changed(*record_ids)

    def settle(self) -> None:
        """Keep the item's postings and events for the end of the request: the item has succeeded."""
        if self._pending_events:
            self._events.extend(self._pending_events)
            self._pending_events.clear()
        self._settled.extend(self._pending)
        self._pending.clear()

    def _flush_journal(self) -> None:
        """Write what has settled: neighbours go in together, reversals before posts, in order for each
        record.
        """
        if not self._settled and self._writer is None:
            return
        gone: list[int] = []
        posts: dict[int, tuple[int, int, JournalEntry]] = {}
        for record_id, sync_token, entry in self._settled:
            if record_id in posts:
                self._write_journal(gone, posts)
            if entry is None:
                gone.append(record_id)
            else:
                posts[record_id] = (record_id, sync_token, entry)
        self._write_journal(gone, posts)
        self._settled.clear()
        self.journal.flush()

    def _write_journal(self, gone: list[int], posts: dict[int, tuple[int, int, JournalEntry]]) -> None:
        """Write reversals, then posts, and empty both."""
        self.journal.supersede_all(gone)
        if posts:
            self.journal.post_all(list(posts.values()))
        gone.clear()
        posts.clear()

    def mark(self) -> tuple[int, int, dict[str, int], set[str]]:
        """Return where the request stands, for ``rewind``."""
        return len(self._settled), len(self._events), dict(self._numbers), set(self._numbers_taken)

    def rewind(self, mark: tuple[int, int, dict[str, int], set[str]]) -> None:
        """Go back to a mark: everything since then is rolled back in the database too."""
        self.forget()
        settled, events, numbers, taken = mark
        del self._settled[settled:]
        del self._events[events:]
        self._numbers = dict(numbers)
        self._numbers_taken = set(taken)

    def forget(self) -> None:
        """Drop the item's postings and all caches: the item has failed and its savepoint is rolled back."""
        self._pending.clear()
        self._references.clear()
        self._by_pk.clear()
        self._roles.clear()
        self._pending_events.clear()
        self.memo.clear()
        self.numbers = None
        self.__dict__.pop("preferences", None)

    def flush(self) -> None:
        """Write the balances and the number series: the request is complete."""
        self.settle()
        self._flush_journal()
        self._flush_numbers()
        if self._events:
            store_events(self.company_id, self._events, self.moment)
            self._events.clear()

    def note(self, entity: str, wire_id: str, operation: str, deleted_id: str = "") -> None:
        """Tell subscribers of a change (Create, Update, Delete, Void, Merge) when the item has succeeded."""
        self._pending_events.append(Event(entity, wire_id, operation, deleted_id))

    @cached_property
    def preferences(self) -> Body:
        """Return the body of the company's Preferences."""
        found = self.reference("Preferences", "1")
        return found.body if found else {}

    def preference(self, group: str, name: str, default: Any = None) -> Any:
        """Return one member of a group of preferences, such as ``SalesFormsPrefs``, ``CustomTxnNumbers``."""
        return self.preferences.get(group, {}).get(name, default)

    def other_preference(self, name: str, default: str = "") -> str:
        """Return one value of the name-value list ``OtherPrefs``, such as ``WarnDuplicateBillNumber``, as
        text.
        """
        pairs = self.preferences.get("OtherPrefs", {}).get("NameValue", [])
        return next((pair.get("Value", default) for pair in pairs if pair.get("Name") == name), default)

    @property
    def multicurrency(self) -> bool:
        """Tell whether the company uses currencies beside its home currency."""
        return bool(self.preference("CurrencyPrefs", "MultiCurrencyEnabled", False))

    def reference(self, entity: str, wire_id: str) -> Reference | None:
        """Return a list object by its id, None when there is none."""
        key = (entity, wire_id)
        if key not in self._references:
            self._keep(
                entity, self._select("entity = %s AND wire_id = %s AND deleted_at IS NULL", [entity, wire_id])
            )
            self._references.setdefault(key, None)
        return self._references[key]

    def reference_by_pk(self, pk: int) -> Reference | None:
        """Return a list object by its primary key, None when there is none."""
        if pk not in self._by_pk:
            self._keep("", self._select("id = %s", [pk]))
            self._by_pk.setdefault(pk, None)
        return self._by_pk[pk]

    def prefetch(self, entity: str, wire_ids: Iterable[str]) -> None:
        """Read many list objects of one entity by one statement, so that ``reference`` finds them in
        memory.
        """
        missing = [one for one in wire_ids if (entity, one) not in self._references]
        for start in range(0, len(missing), 500):
            part = missing[start : start + 500]
            marks = ", ".join(["%s"] * len(part))
            condition = f"entity = %s AND wire_id IN ({marks}) AND deleted_at IS NULL"
            self._keep(entity, self._select(condition, [entity, *part]))
            for one in part:
                self._references.setdefault((entity, one), None)

    def _select(self, condition: str, values: list[Any]) -> list[tuple[Any, ...]]:
        self.cursor.execute(
            f"SELECT id, entity, wire_id, active, body FROM books_record WHERE company_id = %s AND "
            f"{condition}",
            [self.company_id, *values],
        )
        rows: list[tuple[Any, ...]] = self.cursor.fetchall()
        return rows

    def _keep(self, _entity: str, rows: list[tuple[Any, ...]]) -> None:
        for pk, entity, wire_id, active, text in rows:
            body = decode(text)
            self.keep(Reference(pk, entity, wire_id, label_of(entity, body), bool(active), body))

    def keep(self, reference: Reference) -> None:
        """Put a list object that was just written into the caches."""
        self._references[(reference.entity, reference.wire_id)] = reference
        self._by_pk[reference.pk] = reference
        if reference.entity == "Preferences":
            self.__dict__.pop("preferences", None)

    def require(self, entity: str, value: object, element: str = "") -> Reference:
        """Return the active list object that a reference object (or an id) names.

        Raises 2010 for a value that is neither, 2020 for an empty one, 2500 for a missing or inactive object.
        """
        found = self.require_any(entity, value, element)
        if not found.active:
            raise faults.inactive_reference(element)
        return found

    def require_any(self, entity: str, value: object, element: str = "") -> Reference:
        """Return the list object that a reference names, active or not; faults as ``require``."""
        if isinstance(value, dict):
            value = value.get("value")
        wire_id = text_of(value, element or f"{entity}Ref")
        if not wire_id:
            raise faults.required(element or f"{entity}Ref")
        found = self.reference(entity, wire_id)
        if found is None:
            raise faults.invalid_reference(NOUNS.get(entity, f"{entity}s"), wire_id)
        return found

    def ledger_account(self, role: str, currency: str = "") -> Reference:
        """Return the system ledger account of a role, made at first use.

        ``currency`` matters for ``receivable`` and ``payable``, of which there is one for each currency.
        """
        key = (role, currency if currency != self.home_currency else "")
        if key not in self._roles:
            from closebook.apps.qbo.services.system_accounts import system_account

            self._roles[key] = system_account(self, *key)
        return self._roles[key]

    def record(self, pk: int) -> Record | None:
        """Return a stored record by its primary key, None when it is not of this company or deleted."""
        return store.by_pk(self.cursor, self.company_id, pk)

    def record_by_id(self, entity: str, wire_id: str) -> Record | None:
        """Return a stored record by entity and id, None when there is none or it was deleted."""
        return store.by_wire_id(self.cursor, self.company_id, entity, wire_id)

    def next_number(self, series: str) -> str:
        """Return the next number of a series as text, starting at 1. Numbers of a failed batch item are
        lost.
        """
        number = self._last_number(series) + 1
        self._numbers[series] = number
        self._numbers_taken.add(series)
        return str(number)

    def raise_number(self, series: str, at_least: int) -> None:
        """Let a series go on after ``at_least``, when it is not beyond it already."""
        if self._last_number(series) < at_least:
            self._numbers[series] = at_least
            self._numbers_taken.add(series)

    def next_long_id(self, series: str) -> str:
        """Return the next id of a series of 19-digit ids."""
        return str(LONG_ID_BASE + int(self.next_number(series)))

    def _last_number(self, series: str) -> int:
        if series not in self._numbers:
            self.cursor.execute(
                "SELECT last FROM books_sequence WHERE company_id = %s AND name = %s",
                [self.company_id, series],
            )
            row = self.cursor.fetchone()
            self._numbers[series] = row[0] if row else 0
        return self._numbers[series]

    def _flush_numbers(self) -> None:
        for series in sorted(self._numbers_taken):
            self.cursor.execute(
                "INSERT INTO books_sequence (company_id, name, last) VALUES (%s, %s, %s)"
                " ON CONFLICT (company_id, name) DO UPDATE SET last = excluded.last",
                [self.company_id, series, self._numbers[series]],
            )
        self._numbers_taken.clear()
