"""The monthly statement: one row per movement of the shop's payment account, newest first.

Source: Etsy, Shop Manager, Finances, monthly statements (``etsy_statement_2026_9.csv``), seen with 8 to 11
columns, in English and German. ``Sale`` and ``Refund`` rows carry their money in Amount, fees and taxes in
Fees & Taxes, payouts only in the Title. Amount + Fees & Taxes = Net holds on every row; a row where it
does not is an error.

Two fields are added to those of the file: ``day`` is the ISO day, and ``sequence`` sorts rows in the order
of time (a text; larger is later; rows of one day come from their place in the file, so it is comparable
within a file only). Neither the sequence nor the file's columns behind Net are part of key or digest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import starmap

from closebook.connectors.base import RowError
from closebook.connectors.etsy.amounts import CurrencyReader, minor_in_title, names_money
from closebook.connectors.etsy.columns import STATEMENT
from closebook.connectors.etsy.dates import DateHabit, DayReader, habit_of, is_numeric, name_month, parse_day
from closebook.connectors.etsy.extras import is_repeated_header, is_true_total
from closebook.connectors.etsy.keys import Occurrences, fingerprint
from closebook.connectors.etsy.repair import repaired
from closebook.connectors.etsy.table import (
    Table,
    damaged_id,
    has_exponent,
    last_cells,
    refuse_truncated,
    rows,
    truncated,
)
from closebook.connectors.etsy.vocabulary import TypeReader
from closebook.core.commerce.records import SourceRecord
from closebook.core.errors import InputError, Place

_ORDER_WORDS = (
    "order|bestellung|bestellnummer|bestellnr|bestell-nr|auftrag|commande|ordine|pedido|bestelling"
    "|beställning|zamówienie"
)
_ORDER = re.compile(
    rf"(?:^|[^\w])(?:{_ORDER_WORDS})(?:\s*(?:no|nr|number|nummer|numéro|numero|número|id|n))?"
    r"[.\s:#°º]*(\d{3,})\b",
    re.IGNORECASE,
)
_HASH = re.compile(r"#\s*(\d{3,})\b")
_OTHER_REFERENCES = re.compile(
    r"listing|label|transaction|angebot|etikett|annonce|inserzion|artículo|anuncio|refund \d", re.IGNORECASE
)
_PREFIX, _SALE_PREFIX = "Order #", "Payment for Order #"
_PREFIX_LENGTH, _SALE_LENGTH = len(_PREFIX), len(_SALE_PREFIX)
_NO_ORDER_PREFIXES = ("Listing #", "Label #", "transaction: ", "Bill for ")
_NO_ORDER = frozenset({"deposit", "payment"})
_QUOTES_ITEM = frozenset({"fee", "vat"})
_CODE = re.compile(r"[A-Z]{3}")
_MOST_TOTALS = 20
_LIFT = 10**15  # makes every amount positive, because a fingerprint knows no minus sign
_SEQUENCE_TOP, _SEQUENCE_BOTTOM = (
    999_999_999,
    100_000_000,
)  # all numbers have nine digits, so texts sort like numbers


def read_statement(table: Table) -> Iterator[SourceRecord | RowError]:
    """Return a record for each row of a statement, a RowError for each that cannot be understood, as a
    stream.

    Raises InputError truncated-file and ambiguous-days at the call.
    """
    refuse_truncated(table)
    reader = StatementReader(table)
    if reader.unsure_day:
        raise _unsure(reader.unsure_day, table)
    if not table.file.ends_with_newline:
        cells, _ = last_cells(table)
        if cells and isinstance(StatementReader(table).record(0, cells), RowError):
            raise truncated(table)
    return filter(None, starmap(reader.record, rows(table)))


def order_reference(type_word: str, title: str, info: str) -> str:
    """Return the number of the order that a row belongs to, or "".

    >>> [order_reference("vat", "VAT: listing", info) for info in ("Order #39001", "transaction: 44001")]
    ['39001', '']
    >>> order_reference("sale", "Payment for Order #39001", "")
    '39001'
    """
    if info.startswith(_PREFIX):
        number = info[_PREFIX_LENGTH:]
        if number.isdigit():
            return number
    elif info.startswith(_NO_ORDER_PREFIXES):
        return ""
    elif type_word == "sale" and title.startswith(_SALE_PREFIX) and title[_SALE_LENGTH:].isdigit():
        return title[_SALE_LENGTH:]
    if type_word in _NO_ORDER:
        return ""
    found = _ORDER.search(info) or (None if type_word in _QUOTES_ITEM else _ORDER.search(title))
    if found:
        return found.group(1)
    if type_word in {"sale", "refund"}:
        found = _HASH.search(info) or _HASH.search(title)
    elif not _OTHER_REFERENCES.search(info):
        found = _HASH.search(info)
    return found.group(1) if found else ""


class StatementReader:
    """Makes records of one statement's rows, one at a time."""

    def __init__(self, table: Table) -> None:
        """Look at the first and the last row to learn how the file writes days and in which order it runs."""
        self._table = table
        self._name = table.name
        self._names = table.layout.names
        self._needed = table.layout.needed
        self._width = len(table.layout.names)
        self._at = table.layout.names.index("currency")
        self._habit = statement_habit(table)
        self.unsure_day = self._habit.unsure
        self._days = DayReader(self._habit)
        self._occurrences = Occurrences()
        self._totals_left = _MOST_TOTALS
        self._currencies = CurrencyReader()
        self._types = TypeReader()
        newest_first = is_newest_first(table, self._habit)
        self._sequence_base = _SEQUENCE_TOP if newest_first else _SEQUENCE_BOTTOM
        self._sequence_step = -1 if newest_first else 1

    def record(self, row: int, cells: list[str]) -> SourceRecord | RowError | None:
        """Return the record of a row's cells, or the error that the row has; None for a header that comes
        again and for a total.
        """
        if len(cells) < self._needed:
            text = f"The row has {len(cells)} cells; {self._needed} are needed."
            return RowError(
                "too-few-cells", text, remedy="Use the file as downloaded.", place=self._table.place(row)
            )
        if len(cells) > self._width or cells[self._at] not in self._currencies:
            cells = self._whole(cells)
        fields = dict(zip(self._names, cells))  # noqa: B905 - rows may be narrower than the header
        column = "date"
        try:
            day = self._days[fields["date"]]
            column = "currency"
            currency, amounts = self._currencies[fields["currency"]]
            column = "amount"
            amount = amounts[fields["amount"]]
            column = "fees_and_taxes"
            fees = amounts[fields["fees_and_taxes"]]
            column = "net"
            net = amounts[fields["net"]]
            if amount + fees != net:
                raise _mismatch(fields, self._table)
            column = "title"
            title, info = fields["title"], fields["info"]
            type_word = self._types[fields["type"]]
            order = order_reference(type_word, title, info)
            if not order:
                self._check_reference(row, type_word, title, info)
            if type_word == "deposit" and not (amount or fees) and minor_in_title(title, currency) is None:
                raise _no_payout(title)
        except InputError as error:
            if column == "date" and self._is_extra(row, cells):
                return None
            place = error.place if error.place.file else self._table.place(row, column)
            return RowError(error.code, error.message, remedy=error.remedy, place=place)
        digest = fingerprint(
            f"{fields['type']}\x1f{title}\x1f{info}\x1f{day}{currency}{amount + _LIFT}\x1f{fees + _LIFT}"
        )
        fields["day"] = day
        fields["sequence"] = f"{day}#{self._sequence_base + self._sequence_step * row}"
        key = f"{digest}-{self._occurrences.number(day, digest)}"
        return SourceRecord(
            STATEMENT, key, f"order:{order}" if order else f"day:{day}", digest, fields, self._name, row
        )

    def _is_extra(self, row: int, cells: list[str]) -> bool:
        if is_repeated_header(self._table, cells):
            return True
        self._totals_left -= 1  # each one is a walk through the file
        return self._totals_left >= 0 and is_true_total(self._table, row, cells)

    def _whole(self, cells: list[str]) -> list[str]:
        """Return the cells put together again when they are too many or no currency stands in its place."""
        if len(cells) <= self._width and _CODE.fullmatch(cells[self._at].strip().upper()):
            return cells
        return repaired(cells, self._table.layout) or cells

    def _check_reference(self, row: int, type_word: str, title: str, info: str) -> None:
        """Raise InputError damaged-id when a reference was rounded; item titles in fee rows may hold such
        a text.
        """
        if "+" in info and has_exponent(info):
            raise damaged_id(info, self._table.place(row, "info"))
        if "+" in title and type_word not in _QUOTES_ITEM and has_exponent(title):
            raise damaged_id(title, self._table.place(row, "title"))


def payout_minor(title: str, net_minor: int, currency: str) -> int:
    """Return the signed amount of a payout: its Net when the file gives one, else minus the amount in the
    title.
    """
    if net_minor:
        return net_minor
    return -(minor_in_title(title, currency) or 0)


def is_silent_payout(title: str, net_minor: int, currency: str) -> bool:
    """Tell whether a row of an unknown type is a payout: no money in its columns, but an amount in its
    title.
    """
    return not net_minor and names_money(title, currency)


def statement_habit(table: Table) -> DateHabit:
    """Return how a statement writes days as numbers; reads all dates only when the first one is numeric."""
    position = table.layout.names.index("date")
    first = next(_dates(table, position), "")
    year, month = name_month(table.name)
    if not is_numeric(first):
        return DateHabit(years=frozenset({year} if year else ()), month=month)
    return habit_of(_dates(table, position), table.name, monthly=True)


def is_newest_first(table: Table, habit: DateHabit) -> bool:
    """Tell whether a file runs from the newest row to the oldest, as Etsy writes it; so it is when one day
    holds all.
    """
    position = table.layout.names.index("date")
    cells, _ = last_cells(table)
    last = cells[position] if len(cells) > position else ""
    try:
        return parse_day(next(_dates(table, position), ""), habit) >= parse_day(last, habit)
    except InputError:
        return True


def _dates(table: Table, position: int) -> Iterator[str]:
    return (cells[position] for _, cells in rows(table) if len(cells) > position)


def _mismatch(fields: dict[str, str], table: Table) -> InputError:
    parts = f"{fields['amount']} + {fields['fees_and_taxes']} is not {fields['net']}"
    names = f"{table.heading('amount')} + {table.heading('fees_and_taxes')} must be {table.heading('net')}"
    return InputError("amounts-disagree", f"{names}: {parts}.", remedy="Download the file again.")


def _unsure(day: str, table: Table) -> InputError:
    """Return the error of a statement that a spreadsheet saved with days that can be read in two ways."""
    return InputError(
        "ambiguous-days",
        f"A spreadsheet has rewritten the days: {day!r} may begin with the day or with the month.",
        remedy="Use the file as downloaded, or give it its own name, such as etsy_statement_2026_9.csv.",
        place=Place(table.name, field=table.heading("date")),
    )


def _no_payout(title: str) -> InputError:
    return InputError(
        "payout-amount-missing",
        f"The title {title!r} names no amount, and the columns hold none.",
        remedy="Download the file again; if it is the same, report the wording.",
    )
