"""What the mappings of all document kinds share: how keys become ids, texts are cleaned and amounts are
written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from closebook.connectors.quickbooks.cleaning import clean_number, clean_text
from closebook.connectors.quickbooks.wire import decimal_of, entry, objects, reference, referenced
from closebook.core.errors import InputError
from closebook.core.money import decimal_from_minor, minor_from_decimal
from closebook.core.planning.documents import Document, DocumentKind, DocumentLine

Resolve = Callable[[str], str]
ResolveBack = Callable[[str, str], str]
NO_TAX = "NON"
_CUSTOMER_PREFIX = "customer:"


@dataclass(frozen=True, slots=True)
class Writing:
    """How documents are written for one company.

    ``resolve`` gives the remote id of a list object's key. ``only_latin1`` holds for companies in the
    United States. ``tax_code`` is that of lines on which the company owes no tax ("" to say nothing).
    """

    resolve: Resolve
    only_latin1: bool = True
    tax_code: str = NO_TAX

    def ref(self, key: str) -> dict[str, str]:
        """Return the reference to a list object. Raises whatever ``resolve`` raises for an unknown key."""
        return reference(self.resolve(key))

    def party(self, key: str) -> dict[str, str]:
        """Return the reference to a customer or vendor with its type."""
        return {**self.ref(key), "type": party_entity(key)}

    def text(self, text: str) -> str:
        """Return a description or memo fit for the service."""
        return clean_text(text, only_latin1=self.only_latin1)

    def head(self, document: Document) -> dict[str, Any]:
        """Return the fields that every document has; number and memo only when there is one."""
        wire: dict[str, Any] = {
            "TxnDate": document.day.isoformat(),
            "CurrencyRef": reference(document.currency),
        }
        if document.number:
            wire["DocNumber"] = clean_number(document.number, only_latin1=self.only_latin1)
        if document.memo:
            wire["PrivateNote"] = self.text(document.memo)
        return wire

    def line(
        self, amount_minor: int, currency: str, description: str, detail_type: str, detail: dict[str, Any]
    ) -> dict[str, Any]:
        """Return a wire line."""
        amount = decimal_from_minor(amount_minor, currency)
        wire: dict[str, Any] = {"Amount": amount, "DetailType": detail_type, detail_type: detail}
        if description:
            wire["Description"] = self.text(description)
        return wire


@dataclass(frozen=True, slots=True)
class Reading:
    """How documents are read back: ``resolve_back`` gives the key of (entity, remote id), "" for what we do
    not know.
    """

    resolve_back: ResolveBack
    home_currency: str = "USD"

    def key(self, entity: str, value: object) -> str:
        """Return the key of a referenced object, or ""."""
        remote_id = referenced(value)
        return self.resolve_back(entity, remote_id) if remote_id else ""

    def currency(self, body: dict[str, Any]) -> str:
        """Return the document's currency, else the company's."""
        return referenced(body.get("CurrencyRef")) or self.home_currency

    def minor(self, value: object, body: dict[str, Any]) -> int:
        """Return a wire amount in minor units of the document's currency."""
        return minor_from_decimal(decimal_of(value), self.currency(body))

    def document(
        self,
        kind: DocumentKind,
        entity: str,
        body: dict[str, Any],
        lines: tuple[DocumentLine, ...],
        *,
        money: object,
        party: str = "",
        other: object = None,
    ) -> Document:
        """Return the document with the fields that every kind has."""
        return Document(
            kind=kind,
            key=self.resolve_back(entity, str(body.get("Id", ""))),
            day=_day(body),
            currency=self.currency(body),
            number=str(body.get("DocNumber") or ""),
            memo=str(body.get("PrivateNote") or ""),
            money_account=self.key("Account", money),
            lines=lines,
            party=party,
            other_account=self.key("Account", other),
        )


def party_entity(key: str) -> str:
    """Return the wire name of the list that a party's key belongs to."""
    return "Customer" if key.startswith(_CUSTOMER_PREFIX) else "Vendor"


def lines_of(body: dict[str, Any], *detail_types: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return (line, its detail object) of those lines that have one of some types, in order."""
    found = [line for line in objects(body.get("Line")) if line.get("DetailType") in detail_types]
    return [(line, entry(line, str(line["DetailType"]))) for line in found]


def description_of(line: dict[str, Any]) -> str:
    """Return a wire line's description, or ""."""
    return str(line.get("Description") or "")


def amount_of(line: dict[str, Any]) -> Decimal:
    """Return a wire line's amount."""
    return decimal_of(line.get("Amount"))


def _day(body: dict[str, Any]) -> dt.date:
    text = str(body.get("TxnDate", ""))
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise InputError("not-a-day", f"The document's date {text!r} is not a day.") from error
