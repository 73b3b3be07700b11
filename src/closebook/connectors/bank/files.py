"""What a bank file turned out to be, and the errors that all readers raise alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from closebook.core.errors import InputError, Place
from closebook.core.reconcile.bank_lines import BankStatement

if TYPE_CHECKING:
    from closebook.connectors.bank.mapping import ColumnMapping

MAX_BYTES = 32 * 1024 * 1024
MAX_LINES = 200_000


class BankFormat(StrEnum):
    """The families of bank files."""

    OFX = "ofx"  # with QFX and QBO (Web Connect)
    CAMT_053 = "camt.053"
    CAMT_052 = "camt.052"
    CAMT_054 = "camt.054"
    MT940 = "mt940"
    MT942 = "mt942"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class BankFile:
    """A bank file that was read as a whole: one statement for each bank account and period in it.

    ``mapping`` is how the columns of a CSV file were understood, None for the other formats.
    """

    name: str
    format: BankFormat
    statements: tuple[BankStatement, ...]
    mapping: ColumnMapping | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what was odd about the file, in sentences."""
        return tuple(text for statement in self.statements for text in statement.warnings)


def broken_file(name: str, message: str, *, row: int | None = None, field: str = "") -> InputError:
    """Return the error of a file that ends too early or is not built as its format asks."""
    return InputError(
        "bank-file-broken",
        message,
        remedy="Download the file from the bank again; nothing of it was stored.",
        place=Place(file=name, row=row, field=field),
    )


def broken_row(name: str, message: str, *, row: int | None, field: str) -> InputError:
    """Return the error of one line that cannot be read; the whole file is refused with it."""
    return InputError(
        "bank-row-broken",
        message,
        remedy="Download the file from the bank again, or mend the row; nothing of the file was stored.",
        place=Place(file=name, row=row, field=field),
    )
