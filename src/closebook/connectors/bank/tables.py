"""CSV files of banks, PayPal and Venmo by a column mapping, a statement for each account and currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from closebook.connectors.bank.amounts import minor_of
from closebook.connectors.bank.days import day_of
from closebook.connectors.bank.files import MAX_LINES, BankFile, BankFormat, broken_file, broken_row
from closebook.connectors.bank.mapping import COLUMN_ROLES, ColumnMapping, bank_columns
from closebook.connectors.bank.sniffing import rows_of
from closebook.core.errors import InputError
from closebook.core.reconcile.bank_lines import Balance, BankLine, BankStatement, LineKind, days_of

_OUT = frozenset({"debit", "dr", "d", "af", "soll", "s", "dbit", "out", "withdrawal", "-"})
_IN = frozenset({"credit", "cr", "c", "bij", "haben", "h", "crdt", "in", "deposit", "+"})
_PAYPAL_DONE = frozenset({"completed", "refunded", "partially refunded", "reversed", "returned"})
_PAYPAL_OUTSIDE = ("hold", "authorization", "authorisation", "memo", "order", "request", "invoice sent")
_DEFAULT_CURRENCY = "USD"
_VENMO_BALANCE = "venmo balance"


@dataclass(slots=True)
class _Group:
    """The lines of one account and currency with the balance that stands beside each (None: none does)."""

    lines: list[BankLine] = field(default_factory=list)
    balances: list[int | None] = field(default_factory=list)


def read_table(text: str, name: str, mapping: ColumnMapping, currency: str = "") -> BankFile:
    """Return the statements of a CSV text. ``currency`` is used where the file names none.

    Raises InputError bank-columns, bank-file-broken and bank-row-broken.
    """
    if not mapping.complete:
        raise bank_columns(f"{name}: the columns of day and amount are not known.")
    table = _Table(text, name, mapping, currency)
    groups = table.groups()
    return BankFile(
        name, BankFormat.CSV, tuple(table.statement(*pair) for pair in groups.items()), table.mapping
    )


class _Table:
    """One table while it is read."""

    def __init__(self, text: str, name: str, mapping: ColumnMapping, currency: str) -> None:
        self.mapping, self._name = mapping, name
        self._currency = mapping.fixed_currency or currency or _DEFAULT_CURRENCY
        rows = list(enumerate(rows_of(text, mapping.delimiter), 1))
        self._rows = [(number, row) for number, row in rows[mapping.header_row :] if any(row)]
        if len(self._rows) > MAX_LINES:
            raise broken_file(name, f"The file has more than {MAX_LINES:,} lines.")
        self._words = [one.casefold() for one in mapping.headings]
        self._warnings: list[str] = []
        self._edges: dict[str, str] = {}

    def groups(self) -> dict[tuple[str, str], _Group]:
        """Return the lines by account number and currency, in the file's order."""
        found: dict[tuple[str, str], _Group] = {}
        for number, row in self._rows:
            if self._is_outside(row):
                continue
            currency = (self._cell(row, "currency") or self._currency).upper()
            line = self._line(number, row, currency)
            group = found.setdefault((self._cell(row, "number"), currency), _Group())
            group.lines.append(line)
            balance = self._cell(row, "balance")
            group.balances.append(self._minor(balance, currency, number, "balance") if balance else None)
        return found or {("", self._currency): _Group()}

    def statement(self, key: tuple[str, str], group: _Group) -> BankStatement:
        """Return the statement of one group; balances come from its balance column, if it has one."""
        number, currency = key
        opening, closing = self._balances(group, currency)
        first, last = days_of(group.lines)
        return BankStatement(
            number=number,
            bank={"paypal": "PayPal", "venmo": "Venmo"}.get(self.mapping.layout, ""),
            currency=currency,
            lines=tuple(group.lines),
            opening=opening,
            closing=closing,
            first_day=first,
            last_day=last,
            warnings=tuple(self._warnings),
        )

    def _cell(self, row: Sequence[str], role: str) -> str:
        at = getattr(self.mapping, role) if role in COLUMN_ROLES else self._place(role)
        return row[at].strip() if 0 <= at < len(row) else ""

    def _place(self, heading: str) -> int:
        return self._words.index(heading) if heading in self._words else -1

    def _is_outside(self, row: Sequence[str]) -> bool:
        """Tell whether a row moves no money of this account, and keep what it tells of balances."""
        if self.mapping.layout == "paypal":
            status, kind = self._cell(row, "status").casefold(), self._cell(row, "type").casefold()
            impact = self._cell(row, "balance impact").casefold()
            return (
                (bool(status) and status not in _PAYPAL_DONE)
                or impact == "memo"
                or (not impact and any(word in kind for word in _PAYPAL_OUTSIDE))
            )
        if self.mapping.layout == "venmo":
            for word in ("beginning balance", "ending balance"):
                if self._cell(row, word):
                    self._edges[word] = self._cell(row, word)
            if not self._cell(row, "day"):
                return True
            funded = self._cell(row, "funding source").casefold()
            out = self._cell(row, "amount").replace(" ", "").startswith("-")
            return self._cell(row, "status").casefold() in {"failed", "pending", "cancelled"} or (
                out and bool(funded) and funded != _VENMO_BALANCE
            )
        return not self._cell(row, "day") and not any(
            self._cell(row, role) for role in ("amount", "debit", "credit")
        )

    def _line(self, number: int, row: Sequence[str], currency: str) -> BankLine:
        who, text = self._cell(row, "counterparty"), self._cell(row, "text")
        minor = self._amount(number, row, currency)
        if self.mapping.layout == "venmo":
            who = self._cell(row, "to") if minor < 0 else who
            text = text or self._cell(row, "type")
        elif self.mapping.layout == "paypal":
            text = " · ".join(one for one in (text, self._cell(row, "item title")) if one)
        references = (self._cell(row, "reference"), self._cell(row, "reference txn id"))
        ids = tuple(one for one in references if one)
        return BankLine(
            day=self._day(number, row),
            amount_minor=minor,
            currency=currency,
            counterparty=" ".join(who.split()),
            text=" ".join((text or who).split()),
            references=ids,
            kind=_kind(text),
            source_id=ids[0] if ids and self.mapping.layout else "",
            row=number,
        )

    def _day(self, number: int, row: Sequence[str]) -> dt.date:
        try:
            return day_of(self._cell(row, "day"), self.mapping.day_order)
        except InputError as error:
            raise broken_row(self._name, error.message, row=number, field=self._title("day")) from error

    def _amount(self, number: int, row: Sequence[str], currency: str) -> int:
        signs = -1 if self.mapping.flipped else 1
        one = self._cell(row, "amount")
        if one:
            minor = self._minor(one, currency, number, "amount")
            side = self._cell(row, "side").casefold()
            if side in _OUT | _IN:
                minor = -abs(minor) if side in _OUT else abs(minor)
            return signs * minor
        debit, credit = (self._cell(row, role) for role in ("debit", "credit"))
        if not debit and not credit:
            raise broken_row(self._name, "The row has no amount.", row=number, field=self._title("amount"))
        out = abs(self._minor(debit, currency, number, "debit")) if debit else 0
        come = abs(self._minor(credit, currency, number, "credit")) if credit else 0
        return signs * (come - out)

    def _minor(self, text: str, currency: str, number: int, role: str) -> int:
        try:
            return minor_of(text, currency, mark=self.mapping.mark)
        except InputError as error:
            raise broken_row(self._name, error.message, row=number, field=self._title(role)) from error

    def _title(self, role: str) -> str:
        at = getattr(self.mapping, role)
        return self.mapping.headings[at] if 0 <= at < len(self.mapping.headings) else f"column {at + 1}"

    def _balances(self, group: _Group, currency: str) -> tuple[Balance | None, Balance | None]:
        if self._edges and len(self._edges) == 2:
            first, last = days_of(group.lines)
            begin, end = (
                self._minor(self._edges[word], currency, 0, "amount")
                for word in ("beginning balance", "ending balance")
            )
            return Balance(first, begin), Balance(last, end)
        known = list(zip(group.lines, group.balances, strict=True))
        if not known or any(balance is None for _line, balance in known):
            return None, None
        oldest, newest = (known[0], known[-1]) if _rising(known) else (known[-1], known[0])
        opening = (oldest[1] or 0) - oldest[0].amount_minor
        return Balance(oldest[0].day, opening), Balance(newest[0].day, newest[1] or 0)


def _rising(known: Sequence[tuple[BankLine, int | None]]) -> bool:
    """Tell whether the oldest line comes first: the order in which more balances follow from each other."""
    pairs = list(pairwise(known))
    down = sum((b[1] or 0) - b[0].amount_minor == (a[1] or 0) for a, b in pairs)
    up = sum((a[1] or 0) - a[0].amount_minor == (b[1] or 0) for a, b in pairs)
    return down > up or (down == up and known[0][0].day <= known[-1][0].day)


def _kind(text: str) -> LineKind:
    word = text.casefold()
    if " fee" in f" {word}" or "gebühr" in word:
        return LineKind.FEE
    return LineKind.INTEREST if "interest" in word or "zinsen" in word else LineKind.OTHER
