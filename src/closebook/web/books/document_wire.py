"""Between the form of a document and its object on the wire, in both directions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from closebook.connectors.quickbooks.wire import decimal_of, entry, objects
from closebook.core.money import decimal_from_minor, minor_from_decimal
from closebook.web.books.document_lookup import Labels, entity_ref
from closebook.web.books.document_specs import CREDITS, DETAILS, PAID_FROM, HeadField, LineKind, Spec
from closebook.web.templatetags.kit import money

_SUBTOTAL = "SubTotalLineDetail"
_NAMED = frozenset({"customer", "vendor", "account"})
_SETTLED = CREDITS | {"Invoice", "Bill"}
_PAYING = {
    "Check": ("CheckPayment", "BankAccountRef"),
    "CreditCard": ("CreditCardPayment", "CCAccountRef"),
}
PAYING_MEMBERS = frozenset(member for way in _PAYING.values() for member in way)
"""The members that say what bills are paid from."""

Body = dict[str, Any]


def head_payload(spec: Spec, cleaned: Mapping[str, Any], currency: str, *, keep_empty: bool) -> Body:
    """Return the members of the fields above the lines; with ``keep_empty`` an emptied field empties its
    member.
    """
    payload = {one.member: _member(one, cleaned.get(one.name), currency) for one in spec.head}
    _put_paid_from(payload, keep_empty=keep_empty)
    return {name: value for name, value in payload.items() if keep_empty or value not in (None, "")}


def _put_paid_from(payload: Body, *, keep_empty: bool) -> None:
    """Put the ledger account that pays bills into the detail of the way of paying."""
    if PAID_FROM not in payload:
        return
    paid_from = payload.pop(PAID_FROM)
    for way, (detail, member) in _PAYING.items():
        used = payload.get("PayType") == way and paid_from is not None
        if used or keep_empty:
            payload[detail] = {member: paid_from} if used else None


def _paid_from(body: Body) -> Body:
    """Return the reference to the ledger account that paid bills, {} for none."""
    return next((found for way in _PAYING.values() if (found := entry(body, *way))), {})


def _member(one: HeadField, value: Any, currency: str) -> Any:
    if value in (None, ""):
        return None
    if one.kind in _NAMED:
        return {"value": value[1]}
    if one.kind == "payee":
        return entity_ref(value)
    if one.kind == "day":
        return value.isoformat()
    return decimal_from_minor(value, currency) if one.kind == "amount" else value


def head_initial(spec: Spec, body: Body, labels: Labels, currency: str) -> Body:
    """Return what the fields above the lines show of a stored document."""
    shown = {**body, PAID_FROM: _paid_from(body)}
    return {one.name: _shown(one, shown.get(one.member), labels, currency) for one in spec.head}


def _shown(one: HeadField, value: Any, labels: Labels, currency: str) -> Any:
    if value is None:
        return None
    if one.kind in _NAMED or one.kind == "payee":
        return labels.name(one.member, value)
    if one.kind == "day":
        return dt.date.fromisoformat(str(value)[:10])
    return minor_from_decimal(value, currency) if one.kind == "amount" else value


def is_typed(kind: LineKind, line: Body) -> bool:
    """Tell whether a stored line is of the kind that the form shows; others are kept as they are."""
    if kind == "applied":
        words = [one.get("TxnType") for one in objects(line.get("LinkedTxn"))]
        return len(words) == 1 and words[0] in _SETTLED
    if line.get("DetailType") != DETAILS.get(kind) or (kind == "deposit" and line.get("LinkedTxn")):
        return False
    item = str(entry(line, DETAILS["sale"], "ItemRef").get("value", "0"))
    return kind != "sale" or ("ItemRef" in entry(line, DETAILS["sale"]) and item.isdecimal())


def kept_lines(kind: LineKind, body: Body) -> list[Body]:
    """Return the stored lines that the form does not show; subtotals are reckoned anew by the books."""
    lines = objects(body.get("Line"))
    return [line for line in lines if not is_typed(kind, line) and line.get("DetailType") != _SUBTOTAL]


def lines_initial(kind: LineKind, body: Body, labels: Labels, currency: str) -> list[Body]:
    """Return what the lines of the form show of a stored document."""
    typed = [line for line in objects(body.get("Line")) if is_typed(kind, line)]
    return [_line_initial(kind, line, labels, currency) for line in typed]


def _line_initial(kind: LineKind, line: Body, labels: Labels, currency: str) -> Body:
    amount = minor_from_decimal(decimal_of(line.get("Amount", 0)), currency)
    shown: Body = {"id": line.get("Id", ""), "text": line.get("Description", "")}
    if kind == "applied":
        linked = objects(line.get("LinkedTxn"))[0]
        key = (str(linked.get("TxnType")), str(linked.get("TxnId")))
        return {"document": labels.document(*key), "amount": amount}
    detail = entry(line, DETAILS[kind])
    if kind == "sale":
        numbers = {
            "quantity": number_shown(detail.get("Qty")),
            "price": price_shown(detail.get("UnitPrice"), currency),
        }
        return shown | numbers | {"item": labels.name("ItemRef", entry(detail, "ItemRef")), "amount": amount}
    shown["account"] = labels.name("AccountRef", entry(detail, "AccountRef"))
    if kind != "journal":
        return shown | {"amount": amount}
    who = entry(detail, "Entity", "EntityRef") or entry(detail, "Entity")
    kind_word = who.get("type") or entry(detail, "Entity").get("Type", "")
    party = labels.name("Entity", {**who, "type": kind_word}) if who else ""
    side = "debit" if detail.get("PostingType") == "Debit" else "credit"
    return shown | {"party": party, side: amount}


def number_shown(number: Any) -> str:
    """Return a quantity or price as its field shows it, in the reader's way."""
    if number is None:
        return ""
    plain = decimal_of(number).normalize()
    places = max(-int(plain.as_tuple().exponent), 0)
    whole = int(plain.scaleb(places))
    return _marked(whole, places)


def price_shown(price: Any, currency: str) -> str:
    """Return a price as an amount of money where it is one, else with all its places; "" for none."""
    if price is None:
        return ""
    minor = minor_from_decimal(decimal_of(price), currency)
    exact = decimal_from_minor(minor, currency) == decimal_of(price)
    return money(minor, currency) if exact else number_shown(price)


def _marked(whole: int, places: int) -> str:
    """Return a number of so many places with the decimal mark of the reader's language."""
    mark = money(11, "USD").strip("01")
    digits = str(abs(whole)).rjust(places + 1, "0")
    sign = "-" if whole < 0 else ""
    return sign + (f"{digits[:-places]}{mark}{digits[-places:]}" if places else digits)


def line_payload(kind: LineKind, cleaned: Mapping[str, Any], former: Body, currency: str) -> Body:
    """Return the wire's line of what was typed; members of the stored line that no field shows are kept."""
    if kind == "applied":
        linked = {"TxnId": cleaned["document"][1], "TxnType": cleaned["document"][0]}
        return {"Amount": decimal_from_minor(cleaned["amount"], currency), "LinkedTxn": [linked]}
    word = DETAILS[kind]
    detail = dict(entry(former, word))
    line = {**former, "DetailType": word, "Description": cleaned.get("text", ""), word: detail}
    if kind == "sale":
        _sale(line, detail, cleaned, former, currency)
        return line
    detail["AccountRef"] = {"value": cleaned["account"][1]}
    if kind == "journal":
        _side(line, detail, cleaned, currency)
    else:
        line["Amount"] = decimal_from_minor(cleaned["amount"], currency)
    return line


def _side(line: Body, detail: Body, cleaned: Mapping[str, Any], currency: str) -> None:
    debit = cleaned.get("debit") is not None
    detail["PostingType"] = "Debit" if debit else "Credit"
    line["Amount"] = decimal_from_minor(cleaned["debit"] if debit else cleaned["credit"], currency)
    detail.pop("Entity", None)
    if cleaned.get("party"):
        kind, wire_id = cleaned["party"]
        detail["Entity"] = {"Type": kind, "EntityRef": {"value": wire_id}}


def _sale(line: Body, detail: Body, cleaned: Mapping[str, Any], former: Body, currency: str) -> None:
    detail["ItemRef"] = {"value": cleaned["item"][1]}
    for member, name in (("Qty", "quantity"), ("UnitPrice", "price")):
        detail.pop(member, None)
        if cleaned.get(name) is not None:
            detail[member] = cleaned[name]
    amount = sale_amount(cleaned, former, currency)
    line["Amount"] = decimal_from_minor(amount or 0, currency)


def sale_amount(cleaned: Mapping[str, Any], former: Body, currency: str) -> int | None:
    """Return the amount of a sold line in minor units: as typed, else quantity times price; None for neither.

    An amount that was left as it stood follows a changed quantity or price.
    """
    typed: int | None = cleaned.get("amount")
    quantity, price = cleaned.get("quantity"), cleaned.get("price")
    if quantity is None and price is not None:
        quantity = Decimal(1)
    if quantity is None or price is None:
        return typed
    reckoned = minor_from_decimal(quantity * price, currency)
    stood = minor_from_decimal(decimal_of(former["Amount"]), currency) if "Amount" in former else None
    return reckoned if typed is None or typed == stood else typed
