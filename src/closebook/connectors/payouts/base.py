"""What every way to pay has in common: a payment, a file with its control totals, what a rail is."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from closebook.core.errors import InputError, InvariantError
from closebook.core.money import Money, minor_from_decimal

EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_FORMULA = "=+-@\t\r\n "


@dataclass(frozen=True, slots=True)
class Payout:
    """One payment: our reference, who gets it, where (the fields of the rail), how much, the payee's text.

    ``business`` tells that the payee is a company.
    """

    reference: str
    name: str
    account: Mapping[str, str]
    amount: Money
    text: str
    business: bool = False


@dataclass(frozen=True, slots=True)
class PayFile:
    """A file to hand to a bank or service. ``count`` and ``total_minor`` are read back out of ``content``."""

    name: str
    media: str
    content: bytes
    count: int
    total_minor: int
    currency: str


def one_currency(payouts: Sequence[Payout], most: int) -> str:
    """Return the currency of payments. Raises InputError for none, too many, two currencies, or an amount
    that is not above zero.
    """
    currencies = {payout.amount.currency for payout in payouts}
    if len(currencies) != 1:
        raise InputError("pay-currencies", "A payment file has payments of one currency.")
    if len(payouts) > most:
        raise InputError(
            "pay-too-many", f"A file takes {most} payments at most.", remedy="Make two runs of it."
        )
    if any(payout.amount.amount_minor <= 0 for payout in payouts):
        raise InputError("pay-nothing", "Each payment has to be above zero.")
    if len({payout.reference for payout in payouts}) != len(payouts):
        raise InvariantError("pay-reference-twice", "A reference stands twice in a payment file.")
    return currencies.pop()


def email_of(payout: Payout) -> str:
    """Return the e-mail address that a payment goes to. Raises InputError when it is none."""
    found = payout.account.get("email", "").strip()
    if not EMAIL.fullmatch(found):
        raise InputError(
            "pay-no-address",
            f"{payout.name} has no e-mail address for this way to pay.",
            remedy="The payee fills it in under payment details.",
        )
    return found


def plain_text(text: str, most: int) -> str:
    """Return a text on one line that no spreadsheet runs, at most so many letters.

    >>> plain_text("=cmd  b", 9)
    'cmd b'
    """
    return " ".join(text.split()).lstrip(_FORMULA)[:most]


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Return the rows as CSV with the line ends of RFC 4180."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode()


def checked_csv(
    name: str,
    rows: Sequence[Sequence[str]],
    skip: int,
    column: int,
    payouts: Sequence[Payout],
    mark: str = ".",
) -> PayFile:
    """Return rows as a file whose amounts were read back; ``skip`` rows are on top, ``column`` has them with
    ``mark`` before the decimals.
    """
    content = csv_bytes(rows)
    currency = payouts[0].amount.currency
    back = list(csv.reader(io.StringIO(content.decode(), newline="")))[skip:]
    total = sum(minor_from_decimal(row[column].replace(mark, "."), currency) for row in back)
    return checked(PayFile(name, "text/csv", content, len(back), total, currency), payouts)


def checked(file: PayFile, payouts: Sequence[Payout]) -> PayFile:
    """Return the file when its control totals are those of the payments; InvariantError else."""
    wanted = (len(payouts), sum(payout.amount.amount_minor for payout in payouts))
    if (file.count, file.total_minor) != wanted:
        raise InvariantError(
            "pay-file-total", f"{file.name} holds {file.count} payments of {file.total_minor}."
        )
    return file
