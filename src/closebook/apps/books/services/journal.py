"""The only way into the journal: balanced entries are added, a changed record's entry is reversed, balances
follow.

The database refuses what this module must not do: its triggers are in ``sql/journal_*.sql``. Rows go in by
parametrised batches, because building a model object for each posting costs more than ten times as much.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TypeAlias

from django.db import transaction

from closebook.apps.books.database import BOOKS, books_connection
from closebook.apps.books.services.journal_rows import (
    ENTRY_COLUMNS,
    POSTING_COLUMNS,
    REVERSAL_COLUMNS,
    Row,
    entry_ids,
    insert_rows,
    opposite_row,
    posting_rows,
)
from closebook.apps.books.services.name_sums import NameFold, name_sums_add
from closebook.apps.books.services.open_documents import OpenFold
from closebook.apps.books.services.rollup import Fold, rollup_add
from closebook.core.errors import InvariantError
from closebook.core.ledger.entry import JournalEntry

Item: TypeAlias = tuple[int, int, JournalEntry]
"""Record id, its sync token, its entry."""

_CHUNK_ENTRIES = 250  # small enough for what was just written to stay in the processor's cache
_FOLD_SUMS = 200_000  # a bulk load writes its balances when it holds so many sums

_LIVE = """
    SELECT id, record_id, sync_token, day FROM journal_entry
    WHERE company_id = %s AND record_id IN ({marks}) AND NOT superseded AND reverses_id IS NULL ORDER BY id
"""
_POSTINGS = f"SELECT {', '.join(POSTING_COLUMNS)} FROM posting WHERE entry_id IN ({{marks}})"


class JournalWriter:
    """Writes entries of one company inside one transaction on the books; ``flush`` before it commits.

    Entries and postings are stored at once, their balances with ``flush``. Take savepoints with
    ``savepoint``: one that is rolled back must also be forgotten here.
    """

    def __init__(self, company_id: int) -> None:
        """Start with nothing to flush."""
        self.company_id = company_id
        self._rows: list[Row] = []
        self._fold = Fold()
        self._names = NameFold()
        self._records: dict[int, int] = {}  # by entry, of the rows
        self._open = OpenFold(company_id)

    def post(self, record_id: int, sync_token: int, entry: JournalEntry) -> int:
        """Store the entry of a record that has no live one; return the entry's id.

        Raises InvariantError when it does not balance; the database refuses a second live entry of a record.
        """
        return self.post_all([(record_id, sync_token, entry)])[0]

    def post_all(self, items: Sequence[Item]) -> Sequence[int]:
        """Store several entries like ``post``; return their ids in the order of the items."""
        _need_transaction()
        ids = entry_ids(len(items))
        entries: list[Row] = []
        postings: list[Row] = []
        for entry_id, (record_id, sync_token, entry) in zip(ids, items, strict=True):
            entry.check()
            day = entry.day.isoformat()
            entries.append((entry_id, self.company_id, record_id, sync_token, day))
            self._records[entry_id] = record_id
            postings += posting_rows(entry_id, self.company_id, day, entry.postings)
        insert_rows("posting", POSTING_COLUMNS, postings)
        insert_rows("journal_entry", ENTRY_COLUMNS, entries)
        self._rows += postings
        return ids

    def supersede(self, record_id: int) -> int | None:
        """Reverse the live entry of a record on its own day, so that it counts no more.

        Returns the id of the reversal, None when the record has no live entry.
        """
        return self.supersede_all([record_id]).get(record_id)

    def supersede_all(self, record_ids: Sequence[int]) -> dict[int, int]:
        """Reverse the live entries of several records; return the id of each reversal by record."""
        _need_transaction()
        reversals: dict[int, int] = {}
        for start in range(0, len(record_ids), _CHUNK_ENTRIES):
            reversals |= self._supersede_some(record_ids[start : start + _CHUNK_ENTRIES])
        return reversals

    def _supersede_some(self, record_ids: Sequence[int]) -> dict[int, int]:
        connection = books_connection()
        lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
        with connection.cursor() as cursor:
            cursor.execute(_LIVE.format(marks=_marks(record_ids)) + lock, [self.company_id, *record_ids])
            found = cursor.fetchall()
            if not found:
                return {}
            ids = dict(zip((row[0] for row in found), entry_ids(len(found)), strict=True))
            cursor.execute(_POSTINGS.format(marks=_marks(found)), list(ids))
            postings = [opposite_row(row, ids[row[0]]) for row in cursor.fetchall()]
        insert_rows("posting", POSTING_COLUMNS, postings)
        reversals = [
            (ids[entry_id], self.company_id, record_id, sync_token, str(day), entry_id)
            for entry_id, record_id, sync_token, day in found
        ]
        insert_rows("journal_entry", REVERSAL_COLUMNS, reversals)
        self._rows += postings
        self._records.update((ids[entry_id], record_id) for entry_id, record_id, _sync_token, _day in found)
        return {record_id: ids[entry_id] for entry_id, record_id, _sync_token, _day in found}

    def links_changed(self, *record_ids: int) -> None:
        """Take note of both ends of links that were made or taken away, for what is open of them."""
        self._open.touch(record_ids)

    def flush(self) -> None:
        """Add what was written since the last flush to the balances, the sums by name and what is open."""
        self._fold_rows()
        if self._fold:
            _need_transaction()
            rollup_add(self.company_id, self._fold)
            self._fold = Fold()
        if self._names:
            name_sums_add(self.company_id, self._names)
            self._names = NameFold()
        if self._open:
            _need_transaction()
            self._open.write()

    def flush_when_large(self) -> None:
        """Keep memory from growing with a bulk load. Not for use inside ``savepoint``."""
        self._fold_rows()
        if len(self._fold) + len(self._names) + len(self._open) > _FOLD_SUMS:
            self.flush()

    def _fold_rows(self) -> None:
        self._fold.add(self._rows)
        self._names.add(self._rows)
        self._open.add(self._rows, self._records)
        self._rows, self._records = [], {}

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block wrote, here and in the database, when it raises."""
        mark = len(self._rows)
        try:
            with transaction.atomic(using=BOOKS):
                yield
        except BaseException:
            del self._rows[mark:]
            raise


@contextmanager
def journal_open(company_id: int) -> Iterator[JournalWriter]:
    """Give a writer inside a transaction of its own, flushed at the end."""
    with transaction.atomic(using=BOOKS):
        journal = JournalWriter(company_id)
        yield journal
        journal.flush()


def entries_post(company_id: int, items: Iterable[Item]) -> int:
    """Store the entries of many records in one transaction, in constant memory; return how many there
    were.
    """
    number = 0
    source = iter(items)
    with journal_open(company_id) as journal:
        while chunk := list(islice(source, _CHUNK_ENTRIES)):
            number += len(journal.post_all(chunk))
            journal.flush_when_large()
    return number


def _need_transaction() -> None:
    if not books_connection().in_atomic_block:
        raise InvariantError("no-transaction", "The journal is written inside a transaction only.")


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))
