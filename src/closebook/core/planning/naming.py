"""Keys, groups, document numbers, memo markers and clean names.

A key is its group, a slash and the rest: ``order:3900112233/sale``, ``day:2026-03-04/payout/1f0c9a2b``. So
the links of a group are those whose key begins with the group and a slash, and an index finds them as a
range.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re

NUMBER_LENGTH = 21
"""The longest document number. Source: QuickBooks Online Accounting API, ``DocNumber``."""

NAME_LENGTH = 100
"""The longest name of a ledger account or item. Source: QuickBooks Online Accounting API, ``Account.Name``.
"""

_KEY_LENGTH = 150
_MARKER = re.compile(r"\[closebook ([^\s:\]]+):([^\]]+)\]\s*$")
_NOT_IN_NAMES = re.compile(r'[:"\x00-\x1f\x7f]+')


def digest(text: str, digits: int = 8) -> str:
    """Return so many (even number of) hex digits that stand for a text."""
    return hashlib.blake2b(text.encode(), digest_size=digits // 2).hexdigest()


def order_group(order_ref: str) -> str:
    """Return the group of all rows of an order."""
    return f"order:{order_ref}"


def day_group(day: dt.date) -> str:
    """Return the group of the rows of a day that belong to no order."""
    return f"day:{day.isoformat()}"


def group_of_key(key: str) -> str:
    """Return the group to which a document's key belongs.

    >>> group_of_key("order:3900112233/fees/2026-03-04")
    'order:3900112233'
    """
    return key.partition("/")[0]


def key_range(group: str) -> tuple[str, str]:
    """Return (first, behind the last) of the keys that belong to a group, for an index in code point order.

    >>> first, behind = key_range("order:39")
    >>> first <= "order:39/sale" < behind, first <= "order:391/sale" < behind
    (True, False)
    """
    return f"{group}/", f"{group}0"


def marker(connection: str, key: str) -> str:
    """Return the text at the end of a memo that finds the document again.

    >>> marker("etsy-1", "order:39/sale")
    '[closebook etsy-1:order:39/sale]'
    """
    return f"[closebook {connection}:{key}]"


def key_of_memo(memo: str) -> tuple[str, str] | None:
    """Return (connection, key) of the marker that ends a memo, or None.

    >>> key_of_memo("Order 39 [closebook etsy-1:order:39/sale]")
    ('etsy-1', 'order:39/sale')
    """
    found = _MARKER.search(memo)
    return (found[1], found[2]) if found else None


def number_of(code: str, ref: str, suffix: str = "") -> str:
    """Return a document number of at most 21 characters; a long reference is replaced by its digest.

    >>> number_of("ES", "3900112233"), number_of("EF", "3900112233", "260304")
    ('ES-3900112233', 'EF-3900112233-260304')
    >>> len(number_of("EF", "39001122334455", "260304"))
    21
    """
    number = f"{code}-{ref}-{suffix}" if suffix else f"{code}-{ref}"
    if len(number) <= NUMBER_LENGTH:
        return number
    room = (NUMBER_LENGTH - len(code) - 1) // 2 * 2
    return f"{code}-{digest(ref + '-' + suffix, room)}"


def short_day(day: dt.date) -> str:
    """Return a day as six digits, such as ``260304``."""
    return f"{day.year % 100:02d}{day.month:02d}{day.day:02d}"


def clean_name(text: str, length: int = NAME_LENGTH) -> str:
    r"""Return a name without colons, quotes, control characters and double blanks, cut to a length.

    >>> clean_name("  Ada:  Quill\t")
    'Ada Quill'
    """
    return " ".join(_NOT_IN_NAMES.sub(" ", text).split())[:length].rstrip()


def list_key(kind: str, path: str) -> str:
    """Return the key of a list object by kind and name, whatever the case of its letters; long ones end in a
    digest.

    >>> list_key("ledger-account", "Etsy:The Shop")
    'ledger-account:etsy:the shop'
    """
    key = f"{kind}:{path.casefold()}"
    return key if len(key) <= _KEY_LENGTH else f"{key[: _KEY_LENGTH - 9]}~{digest(key)}"
