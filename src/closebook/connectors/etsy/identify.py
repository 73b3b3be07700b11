"""Which of Etsy's files a text is, from its header line; and what a foreign file looks like."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache

from closebook.connectors.base import Identified
from closebook.connectors.etsy.columns import (
    DEPOSITS,
    ITEMS,
    ORDERS,
    PAYMENTS,
    STATEMENT,
    STREAMS,
    Layout,
    fold,
    layout_of,
)
from closebook.core.errors import InputError, Place
from closebook.transport.files import decode_head, refuse_binary

_DELIMITERS = (",", ";", "\t")
_LINES_BEFORE_HEADER = 6
_NAMES = (
    (re.compile(r"etsy[ _-]?statement", re.IGNORECASE), STATEMENT),
    (re.compile(r"etsysoldorderitems", re.IGNORECASE), ITEMS),
    (re.compile(r"etsysoldorders", re.IGNORECASE), ORDERS),
    (re.compile(r"etsydirectcheckoutpayments", re.IGNORECASE), PAYMENTS),
    (re.compile(r"etsydeposits", re.IGNORECASE), DEPOSITS),
)
_BEGINNINGS = (
    ("<!doctype html", "a web page"),
    ("<html", "a web page"),
    ("ofxheader", "a bank download (OFX)"),
    ("<ofx", "a bank download (OFX)"),
    ("<?xml", "an XML file"),
    ("!type:", "a QIF file"),
    ("!trns", "a QuickBooks Desktop file (IIF)"),
    ("!hdr", "a QuickBooks Desktop file (IIF)"),
    (":20:", "a bank statement (MT940)"),
    ("{", "a JSON file"),
    ("[", "a JSON file"),
)
_HEADINGS = (
    (
        {"title", "description", "price", "currencycode", "quantity"},
        "Etsy's list of listings, which holds no sales",
    ),
    ({"grosssales", "netsales"}, "a Square report"),
    ({"financialstatus", "lineitemname"}, "a Shopify order export"),
    ({"timezone", "gross", "net"}, "a PayPal activity download"),
    ({"balancetransactionid"}, "a Stripe report"),
    ({"contactname", "invoicenumber"}, "a Xero invoice file"),
    ({"jobnumber"}, "a Jobber report"),
    ({"debit", "credit"}, "a ledger or bank file"),
    ({"postingdate", "balance"}, "a bank file"),
)
_SURE, _LIKELY, _POSSIBLE = 100, 90, 40
_SHARE_TO_CLAIM = 2
_GERMAN = frozenset(fold(word) for word in ("Datum", "Währung", "Betrag"))


@dataclass(frozen=True, slots=True)
class Header:
    """The header line of a text: its row number, cells and delimiter; ``after`` is the first line below
    it.
    """

    row: int
    cells: list[str]
    delimiter: str
    after: str = ""


NO_HEADER = Header(0, [], ",")


def identify(head: bytes, name: str) -> Identified | None:
    """Return which of Etsy's files a beginning and a name belong to, or None for a foreign file."""
    try:
        refuse_binary(head, Place(file=name))
    except InputError:
        return None
    header = header_of(decode_head(head))
    layout = best_layout(header.cells, name_stream(name))
    if layout is None or not is_claimed(layout):
        return None
    complete = _SURE if name_stream(name) == layout.stream else _LIKELY
    certainty = _POSSIBLE if layout.missing else complete
    return Identified(
        layout.stream,
        certainty,
        locale_of(header),
        header.delimiter,
        layout.known,
        layout.unknown,
        layout.missing,
    )


def is_claimed(layout: Layout) -> bool:
    """Tell whether so many headings are known that the file is one of Etsy's, though some may be missing."""
    return len(layout.missing) * _SHARE_TO_CLAIM <= len(layout.headings)


def name_stream(name: str) -> str:
    """Return the stream that a file's name suggests, or "".

    >>> [name_stream(name) for name in ("etsy_statement_2026_9.csv", "EtsySoldOrders2026-9.csv", "x.csv")]
    ['statement', 'orders', '']
    """
    return next((stream for pattern, stream in _NAMES if pattern.search(name)), "")


@lru_cache(maxsize=4)
def header_of(head: str) -> Header:
    """Return the line that knows most of Etsy's headings among the first lines, or NO_HEADER."""
    lines = head.lstrip("\ufeff").splitlines()[: _LINES_BEFORE_HEADER + 1]
    best, most = NO_HEADER, 1
    for row, line in enumerate(lines[:_LINES_BEFORE_HEADER], 1):
        for delimiter in _DELIMITERS:
            cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
            layout = best_layout(cells, "")
            known = len(layout.headings) if layout else 0
            if known > most:
                best, most = Header(row, cells, delimiter, lines[row] if row < len(lines) else ""), known
            if layout and not layout.missing:
                return best
    if best is NO_HEADER and lines:
        return Header(0, next(csv.reader([lines[0]]), []), ",")
    return best


def best_layout(cells: list[str], preferred: str) -> Layout | None:
    """Return the layout of the stream that fits a header best, or None when no heading is known."""
    layouts = [layout_of(cells, stream) for stream in STREAMS]
    best = max(
        layouts,
        key=lambda lay: (not lay.missing, len(lay.headings) - len(lay.missing), lay.stream == preferred),
    )
    return best if best.headings else None


def locale_of(header: Header) -> str:
    """Return the locale that headings and the first date suggest: ``de``, ``en-GB``, ``en-US`` or ``en``."""
    folded = {fold(cell) for cell in header.cells}
    if folded & _GERMAN:
        return "de"
    if folded & {"dateposted", "deliverycity", "deliverycountry"}:
        return "en-GB"
    first = next(csv.reader([header.after], delimiter=header.delimiter, skipinitialspace=True), [""])
    text = first[0].strip() if first else ""
    if re.match(r"\d{1,2}\.", text):
        return "de"
    if re.match(r"\d{1,2} [^\W\d]", text):
        return "en-GB"
    return "en-US" if re.match(r"[^\W\d]+\.? \d{1,2},", text) else "en"


def looks_like(head: str, cells: list[str]) -> str:
    """Return in words what a foreign file seems to be."""
    start = head.lstrip("\ufeff \t\r\n").casefold()
    by_start = next((words for mark, words in _BEGINNINGS if start.startswith(mark)), "")
    if by_start:
        return by_start
    folded = {fold(cell) for cell in cells}
    by_heading = next((words for headings, words in _HEADINGS if headings <= folded), "")
    if by_heading:
        return by_heading
    shown = ", ".join(cell.strip() for cell in cells[:5] if cell.strip())
    return f"a table with the columns {shown}" if len(cells) > 1 else "a plain text"
