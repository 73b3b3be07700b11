"""Querysets of records for lists: what a row shows beside its columns is read for all rows at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, Self

import msgspec
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    F,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from closebook.apps.books.database import BOOKS, OF_COMPANY, books_connection
from closebook.apps.books.models import Record
from closebook.apps.books.selectors.directory import in_keys
from closebook.apps.books.selectors.held_and_open import GIVES_CREDIT, open_balances, quantities_held
from closebook.apps.books.selectors.names import names_of

_VOIDED = '"PrivateNote":"Voided'
_OWING = ("Invoice", "Bill")
_UNPOSTED = ("Estimate", "PurchaseOrder", "TimeActivity")


class _Ref(msgspec.Struct):
    value: str = ""
    name: str = ""


class _Mail(msgspec.Struct):
    Address: str = ""


class _Phone(msgspec.Struct):
    FreeFormNumber: str = ""


class ListFacts(msgspec.Struct):
    """What lists show of a customer, vendor or item; the words are the protocol's."""

    DisplayName: str = ""
    Name: str = ""
    FullyQualifiedName: str = ""
    CompanyName: str = ""
    PrimaryEmailAddr: _Mail = msgspec.field(default_factory=_Mail)
    PrimaryPhone: _Phone = msgspec.field(default_factory=_Phone)
    Type: str = ""
    UnitPrice: msgspec.Raw = msgspec.Raw(b"0")
    IncomeAccountRef: _Ref = msgspec.field(default_factory=_Ref)
    CurrencyRef: _Ref = msgspec.field(default_factory=_Ref)
    Level: int = 0

    @property
    def label(self) -> str:
        """Return the name by which people know the object."""
        return self.DisplayName or self.FullyQualifiedName or self.Name


_facts_of = msgspec.json.Decoder(ListFacts).decode


class RecordRows(QuerySet[Record]):
    """Records; subclasses' ``attach`` puts on the rows what one query can read for all of them."""

    def _fetch_all(self) -> None:
        fresh = self._result_cache is None
        super()._fetch_all()
        rows = [row for row in self._result_cache or () if isinstance(row, Record)]
        if fresh and rows:
            self.attach(rows[0].company_id, rows)

    def attach(self, company_id: int, rows: list[Record]) -> None:
        """Put what the list shows on its rows."""


class DocumentRows(RecordRows):
    """Transactions: each row gets ``party_name``, ``shown_minor``, the total that people expect, and
    ``state``, as of ``today``.
    """

    today = dt.date.max

    def attach(self, company_id: int, rows: list[Record]) -> None:
        """Read the names of parties, and the debits of journal entries, whose total is only what is open."""
        # A state needs the bodies: in the list's own query they would be read of every document there is.
        states = _states([row.pk for row in rows], self.today)
        names = names_of(company_id, {row.party for row in rows if row.party})
        sides = _debits(company_id, [row.pk for row in rows if row.entity == "JournalEntry"])
        for row in rows:
            row.party_name = names.get(row.party or 0, "")  # type: ignore[attr-defined]  # rows of a list
            row.shown_minor = sides.get(row.pk, row.total_minor)  # type: ignore[attr-defined]  # as above
            row.state = states[row.pk]  # type: ignore[attr-defined]  # as above

    def _clone(self) -> Self:
        made = super()._clone()  # type: ignore[misc]  # Django's stubs leave it out
        made.today = self.today
        return made  # type: ignore[no-any-return]  # as above


def _states(keys: list[int], today: dt.date) -> dict[int, str]:
    rows = Record.objects.using(BOOKS).filter(pk__in=keys).annotate(state=state_of(today))
    return dict(rows.values_list("pk", "state"))


class ListRows(RecordRows):
    """List objects: each row gets ``facts``, ``open_minor`` and ``quantity_micro`` (None: not counted)."""

    def attach(self, company_id: int, rows: list[Record]) -> None:
        """Read bodies, open balances and quantities of the rows."""
        keys = [row.pk for row in rows]
        bodies = _pairs(
            f"SELECT id, body FROM books_record WHERE {OF_COMPANY} AND {{}}", "id", company_id, keys
        )
        open_of, held = open_balances(company_id, keys), quantities_held(keys)
        for row in rows:
            row.facts = _facts_of(bodies[row.pk])  # type: ignore[attr-defined]  # rows of a list
            row.open_minor = open_of.get(row.pk, 0)  # type: ignore[attr-defined]  # as above
            row.quantity_micro = held.get(row.pk)  # type: ignore[attr-defined]  # as above


def documents_listed(company_id: int, entities: Collection[str], today: dt.date) -> DocumentRows:
    """Return the live documents of some kinds with their ``state``: open, overdue, paid, voided, …

    The state can be filtered by, too.
    """
    party = Record.objects.using(BOOKS).filter(pk=OuterRef("party")).values("name_key")[:1]
    rows: DocumentRows = DocumentRows(Record, using=BOOKS).filter(company_id=company_id, deleted_at=None)
    rows = rows.filter(entity__in=entities).defer("body")
    found: DocumentRows = rows.alias(state=state_of(today), party_key=Subquery(party))
    found.today = today
    return found


def state_of(today: dt.date) -> Case:
    """Return the expression of a document's state on a day."""
    voided = Q(total_minor=0, body__contains=_VOIDED)
    left = Q(balance_minor__isnull=False) & ~Q(balance_minor=0)
    return Case(
        When(voided, then=Value("voided")),
        When(Q(entity__in=_UNPOSTED), then=Value("not-posted")),
        When(left & Q(entity__in=GIVES_CREDIT), then=Value("unapplied")),
        When(left & Q(due_date__lt=today), then=Value("overdue")),
        When(left, then=Value("open")),
        When(Q(entity__in=(*_OWING, "SalesReceipt")), then=Value("paid")),
        default=Value("posted"),
        output_field=CharField(),
    )


def people_listed(company_id: int, entity: str) -> ListRows:
    """Return the customers or vendors with their ``email``, so that it can be searched, and what is open with
    them as ``open_balance``, so that they can be sorted by it.
    """
    email = Cast(KT("content__PrimaryEmailAddr__Address"), TextField())
    return _listed(company_id, entity, email=email, open_balance=_open_balance(company_id))


def _open_balance(company_id: int) -> Coalesce:
    """Return the expression of what ``open_balances`` tells of a customer or vendor."""
    # The conditions are those of the partial index of open documents.
    left = Q(balance_minor__isnull=False) & ~Q(balance_minor=0)
    rows = Record.objects.using(BOOKS).filter(left, company_id=company_id, party=OuterRef("pk"))
    rows = rows.filter(deleted_at=None, entity__in=(*_OWING, "JournalEntry", *GIVES_CREDIT)).order_by()
    signed = Case(
        When(entity__in=GIVES_CREDIT, then=-F("balance_minor")),
        default=F("balance_minor"),
        output_field=BigIntegerField(),
    )
    return Coalesce(Subquery(rows.values("party").annotate(left=Sum(signed)).values("left")), Value(0))


def items_listed(company_id: int) -> ListRows:
    """Return the items with their ``type``, so that it can be chosen."""
    return _listed(company_id, "Item", type=Cast(KT("content__Type"), TextField()))


def _listed(company_id: int, entity: str, **members: Cast | Coalesce) -> ListRows:
    """Return the live objects of a list with some members of their bodies."""
    rows: ListRows = ListRows(Record, using=BOOKS).filter(company_id=company_id, entity=entity)
    rows = rows.filter(deleted_at=None).alias(content=Cast("body", JSONField())).alias(**members)
    return rows.defer("body")


def _debits(company_id: int, records: list[int]) -> dict[int, int]:
    """Return the sum of the debits of some records' live entries."""
    sql = (
        "SELECT e.record_id, CAST(sum(p.amount_minor) AS bigint) FROM journal_entry e"
        " JOIN posting p ON p.entry_id = e.id WHERE +e.company_id = %s AND NOT e.superseded"
        " AND e.reverses_id IS NULL AND p.amount_minor > 0 AND {} GROUP BY e.record_id"
    )
    return _pairs(sql, "e.record_id", company_id, records)


def _pairs(sql: str, column: str, company_id: int, keys: list[int]) -> dict[int, Any]:
    """Return the rows of a statement of two columns whose condition on some keys is left open."""
    if not keys:
        return {}
    condition, values = in_keys(column, keys)
    with books_connection().cursor() as cursor:
        cursor.execute(sql.format(condition), [company_id, *values])
        return dict(cursor.fetchall())
