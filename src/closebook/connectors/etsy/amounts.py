"""Amounts of money as Etsy's files and spreadsheets write them, as integer minor units.

Source: statements write ``-$0.20``, ``CA$76.00``, ``-€0.17``, ``1.234,56 €``, ``--`` for nothing; order
files write plain numbers such as ``1234.5``. The decimal mark is decided per amount: with both marks it is
the last one; a single mark before exactly three digits parts thousands, unless the currency has three
decimal places.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from closebook.core.errors import InputError
from closebook.core.money import minor_digits

_MINUS = "-\u2212\u2013\u2014\ufe63\uff0d"
_NOTHING = re.compile(rf"[\s'\{_MINUS}]*")
_BLANKS = "\\s\u00a0\u202f\u2009'\u2019"
_AMOUNT = re.compile(
    rf"(?P<pre>(?:[^\d.,]|[.](?!\d))*)(?P<number>\d[\d.,{_BLANKS}]*|[.,]\d+)(?P<post>[^\d]*)"
)
_PLAIN = re.compile(r"(-?)(?:[A-Z]{0,2}[$£€])?(\d{1,3}(?:,\d{3})+|\d+)\.(\d\d)")
_BRACKETS = re.compile(r"([^()\d]*)\(([^()]*)\)([^()\d]*)")
_CODE_LENGTH = 3
_SIGN_LETTERS = 5
_IGNORED = "+.\u200e\u200f\u2066\u2069"  # plus, dot of an abbreviation, marks of writing direction
_GARBLED_EURO = "\u00e2\u201a\u00ac"  # the euro sign in UTF-8, read as windows-1252
_GROUP = 3
_IN_TITLE = re.compile(r"\d(?:[\d.,'\u2019\u00a0\u202f\u2009]|\s(?=\d{3}(?!\d)))*")
_TRAILING = ".,'\u2019 \u00a0\u202f\u2009"
_CURRENCY_NEAR = re.compile(
    r"[^\W\d_]{0,3}\s?[$€£¥₺₹₪₩₫₱฿]|\b(?:kr|zł|Kč|Ft|lei|Fr|CHF|RM|Rp)(?![^\W\d_])\.?"
)
MAX_CACHED = 50_000


@lru_cache(maxsize=MAX_CACHED)
def minor_of(text: str, currency: str) -> int:
    """Return minor units of an amount; empty and dashes are 0.

    >>> [minor_of(text, "USD") for text in ("-$1,208.35", "1.234,56 $", "$(5.00)", "--")]
    [-120835, 123456, -500, 0]
    >>> minor_of("¥12,345", "JPY")
    12345

    Raises InputError not-an-amount.
    """
    if _NOTHING.fullmatch(text):
        return 0
    brackets = _BRACKETS.fullmatch(text)
    bracketed = brackets is not None
    found = _AMOUNT.fullmatch("".join(brackets.groups()).strip() if brackets else text.strip())
    if not found:
        raise _not_an_amount(text)
    around = found["pre"] + found["post"]
    minuses = sum(ch in _MINUS for ch in around)
    if minuses + bracketed > 1 or not _is_sign(around):
        raise _not_an_amount(text)
    minor = _minor(found["number"], currency, text)
    return -minor if minuses or bracketed else minor


def minor_in_title(title: str, currency: str) -> int | None:
    """Return the amount that a title names (never negative), or None when it names none.

    The number beside a currency sign or code wins; else the first with decimals; else the first one.

    >>> minor_in_title("$1,208.35 sent to your bank account", "USD")
    120835
    >>> minor_in_title("195,32\u00a0€ an dein Bankkonto überwiesen", "EUR")
    19532
    """
    found = list(_IN_TITLE.finditer(title))
    if not found:
        return None
    best = max(
        found, key=lambda match: (_beside_currency(title, match, currency), _has_decimals(match.group()))
    )
    try:
        return _minor(best.group().rstrip(_TRAILING), currency, title)
    except InputError:
        return None


def names_money(title: str, currency: str) -> bool:
    """Tell whether a title holds a number that stands beside a currency sign or the currency's code."""
    return any(_beside_currency(title, match, currency) for match in _IN_TITLE.finditer(title))


class Amounts(dict[str, int]):
    """Maps texts of amounts in one currency to minor units; a new one is read when it is looked up."""

    def __init__(self, currency: str) -> None:
        """Begin with nothing read."""
        super().__init__()
        self._currency = currency
        self._two_digits = minor_digits(currency) == 2

    def __missing__(self, text: str) -> int:
        """Read a new text; InputError not-an-amount."""
        if len(self) >= MAX_CACHED:
            self.clear()
        plain = _PLAIN.fullmatch(text) if self._two_digits else None
        if plain:
            minus, whole, part = plain.groups()
            minor = int(whole.replace(",", "") + part)
            minor = -minor if minus else minor
        else:
            minor = minor_of(text, self._currency)
        self[text] = minor
        return minor


class CurrencyReader(dict[str, tuple[str, Amounts]]):
    """Maps the text of a currency cell to its code and the amounts read in it."""

    def __missing__(self, text: str) -> tuple[str, Amounts]:
        """Read a new text; InputError not-a-currency."""
        code = text.strip().upper()
        if len(code) != _CODE_LENGTH or not (code.isascii() and code.isalpha()):
            raise InputError(
                "not-a-currency", f"{text!r} is not a currency code.", remedy="Use the file as downloaded."
            )
        found = self[code] if code != text else (code, Amounts(code))
        self[text] = found
        return found


def _is_sign(around: str) -> bool:
    """Tell whether the text around a number can be a currency sign or code: a few letters and currency
    signs.
    """
    rest = [
        ch
        for ch in around.replace(_GARBLED_EURO, "€")
        if not (ch in _MINUS or ch.isspace() or ch in _IGNORED)
    ]
    return len(rest) <= _SIGN_LETTERS and all(ch.isalpha() or unicodedata.category(ch) == "Sc" for ch in rest)


def _minor(number: str, currency: str, text: str) -> int:
    digits = minor_digits(currency)
    whole, part = _split(re.sub(f"[{_BLANKS}]", "", number), digits, text)
    if len(part) > digits:
        if part[digits:].strip("0"):
            raise _not_an_amount(text)
        part = part[:digits]
    return int((whole or "0") + part.ljust(digits, "0"))


def _split(number: str, digits: int, text: str) -> tuple[str, str]:
    """Return the digits before and after the decimal mark."""
    marks = [ch for ch in number if ch in ".,"]
    if not marks:
        return number, ""
    last = marks[-1]
    head, _, part = number.rpartition(last)
    if len(set(marks)) > 1:
        if marks.count(last) > 1:
            raise _not_an_amount(text)
        return _ungrouped(head, text), part
    if len(marks) > 1:
        return _ungrouped(number, text), ""
    parts_thousands = len(part) == _GROUP and 1 <= len(head) <= _GROUP and head.strip("0") != ""
    if parts_thousands and not (digits == _GROUP and last == "."):
        return head + part, ""
    return head, part


def _ungrouped(number: str, text: str) -> str:
    first, *groups = re.split("[.,]", number)
    if not first or len(first) > _GROUP or any(len(group) != _GROUP for group in groups):
        raise _not_an_amount(text)
    return first + "".join(groups)


def _beside_currency(title: str, match: re.Match[str], currency: str) -> bool:
    before, after = title[max(0, match.start() - 5) : match.start()], title[match.end() : match.end() + 5]
    code = currency.casefold()
    if before.rstrip().casefold().endswith(code) or after.lstrip().casefold().startswith(code):
        return True
    signs = (before.rstrip()[-4:], after.lstrip()[:4])
    ahead = [sign for sign in _CURRENCY_NEAR.finditer(signs[0]) if sign.end() == len(signs[0])]
    return bool(ahead) or _CURRENCY_NEAR.match(signs[1]) is not None


def _has_decimals(number: str) -> bool:
    return re.search(r"[.,]\d{2}$", number.rstrip(_TRAILING)) is not None


def _not_an_amount(text: str) -> InputError:
    return InputError(
        "not-an-amount", f"{text!r} is not an amount of money.", remedy="Use the file as downloaded."
    )
