"""What an hour of a kind of service usually costs: ranges to be edited, with their source and date.

Source: a published guide to hiring assistants; three ranges are in it, the others are estimates between them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from closebook.core.wording import shown

_GUIDE = shown("a guide to hiring assistants")
_BETWEEN = shown("an estimate between the guide's figures")
_DAY = dt.date(2026, 11, 1)


class Kind(StrEnum):
    """Kinds of service."""

    ADMINISTRATIVE = "administrative"
    PERSONAL = "personal"
    SUPPORT = "support"
    EMAIL = "email"
    RESEARCH = "research"
    SOCIAL = "social"
    CONTENT = "content"
    FINANCE = "finance"
    MARKETING = "marketing"


@dataclass(frozen=True, slots=True)
class RateRange:
    """A usual range per hour in minor units; ``estimated`` where the source does not name it, ``market`` ""
    where it is not of one market.
    """

    kind: Kind
    low_minor: int
    high_minor: int
    estimated: bool
    source: str
    as_of: dt.date
    currency: str = "USD"
    market: str = ""


def _row(kind: Kind, low: int, high: int, *, estimated: bool = True) -> RateRange:
    return RateRange(kind, 100 * low, 100 * high, estimated, _BETWEEN if estimated else _GUIDE, _DAY)


DEFAULT_RATES = (
    _row(Kind.ADMINISTRATIVE, 15, 20, estimated=False),
    _row(Kind.PERSONAL, 15, 20),
    _row(Kind.SUPPORT, 25, 30, estimated=False),
    _row(Kind.EMAIL, 15, 30),
    _row(Kind.RESEARCH, 20, 30),
    _row(Kind.SOCIAL, 30, 50),
    _row(Kind.CONTENT, 30, 50),
    _row(Kind.FINANCE, 25, 40),
    _row(Kind.MARKETING, 50, 50, estimated=False),
)


def range_of(kind: str, rates: tuple[RateRange, ...] = DEFAULT_RATES, market: str = "") -> RateRange | None:
    """Return the newest range of a kind in a market, or where the market has none the newest that is of no
    one market; None for a kind that has none.
    """
    rows = [row for row in rates if row.kind == kind]
    there = [row for row in rows if market and row.market.casefold() == market.strip().casefold()]
    return max(there or [row for row in rows if not row.market], key=lambda row: row.as_of, default=None)


def markets_of(rates: tuple[RateRange, ...]) -> list[str]:
    """Return the markets that ranges name, each once, by their letters."""
    return sorted({row.market for row in rates if row.market})
