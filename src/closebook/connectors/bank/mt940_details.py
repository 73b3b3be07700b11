"""The text of field 86: German sub-fields, SEPA markers, Dutch words between slashes, or plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SUB = re.compile(r"\?(\d\d)")
_STRUCTURED = re.compile(r"^\d{3}\??[?>~]?\?\d\d|^\d{3}\?\d\d|^\?\d\d")
_MARK = re.compile(r"\b(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|COAM|OAMT)\+")
_SLASHED = re.compile(
    r"/(TRTP|IBAN|BIC|NAME|REMI|EREF|MARF|CSID|TRCD|BENM|ORDP|"
    r"ID|ADDR|ISDT|PREF|RTRN|CNTP|USTD|STRD|ULTC|ULTD|SWOC)/"
)
_TEXT_FIELDS = frozenset({*range(20, 30), *range(60, 64)})
_REFERENCES = ("EREF", "KREF", "MREF", "PREF", "MARF", "ID")
_NO_REFERENCE = frozenset({"", "NOTPROVIDED", "NONREF"})


@dataclass(frozen=True, slots=True)
class Details:
    """What field 86 tells: who, what for, which references."""

    counterparty: str = ""
    text: str = ""
    references: tuple[str, ...] = ()


def details_of(raw: str) -> Details:
    """Return what a field 86 tells, whatever its bank's habit."""
    if _STRUCTURED.match(raw.replace("\n", "")):
        return _german(raw.replace("\n", ""))
    if _SLASHED.search(raw.replace("\n", "")):
        return _slashed(raw.replace("\n", ""))
    return _marked(" ".join(raw.split()), "")


def _german(raw: str) -> Details:
    """Return the details of sub-fields ``?00`` to ``?63``; markers run on across their ends."""
    pieces = _SUB.split(raw)[1:]
    fields = [(int(number), text) for number, text in zip(pieces[::2], pieces[1::2], strict=True)]
    purpose = "".join(text for number, text in fields if number in _TEXT_FIELDS)
    name = "".join(text for number, text in fields if number in {32, 33}).strip()
    title = next((text for number, text in fields if number == 0), "")
    found = _marked(purpose, name)
    return Details(found.counterparty, found.text or " ".join(title.split()), found.references)


def _marked(text: str, name: str) -> Details:
    pieces = _MARK.split(text)
    values = {key: " ".join(value.split()) for key, value in zip(pieces[1::2], pieces[2::2], strict=True)}
    words = values.get("SVWZ", "") if values else " ".join(text.split())
    before = " ".join(pieces[0].split())
    return Details(name or values.get("ABWA", ""), words or before, _references(values))


def _slashed(raw: str) -> Details:
    pieces = _SLASHED.split(raw)
    values: dict[str, str] = {}
    for key, value in zip(pieces[1::2], pieces[2::2], strict=True):
        values.setdefault(key, " ".join(value.strip("/").split()))
    party = values.get("CNTP", "").split("/")
    name = values.get("NAME", "") or (party[2] if len(party) > 2 else "")
    text = values.get("REMI", "") or values.get("USTD", "") or values.get("TRTP", "")
    for mark in ("USTD//", "USTD/", "STRD/"):
        text = text.removeprefix(mark)
    return Details(name, text.strip("/ "), _references(values))


def _references(values: dict[str, str]) -> tuple[str, ...]:
    found = (values.get(key, "").strip() for key in _REFERENCES)
    return tuple(dict.fromkeys(one for one in found if one.upper() not in _NO_REFERENCE))
