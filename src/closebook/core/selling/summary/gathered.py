"""What a summary is computed from: rows as the memory and the books have them, already of its scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from closebook.core.selling.checks import Item
from closebook.core.selling.figures_counts import FirstInvoice
from closebook.core.selling.receivables import Movement
from closebook.core.selling.summary.report import Scope


@dataclass(frozen=True, slots=True)
class Sale:
    """Net sales of a customer in a month: whose they are, and where; "" is nobody's. ``record`` is its id."""

    month: str
    customer: str
    minor: int
    region: str = ""
    person: str = ""
    record: int = 0


@dataclass(frozen=True, slots=True)
class Decided:
    """An opportunity that was won or lost on a day."""

    record: int
    day: dt.date
    result: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class Met:
    """A conversation that took place: its kind, whose, and whether the customer refused."""

    record: int
    day: dt.date
    kind: str
    person: str = ""
    refused: bool = False
    followed: bool = False


@dataclass(frozen=True, slots=True)
class Complained:
    """A complaint: whether it is closed, was closed in time, and what the customer said when asked."""

    record: int
    cause: str = ""
    closed: bool = False
    in_time: bool = False
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class TargetPart:
    """A part of a target: region, person, dealer, and minor units."""

    region: str
    person: str
    dealer: str
    minor: int


@dataclass(frozen=True, slots=True)
class Aim:
    """A target with its parts, which together are its amount; ``record`` is its id."""

    minor: int
    parts: Sequence[TargetPart] = ()
    record: int = 0


@dataclass(frozen=True, slots=True)
class Coached:
    """Coaching in the period: diagnoses made, action points agreed, tried, and those that helped."""

    diagnoses: int = 0
    points: int = 0
    tried: int = 0
    helped: int = 0


@dataclass(frozen=True, slots=True)
class Product:
    """What was sold of a product: net sales, and the quantity in millionths of a unit (0: not known)."""

    minor: int
    micro: int = 0


@dataclass(frozen=True, slots=True)
class Received:
    """This year's invoices with VAT, and what was received on them by the day of the report."""

    invoiced_minor: int
    received_minor: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that a summary is computed from. ``source`` tells where sales come from: books or deals.

    ``sales_minor`` is the whole's sum, taken by itself; the parts must give it. ``products`` add up to the
    sales too; ``leads`` are new prospects as (identity, source).
    """

    scope: Scope
    sales_minor: int
    sales: Sequence[Sale] = ()
    sales_before: Sequence[Sale] = ()
    source: str = "books"
    target: Aim | None = None
    first_target_minor: int | None = None
    own_target_minor: int | None = None
    plan: Aim | None = None
    hoped: Mapping[str, int] = field(default_factory=dict)
    decided: Sequence[Decided] = ()
    met: Sequence[Met] = ()
    revisits: tuple[int, int] | None = None
    hot: tuple[int, int] | None = None
    firsts: Sequence[FirstInvoice] = ()
    new_planned: int = 0
    dealers: Mapping[str, str] = field(default_factory=dict)
    dealers_before: Mapping[str, str] = field(default_factory=dict)
    complaints: Sequence[Complained] = ()
    receivables: Movement | None = None
    ageing: Mapping[str, int] = field(default_factory=dict)
    expenses: Mapping[str, int] = field(default_factory=dict)
    gross_minor: int | None = None
    coached: Coached = Coached()
    working_days: Sequence[dt.date] = ()
    staff: int = 0
    items: Sequence[Item] = ()
    products: Mapping[str, Product] = field(default_factory=dict)
    products_before: Mapping[str, Product] = field(default_factory=dict)
    leads: Sequence[tuple[str, str]] = ()
    received: Received | None = None
