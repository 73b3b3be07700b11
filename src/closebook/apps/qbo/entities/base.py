"""What every kind of object has in common: its names, its fields, and the steps from a payload to a draft.

An entity reads a payload and answers with a ``Draft``: the whole wire object with the columns, postings and
links that follow from it. Storing is the business of ``services.write``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.schema import without_meaning
from closebook.apps.qbo.wire import Body

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context
    from closebook.apps.qbo.query.ast import Statement
    from closebook.core.ledger.entry import JournalEntry

WRITTEN_BY_SERVICE = frozenset({"Id", "SyncToken", "MetaData", "domain", "sparse", "status"})


class Kind(Enum):
    """How values of a property compare in queries."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Property:
    """A property that statements may filter and sort by: dotted path in the body, kind, and column when one
    holds it.
    """

    path: str
    kind: Kind = Kind.TEXT
    column: str = ""


@dataclass(slots=True)
class LinkDraft:
    """A link to another record: its primary key, our line's id, and what is applied in its currency."""

    target: int
    source_line: str = ""
    amount_minor: int = 0


@dataclass(slots=True)
class Draft:
    """An object ready to be stored.

    ``body`` is the whole wire object except Id, SyncToken, MetaData, domain and sparse. ``party`` is the
    primary key of the
    customer, vendor or employee. ``total_minor`` and ``balance_minor`` are in the transaction's currency;
    ``balance_minor`` is what is
    still open, never negative: unpaid of an invoice or bill, unused of a credit or payment. A customer's
    balance is open invoices less open
    credits and payments. ``after`` is called once the record has its row, in order, inside the same
    savepoint.
    """

    body: Body
    name_key: str = ""
    doc_number: str = ""
    txn_date: dt.date | None = None
    due_date: dt.date | None = None
    party: int | None = None
    active: bool = True
    total_minor: int | None = None
    balance_minor: int | None = None
    entry: JournalEntry | None = None
    links: list[LinkDraft] = field(default_factory=list)
    after: list[Callable[[Context, Record], None]] = field(default_factory=list)


_COMMON_PROPERTIES = (
    Property("Id", Kind.REFERENCE, "wire_id"),
    Property("SyncToken", Kind.NUMBER),
    Property("MetaData.CreateTime", Kind.TIME, "created_at"),
    Property("MetaData.LastUpdatedTime", Kind.TIME, "updated_at"),
)


class Entity:
    """Base of all kinds of objects; one instance of each stands in the registry.

    ``fields`` are the writable and ``read_only`` the service's own top-level members: a read-only one is
    ignored, as is one that only the schema has; any other is refused with 2010. ``lengths`` bounds texts.
    ``series`` names the number series of ids: ``transaction`` and ``name`` are shared, "" means the entity's
    own. ``long_ids`` are the 19-digit ones. ``label`` is the type in words (duplicate numbers), ``noun`` the
    service's plural (missing references).
    """

    name: ClassVar[str]
    is_transaction: ClassVar[bool] = False
    series: ClassVar[str] = ""
    long_ids: ClassVar[bool] = False
    fields: ClassVar[frozenset[str]] = frozenset()
    read_only: ClassVar[frozenset[str]] = frozenset()
    lengths: ClassVar[Mapping[str, int]] = {}
    properties: ClassVar[tuple[Property, ...]] = ()
    default_order: ClassVar[str] = "id"
    in_cdc: ClassVar[bool] = True
    creatable: ClassVar[bool] = True
    deletable: ClassVar[bool] = False
    voidable: ClassVar[bool] = False
    query_key: ClassVar[str] = ""
    label: ClassVar[str] = ""
    noun: ClassVar[str] = ""

    def __init__(self) -> None:
        """Derive the segment, the accepted members and the table of filterable properties (names in lower
        case).
        """
        self.segment = self.name.lower()
        self.known = self.fields | self.read_only | WRITTEN_BY_SERVICE | without_meaning(self.name)
        self.filterable: dict[str, Property] = {
            one.path.lower(): one for one in (*_COMMON_PROPERTIES, *self.properties)
        }

    def prepare(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Return the draft of a merged whole payload; ``former`` is the stored record of an update. Raises
        Fault.
        """
        raise faults.unsupported_operation(f"Operations that write are not supported on {self.name}")

    def check_delete(self, ctx: Context, record: Record) -> None:
        """Raise Fault when the record may not be deleted."""

    def after_delete(self, ctx: Context, record: Record) -> None:
        """Tidy up what hangs on a record that has just been deleted; its links are still there."""

    def prepare_void(self, ctx: Context, record: Record) -> Draft:
        """Return the draft of the voided record. Raises Fault."""
        raise faults.unsupported_operation(f"Operation void is not supported on {self.name}")

    def present(self, ctx: Context, body: Body) -> Body:
        """Return the body as a read shows it; entities with derived members override this (see
        ``derives``).
        """
        return body

    def write_special(self, ctx: Context, operation: str, payload: Body) -> Record | None:
        """Do a write that follows rules of its own, such as one without an id; None for the usual way."""
        return None

    def query_extras(self, ctx: Context, statement: Statement) -> list[Body]:
        """Return objects that queries show beside the stored ones, on top of the first page: readers ask for
        pages until one is empty.
        """
        return []

    def read_special(self, ctx: Context, wire_id: str) -> Body | None:
        """Return the object of an id that no record has, such as a pseudo tax code; None to look among the
        records.
        """
        return None

    derives: ClassVar[bool] = False
    """Whether ``present`` changes anything; when not, stored bodies are sent as they are."""

    def warns_duplicate_number(self, ctx: Context) -> bool:
        """Tell whether a document number that is taken is refused (6140)."""
        return False

    def number_group(self) -> tuple[str, ...]:
        """Return the entities among which a document number is unique when duplicates are refused."""
        return (self.name,)

    def merge(self, payload: Body, former: Body | None, sparse: bool) -> Body:
        """Return the whole payload of a create or of either kind of update.

        A sparse update changes the given members only, and empty ones are removed; a full one keeps just
        what the service itself wrote.
        """
        given = {name: value for name, value in payload.items() if name in self.fields}
        if former is None:
            return {name: value for name, value in given.items() if not is_empty(value)}
        kept = self.fields | self.read_only if sparse else self.read_only
        whole = {name: value for name, value in former.items() if name in kept}
        whole.update(given)
        return {name: value for name, value in whole.items() if not is_empty(value)}

    def check_members(self, payload: Body, *, references: bool = True) -> None:
        """Raise 2010 for an unknown member or a reference that is no object, 2050 for a text that is too
        long.

        ``references`` is false when the whole request is known to hold no reference that is anything but an
        object.
        """
        if not payload.keys() <= self.known:
            unknown = sorted(payload.keys() - self.known)
            raise faults.unsupported_property(unknown[0])
        problem: faults.Fault | None = None
        for name, most in self.lengths.items():
            value = payload.get(name)
            if value is None:
                continue
            if isinstance(value, str) and len(value) > most:
                fault = faults.wrong_length(name, 0, most, len(value))
                problem = problem.also(fault) if problem else fault
        if problem:
            raise problem
        if references:
            check_references(payload)


def is_empty(value: Any) -> bool:
    """Tell whether a value means nothing: null or an empty text."""
    return value is None or value == ""


def check_references(value: Any) -> None:
    """Raise 2010 when a member whose name ends with Ref is anything but an object, at any depth."""
    if isinstance(value, list):
        for element in value:
            if isinstance(element, dict):
                check_references(element)
        return
    for name, member in value.items():
        if isinstance(member, dict | list):
            check_references(member)
        elif name.endswith("Ref") and isinstance(member, str | int) and member != "":
            raise faults.unsupported_property(name)
