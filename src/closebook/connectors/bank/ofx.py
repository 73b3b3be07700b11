"""OFX 1 (SGML) and OFX 2 (XML) with their kin QFX and QBO, read leniently and with places for errors.

Banks send end tags or none, one line or many, a header or none, and text behind the end; so the body is taken
as a row of tags with values. Source: OFX 2.2 specification, sections 3 (header) and 11 (banking).
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from closebook.connectors.bank.amounts import minor_of
from closebook.connectors.bank.days import compact_day
from closebook.connectors.bank.files import MAX_LINES, BankFile, BankFormat, broken_file, broken_row
from closebook.core.errors import InputError
from closebook.core.reconcile.bank_lines import Balance, BankLine, BankStatement, LineKind, days_of

_TAG = re.compile(r"<(/?)([A-Za-z0-9._]+)[^<>]*>([^<]*)")
_LINES = ("STMTTRN",)
_STATEMENTS = ("STMTRS", "CCSTMTRS", "INVSTMTRS")
_GROUPS = frozenset({"BANKACCTFROM", "CCACCTFROM", "INVACCTFROM", "LEDGERBAL", "AVAILBAL", "BANKTRANLIST"})
_INNER = frozenset({"PAYEE", "BANKACCTTO", "CCACCTTO", "CURRENCY", "ORIGCURRENCY"})
_KINDS = {
    "XFER": LineKind.TRANSFER, "DIRECTDEP": LineKind.TRANSFER, "DEP": LineKind.TRANSFER,
    "DIRECTDEBIT": LineKind.DIRECT_DEBIT, "REPEATPMT": LineKind.DIRECT_DEBIT, "POS": LineKind.CARD,
    "ATM": LineKind.CASH, "CASH": LineKind.CASH, "CHECK": LineKind.CHECK, "FEE": LineKind.FEE,
    "SRVCHG": LineKind.FEE, "INT": LineKind.INTEREST, "DIV": LineKind.INTEREST,
}  # fmt: skip
_DECIMAL_MARKS = re.compile(r"[.,]")


@dataclass(slots=True)
class _Draft:
    """A statement while its tags come by."""

    values: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)


def is_ofx(text: str) -> bool:
    """Tell whether a text is OFX of any family."""
    head = text[:4000].upper()
    return "<OFX>" in head or "OFXHEADER" in head


def read_ofx(text: str, name: str) -> BankFile:
    """Return the statements of an OFX text. Raises InputError bank-file-broken and bank-row-broken."""
    start = re.search(r"<OFX>", text, re.IGNORECASE)
    if start is None:
        raise broken_file(name, "The file has an OFX header but no <OFX> element.")
    end = re.search(r"</OFX>", text, re.IGNORECASE)
    body = text[start.end() : end.start() if end else len(text)]
    if end is None and re.search(r"</STMTTRN>", body, re.IGNORECASE):
        raise broken_file(name, "The file ends before </OFX>: it is not whole.")
    first_row = text.count("\n", 0, start.end()) + 1
    bank, drafts = _drafts(body, first_row, name)
    if not drafts:
        raise broken_file(name, "The file holds no statement of a bank account or card.")
    return BankFile(name, BankFormat.OFX, tuple(_statement(draft, bank, name) for draft in drafts))


def _drafts(body: str, first_row: int, name: str) -> tuple[str, list[_Draft]]:
    bank, drafts, group, count = "", list[_Draft](), "", 0
    row: dict[str, str] | None = None
    for number, closing, tag, value in _tags(body, first_row):
        if tag in _STATEMENTS and not closing:
            drafts.append(_Draft())
            row, group = None, ""
        elif tag in _LINES:
            row, group = (None, "") if closing else ({}, "")
            if row is not None:
                count += 1
                _draft_of(drafts).rows.append((number, row))
        elif tag in _GROUPS or tag in _INNER:
            row = row if tag in _INNER else None
            group = "" if closing else tag
        elif closing or not value:
            continue
        elif row is not None:
            row.setdefault(f"{group}.{tag}" if group else tag, value)
        elif drafts:
            drafts[-1].values.setdefault(f"{group}.{tag}" if group else tag, value)
        elif tag == "ORG":
            bank = value
        if count > MAX_LINES:
            raise broken_file(name, f"The file has more than {MAX_LINES:,} lines.", row=number)
    return bank, drafts


def _draft_of(drafts: list[_Draft]) -> _Draft:
    if not drafts:
        drafts.append(_Draft())
    return drafts[-1]


def _tags(body: str, first_row: int) -> Iterator[tuple[int, bool, str, str]]:
    """Yield the line, whether it closes, the name in capitals and the value of each tag."""
    row, at = first_row, 0
    for found in _TAG.finditer(body):
        row += body.count("\n", at, found.start())
        at = found.start()
        yield row, bool(found[1]), found[2].upper(), html.unescape(found[3]).strip()


def _statement(draft: _Draft, bank: str, name: str) -> BankStatement:
    values = draft.values
    currency = values.get("CURDEF", "USD").upper()[:3]
    number = next((values[key] for key in _number_keys() if values.get(key)), "")
    warnings: list[str] = []
    lines = [
        line for row, cells in draft.rows if (line := _line(cells, row, currency, name, warnings)) is not None
    ]
    closing = _balance(values, currency, name)
    first, last = days_of(lines)
    if values.get("INVACCTFROM.ACCTID"):
        warnings.append(f"{name}: of the investment account only its cash lines were read.")
    return BankStatement(
        number=number,
        bank=bank or values.get("BANKACCTFROM.BANKID", ""),
        currency=currency,
        lines=tuple(lines),
        closing=closing,
        first_day=_day_or(values.get("BANKTRANLIST.DTSTART"), first),
        last_day=_day_or(values.get("BANKTRANLIST.DTEND"), last),
        warnings=tuple(warnings),
    )


def _number_keys() -> list[str]:
    return [f"{group}.ACCTID" for group in ("BANKACCTFROM", "CCACCTFROM", "INVACCTFROM")]


def _line(cells: dict[str, str], row: int, currency: str, name: str, warnings: list[str]) -> BankLine | None:
    """Return the line of a transaction; None, with a warning, for one without a day."""
    written = cells.get("DTPOSTED") or cells.get("DTUSER") or ""
    if not written:
        amount = cells.get("TRNAMT", "?")
        warnings.append(f"{name}, row {row}: a line of {amount} has no day and was left out.")
        return None
    try:
        day, moved = compact_day(written)
    except ValueError as error:
        raise broken_row(name, f"{written!r} is not a day.", row=row, field="DTPOSTED") from error
    if moved:
        warnings.append(f"{name}, row {row}: {written[:8]} is in no calendar; {day} was taken.")
    who, memo = cells.get("NAME") or cells.get("PAYEE.NAME", ""), cells.get("MEMO", "")
    references = (cells.get(key, "") for key in ("REFNUM", "CHECKNUM"))
    original = cells.get("ORIGCURRENCY.CURSYM", "")
    return BankLine(
        day=day,
        amount_minor=_amount(cells, currency, row, name),
        currency=currency,
        counterparty=" ".join(who.split()),
        text=" ".join((memo or who).split()),
        references=tuple(dict.fromkeys(one for one in references if one.strip("0 "))),
        kind=_KINDS.get(cells.get("TRNTYPE", "").upper(), LineKind.OTHER),
        source_id=cells.get("FITID", ""),
        row=row,
        original_currency=original.upper()[:3],
    )


def _amount(cells: dict[str, str], currency: str, row: int, name: str) -> int:
    """Return the amount; a single mark is the decimal one, as the format knows no thousands, nor letters."""
    text = cells.get("TRNAMT", "")
    marks = _DECIMAL_MARKS.findall(text)
    if any(letter.isalpha() for letter in text):
        raise broken_row(name, f"{text!r} is not an amount.", row=row, field="TRNAMT")
    try:
        return minor_of(text, currency, mark=marks[0] if len(marks) == 1 else "")
    except InputError as error:
        raise broken_row(name, f"{text!r} is not an amount.", row=row, field="TRNAMT") from error


def _balance(values: dict[str, str], currency: str, name: str) -> Balance | None:
    text = values.get("LEDGERBAL.BALAMT", "")
    if not text:
        return None
    marks = _DECIMAL_MARKS.findall(text)
    try:
        amount = minor_of(text, currency, mark=marks[0] if len(marks) == 1 else "")
    except InputError as error:
        raise broken_file(name, f"{text!r} is not a balance.", field="LEDGERBAL") from error
    return Balance(_day_or(values.get("LEDGERBAL.DTASOF"), None), amount)


def _day_or(text: str | None, otherwise: dt.date | None) -> dt.date | None:
    """Return the day of a text, or another one for a text without any."""
    try:
        return compact_day(text)[0] if text else otherwise
    except ValueError:
        return otherwise
