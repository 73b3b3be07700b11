"""MT940 and MT942: statements in SWIFT's text form, several messages in a file.

Source: SWIFT Category 9 standards, MT940 and MT942, fields 20, 25, 28C, 60a, 61, 86, 62a, 64, 65, 34F, 13D,
90a. A letter behind D or C is the third letter of the currency (``DR800,`` is a debit in EUR); only an R in
front of D or C is a reversal.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from closebook.connectors.bank.amounts import minor_of
from closebook.connectors.bank.days import clamped
from closebook.connectors.bank.files import MAX_LINES, BankFile, BankFormat, broken_file, broken_row
from closebook.connectors.bank.mt940_details import Details, details_of
from closebook.core.errors import InputError
from closebook.core.reconcile.bank_lines import Balance, BankLine, BankStatement, LineKind, days_of

_FIELD = re.compile(r"^:(\d\d[A-Z]?):(.*)$")
_FRAME = re.compile(r"\{[1235]:[^{}]*(?:\{[^{}]*\})*[^{}]*\}|\{4:")
_LINE = re.compile(
    r"(?P<day>\d{6})(?P<entry>\d{4})?(?P<side>R?[CD])(?P<letter>[A-Z])?\s?(?P<amount>\d[\d.]*,?\d*|,\d+)"
    r"(?P<type>[A-Z][A-Z0-9 ]{3})?(?P<rest>.*)",
    re.DOTALL,
)
_BALANCE = re.compile(r"(?P<side>[CD])(?P<day>\d{6})(?P<currency>[A-Z]{3})(?P<amount>\d*,?\d*)")
_KINDS = {
    "TRF": LineKind.TRANSFER, "DDT": LineKind.DIRECT_DEBIT, "CHK": LineKind.CHECK, "CHG": LineKind.FEE,
    "COM": LineKind.FEE, "INT": LineKind.INTEREST, "RTI": LineKind.RETURNED, "CLR": LineKind.CARD,
}  # fmt: skip
_NO_REFERENCE = frozenset({"", "NONREF", "NOTPROVIDED", "KREF+", "EREF+"})


@dataclass(slots=True)
class _Field:
    row: int
    tag: str
    text: str


@dataclass(slots=True)
class _Draft:
    """One message, or one of several that continue each other by intermediate balances."""

    number: str = ""
    currency: str = ""
    opening: Balance | None = None
    closing: Balance | None = None
    unfinished: bool = False
    rows: list[tuple[_Field, list[str]]] = field(default_factory=list)


def is_mt940(text: str) -> bool:
    """Tell whether a text is a SWIFT statement: its fields 20 and 25 stand near the beginning."""
    head = text[:4000]
    return bool(re.search(r"(?:^|\n|\{4:\s*):20:", head) and re.search(r"\n:25[A-Z]?:", head))


def read_mt940(text: str, name: str) -> BankFile:
    """Return the statements of a text. Raises InputError bank-file-broken and bank-row-broken."""
    drafts, interim = _drafts(text, name)
    if not drafts:
        raise broken_file(name, "The file holds no statement.")
    kind = BankFormat.MT942 if interim else BankFormat.MT940
    return BankFile(name, kind, tuple(_statement(draft, name, interim=interim) for draft in drafts))


def _fields(text: str) -> Iterator[_Field]:
    """Yield the fields with the lines that continue them; block headers and dashes are left out."""
    current: _Field | None = None
    for row, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        line = _FRAME.sub("", raw).rstrip()
        if line.strip() in {"", "-", "-}"} or (line.startswith("-}") and ":" not in line):
            continue
        found = _FIELD.match(line)
        if found:
            if current is not None:
                yield current
            current = _Field(row, found[1], found[2])
        elif current is not None:
            current.text += f"\n{line}"
    if current is not None:
        yield current


def _drafts(text: str, name: str) -> tuple[list[_Draft], bool]:
    drafts, interim, draft, count = list[_Draft](), False, _Draft(), 0
    for each in _fields(text):
        tag = each.tag
        if tag == "20":
            draft = _Draft()
            drafts.append(draft)
        elif tag.startswith("25"):
            draft.number = " ".join(each.text.split())
            draft = _continued(drafts, draft)
        elif tag in {"60F", "60M"}:
            _open(draft, each, name)
        elif tag == "61":
            count += 1
            draft.rows.append((each, []))
        elif tag == "86":
            if draft.rows and draft.closing is None:
                draft.rows[-1][1].append(each.text)
        elif tag in {"62F", "62M"}:
            draft.closing, draft.currency = _balance(each, name)
            draft.unfinished = tag == "62M"
        elif tag in {"34F", "13D", "90D", "90C"}:
            interim = True
            draft.currency = draft.currency or (each.text[:3] if tag == "34F" else "")
        if count > MAX_LINES:
            raise broken_file(name, f"The file has more than {MAX_LINES:,} lines.", row=each.row)
    if drafts and any(one.opening and not one.closing for one in drafts):
        raise broken_file(
            name, "A statement ends without its closing balance (:62F:): the file is not whole."
        )
    return drafts, interim and all(one.opening is None for one in drafts)


def _continued(drafts: list[_Draft], draft: _Draft) -> _Draft:
    """Return the draft that a message goes on with: the one before it when that closed by :62M:."""
    before = drafts[-2] if len(drafts) > 1 else None
    if before is not None and before.unfinished and before.number == draft.number:
        drafts.pop()
        before.closing, before.unfinished = None, False
        return before
    return draft


def _open(draft: _Draft, each: _Field, name: str) -> None:
    balance, draft.currency = _balance(each, name)
    draft.opening = draft.opening or balance


def _balance(each: _Field, name: str) -> tuple[Balance, str]:
    found = _BALANCE.match(each.text.strip())
    if not found:
        raise broken_row(name, f"{each.text!r} is not a balance.", row=each.row, field=f":{each.tag}:")
    currency = found["currency"]
    minor = _minor(found["amount"], currency, each, name)
    day = _short_day(found["day"], each, name)[0]
    return Balance(day, -minor if found["side"] == "D" else minor), currency


def _minor(text: str, currency: str, each: _Field, name: str) -> int:
    try:
        return minor_of(text, currency, mark=",")
    except InputError as error:
        raise broken_row(name, f"{text!r} is not an amount.", row=each.row, field=f":{each.tag}:") from error


def _short_day(text: str, each: _Field, name: str) -> tuple[dt.date, bool]:
    """Return the day of ``YYMMDD`` and whether it was moved to the end of its month."""
    year = int(text[:2])
    try:
        return clamped(year + (2000 if year < 80 else 1900), int(text[2:4]), int(text[4:]))
    except ValueError as error:
        raise broken_row(name, f"{text!r} is not a day.", row=each.row, field=f":{each.tag}:") from error


def _statement(draft: _Draft, name: str, *, interim: bool) -> BankStatement:
    warnings: list[str] = []
    currency = draft.currency or "EUR"
    lines = [_line(each, "\n".join(texts), currency, name, warnings) for each, texts in draft.rows]
    first, last = days_of(lines)
    if interim:
        warnings.append(f"{name} is an interim report (MT942): the day's statement will repeat its lines.")
    return BankStatement(
        number=draft.number.rpartition("/")[2] or draft.number,
        bank=draft.number.partition("/")[0] if "/" in draft.number else "",
        currency=currency,
        lines=tuple(lines),
        opening=draft.opening,
        closing=draft.closing,
        first_day=first or (draft.opening.day if draft.opening else None),
        last_day=(draft.closing.day if draft.closing else None) or last,
        warnings=tuple(warnings),
    )


def _line(each: _Field, detail: str, currency: str, name: str, warnings: list[str]) -> BankLine:
    found = _LINE.match(each.text)
    if not found:
        raise broken_row(name, "The line is not built as :61: asks.", row=each.row, field=":61:")
    value_day, moved = _short_day(found["day"], each, name)
    if moved:
        warnings.append(f"{name}, row {each.row}: {found['day']} is in no calendar; {value_day} was taken.")
    size = _minor(found["amount"], currency, each, name)
    out = found["side"] in {"D", "RC"}
    first, _, extra = found["rest"].partition("\n")
    customer, _, bank = first.partition("//")
    told = details_of(detail) if detail else Details(text=" ".join(extra.split()))
    references = [one.strip() for one in (customer, *told.references)]
    return BankLine(
        day=_entry_day(value_day, found["entry"]),
        amount_minor=-size if out else size,
        currency=currency,
        counterparty=told.counterparty,
        text=told.text or " ".join(extra.split()),
        references=tuple(dict.fromkeys(one for one in references if one.upper() not in _NO_REFERENCE)),
        kind=LineKind.RETURNED
        if found["side"].startswith("R")
        else _KINDS.get((found["type"] or "")[1:].strip(), LineKind.OTHER),
        source_id=bank.strip() if bank.strip().upper() not in _NO_REFERENCE else "",
        row=each.row,
        value_day=value_day,
    )


def _entry_day(value_day: dt.date, entry: str | None) -> dt.date:
    """Return the booking day ``MMDD`` in the year that brings it nearest to the value day."""
    if not entry:
        return value_day
    found = []
    for year in (value_day.year - 1, value_day.year, value_day.year + 1):
        try:
            found.append(clamped(year, int(entry[:2]), int(entry[2:]))[0])
        except ValueError:
            return value_day
    return min(found, key=lambda day: abs((day - value_day).days))
