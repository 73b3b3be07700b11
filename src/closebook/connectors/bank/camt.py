"""CAMT.053, .052 and .054 of any version, by the local names of their elements.

An entry is one line; the payments of a batch become its parts, never lines of their own. Source: ISO 20022
message definitions camt.052, .053 and .054, versions 001.02 to 001.13.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]  # has no types
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # has no types

from closebook.connectors.bank.amounts import minor_of
from closebook.connectors.bank.days import compact_day
from closebook.connectors.bank.files import MAX_LINES, BankFile, BankFormat, broken_file, broken_row
from closebook.core.errors import InputError, Place
from closebook.core.reconcile.bank_lines import (
    Balance,
    BankLine,
    BankPart,
    BankStatement,
    LineKind,
    days_of,
)

_ROOTS = {
    "BkToCstmrStmt": (BankFormat.CAMT_053, "Stmt"),
    "BkToCstmrAcctRpt": (BankFormat.CAMT_052, "Rpt"),
    "BkToCstmrDbtCdtNtfctn": (BankFormat.CAMT_054, "Ntfctn"),
}
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_KINDS = {
    "ICDT": LineKind.TRANSFER, "RCDT": LineKind.TRANSFER, "IRCT": LineKind.TRANSFER,
    "RRCT": LineKind.TRANSFER, "IDDT": LineKind.DIRECT_DEBIT, "RDDT": LineKind.DIRECT_DEBIT,
    "CCRD": LineKind.CARD, "MCRD": LineKind.CARD, "CNTR": LineKind.CASH, "ICHQ": LineKind.CHECK,
    "RCHQ": LineKind.CHECK,
}  # fmt: skip
_FEES, _INTEREST = frozenset({"CHRG", "COMM", "FEES"}), frozenset({"INTR"})
_REFERENCES = ("EndToEndId", "TxId", "MndtId", "PmtInfId", "InstrId", "MsgId", "ChqNb")
_NO_REFERENCE = frozenset({"", "NOTPROVIDED", "NONREF", "NONE"})


def is_camt(text: str) -> bool:
    """Tell whether a text is one of the three messages."""
    return "<" in text[:200] and any(root in text[:20_000] for root in _ROOTS)


def read_camt(data: bytes, name: str) -> BankFile:
    """Return the statements of a message.

    Raises InputError bank-file-unsafe for entities, bank-file-broken and bank-row-broken.
    """
    try:
        root = fromstring(data, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise InputError(
            "bank-file-unsafe",
            "The file declares entities or a document type, which no bank statement needs.",
            remedy="Download the file from the bank again; nothing of it was stored.",
            place=Place(file=name),
        ) from error
    except (ParseError, ValueError) as error:
        place = error.position[0] if isinstance(error, ParseError) else None
        raise broken_file(name, "The file is not whole or not well formed XML.", row=place) from error
    for each in root.iter():
        if isinstance(each.tag, str) and _name(each) in _ROOTS:
            kind, word = _ROOTS[_name(each)]
            statements = tuple(_Statement(one, kind, name).read() for one in _all(each, word))
            return BankFile(name, kind, statements)
    raise broken_file(name, "The file holds no bank statement.")


class _Statement:
    """One statement's element while it is read."""

    def __init__(self, element: Element, kind: BankFormat, file: str) -> None:
        self._element, self._kind, self._file = element, kind, file
        self._warnings: list[str] = []
        self._number = 0
        amount = next(iter(_deep(element, "Amt")), None)
        currency = _text(element, "Acct", "Ccy") or (amount.get("Ccy") if amount is not None else "")
        self._currency = (currency or "EUR").upper()

    def read(self) -> BankStatement:
        """Return the statement: booked entries only."""
        lines = []
        for number, entry in enumerate(_all(self._element, "Ntry"), 1):
            self._number = number
            if number > MAX_LINES:
                raise broken_file(self._file, f"The file has more than {MAX_LINES:,} lines.")
            status = (_text(entry, "Sts", "Cd") or _text(entry, "Sts")).upper()
            if status in {"PDNG", "INFO", "FUTR"}:
                continue
            lines.append(self._line(entry))
        first, last = days_of(lines)
        self._say_what_repeats()
        return BankStatement(
            number=_text(self._element, "Acct", "Id", "IBAN")
            or _text(self._element, "Acct", "Id", "Othr", "Id"),
            bank=_bank(self._element),
            currency=self._currency,
            lines=tuple(lines),
            opening=self._balance(_OPENING, first=True),
            closing=self._balance(_CLOSING, first=False),
            first_day=self._range_day("FrDtTm", "FrDt") or first,
            last_day=self._range_day("ToDtTm", "ToDt") or last,
            warnings=tuple(self._warnings),
        )

    def _say_what_repeats(self) -> None:
        if self._kind is BankFormat.CAMT_052:
            self._warnings.append(
                f"{self._file} is an interim report (camt.052); the day's statement will repeat its lines."
            )
        elif self._kind is BankFormat.CAMT_054:
            self._warnings.append(
                f"{self._file} is a notification (camt.054): it details lines that the statement has too."
            )

    def _line(self, entry: Element) -> BankLine:
        minor, currency = self._amount(entry)
        day = self._day(entry, "BookgDt") or self._day(entry, "ValDt")
        if day is None:
            raise self._broken("The entry has neither a booking day nor a value day.", "BookgDt")
        parts = [self._part(one, minor) for one in _deep(entry, "TxDtls")]
        single = parts[0] if len(parts) == 1 else None
        own = _text(entry, "AddtlNtryInf")
        names = tuple(dict.fromkeys(part.counterparty for part in parts if part.counterparty))
        original, original_currency = self._original(entry, currency)
        references = [one for part in parts for one in part.references] if single or len(parts) < 2 else []
        batch = [_text(one, "PmtInfId") for one in _deep(entry, "Btch")]
        return BankLine(
            day=day,
            amount_minor=minor,
            currency=currency,
            counterparty=single.counterparty if single else names[0] if len(names) == 1 else "",
            text=(single.text if single and single.text else own) or " ".join(p.text for p in parts[:3]),
            references=tuple(dict.fromkeys(one for one in (*references, *batch) if one)),
            kind=_kind(entry),
            source_id=_text(entry, "AcctSvcrRef") or _text(entry, "NtryRef"),
            row=self._number,
            value_day=self._day(entry, "ValDt"),
            original_minor=original,
            original_currency=original_currency,
            parts=tuple(parts) if len(parts) > 1 else (),
        )

    def _amount(self, entry: Element) -> tuple[int, str]:
        found = _one(entry, "Amt")
        if found is None:
            raise self._broken("The entry has no amount.", "Amt")
        currency = (found.get("Ccy") or self._currency).upper()
        return self._signed(entry, self._minor(found, currency)), currency

    def _signed(self, element: Element, minor: int) -> int:
        side = _text(element, "CdtDbtInd").upper()
        if side not in {"CRDT", "DBIT"}:
            raise self._broken(f"{side!r} is neither CRDT nor DBIT.", "CdtDbtInd")
        return -minor if side == "DBIT" else minor

    def _minor(self, element: Element, currency: str) -> int:
        text = (element.text or "").strip()
        try:
            return minor_of(text, currency, mark=".")
        except InputError as error:
            raise self._broken(f"{text!r} is not an amount.", "Amt") from error

    def _part(self, detail: Element, entry_minor: int) -> BankPart:
        found = _one(detail, "Amt")
        found = found if found is not None else _one(detail, "AmtDtls", "TxAmt", "Amt")
        minor: int | None = None
        if found is not None and (found.get("Ccy") or self._currency) == self._currency:
            size = self._minor(found, self._currency)
            side = _text(detail, "CdtDbtInd")
            minor = self._signed(detail, size) if side else size if entry_minor >= 0 else -size
        who = _party(detail, "Dbtr" if (minor if minor is not None else entry_minor) >= 0 else "Cdtr")
        texts = [_clean(one.text) for one in _deep(detail, "Ustrd")]
        structured = [_text(one, "CdtrRefInf", "Ref") for one in _deep(detail, "Strd")]
        references = [_text(detail, "Refs", word) for word in _REFERENCES] + structured
        known = tuple(dict.fromkeys(one for one in references if one.upper() not in _NO_REFERENCE))
        extra = _text(detail, "AddtlTxInf") or " ".join(filter(None, structured))
        return BankPart(minor, who, " ".join(filter(None, texts)) or extra, known)

    def _original(self, entry: Element, currency: str) -> tuple[int | None, str]:
        for one in _deep(entry, "InstdAmt"):
            amount = _one(one, "Amt") if _one(one, "Amt") is not None else one
            if amount is not None and (amount.get("Ccy") or currency) != currency:
                code = str(amount.get("Ccy"))
                return self._minor(amount, code), code
        return None, ""

    def _day(self, element: Element, word: str) -> dt.date | None:
        text = _text(element, word, "Dt") or _text(element, word, "DtTm") or _text(element, word)
        if not text:
            return None
        try:
            day, moved = compact_day(text[:10].replace("-", ""))
        except ValueError as error:
            raise self._broken(f"{text!r} is not a day.", word) from error
        if moved:
            self._warnings.append(f"{self._file}: {text[:10]} is in no calendar; {day} was taken.")
        return day

    def _range_day(self, *words: str) -> dt.date | None:
        texts = (_text(self._element, "FrToDt", word) for word in words)
        text = next((one for one in texts if one), "")
        return compact_day(text[:10].replace("-", ""))[0] if text[:4].isdigit() and len(text) >= 10 else None

    def _balance(self, codes: tuple[str, ...], *, first: bool) -> Balance | None:
        for code in codes:
            found = [
                one
                for one in _all(self._element, "Bal")
                if _text(one, "Tp", "CdOrPrtry", "Cd").upper() == code
            ]
            if found:
                chosen = found[0] if first else found[-1]
                amount = _one(chosen, "Amt")
                if amount is not None:
                    return Balance(
                        self._day(chosen, "Dt"), self._signed(chosen, self._minor(amount, self._currency))
                    )
        return None

    def _broken(self, message: str, element: str) -> InputError:
        return broken_row(
            self._file, message, row=self._number or None, field=f"Ntry {self._number} {element}"
        )


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(element: Element, word: str) -> Iterator[Element]:
    return (one for one in element if isinstance(one.tag, str) and _name(one) == word)


def _deep(element: Element, word: str) -> Iterator[Element]:
    return (one for one in element.iter() if isinstance(one.tag, str) and _name(one) == word)


def _one(element: Element, *path: str) -> Element | None:
    found: Element | None = element
    for word in path:
        found = next(_all(found, word), None) if found is not None else None
    return found


def _text(element: Element, *path: str) -> str:
    found = _one(element, *path)
    return _clean(found.text) if found is not None else ""


def _clean(text: str | None) -> str:
    return " ".join((text or "").split())


def _party(detail: Element, word: str) -> str:
    """Return the name of debtor or creditor; newer versions have it one level deeper."""
    for role in (word, f"Ultmt{word}"):
        for path in ((role, "Nm"), (role, "Pty", "Nm")):
            name = _text(detail, "RltdPties", *path)
            if name:
                return name
    return ""


def _bank(element: Element) -> str:
    found = _one(element, "Acct", "Svcr", "FinInstnId")
    if found is None:
        return ""
    return _text(found, "BICFI") or _text(found, "BIC") or _text(found, "Nm")


def _kind(entry: Element) -> LineKind:
    code = _one(entry, "BkTxCd")
    words = {_clean(one.text).upper() for one in code.iter()} if code is not None else set()
    if words & _FEES:
        return LineKind.FEE
    if words & _INTEREST:
        return LineKind.INTEREST
    if next(_deep(entry, "RtrInf"), None) is not None:
        return LineKind.RETURNED
    return next((kind for word, kind in _KINDS.items() if word in words), LineKind.OTHER)
