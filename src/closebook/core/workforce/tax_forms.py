"""The ledger behind form 1099-NEC: payments by cash date, dated thresholds, rails that report for themselves.

Source: Internal Revenue Code § 6041 and § 6041A as amended in 2025 ($2,000 for payments made in 2026; before
$600); instructions for forms 1099-NEC and 1099-K; § 3406 for backup withholding. Not advice.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from closebook.core.wording import shown

THRESHOLDS_MINOR: Mapping[int, int] = {2001: 60_000, 2026: 200_000}
"""From which year on how much a payee has to get, in cents; from 2027 on it is indexed: add the year."""
RAILS_OUT: Mapping[str, str] = {
    "paypal": shown("PayPal reports business payments itself"),
    "card": shown("the card network reports them"),
}
"""Rails whose payments do not count, with the reason; what of others is unsure is added as a setting."""
BACKUP_PERCENT = 24
_DUE_MONTH, _DUE_DAY = 1, 31


class Need(StrEnum):
    """What a payee's country and place of work ask for."""

    W9 = "w9"
    W8 = "w8"
    W8_AND_1042S = "w8_1042s"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class TaxProfile:
    """What decides about forms: countries as ISO 3166 codes. ``performed_in`` is where the work is done."""

    country: str
    performed_in: str
    us_person: bool = False
    corporation: bool = False
    legal_fees: bool = False
    tin_valid: bool = False


def need_of(profile: TaxProfile, company_country: str = "US") -> Need:
    """Return which paper has to be asked for; NONE where the company is not in the United States."""
    if company_country != "US":
        return Need.NONE
    if profile.us_person or profile.country == "US":
        return Need.W9
    return Need.W8_AND_1042S if profile.performed_in == "US" else Need.W8


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment to a payee: the day on which the money moved, the rail, what was paid and withheld."""

    payee: str
    day: dt.date
    rail: str
    amount_minor: int
    withheld_minor: int = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A payee's year: box 1 and box 4 in cents, what is left out by rail, and whether a form is due."""

    payee: str
    year: int
    counted_minor: int
    withheld_minor: int
    left_out: Mapping[str, int]
    due: bool


def threshold_minor(year: int, table: Mapping[int, int] = THRESHOLDS_MINOR) -> int:
    """Return the threshold of a year in cents.

    >>> threshold_minor(2025), threshold_minor(2026)
    (60000, 200000)
    """
    return table[max(since for since in table if since <= year)]


def box_of(
    payee: str,
    year: int,
    payments: Iterable[Payment],
    profile: TaxProfile,
    rails_out: Iterable[str] = tuple(RAILS_OUT),
    table: Mapping[int, int] = THRESHOLDS_MINOR,
) -> Box:
    """Return what counts for a payee in a calendar year. Anything withheld makes the form due."""
    out, left_out = frozenset(rails_out), dict[str, int]()
    counted = withheld = 0
    for payment in payments:
        if payment.payee != payee or payment.day.year != year:
            continue
        withheld += payment.withheld_minor
        if payment.rail in out:
            left_out[payment.rail] = left_out.get(payment.rail, 0) + payment.amount_minor
        else:
            counted += payment.amount_minor
    needed = need_of(profile) is Need.W9 and (not profile.corporation or profile.legal_fees)
    due = withheld > 0 or (needed and counted >= threshold_minor(year, table))
    return Box(payee, year, counted, withheld, left_out, due)


def form_due(year: int) -> dt.date:
    """Return the day on which the forms of a year are due: 31 January, or the Monday after.

    >>> form_due(2026)
    datetime.date(2027, 2, 1)
    """
    day = dt.date(year + 1, _DUE_MONTH, _DUE_DAY)
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= calendar.SATURDAY else 0)


def w8_until(signed: dt.date) -> dt.date:
    """Return the last day of a W-8BEN: the end of the third calendar year after it was signed."""
    return dt.date(signed.year + 3, 12, 31)
