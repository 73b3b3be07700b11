"""Documents that a payment can settle: found by number, and what is open with a customer or vendor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from closebook.apps.books.database import BOOKS
from closebook.apps.books.models import Record

_CREDITS = ("CreditMemo", "VendorCredit")


@dataclass(frozen=True, slots=True)
class Settled:
    """A document that a payment settles: what it is, how its number is typed, when it is due (or its day),
    and what is open in minor units of its currency.
    """

    entity: str
    wire_id: str
    number: str
    due: dt.date | None
    open_minor: int
    is_own: bool = True

    @property
    def is_credit(self) -> bool:
        """Tell whether it adds to what a payment can settle."""
        return self.entity in _CREDITS


def settled_by_number(
    company_id: int, entities: Collection[str], numbers: Collection[str], party: str = ""
) -> dict[str, Settled]:
    """Return documents by the number, or ``#`` and id, that was typed for each.

    Among several of one number one of the ``party`` (a customer's or vendor's wire id) goes first, then the
    one on which most is open.
    """
    if not numbers:
        return {}
    ids = [number[1:] for number in numbers if number.startswith("#")]
    rows = _live(company_id, entities).filter(
        Q(doc_number__in=numbers) & ~Q(doc_number="") | Q(wire_id__in=ids)
    )
    parties = _parties(company_id, entities, party)
    found = [_settled(row, is_own=row.party in parties) for row in rows]
    found.sort(key=lambda one: (one.is_own, one.open_minor))
    by_id = {f"#{one.wire_id}": one for one in found if one.wire_id in ids}
    return {one.number: one for one in found if one.number in numbers} | by_id


def settled_numbers(company_id: int, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return the numbers of documents by entity and wire id; a number that several have is left out."""
    entities = {entity for entity, _wire_id in wanted}
    rows = _live(company_id, entities).filter(wire_id__in={wire_id for _entity, wire_id in wanted})
    numbers = {(row.entity, row.wire_id): row.doc_number for row in rows if row.doc_number}
    shared = _shared(company_id, entities, numbers.values())
    return {key: number for key, number in numbers.items() if number not in shared}


def open_with(company_id: int, entities: Sequence[str], party: str, most: int) -> list[Settled]:
    """Return what is open with a customer or vendor (by wire id): what is owed first, the oldest first."""
    parties = _parties(company_id, entities, party)
    return _typable(company_id, entities, _open(company_id, entities).filter(party__in=parties)[:most])


def open_documents(company_id: int, entities: Sequence[str], most: int) -> list[tuple[Settled, int]]:
    """Return what is open with anybody, the oldest first, each with the key of its customer or vendor."""
    rows = list(_open(company_id, entities)[:most])
    return list(zip(_typable(company_id, entities, rows), (row.party or 0 for row in rows), strict=True))


def _typable(company_id: int, entities: Collection[str], rows: Iterable[Record]) -> list[Settled]:
    """Return rows, each with its number only where no other document has it."""
    known = list(rows)
    shared = _shared(company_id, entities, [row.doc_number for row in known if row.doc_number])
    found = [_settled(row, named=row.doc_number not in shared) for row in known]
    return sorted(found, key=lambda one: one.is_credit)


def _settled(row: Record, *, named: bool = True, is_own: bool = True) -> Settled:
    number = row.doc_number if named and row.doc_number else f"#{row.wire_id}"
    due = row.due_date or row.txn_date
    return Settled(row.entity, row.wire_id, number, due, row.balance_minor or 0, is_own)


def _live(company_id: int, entities: Collection[str]) -> QuerySet[Record]:
    rows = Record.objects.using(BOOKS).filter(company_id=company_id, entity__in=entities, deleted_at=None)
    return rows.defer("body")


def _open(company_id: int, entities: Collection[str]) -> QuerySet[Record]:
    left = Q(balance_minor__isnull=False) & ~Q(balance_minor=0)
    return _live(company_id, entities).filter(left).order_by("due_date", "txn_date", "pk")


def _parties(company_id: int, entities: Collection[str], party: str) -> list[int]:
    kind = "Vendor" if "Bill" in entities else "Customer"
    rows = Record.objects.using(BOOKS).filter(company_id=company_id, entity=kind, wire_id=party)
    return list(rows.values_list("pk", flat=True)) if party else []


def _shared(company_id: int, entities: Collection[str], numbers: Iterable[str]) -> set[str]:
    """Return those numbers that several documents have."""
    rows = _live(company_id, entities).filter(~Q(doc_number=""), doc_number__in=set(numbers))
    counted = rows.values("doc_number").annotate(found=Count("pk")).filter(found__gt=1)
    return set(counted.values_list("doc_number", flat=True))
