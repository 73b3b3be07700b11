"""Where a document came from and what became of a source row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from closebook.apps.sync.codec import target_from
from closebook.apps.sync.models import BooksPayment, Connection, Link, SourceFile, SourceRow
from closebook.core.planning.documents import Document
from closebook.core.planning.naming import key_range


@dataclass(frozen=True, slots=True)
class RowPlace:
    """A source row: its connection, stream, file, number (1 is the header), business key and primary key."""

    connection: str
    stream: str
    file: str
    row: int
    group: str
    source_key: str
    pk: int = 0


def links_by_number(number: str) -> list[Link]:
    """Return the links of documents that carry a number."""
    rows = Link.objects.select_related("connection__company").filter(target__contains=f'"number":"{number}"')
    found = ((link, _document(link)) for link in rows)
    return [link for link, document in found if document is not None and document.number == number]


def link_by_remote(company_id: int, kind: str, remote_id: str) -> Link | None:
    """Return the link of an object in a company's books, None when nobody synchronised it."""
    rows = Link.objects.select_related("connection__company").filter(connection__company_id=company_id)
    return rows.filter(kind=kind, remote_id=remote_id).first()


def links_by_key(key: str) -> list[Link]:
    """Return the links of a key, one for each connection that has it."""
    return list(Link.objects.select_related("connection__company").filter(key=key))


def links_of_group(company_id: int, group: str) -> list[Link]:
    """Return the links of a business key's documents in a company, by key."""
    first, behind = key_range(group)
    rows = Link.objects.select_related("connection__company").filter(connection__company_id=company_id)
    return list(rows.filter(key__gte=first, key__lt=behind).order_by("key"))


def rows_of(link: Link) -> Iterator[RowPlace]:
    """Yield where the source rows stand from which a document was made, by file and row."""
    return (_place(row) for row in source_rows_of(link))


def source_rows_of(link: Link) -> Iterator[SourceRow]:
    """Yield the source rows from which a document was made, by file and row."""
    document = _document(link)
    if document is None:
        return
    # Keys are found by connection and stream.
    streams = SourceFile.objects.filter(connection_id=link.connection_id).values("stream")
    rows = SourceRow.objects.filter(connection_id=link.connection_id, stream__in=streams.distinct())
    rows = rows.filter(source_key__in=document.source_keys)
    yield from rows.select_related("file", "connection").order_by("file__name", "row")


def row_at(file: str, number: int) -> list[SourceRow]:
    """Return the staged rows at a place; several when files of one name were pulled more than once."""
    rows = SourceRow.objects.select_related("file", "connection__company").filter(file__name=file, row=number)
    return list(rows)


def received_of(connection: Connection, group: str) -> list[BooksPayment]:
    """Return what a person received in the books for the invoices of a business key, the earliest first."""
    first, behind = key_range(group)
    rows = BooksPayment.objects.filter(connection=connection, key__gte=first, key__lt=behind)
    return list(rows.order_by("day", "pk"))


def links_of(row: SourceRow) -> list[Link]:
    """Return the links of the documents that a source row went into."""
    every = Link.objects.select_related("connection__company").filter(connection_id=row.connection_id)
    near = every.filter(key__startswith=f"{row.group}/")
    found = [link for link in near if _holds(link, row.source_key)]
    return found or [
        link for link in every.filter(target__contains=row.source_key) if _holds(link, row.source_key)
    ]


def place_of(row: SourceRow) -> RowPlace:
    """Return where a source row stands."""
    return _place(row)


def _place(row: SourceRow) -> RowPlace:
    return RowPlace(
        row.connection.name, row.stream, row.file.name, row.row, row.group, row.source_key, row.pk
    )


def _document(link: Link) -> Document | None:
    target = target_from(link.target)
    return target if isinstance(target, Document) else None


def _holds(link: Link, source_key: str) -> bool:
    document = _document(link)
    return document is not None and source_key in document.source_keys


def connections_of(company_id: int) -> list[Connection]:
    """Return a company's connections by name."""
    return list(Connection.objects.filter(company_id=company_id).order_by("name"))
