"""What customers owe, by salesperson and age: the same documents that the books' aged receivables list."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from closebook.apps.books.database import BOOKS
from closebook.apps.books.models import Record
from closebook.apps.books.selectors.companies import books_of
from closebook.apps.books.selectors.directory import ListObject, list_objects
from closebook.apps.books.selectors.open_documents import OpenDocument, control_sides, open_documents
from closebook.apps.companies.models import Company
from closebook.apps.selling.models import Customer, Dispute, PayPromise
from closebook.apps.selling.selectors.in_books import parties_of
from closebook.core.selling.receivables import AGES, Due, age, ageing

KEPT, BROKEN, WAITS = "kept", "broken", "waits"


@dataclass(frozen=True, slots=True)
class Owed:
    """An open document of a customer, in minor units of the home currency; a credit is negative.

    ``ours`` is the customer of selling (None: the books' customer is nobody's), ``late`` days past due.
    """

    document: OpenDocument
    name: str
    party: str
    ours: Customer | None
    age: str
    late: int

    @property
    def salesperson(self) -> str:
        """Return whose customer it is, "" for nobody's."""
        return self.ours.owner if self.ours else ""


@dataclass(frozen=True, slots=True)
class OwedRow:
    """An open document as a page shows it, with its promise and how that stands, and its dispute."""

    owed: Owed
    entity: str
    wire_id: str
    number: str
    promise: PayPromise | None
    stands: str
    dispute: Dispute | None


def owed_by_customers(company: Company, on: dt.date) -> list[Owed]:
    """Return everything that customers owe at the end of a day, by due day."""
    books = books_of(company.realm_id) if company.embedded else None
    if books is None:
        return []
    documents = open_documents(books.pk, control_sides(books.pk)[False], on, payable=False)
    names = list_objects(books.pk, {one.counterparty for one in documents})
    parties = parties_of(company.pk)
    return [_owed(one, names, parties, on) for one in documents]


def _owed(
    one: OpenDocument, names: Mapping[int, ListObject], parties: Mapping[str, Customer], on: dt.date
) -> Owed:
    known = names.get(one.counterparty)
    party = known.wire_id if known else ""
    late = max((on - one.due).days, 0)
    return Owed(one, known.name if known else "", party, parties.get(party), age(one.due, on), late)


def by_salesperson(rows: Collection[Owed], on: dt.date) -> list[tuple[str, list[int], int]]:
    """Return (salesperson, amounts by age, sum), the largest sum first and nobody's last."""
    items = [Due(one.name, one.salesperson, one.document.due, one.document.open_minor) for one in rows]
    found = [(name, list(row.values()), sum(row.values())) for name, row in ageing(items, on).items()]
    return sorted(found, key=lambda row: (not row[0], -row[2], row[0]))


def whole_of(rows: Collection[Owed]) -> list[int]:
    """Return the sums of all rows by age."""
    sums = Counter[str]()
    for one in rows:
        sums[one.age] += one.document.open_minor
    return [sums[name] for name in AGES]


def owed_rows(company: Company, rows: Sequence[Owed], on: dt.date) -> list[OwedRow]:
    """Return rows for a page with what is known of each document; the queries do not grow with them."""
    keys = [one.document.record for one in rows]
    known = (
        Record.objects.using(BOOKS).filter(pk__in=keys).values_list("pk", "entity", "wire_id", "doc_number")
    )
    facts = {pk: (entity, wire_id, number) for pk, entity, wire_id, number in known}
    ids = [wire_id for _entity, wire_id, _number in facts.values()]
    promises = PayPromise.objects.filter(company=company, invoice__in=ids, withdrawn_at=None)
    latest = {(one.entity, one.invoice): one for one in promises.order_by("pk")}
    disputes = Dispute.objects.filter(company=company, invoice__in=ids, closed_on=None)
    disputed = {(one.entity, one.invoice): one for one in disputes}
    found = []
    for one in rows:
        entity, wire_id, number = facts.get(one.document.record, ("", "", ""))
        promise = latest.get((entity, wire_id))
        stands = standing_of(promise, one.document.open_minor, on) if promise else ""
        found.append(OwedRow(one, entity, wire_id, number, promise, stands, disputed.get((entity, wire_id))))
    return found


def promises_due(company: Company, person: str, on: dt.date) -> list[OwedRow]:
    """Return the documents of a salesperson's customers whose promise to pay is for a day up to ``on`` and
    was not kept, the longest overdue first.
    """
    given = PayPromise.objects.filter(company=company, withdrawn_at=None, day__lte=on)
    if not given.filter(customer__owner=person).exists():
        return []
    rows = [one for one in owed_by_customers(company, on) if one.salesperson == person]
    found = [(row.promise.day, row) for row in owed_rows(company, rows, on) if row.promise]
    open_ones = [(day, row) for day, row in found if day <= on and row.stands != KEPT]
    return [row for _day, row in sorted(open_ones, key=lambda each: each[0])]


def standing_of(promise: PayPromise, open_minor: int, on: dt.date) -> str:
    """Return kept when what was promised was paid since, broken when its day is over, else waits."""
    if open_minor <= promise.open_minor - promise.amount_minor:
        return KEPT
    return WAITS if on <= promise.day else BROKEN
