"""The fields of a remote record that we own, and a fingerprint of them.

It is the same for the payload that we would send and for the record read after that: what the service adds,
fills in or formats in its own way does not count, while a person's change of one of our fields does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from closebook.connectors.quickbooks.cleaning import folded
from closebook.connectors.quickbooks.mapping import amount_of
from closebook.connectors.quickbooks.moves import CREDIT, JOURNAL_LINE, party_parts
from closebook.connectors.quickbooks.sales import DISCOUNT, ITEM
from closebook.connectors.quickbooks.wire import decimal_of, entry, objects, referenced
from closebook.core.planning.actions import FieldChange

Fields = list[tuple[str, str]]
_SUBTOTAL = "SubTotalLineDetail"


def fingerprint_remote(entity: str, body: dict[str, Any]) -> str:
    """Return 32 hex digits that change when a field that we own changes."""
    return hashlib.blake2b(repr((entity, owned_fields(entity, body))).encode(), digest_size=16).hexdigest()


def owned_fields(entity: str, body: dict[str, Any]) -> Fields:
    """Return (field in plain words, value as text) of the fields that we own, in a fixed order.

    Raises KeyError for an entity that is not synchronised.
    """
    return _OWNED[entity](body)


def field_changes(entity: str, before: dict[str, Any], after: dict[str, Any]) -> list[FieldChange]:
    """Return the differences between two states of a record in the fields that we own."""
    old, new = dict(owned_fields(entity, before)), dict(owned_fields(entity, after))
    names = dict.fromkeys([*old, *new])
    return [
        FieldChange(name, old.get(name, ""), new.get(name, ""))
        for name in names
        if old.get(name, "") != new.get(name, "")
    ]


def _head(body: dict[str, Any], *, numbered: bool = True) -> Iterator[tuple[str, str]]:
    yield "date", str(body.get("TxnDate", ""))
    if numbered:
        yield "number", folded(body.get("DocNumber"))
    yield "memo", folded(body.get("PrivateNote"))


def _sales_form(body: dict[str, Any]) -> Fields:
    lines = list(_numbered_lines(body, _sales_line))
    return [
        *_head(body),
        ("money account", referenced(body.get("DepositToAccountRef"))),
        ("party", referenced(body.get("CustomerRef"))),
        *lines,
        ("total", _total(body, _sales_sign)),
    ]


def _purchase(body: dict[str, Any]) -> Fields:
    return [
        *_head(body),
        ("money account", referenced(body.get("AccountRef"))),
        ("party", _party(body.get("EntityRef"))),
        ("credit", "yes" if body.get("Credit") is True else ""),
        *_numbered_lines(body, _ledger_account_line),
        ("total", _total(body, _plus)),
    ]


def _deposit(body: dict[str, Any]) -> Fields:
    """Return a deposit's fields; its number is not ours, since not every company keeps one."""
    return [
        *_head(body, numbered=False),
        ("money account", referenced(body.get("DepositToAccountRef"))),
        *_numbered_lines(body, _ledger_account_line),
        ("total", _total(body, _plus)),
    ]


def _transfer(body: dict[str, Any]) -> Fields:
    return [
        *_head(body, numbered=False),
        ("money account", referenced(body.get("FromAccountRef"))),
        ("other account", referenced(body.get("ToAccountRef"))),
        ("total", _number(body.get("Amount"))),
    ]


def _payment(body: dict[str, Any]) -> Fields:
    """Return a payment's fields: what it applies to which transactions, and its whole amount."""
    applied = [
        (str(link.get("TxnType")), str(link.get("TxnId")), _number(line.get("Amount")))
        for line in objects(body.get("Line"))
        for link in objects(line.get("LinkedTxn"))
    ]
    return [
        *_head(body, numbered=False),
        ("number", folded(body.get("PaymentRefNum"))),
        ("money account", referenced(body.get("DepositToAccountRef"))),
        ("party", referenced(body.get("CustomerRef"))),
        *((f"line {place}", " ".join(one)) for place, one in enumerate(sorted(applied), start=1)),
        ("total", _number(body.get("TotalAmt"))),
    ]


def _journal_entry(body: dict[str, Any]) -> Fields:
    return [*_head(body), *_numbered_lines(body, _journal_line)]


def _ledger_account(body: dict[str, Any]) -> Fields:
    return [
        ("name", folded(body.get("Name"))),
        ("type", str(body.get("AccountType", ""))),
        ("parent", referenced(body.get("ParentRef"))),
        _active(body),
    ]


def _item(body: dict[str, Any]) -> Fields:
    return [
        ("name", folded(body.get("Name"))),
        ("type", str(body.get("Type", ""))),
        ("sku", folded(body.get("Sku"))),
        ("ledger account", referenced(body.get("IncomeAccountRef") or body.get("ExpenseAccountRef"))),
        ("parent", referenced(body.get("ParentRef"))),
        _active(body),
    ]


def _named_party(body: dict[str, Any]) -> Fields:
    address = entry(body, "BillAddr")
    parts = ("Line1", "City", "CountrySubDivisionCode", "PostalCode", "Country")
    return [
        ("name", folded(body.get("DisplayName"))),
        ("e-mail", folded(entry(body, "PrimaryEmailAddr").get("Address"))),
        ("address", ", ".join(folded(address.get(part)) for part in parts)),
        _active(body),
    ]


def _numbered_lines(
    body: dict[str, Any], describe: Callable[[dict[str, Any]], str]
) -> Iterator[tuple[str, str]]:
    """Yield ("line 1", …), ("line 2", …) of the lines that are not the service's own subtotals."""
    own = [line for line in objects(body.get("Line")) if line.get("DetailType") != _SUBTOTAL]
    for place, line in enumerate(own, start=1):
        yield f"line {place}", describe(line)


def _sales_line(line: dict[str, Any]) -> str:
    kind = str(line.get("DetailType", ""))
    detail = entry(line, kind)
    if kind == ITEM:
        what = f"item {referenced(detail.get('ItemRef'))} x {_number(detail.get('Qty') or 1)}"
    elif kind == DISCOUNT:
        what = f"discount {referenced(detail.get('DiscountAccountRef'))}"
    else:
        what = kind
    return _line_text(line, what)


def _ledger_account_line(line: dict[str, Any]) -> str:
    """Return a line of an expense or deposit as text; a deposit's line may link another transaction
    instead.
    """
    detail = entry(line, str(line.get("DetailType", "")))
    links = [f"{link.get('TxnType')} {link.get('TxnId')}" for link in objects(line.get("LinkedTxn"))]
    used = referenced(detail.get("AccountRef")) or f"item {referenced(detail.get('ItemRef'))}"
    who = _party(detail.get("Entity"))
    return _line_text(line, " ".join([used, *([who] if who else []), *links]))


def _journal_line(line: dict[str, Any]) -> str:
    detail = entry(line, JOURNAL_LINE)
    side = "credit" if detail.get("PostingType") == CREDIT else "debit"
    who = _party(detail.get("Entity"))
    return _line_text(line, " ".join([side, referenced(detail.get("AccountRef")), *([who] if who else [])]))


def _line_text(line: dict[str, Any], what: str) -> str:
    return f"{_number(line.get('Amount'))} {what} {folded(line.get('Description'))}".rstrip()


def _party(value: object) -> str:
    entity, remote_id = party_parts(value)
    return f"{entity} {remote_id}" if remote_id else ""


def _total(body: dict[str, Any], sign: Callable[[dict[str, Any]], int]) -> str:
    """Return the total that the service states, or else the sum that it will state: lines, tax, less cash
    back.
    """
    if body.get("TotalAmt") is not None:
        return _number(body["TotalAmt"])
    lines = sum((sign(line) * amount_of(line) for line in objects(body.get("Line"))), Decimal(0))
    tax = decimal_of(entry(body, "TxnTaxDetail").get("TotalTax", 0))
    return _number(lines + tax - decimal_of(entry(body, "CashBack").get("Amount", 0)))


def _sales_sign(line: dict[str, Any]) -> int:
    return {DISCOUNT: -1, ITEM: 1}.get(str(line.get("DetailType")), 0)


def _plus(_line: dict[str, Any]) -> int:
    return 1


def _number(value: object) -> str:
    """Return a wire number in one form: no exponent, no trailing zeros, no minus before nothing."""
    number = decimal_of(value if value is not None else 0)
    if not number.is_finite() or not number:
        return "0"
    return format(number.normalize(), "f")


def _active(body: dict[str, Any]) -> tuple[str, str]:
    return "active", "no" if body.get("Active") is False else "yes"


_OWNED: dict[str, Callable[[dict[str, Any]], Fields]] = {
    "Account": _ledger_account,
    "Customer": _named_party,
    "Vendor": _named_party,
    "Item": _item,
    "SalesReceipt": _sales_form,
    "RefundReceipt": _sales_form,
    "Purchase": _purchase,
    "Deposit": _deposit,
    "Transfer": _transfer,
    "JournalEntry": _journal_entry,
    "Invoice": _sales_form,
    "Payment": _payment,
    "Estimate": _sales_form,
}
