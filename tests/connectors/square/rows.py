"""Small files of Square's for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

from closebook.connectors.base import RowError
from closebook.connectors.square import SQUARE
from closebook.core.commerce.records import SourceRecord
from closebook.core.commerce.sales import TillBusiness

HEADER = (
    "Date,Time,Time Zone,Gross Sales,Discounts,Service Charges,Net Sales,"
    "Gift Card Sales,Tax,Tip,Partial Refunds,Total Collected,Card,Cash,Square Gift Card,Other Tender,"
    "Other Tender Type,Fees,Net Total,Transaction ID,Payment ID,Event Type,Location,Deposit ID,Deposit Date"
)
SALE = {
    "Date": "2026-03-09",
    "Time": "12:00:00",
    "Time Zone": "Eastern Time (US & Canada)",
    "Gross Sales": "$10.00",
    "Net Sales": "$10.00",
    "Tax": "$0.78",
    "Tip": "$0.00",
    "Total Collected": "$10.78",
    "Card": "$10.78",
    "Fees": "-$0.38",
    "Net Total": "$10.40",
    "Transaction ID": "T1",
    "Payment ID": "P1",
    "Event Type": "Payment",
    "Location": "Corner",
}
TRANSFERS = (
    "Deposit Date,Payment Date,Type,Transaction ID,Payment ID,Collected,Fees,Deposited,Deposit ID,Location\n"
)


def row(**changed: str) -> str:
    """Return a row of the transactions file; names have underscores for blanks."""
    cells = {**SALE, **{name.replace("_", " "): text for name, text in changed.items()}}
    return ",".join(f'"{cells.get(name, "")}"' for name in HEADER.split(","))


def transactions(folder: Path, *rows: str, header: str = HEADER) -> Path:
    """Write a transactions file and return its path."""
    path = folder / "transactions-2026-03-01-2026-04-01.csv"
    path.write_text("\n".join([header, *rows, ""]), "utf-8")
    return path


def transfers(folder: Path, *rows: str) -> Path:
    """Write a transfers file and return its path."""
    path = folder / "transfers.csv"
    path.write_text(TRANSFERS + "".join(f"{text}\n" for text in rows), "utf-8")
    return path


def read(path: Path) -> tuple[list[SourceRecord], list[RowError]]:
    """Return good and bad rows of a file."""
    found = list(SQUARE.read(path))
    return [r for r in found if isinstance(r, SourceRecord)], [r for r in found if isinstance(r, RowError)]


def business(*paths: Path) -> TillBusiness:
    """Return what files come to."""
    found = SQUARE.normalise(record for path in paths for record in SQUARE.read(path))
    assert isinstance(found, TillBusiness)
    return found
