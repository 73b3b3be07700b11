"""Finding records of a company by what people know of them, and what hangs on a record."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import msgspec
from django.db.models import Q, QuerySet

from closebook.apps.books.database import BOOKS, books_connection
from closebook.apps.books.models import Attachment, Record, RecordLink
from closebook.apps.books.selectors.directory import ListObject, list_objects

_MOST_ATTACHED = 100
_WITH_ITEM = """
    SELECT DISTINCT f.record_id FROM (
        SELECT e.record_id FROM posting p JOIN journal_entry e ON e.id = p.entry_id
        WHERE p.company_id = %s AND p.ledger_account IN (%s, %s) AND p.item = %s
            AND NOT e.superseded AND e.reverses_id IS NULL
        ORDER BY p.day DESC, p.entry_id DESC LIMIT %s
    ) f
"""


class _Ref(msgspec.Struct):
    value: str = ""


class _Item(msgspec.Struct):
    """The ledger accounts of an item; the words are the protocol's."""

    IncomeAccountRef: _Ref | None = None
    ExpenseAccountRef: _Ref | None = None


_decode_item = msgspec.json.Decoder(_Item).decode


@dataclass(frozen=True, slots=True)
class LinkedDocument:
    """A document at the other end of a link; ``amount_minor`` is what was applied, 0 where nothing was."""

    record: Record
    amount_minor: int


def record_of(company_id: int, entity: str, wire_id: str) -> Record | None:
    """Return a record that is not deleted, None when the company has none of that id."""
    return _live(company_id).filter(entity=entity, wire_id=wire_id).first()


def deleted_records(
    company_id: int, names: Collection[tuple[str, str]]
) -> list[tuple[tuple[str, str], Record]]:
    """Return those of some records, named by (entity, wire id), that were deleted, each with its row."""
    wanted = set(names)
    rows = Record.objects.using(BOOKS).filter(
        company_id=company_id, entity__in={entity for entity, _ref in wanted}, deleted_at__isnull=False
    )
    gone = {(entity, ref) for entity, ref in rows.values_list("entity", "wire_id")} & wanted
    found = rows.filter(wire_id__in={ref for _entity, ref in gone}) if gone else ()
    return [(name, row) for row in found if (name := (row.entity, row.wire_id)) in gone]


def _live(company_id: int) -> QuerySet[Record]:
    return Record.objects.using(BOOKS).filter(company_id=company_id, deleted_at=None)


def linked_documents(record: Record) -> list[LinkedDocument]:
    """Return the documents that a record is linked to, in either direction, by day."""
    links = RecordLink.objects.filter(Q(source=record) | Q(target=record), company_id=record.company_id)
    found: dict[int, LinkedDocument] = {}
    for link in links.select_related("source", "target"):
        other = link.target if link.source_id == record.pk else link.source
        before = found[other.pk].amount_minor if other.pk in found else 0
        found[other.pk] = LinkedDocument(other, before + link.amount_minor)
    return sorted(found.values(), key=lambda one: (str(one.record.txn_date), one.record.pk))


def attachments_of(record: Record) -> list[Record]:
    """Return the attachables that hang on a record, newest first."""
    mark = f'"EntityRef":{{"value":"{record.wire_id}","type":"{record.entity}"}}'
    rows = _live(record.company_id).filter(entity="Attachable", body__contains=mark)
    return list(rows.order_by("-pk")[:_MOST_ATTACHED])


def attachment_file(record: Record) -> Attachment | None:
    """Return where the bytes of an attachable lie, None for a note without a file."""
    return Attachment.objects.filter(record=record).first()


def keys_by_name(
    company_id: int, entities: Collection[str], keys: Collection[str]
) -> dict[tuple[str, str], str]:
    """Return the wire ids of list objects by entity and folded name, in one query."""
    rows = _live(company_id).filter(~Q(name_key=""), name_key__in=keys, entity__in=entities)
    return {
        (entity, key): wire_id for entity, key, wire_id in rows.values_list("entity", "name_key", "wire_id")
    }


def named_by_id(company_id: int, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], ListObject]:
    """Return list objects by entity and wire id, in two queries."""
    rows = _live(company_id).filter(
        entity__in={entity for entity, _ in wanted}, wire_id__in={wire_id for _, wire_id in wanted}
    )
    found = list_objects(company_id, list(rows.values_list("pk", flat=True)))
    return {(one.entity, one.wire_id): one for one in found.values()}


def names_offered(company_id: int, entity: str, most: int) -> list[str]:
    """Return the names of the first active objects of a list, by name."""
    rows = _live(company_id).filter(~Q(name_key=""), entity=entity, active=True).order_by("name_key")
    objects = list_objects(company_id, list(rows.values_list("pk", flat=True)[:most]))
    return sorted(
        (one.name if entity in {"Customer", "Vendor"} else one.full_name for one in objects.values()),
        key=str.casefold,
    )


def sub_customers(record: Record) -> list[ListObject]:
    """Return the customers directly below one, by name."""
    mark = f'"ParentRef":{{"value":"{record.wire_id}"}}'
    rows = _live(record.company_id).filter(entity="Customer", body__contains=mark)
    found = list_objects(record.company_id, list(rows.values_list("pk", flat=True)))
    return sorted(found.values(), key=lambda one: one.name.casefold())


def documents_with_item(record: Record, most: int) -> list[int]:
    """Return the records of the last documents in which an item was sold or bought.

    Only the ledger accounts that the item itself names are looked through, latest postings first.
    """
    with books_connection().cursor() as cursor:
        cursor.execute(_WITH_ITEM, [record.company_id, *_accounts_of(record), record.pk, most])
        return [key for (key,) in cursor.fetchall()]


def _accounts_of(record: Record) -> tuple[int, int]:
    """Return the income and expense accounts of an item, 0 for none."""
    body = _decode_item(record.body)
    wanted = [ref.value if ref else "" for ref in (body.IncomeAccountRef, body.ExpenseAccountRef)]
    rows = _live(record.company_id).filter(entity="Account", wire_id__in=wanted)
    keys = dict(rows.values_list("wire_id", "pk"))
    return keys.get(wanted[0], 0), keys.get(wanted[1], 0)
