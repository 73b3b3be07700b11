"""Money as integer minor units with an ISO 4217 code; decimals exist only at the wire and on screen.

Source: ISO 4217 for the number of minor digits; rounding is half up (away from zero), as
QuickBooks Online rounds line amounts and tax.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from closebook.core.errors import InputError, InvariantError

_NO_MINOR_UNIT = frozenset(
    {
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV",
        "XAF", "XOF", "XPF",
    }
)  # fmt: skip
_THREE_DIGITS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


@lru_cache(maxsize=256)
def minor_digits(currency: str) -> int:
    """Return the number of decimal places of a currency: 2, or 0 or 3 for some.

    >>> minor_digits("USD"), minor_digits("JPY"), minor_digits("KWD")
    (2, 0, 3)
    """
    if currency in _NO_MINOR_UNIT:
        return 0
    return 3 if currency in _THREE_DIGITS else 2


def minor_from_decimal(value: Decimal | int | str, currency: str) -> int:
    """Return minor units of a decimal amount, rounded half up (away from zero).

    >>> minor_from_decimal("1861.075", "USD")
    186108

    Raises InputError when the text is not a number.
    """
    try:
        scaled = Decimal(value).scaleb(minor_digits(currency))
        return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    except (ArithmeticError, ValueError) as error:
        raise InputError("not-an-amount", f"{value!r} is not an amount of money.") from error


def decimal_from_minor(amount_minor: int, currency: str) -> Decimal:
    """Return the decimal of an amount in minor units, with the currency's number of places.

    >>> decimal_from_minor(-1850, "USD")
    Decimal('-18.50')
    """
    return Decimal(amount_minor).scaleb(-minor_digits(currency))


def format_minor(amount_minor: int, currency: str) -> str:
    """Return a plain text such as ``-18.50``: point as decimal mark, no thousands mark, no currency.

    >>> format_minor(-1850, "USD"), format_minor(5, "USD"), format_minor(12, "JPY")
    ('-18.50', '0.05', '12')
    """
    digits = minor_digits(currency)
    if not digits:
        return str(amount_minor)
    sign = "-" if amount_minor < 0 else ""
    whole, part = divmod(abs(amount_minor), 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}"


def format_grouped(amount_minor: int, currency: str) -> str:
    """Return a text for people such as ``-1,234.50``: as ``format_minor``, with thousands marks.

    >>> format_grouped(-123450, "USD"), format_grouped(1234567, "JPY")
    ('-1,234.50', '1,234,567')
    """
    whole, point, part = format_minor(abs(amount_minor), currency).partition(".")
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{int(whole):,}{point}{part}"


def divide_half_up(numerator: int, denominator: int) -> int:
    """Return numerator / denominator as an integer rounded half up (away from zero).

    >>> divide_half_up(5, 2), divide_half_up(-5, 2), divide_half_up(7, 3)
    (3, -3, 2)
    """
    if denominator <= 0:
        raise InvariantError("denominator-not-positive", f"Cannot divide by {denominator}.")
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def allocate(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Return shares of a total in proportion to weights (not negative), by largest remainder; they add up
    exactly.

    Ties go to the earlier share. With weights that are all zero the total goes to the first.

    >>> allocate(100, [1, 1, 1])
    [34, 33, 33]
    """
    if not weights:
        raise InvariantError("no-shares", "Money cannot be allocated to no shares.")
    if any(weight < 0 for weight in weights):
        raise InvariantError("negative-weight", "A weight of an allocation is negative.")
    whole = sum(weights)
    if not whole:
        return [total_minor, *([0] * (len(weights) - 1))]
    sign, size = (-1, -total_minor) if total_minor < 0 else (1, total_minor)
    floors = [size * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % whole), i))
    for index in by_remainder[: size - sum(floors)]:
        floors[index] += 1
    return [sign * share for share in floors]


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units of one currency. Adding two currencies is an InvariantError."""

    amount_minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        """Return the sum of two amounts of the same currency."""
        self._same_currency(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        """Return the difference of two amounts of the same currency."""
        self._same_currency(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def __neg__(self) -> Money:
        """Return the amount with the other sign."""
        return Money(-self.amount_minor, self.currency)

    def __str__(self) -> str:
        """Return the amount with its currency, such as ``18.50 USD``."""
        return f"{format_minor(self.amount_minor, self.currency)} {self.currency}"

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise InvariantError("two-currencies", f"{self} and {other} cannot be combined.")
