"""How the columns of a bank's CSV file are understood: kept with the bank account, tried on the next file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from closebook.connectors.bank.days import ORDERS
from closebook.core.errors import InputError

DELIMITERS = (",", ";", "\t", "|")
LAYOUTS = ("", "paypal", "venmo")
COLUMN_ROLES = (
    "day", "amount", "debit", "credit", "counterparty", "text", "reference", "balance", "currency",
    "number", "side",
)  # fmt: skip
"""What a column can be. ``side`` holds a word for debit or credit beside an amount without sign."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Columns by their place (0 is the first, -1 none), and how their cells are written.

    ``header_row`` counts the file's lines from 1 (0: no header). ``day_order`` is ymd, dmy or mdy, ``mark``
    the decimal mark; ``flipped`` turns the sign of every amount, as card statements list purchases as
    positive. ``fixed_currency`` is used where no column tells one. ``layout`` names a known product's file.
    """

    delimiter: str = ","
    header_row: int = 1
    day: int = -1
    amount: int = -1
    debit: int = -1
    credit: int = -1
    counterparty: int = -1
    text: int = -1
    reference: int = -1
    balance: int = -1
    currency: int = -1
    number: int = -1
    side: int = -1
    day_order: str = "ymd"
    mark: str = "."
    flipped: bool = False
    fixed_currency: str = ""
    layout: str = ""
    headings: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Tell whether day and amount have their columns."""
        return self.day >= 0 and (self.amount >= 0 or self.debit >= 0 or self.credit >= 0)

    def to_json(self) -> dict[str, Any]:
        """Return the mapping as JSON values."""
        return {**asdict(self), "headings": list(self.headings)}

    def fits(self, headings: tuple[str, ...]) -> bool:
        """Tell whether a file with these headings can be read by this mapping."""
        return bool(self.headings) and headings == self.headings


def mapping_from_json(body: Mapping[str, Any]) -> ColumnMapping:
    """Return the mapping of JSON values. InputError bank-columns for one that cannot be."""
    known = {name: body[name] for name in ColumnMapping.__dataclass_fields__ if name in body}
    known["headings"] = tuple(str(one) for one in known.get("headings", ()))
    columns = [known.get(role, -1) for role in COLUMN_ROLES]
    sound = all(isinstance(one, int) and -1 <= one < 500 for one in columns)
    if (
        not sound
        or known.get("day_order", "ymd") not in ORDERS
        or known.get("delimiter", ",") not in DELIMITERS
        or known.get("layout", "") not in LAYOUTS
        or known.get("mark", ".") not in {".", ","}
    ):
        raise bank_columns("The columns cannot be understood as they were sent.")
    return ColumnMapping(**known)


def bank_columns(message: str) -> InputError:
    """Return the error of a CSV file whose columns have to be named by a person."""
    return InputError(
        "bank-columns", message, remedy="Name the columns of day and amount on the page of the file."
    )
