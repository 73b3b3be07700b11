"""Lists of customers, vendors or items as other programs hand them out: CSV, its head row near the top.

Understood are plain lists (``client_id, display_name, first_name, …``) and the report "Customer Contact List"
of QuickBooks Online: title rows on top, several phones in one cell, the whole address in another. Columns are
known by their headings, in any order.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from closebook.core.errors import InputError, Place
from closebook.core.matching.party import Party

_HEADINGS = {
    "id": "id|client id|customer id|vendor id|contact id|item id|product id|number id",
    "display": "display name|customer|vendor|client|name|customer full name|item|item name|product"
    "|product service",
    "company": "company|company name|organisation|organization|business",
    "first": "first name|first|given name|voornaam",
    "last": "last name|last|family name|surname|achternaam",
    "person": "full name|contact|contact name",
    "email": "email|e mail|email address|emails|main email|mail",
    "phone": "phone|phone number|phone numbers|telephone|main phone|phones|work phone",
    "mobile": "mobile|mobile phone|cell|cell phone",
    "street": "street|address|address 1|address line 1|street address|billing street|straat",
    "street2": "street2|street 2|address 2|address line 2",
    "place": "billing address|bill to|full address",
    "city": "city|town|billing city|plaats",
    "postcode": "postcode|zip|zip code|postal code|billing zip|billing postal code",
    "country": "country|billing country",
    "tax": "tax id|tax number|vat|vat number|vat id|resale number",
    "number": "sku|item number|customer number|account number|part number",
    "parent": "parent id|parent",
    "active": "active|status",
    "linked": "quickbooks id|qbo id|books id",
    "type": "type",
}
_FIELD_OF = {title: field for field, titles in _HEADINGS.items() for title in titles.split("|")}
_NAMES = frozenset(("display", "company", "first", "last", "person"))
_WORD = re.compile(r"[^a-z0-9]+")
_LABEL = re.compile(r"(?:[A-Za-z][A-Za-z ]*:)|[;,\n|]")
_SPLIT = re.compile(r"[;,\s|]+")
_ZIP = re.compile(r"\b(\d{5}(?:-\d{4})?|\d{4} ?[A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b")
_POWER = re.compile(r"\d+(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_NO = frozenset(("0", "no", "false", "inactive", "nee", "n", "deleted"))
LOOKED_AT = 30
"""Rows at the top in which the head is looked for."""


@dataclass(frozen=True, slots=True)
class ContactList:
    """What was read: the parties, the headings that were understood, and those that were not."""

    parties: tuple[Party, ...]
    known: tuple[str, ...]
    unknown: tuple[str, ...]


def contacts_read(name: str, data: bytes, kind: str = "") -> ContactList:
    """Return the parties of a file; with a ``type`` column only those of the kind.

    Raises InputError when no head is found, when a spreadsheet rounded ids to 1.2E+12, or nobody is in it.
    """
    rows = list(_rows(_text(data)))
    at, fields = _head(name, rows)
    found = [party for party in _parties(name, rows[at + 1 :], fields, kind, at + 2) if party]
    if not found:
        raise InputError(
            "list-empty", "Nobody is in this list.", remedy="Export it again.", place=Place(name)
        )
    head = [cell.strip() for cell in rows[at]]
    known = tuple(cell for cell in head if _heading(cell) in _FIELD_OF)
    unknown = tuple(cell for cell in head if cell and _heading(cell) not in _FIELD_OF)
    return ContactList(tuple(_apart(found)), known, unknown)


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _rows(text: str) -> Iterator[list[str]]:
    """Yield the rows, split by the separator that the top uses most."""
    top = text[:4000]
    separator = max(",;\t", key=lambda mark: (top.count(mark), mark == ","))
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _heading(cell: str) -> str:
    return _WORD.sub(" ", cell.lower()).strip()


def _head(name: str, rows: Sequence[Sequence[str]]) -> tuple[int, dict[int, str]]:
    """Return the head row's position and which column holds what."""
    for at, row in enumerate(rows[:LOOKED_AT]):
        fields: dict[int, str] = {}
        for column, cell in enumerate(row):
            field = _FIELD_OF.get(_heading(cell), "")
            if field and field not in fields.values():
                fields[column] = field
        if len(fields) >= 2 and _NAMES.intersection(fields.values()):
            return at, fields
    raise InputError(
        "list-without-head",
        "No row of this file names its columns.",
        remedy="It needs headings such as Name, Email, Phone; see the page on matching.",
        place=Place(name),
    )


def _parties(
    name: str, rows: Sequence[Sequence[str]], fields: Mapping[int, str], kind: str, first: int
) -> Iterator[Party | None]:
    for number, row in enumerate(rows, first):
        cells = {field: row[column].strip() for column, field in fields.items() if column < len(row)}
        if _POWER.fullmatch(cells.get("id", "")):
            raise InputError(
                "id-as-power",
                f"The id {cells['id']} was rounded by a spreadsheet.",
                remedy="Export the list again and do not save it from a spreadsheet.",
                place=Place(name, number, "id"),
            )
        wanted = not kind or cells.get("type", kind).lower() in {
            kind,
            "client" if kind == "customer" else kind,
        }
        yield _party(cells) if wanted else None


def _party(cells: Mapping[str, str]) -> Party | None:
    """Return a row's party; None for an empty row, a total or the report's last line."""
    filled = [field for field, cell in cells.items() if cell]
    shown = cells.get("display") or cells.get("company") or cells.get("person", "")
    shown = shown or f"{cells.get('first', '')} {cells.get('last', '')}".strip()
    if not shown or (
        len(filled) == 1 and len(cells) > 2 and re.search(r"\d{4}|^total", shown, re.IGNORECASE)
    ):
        return None
    street, city, postcode = _place(cells)
    first, last = _person(cells)
    return Party(
        cells.get("id", ""),
        shown,
        company=cells.get("company", ""),
        first=first,
        last=last,
        emails=tuple(one for one in _SPLIT.split(cells.get("email", "")) if "@" in one),
        phones=_phones(cells.get("phone", ""), cells.get("mobile", "")),
        street=street,
        city=city,
        postcode=postcode,
        country=cells.get("country", ""),
        tax_id=cells.get("tax", ""),
        number=cells.get("number", ""),
        parent_id=cells.get("parent", ""),
        linked_id=cells.get("linked", ""),
        active=cells.get("active", "").lower() not in _NO,
    )


def _person(cells: Mapping[str, str]) -> tuple[str, str]:
    """Return first and last name; a full name is taken apart when it is not the display name itself."""
    if cells.get("first") or cells.get("last") or not cells.get("person"):
        return cells.get("first", ""), cells.get("last", "")
    last, comma, first = cells["person"].partition(",")
    if comma:
        return first.strip(), last.strip()
    first, _space, last = cells["person"].rpartition(" ")
    return first, last


def _phones(*cells: str) -> tuple[str, ...]:
    """Return the numbers of cells such as ``Phone:(555) 555-0100 Mobile:555-0101``."""
    parts = [part.strip() for cell in cells for part in _LABEL.split(cell)]
    return tuple(dict.fromkeys(part for part in parts if sum(mark.isdigit() for mark in part) >= 7))


def _place(cells: Mapping[str, str]) -> tuple[str, str, str]:
    """Return street, city and postcode, out of one cell where the report has it so."""
    whole = cells.get("place", "")
    street = " ".join(filter(None, (cells.get("street"), cells.get("street2"))))
    if street or not whole:
        return street, cells.get("city", ""), cells.get("postcode", "")
    lines = [line.strip() for line in re.split(r"[\n,]", whole) if line.strip()]
    code = _ZIP.findall(" ".join(lines[1:]) or whole)
    city = re.sub(r"\b[A-Z]{2}\b", "", _ZIP.sub("", lines[1])).strip() if len(lines) > 1 else ""
    return lines[0], city, code[-1] if code else ""


def _apart(found: Sequence[Party]) -> Iterator[Party]:
    """Yield the parties, each with an id: its own, else its name, with a count where that stands twice."""
    seen: dict[str, int] = {}
    for party in found:
        own = party.id or party.display_name
        seen[own] = seen.get(own, 0) + 1
        yield replace(party, id=own if seen[own] == 1 else f"{own} #{seen[own]}")
