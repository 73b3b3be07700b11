"""The lines of a stored document as its page shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from closebook.connectors.quickbooks.wire import entry, objects
from closebook.core.money import minor_from_decimal
from closebook.web.books.document_wire import number_shown, price_shown
from closebook.web.books.kinds import title_of

_NAMED_BY = ("ItemRef", "AccountRef", "GroupItemRef", "DiscountAccountRef")
_SUBTOTAL = "SubTotalLineDetail"
_WORDS = {"ReceivePayment": "Payment"}


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line: what it is about, its text, quantity and price as texts, amount in minor units, and the side
    ("" where there is none).
    """

    what: str
    text: str
    quantity: str
    price: str
    amount_minor: int | None
    side: str


def lines_of(body: Mapping[str, Any], currency: str) -> list[ShownLine]:
    """Return the lines of a document's body, subtotals left out."""
    return list(_lines(objects(body.get("Line")), currency))


def _lines(lines: list[dict[str, Any]], currency: str) -> Iterator[ShownLine]:
    for line in lines:
        kind = str(line.get("DetailType", ""))
        if kind == _SUBTOTAL:
            continue
        detail = entry(line, kind)
        yield ShownLine(
            _what(line, detail, kind),
            str(line.get("Description", "")),
            number_shown(detail.get("Qty")),
            price_shown(detail.get("UnitPrice"), currency),
            minor_from_decimal(line["Amount"], currency) if "Amount" in line else None,
            {"Debit": _("Debit"), "Credit": _("Credit")}.get(str(detail.get("PostingType")), ""),
        )
        yield from _lines(objects(detail.get("Line")), currency)


def _what(line: dict[str, Any], detail: dict[str, Any], kind: str) -> str:
    for name in _NAMED_BY:
        if named := entry(detail, name):
            text = str(named.get("name") or named.get("value") or "")
            return f"{_('Discount')}: {text}" if kind == "DiscountLineDetail" else text
    for linked in objects(line.get("LinkedTxn")):
        word = str(linked.get("TxnType", ""))
        return f"{title_of(_WORDS.get(word, word))} #{linked.get('TxnId', '')}"
    return ""
