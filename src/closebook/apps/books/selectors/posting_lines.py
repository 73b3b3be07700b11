"""Postings as lines of detailed statements, on either basis, with names and the other side of their entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, islice

from closebook.apps.books.database import books_connection, day_of
from closebook.apps.books.selectors.directory import ListObject, list_objects
from closebook.apps.books.selectors.documents import DocumentFacts, documents_of
from closebook.apps.books.selectors.history import keys_of
from closebook.apps.books.selectors.open_items import cash_documents
from closebook.apps.books.selectors.statement_request import Request
from closebook.core.ledger.entry import Posting
from closebook.core.reports.chart import Chart
from closebook.core.reports.lines import SPLIT, Line
from closebook.core.reports.opens import Basis

MAX_LINES = 200_000
_POSTINGS = """
    SELECT e.record_id, e.day, p.ledger_account, p.amount_minor, p.counterparty, p.item, p.klass, p.location,
        p.currency, p.foreign_minor, p.quantity_micro, p.memo, p.line
    FROM journal_entry e JOIN posting p ON p.entry_id = e.id
    WHERE e.company_id = %s AND e.day >= %s AND e.day <= %s AND NOT e.superseded AND e.reverses_id IS NULL
    ORDER BY e.day, e.id, p.line_no LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Dated:
    """A posting of a record on the day on which it counts."""

    day: dt.date
    record: int
    posting: Posting


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines that were read, in order of time; ``cut`` tells that there are more than the limit."""

    lines: list[Line]
    cut: bool


def _live(request: Request, limit: int) -> Iterator[Dated]:
    days = [request.day_from.isoformat(), request.day_to.isoformat()]
    with books_connection().cursor() as cursor:
        cursor.execute(_POSTINGS, [request.company_id, *days, limit])
        for record, day, *facts in cursor.fetchall():
            yield Dated(day_of(day), record, Posting(*facts))


def dated_postings(request: Request, limit: int) -> Iterator[Dated]:
    """Yield the postings of the range on the request's basis, by day and record, at most about ``limit``."""
    if request.basis is Basis.ACCRUAL:
        yield from _live(request, limit)
        return
    documents, moved = cash_documents(request.company_id, request.chart, request.day_to)
    held = {one.record for one in documents}
    direct = [one for one in _live(request, limit) if one.record not in held]
    again = [Dated(one.day, one.record, one.posting) for one in moved if one.day >= request.day_from]
    yield from islice(sorted([*direct, *again], key=lambda one: (one.day, one.record)), limit)


@dataclass(slots=True)
class Words:
    """What lines print: the chart, the names of list objects, the facts of documents."""

    chart: Chart
    names: Mapping[int, ListObject]
    documents: Mapping[int, DocumentFacts]

    def name(self, key: int) -> str:
        """Return the name of a list object, "" for none."""
        found = self.names.get(key)
        return found.name if found else ""

    def full_name(self, key: int) -> str:
        """Return the full name of a ledger account."""
        one = self.chart[key]
        return one.full_name or one.name


def words_for(request: Request, postings: Iterable[Dated]) -> Words:
    """Read the words for some postings: two queries, however many there are."""
    names: set[int] = set()
    records: set[int] = set()
    for one in postings:
        records.add(one.record)
        names.update(keys_of(one.posting).values())
    return Words(
        request.chart,
        list_objects(request.company_id, names),
        documents_of(request.company_id, records),
    )


def line_of(words: Words, dated: Dated, others: Iterable[int]) -> Line:
    """Return the line of a posting; ``others`` are the ledger accounts of its entry's other side."""
    posting, document = dated.posting, words.documents[dated.record]
    ledger_account = words.chart[posting.ledger_account]
    splits = set(others) - {posting.ledger_account}
    split_key = next(iter(splits)) if len(splits) == 1 else 0
    who = words.names.get(posting.counterparty or 0)
    return Line(
        day=dated.day,
        record=dated.record,
        kind=document.title,
        number=document.number,
        name=who.name if who else "",
        name_key=who.key if who else 0,
        name_entity=who.entity if who else "",
        memo=posting.memo or document.memo,
        ledger_account=posting.ledger_account,
        ledger_account_name=words.full_name(posting.ledger_account),
        split=words.full_name(split_key) if split_key else SPLIT if splits else "",
        split_key=split_key,
        amount_minor=-posting.amount_minor if ledger_account.credit_positive else posting.amount_minor,
        debit_minor=posting.amount_minor,
        due=document.due,
        klass=words.name(posting.klass or 0),
        klass_key=posting.klass or 0,
        location=words.name(posting.location or 0),
        location_key=posting.location or 0,
        item=words.name(posting.item or 0),
        item_key=posting.item or 0,
        quantity_micro=posting.quantity_micro or None,
        adjusting=document.adjusting,
        created=document.created,
        changed=document.changed,
    )


def posting_lines(request: Request, limit: int = MAX_LINES) -> Lines:
    """Return a line per posting of the range that passes the request's filters, by day and document."""
    found = list(dated_postings(request, limit + 1))
    words = words_for(request, found)
    lines = []
    for _, entry in groupby(found[:limit], key=lambda one: (one.day, one.record)):
        members = list(entry)
        accounts = {one.posting.ledger_account for one in members}
        lines += [
            line_of(words, one, _other_side(one, members, accounts))
            for one in members
            if request.filters.match(keys_of(one.posting))
        ]
    return Lines(lines, len(found) > limit)


def _other_side(one: Dated, members: list[Dated], accounts: set[int]) -> set[int]:
    """Return the ledger accounts on the opposite side of a posting, or all of the entry's when there is
    none.
    """
    debit = one.posting.amount_minor > 0
    opposite = {
        other.posting.ledger_account for other in members if (other.posting.amount_minor > 0) is not debit
    }
    return opposite or accounts
