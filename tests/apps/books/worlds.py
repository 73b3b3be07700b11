"""A small company to post into: records to hang entries on, and raw SQL beside the product's own code."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field
from typing import Any

from closebook.apps.books.database import BOOKS, books_connection, day_of
from closebook.apps.books.models import BooksCompany, Record
from closebook.apps.books.services.journal import journal_open
from closebook.core.ledger.entry import JournalEntry, Posting

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
_numbers = itertools.count(1)


def day(text: str) -> dt.date:
    """Return the day of an ISO text."""
    return dt.date.fromisoformat(text)


@dataclass
class World:
    """One company; ``bank``, ``sales``, ``fees`` are ledger accounts, ``spring`` a class, ``store`` a
    location.
    """

    company: BooksCompany
    bank: int = 0
    sales: int = 0
    fees: int = 0
    spring: int = 0
    store: int = 0
    buyer: int = 0
    extra: list[int] = field(default_factory=list)

    def record(self, entity: str = "SalesReceipt", name: str = "", doc_number: str = "") -> int:
        """Return the id of a new record."""
        made = Record.objects.create(
            company=self.company,
            entity=entity,
            wire_id=str(next(_numbers)),
            doc_number=doc_number,
            created_at=NOW,
            updated_at=NOW,
            body=f'{{"Name":"{name}"}}' if name else "{}",
        )
        return made.pk

    def sale(
        self, on: str, amount_minor: int, record: int | None = None, token: int = 0, **facts: Any
    ) -> int:
        """Post bank against sales; return the record."""
        record = record or self.record()
        sides = [Posting(self.bank, amount_minor, **facts), Posting(self.sales, -amount_minor, **facts)]
        with journal_open(self.company.pk) as journal:
            journal.supersede(record)
            journal.post(record, token, JournalEntry(day(on), sides))
        return record

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a statement; days as dates on both databases."""
        with books_connection().cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []


def live_sums(world: World, day_from: dt.date | None, day_to: dt.date) -> dict[int, int]:
    """Return the net of each ledger account by adding up live postings one by one."""
    found: dict[int, int] = {}
    for ledger_account, amount, on in world.rows(
        "SELECT p.ledger_account, p.amount_minor, p.day FROM posting p"
        " JOIN journal_entry e ON e.id = p.entry_id "
        "WHERE NOT e.superseded AND e.reverses_id IS NULL"
    ):
        if (day_from is None or day_from <= day_of(on)) and day_of(on) <= day_to:
            found[ledger_account] = found.get(ledger_account, 0) + amount
    return found


def make_world() -> World:
    """Make a company with its list objects."""
    company = BooksCompany.objects.using(BOOKS).create(
        realm_id=str(next(_numbers)), name="Paper Crane", created_at=NOW
    )
    world = World(company)
    for attribute, entity in (
        ("bank", "Account"),
        ("sales", "Account"),
        ("fees", "Account"),
        ("spring", "Class"),
        ("store", "Department"),
        ("buyer", "Customer"),
    ):
        setattr(world, attribute, world.record(entity, attribute))
    return world
