"""Trails: a reference with the documents it leads to, each with its postings and its source rows."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from closebook.apps.books.models import BooksCompany, LedgerAccount, Record
from closebook.apps.books.selectors.entries import record_of_entry
from closebook.apps.books.selectors.postings import PostingRow, postings
from closebook.apps.companies.models import Company
from closebook.apps.sync.models import Link, SourceRow
from closebook.apps.sync.selectors import provenance
from closebook.connectors.quickbooks.documents import ENTITY_OF
from closebook.core.errors import InputError
from closebook.core.money import Money
from closebook.core.periods import Month

_KIND_OF = {entity: kind.value for kind, entity in ENTITY_OF.items()}
_SHOWN_FIELDS = ("type", "title", "info", "net", "amount", "order_id", "item_name", "order_total")


@dataclass(slots=True)
class Trail:
    """What a reference leads to. ``documents`` are dicts with title, reference, postings and rows.

    Amounts are in minor units.
    """

    ref: str
    title: str
    documents: list[dict[str, Any]] = field(default_factory=list)
    amount_minor: int | None = None
    left_out: int = 0

    def plain(self) -> dict[str, Any]:
        """Return the trail as values for JSON."""
        return {
            "ref": self.ref,
            "title": self.title,
            "amount_minor": self.amount_minor,
            "documents": self.documents,
            "left_out": self.left_out,
        }


_ROW = re.compile(r"^(?P<file>.+\.(?:csv|tsv|txt)):(?P<row>\d{1,18})$", re.IGNORECASE)
_POSTING = re.compile(r"^posting:(?P<entry>\d{1,18})(?:/(?P<line>\d{1,18}))?$", re.IGNORECASE)
_RECORD = re.compile(r"^(?P<entity>[A-Za-z]+):(?P<id>\d{1,18})$")


def trail_of(company: Company, ref: str, limit: int) -> Trail | None:
    """Return the trail of a reference of any kind, with at most so many documents of a figure; None for a
    reference that leads nowhere.
    """
    if found := _ROW.match(ref):
        return of_row(company, found["file"], int(found["row"]))
    if found := _POSTING.match(ref):
        return of_posting(company, int(found["entry"]), int(found["line"]) if found["line"] else None)
    if found := _RECORD.match(ref):
        return of_record(company, found["entity"], found["id"]) or of_group(company, ref)
    return of_document(company, ref) or of_figure(company, ref, limit)


def _books(company: Company) -> BooksCompany:
    return BooksCompany.objects.get(realm_id=company.realm_id)


def of_row(company: Company, file: str, number: int) -> Trail | None:
    """Return the trail of a source row: the documents that it went into."""
    rows = [row for row in provenance.row_at(file, number) if row.connection.company_id == company.pk]
    if not rows:
        return None
    trail = Trail(f"{file}:{number}", f"{file}, row {number}: {_row_text(rows[0])}")
    for row in rows:
        _add_documents(trail, company, [_record_of(company, link) for link in provenance.links_of(row)])
    if not trail.documents:
        trail.title += " (no document: left out, held, or not planned yet)"
    return trail


def of_posting(company: Company, entry: int, line: int | None) -> Trail | None:
    """Return the trail of a posting: its document with all its postings and source rows."""
    record_id = record_of_entry(_books(company).pk, entry)
    if record_id is None:
        return None
    record = Record.objects.get(pk=record_id)
    trail = Trail(f"posting:{entry}" + (f"/{line}" if line else ""), f"Posting {entry} of {record.txn_date}")
    _add_documents(trail, company, [record])
    return trail


def of_record(company: Company, entity: str, wire_id: str) -> Trail | None:
    """Return the trail of a document by its kind and id, such as ``SalesReceipt``, ``141``."""
    records = Record.objects.filter(company=_books(company), entity__iexact=entity, wire_id=wire_id)
    trail = Trail(f"{entity}:{wire_id}", f"{entity} {wire_id}")
    _add_documents(trail, company, records)
    return trail if trail.documents else None


def of_group(company: Company, group: str) -> Trail | None:
    """Return the trail of all documents of a business key, such as ``order:3900112233``."""
    links = provenance.links_of_group(company.pk, group)
    trail = Trail(group, f"Documents of {group}")
    _add_documents(trail, company, [_record_of(company, link) for link in links])
    return trail if trail.documents else None


def of_document(company: Company, ref: str) -> Trail | None:
    """Return the trail of a document by its number or by its key."""
    links = provenance.links_by_key(ref) if "/" in ref else provenance.links_by_number(ref)
    mine = [_record_of(company, link) for link in links if link.connection.company_id == company.pk]
    records = mine or list(Record.objects.filter(company=_books(company), doc_number=ref, deleted_at=None))
    trail = Trail(ref, f"Document {ref}")
    _add_documents(trail, company, records)
    return trail if trail.documents else None


def of_figure(company: Company, ref: str, limit: int) -> Trail | None:
    """Return the trail of a ledger account's figure in a month, up to a day, or over all days."""
    name, _, period = ref.partition("@")
    books = _books(company)
    every = LedgerAccount.objects.filter(company=books)
    path = name.strip().replace(": ", ":")
    found = every.filter(full_name__iexact=path).first() or every.filter(name__iexact=name.strip()).first()
    if found is None:
        return None
    below = [
        found.pk,
        *every.filter(full_name__istartswith=f"{found.full_name}:").values_list("pk", flat=True),
    ]
    day_from, day_to = _period(period)
    total, record_ids = 0, dict[int, None]()
    for row in postings(books.pk, ledger_accounts=below, day_from=day_from, day_to=day_to):
        total += row.amount_minor
        record_ids[row.record_id] = None
    shown = Money(total, books.home_currency)
    title = f"{found.full_name} {period or 'on all days'}: {shown}"
    trail = Trail(
        ref, f"{title} (debit positive)", amount_minor=total, left_out=max(0, len(record_ids) - limit)
    )
    kept = list(record_ids)[:limit]
    by_pk = Record.objects.in_bulk(kept)
    _add_documents(trail, company, [by_pk[pk] for pk in kept])
    return trail


def _period(text: str) -> tuple[dt.date | None, dt.date | None]:
    if not text:
        return None, None
    if len(text) == 7:
        month = Month.parse(text)
        return month.first_day, month.last_day
    try:
        return None, dt.date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            "not-a-day", f"{text!r} is neither a month nor a day.", remedy="Write @2025-03."
        ) from error


def _record_of(company: Company, link: Link) -> Record | None:
    entity = next((name for name, kind in _KIND_OF.items() if kind == link.kind), "")
    return Record.objects.filter(company=_books(company), entity=entity, wire_id=link.remote_id).first()


def _add_documents(trail: Trail, company: Company, records: Iterable[Record | None]) -> None:
    books = _books(company)
    found = [record for record in records if record is not None]
    lines: dict[int, list[PostingRow]] = {record.pk: [] for record in found}
    for row in postings(books.pk, records=list(lines)):
        lines[row.record_id].append(row)
    for record in found:
        trail.documents.append(_document(company, books, record, lines[record.pk]))


def _document(
    company: Company, books: BooksCompany, record: Record, lines: list[PostingRow]
) -> dict[str, Any]:
    link = provenance.link_by_remote(company.pk, _KIND_OF.get(record.entity, ""), record.wire_id)
    rows = list(provenance.source_rows_of(link)) if link else []
    deleted = " (deleted)" if record.deleted_at else ""
    title = f"{record.entity}:{record.wire_id} {record.doc_number} of {record.txn_date}{deleted}"
    return {
        "ref": f"{record.entity}:{record.wire_id}",
        "number": record.doc_number,
        "key": link.key if link else "",
        "day": str(record.txn_date or ""),
        "currency": books.home_currency,
        "title": title + (f", {link.connection.name}: {link.key}" if link else ", not made by a connection"),
        "postings": [
            {
                "entry": line.entry_id,
                "line": line.line_no,
                "ledger_account": line.ledger_account_name,
                "amount_minor": line.amount_minor,
            }
            for line in lines
        ],
        "rows": [_row(row) for row in rows],
    }


def _row(row: SourceRow) -> dict[str, Any]:
    return {"file": row.file.name, "row": row.row, "stream": row.stream, "text": _row_text(row)}


def _row_text(row: SourceRow) -> str:
    fields = json.loads(row.fields)
    shown = [fields[name] for name in _SHOWN_FIELDS if fields.get(name) not in {None, "", "--"}]
    return " · ".join(dict.fromkeys(shown)) or row.group
