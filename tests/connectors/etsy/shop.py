"""Small files for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

from closebook.connectors.base import RowError
from closebook.connectors.etsy import ETSY
from closebook.core.commerce.records import Movement, SourceRecord

HEADER = 'Date,Type,Title,Info,Currency,Amount,"Fees & Taxes",Net\n'
SALE = '"September 3, 2026",Sale,"Payment for Order #3911000037",,USD,$32.40,--,$32.40\n'
FEE = '"September 3, 2026",Fee,"Processing fee","Order #3911000037",USD,--,-$1.22,-$1.22\n'
PAYOUT = '"September 7, 2026",Deposit,"$31.18 sent to your bank account",,USD,--,--,--\n'


def statement(
    folder: Path, text: str, *, name: str = "etsy_statement_2026_9.csv", encoding: str = "utf-8-sig"
) -> Path:
    """Write a statement and return its path."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def read(path: Path) -> tuple[list[SourceRecord], list[RowError]]:
    """Return good and bad rows of a file."""
    rows = list(ETSY.read(path))
    return [r for r in rows if isinstance(r, SourceRecord)], [r for r in rows if isinstance(r, RowError)]


def movements(path: Path) -> list[Movement]:
    """Return the movements of a file."""
    return ETSY.normalise(ETSY.read(path)).movements
