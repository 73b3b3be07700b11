"""The shapes of answers about books. Amounts are whole minor units, a debit is positive."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from closebook.api.operations import MOST_NUMBER
from closebook.core.reports.opens import Opens

_MOST_KEYS = 5_000
_MOST_PARTS = 50
Key = Annotated[int, Field(ge=0, le=MOST_NUMBER)]
Day = Annotated[dt.date, Field(ge=dt.date(1900, 1, 1), le=dt.date(2999, 12, 31))]
Keys = Annotated[list[Key], Field(max_length=_MOST_KEYS)]


class FiltersIn(Schema):
    """Keys that postings must have; 0 means none at all."""

    counterparty: Keys = Field(default_factory=list)
    item: Keys = Field(default_factory=list)
    klass: Keys = Field(default_factory=list)
    location: Keys = Field(default_factory=list)


class OpensPart(Schema):
    """The postings of some ledger accounts in a range of days."""

    ledger_accounts: Keys
    day_from: Day | None = None
    day_to: Day
    basis: Literal["accrual", "cash"] = "accrual"
    filters: FiltersIn = Field(default_factory=FiltersIn)
    credit_positive: bool = False
    records: Keys = Field(default_factory=list)


class OpensIn(OpensPart):
    """The ``opens`` of a figure, as a statement gave it; ``also`` are further ranges of the same figure."""

    also: list[OpensPart] = Field([], max_length=_MOST_PARTS)

    def key(self) -> Opens:
        """Return the key that opens the postings."""
        return Opens.parse(self.model_dump(mode="json"))


class ColumnOut(Schema):
    """A column of a statement; ``kind`` tells what its values are."""

    key: str
    title: str
    kind: Literal["text", "day", "money", "quantity", "percent"]
    over: str
    start: dt.date | None
    end: dt.date | None


class CellOut(Schema):
    """A value: minor units in a column of money, millionths of a unit in one of quantities, hundredths of a
    percent; ``text`` is the same for people, ``opens`` leads to its postings.
    """

    value: int | str | None
    text: str
    key: int | None = None
    opens: dict[str, Any] | None = None


class RowOut(Schema):
    """A line, or a heading with rows below it and a total."""

    label: str
    kind: Literal["data", "section"]
    group: str
    cells: list[CellOut]
    rows: list[RowOut]
    total: list[CellOut]


class StatementOut(Schema):
    """A statement of the company's books."""

    name: str
    title: str
    currency: str
    basis: Literal["accrual", "cash"]
    day_from: dt.date | None
    day_to: dt.date | None
    columns: list[ColumnOut]
    rows: list[RowOut]
    cut: bool = Field(description="Whether rows were left off because the statement grew past its limit.")


class StatementsOut(Schema):
    """The statements that there are."""

    statements: list[str]


class PostingOut(Schema):
    """One side of a journal entry, with the document it belongs to."""

    entry: int
    line: int
    day: dt.date
    document: str
    number: str
    ledger_account: int
    ledger_account_name: str
    amount_minor: int
    currency: str
    counterparty: str
    item: str
    memo: str


class LedgerAccountOut(Schema):
    """A ledger account with its balance; a debit is positive."""

    ledger_account: int
    id: str
    name: str
    full_name: str
    number: str
    type: str
    sub_type: str
    parent: int | None
    active: bool
    balance_minor: int
    currency: str
    as_of: dt.date


class DocumentOut(Schema):
    """A document of the books, in its own currency."""

    document: str
    kind: str
    title: str
    id: str
    number: str
    day: dt.date
    due: dt.date | None
    party: str
    total_minor: int | None
    balance_minor: int | None
    currency: str
    memo: str
    created_at: dt.datetime
    updated_at: dt.datetime


class TrailPosting(Schema):
    """A posting of a trail; a debit is positive."""

    entry: int
    line: int
    ledger_account: str
    amount_minor: int


class TrailRow(Schema):
    """A source row of a trail; row 1 of a file is its header."""

    file: str
    row: int
    stream: str
    text: str


class TrailDocument(Schema):
    """A document of a trail, with its postings and the source rows that it was made of."""

    ref: str
    number: str
    key: str
    day: str
    currency: str
    title: str
    postings: list[TrailPosting]
    rows: list[TrailRow]


class TrailOut(Schema):
    """What a reference leads to."""

    ref: str
    title: str
    amount_minor: int | None
    documents: list[TrailDocument]
    left_out: int = Field(description="How many more documents there are.")


class DocumentWhole(DocumentOut):
    """A document with its postings and its source rows."""

    trail: TrailDocument


class PersonOut(Schema):
    """A customer or a vendor; the balance is what a customer owes or a vendor is owed, in their currency."""

    id: str
    name: str
    full_name: str
    parent: str
    active: bool
    balance_minor: int
    currency: str


class ItemOut(Schema):
    """Something that is sold or bought."""

    id: str
    name: str
    full_name: str
    parent: str
    active: bool
    type: str
    sku: str
    description: str
    quantity_micro: int | None = Field(
        description="Millionths of a unit on hand; null where none is counted."
    )


class ProvedOut(Schema):
    """Whether every balance is what the postings add up to, and the audit log follows."""

    holds: bool
    postings: int
    balances: int
    differences: list[str]
    audit_broken_at: int | None
