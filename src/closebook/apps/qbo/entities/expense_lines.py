"""Lines of expense forms: ledger accounts and items that were bought.

Source: QuickBooks Online Accounting API, Line of Purchase, Bill, VendorCredit and PurchaseOrder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities import stock
from closebook.apps.qbo.entities.base import is_empty
from closebook.apps.qbo.entities.lines import LineIds, detail_of, kind_of, line_class, numbered, sent_lines
from closebook.apps.qbo.entities.sales_lines import amount_of
from closebook.apps.qbo.entities.tax import PURCHASES, line_code, tax_form
from closebook.apps.qbo.values import text_of
from closebook.core.ledger.entry import Posting

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Reference
    from closebook.apps.qbo.entities.form import Form
    from closebook.apps.qbo.wire import Body
    from closebook.core.ledger.rules_stock import Movement

_ACCOUNT, _ITEM, _TEXT = "AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail", "DescriptionOnly"
KINDS = (_ACCOUNT, _ITEM, _TEXT)
_BILLABLE = frozenset({"Billable", "NotBillable", "HasBeenBilled"})
_ACCOUNT_MEMBERS = frozenset(
    {
        "AccountRef", "BillableStatus", "CustomerRef", "ClassRef", "TaxCodeRef", "TaxAmount", "MarkupInfo",
        "TaxInclusiveAmt",
        "DeferredExpenseLineDetail", "ProjectRef",
    }
)  # fmt: skip


@dataclass(slots=True)
class ExpenseLines:
    """The lines of one form as the wire shows them and as the ledger needs them.

    ``postings``, ``codes`` and ``shown`` run side by side. ``movements`` pairs goods with the posting of
    their line.
    """

    wire: list[Body] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    shown: list[Body] = field(default_factory=list)
    movements: list[tuple[Movement, Posting]] = field(default_factory=list)


def read_lines(form: Form) -> ExpenseLines:
    """Return a form's lines. Raises 2020 without any, 6440 for an amount without item or ledger account."""
    lines, ids = ExpenseLines(), LineIds(form)
    for number, line in enumerate(sent_lines(form), 1):
        kind = kind_of(line, KINDS)
        made = numbered(ids.take(line), number, line)
        if kind == _TEXT:
            made["DetailType"] = _TEXT
            made["DescriptionLineDetail"] = detail_of(line, "DescriptionLineDetail")
        elif kind == _ACCOUNT:
            _account_line(form, lines, line, made)
        else:
            _item_line(form, lines, line, made)
        lines.wire.append(made)
    return lines


def _account_line(form: Form, lines: ExpenseLines, line: Body, made: Body) -> None:
    detail = detail_of(line, _ACCOUNT)
    if not detail.keys() <= _ACCOUNT_MEMBERS:
        raise faults.unsupported_property(min(detail.keys() - _ACCOUNT_MEMBERS))
    if is_empty(line.get("Amount")):
        raise faults.required("Amount")
    ledger_account = form.fill("Account", "AccountRef", detail)
    if ledger_account is None:
        raise faults.line_target_missing()
    _finish(form, lines, line, made, _Bought(_ACCOUNT, detail, ledger_account.pk))


def _item_line(form: Form, lines: ExpenseLines, line: Body, made: Body) -> None:
    detail = detail_of(line, _ITEM)
    item = form.fill("Item", "ItemRef", detail)
    has_amount = not is_empty(line.get("Amount"))
    if item is None:
        if has_amount and form.minor(line["Amount"], "Amount"):
            raise faults.line_target_missing()
        made["DetailType"], made[_ITEM] = _ITEM, detail
        return
    if not has_amount:
        raise faults.required("Amount")
    posting = _finish(form, lines, line, made, _Bought(_ITEM, detail, _bought_on(form, item), item.pk))
    if stock.is_tracked(item):
        movement = stock.movement_of(form, item, detail, made["Id"], posting.klass)
        posting.quantity_micro = movement.quantity_micro
        lines.movements.append((movement, posting))


def _bought_on(form: Form, item: Reference) -> int:
    """Return the ledger account that buying an item debits: stock for a tracked item, else its expense.
    Raises 2500, 6000.
    """
    if item.body.get("Type") == "Category":
        raise faults.category_as_item()
    name = "AssetAccountRef" if stock.is_tracked(item) else "ExpenseAccountRef"
    value = item.body.get(name)
    if not value:
        raise faults.business("The item has no expense account, so it cannot be bought", "ItemRef")
    return form.ctx.require_any("Account", value, name).pk


@dataclass(frozen=True, slots=True)
class _Bought:
    """What a line buys: the detail that names it, the ledger account that it debits, the item if it is
    one.
    """

    kind: str
    detail: Body
    ledger_account: int
    item: int | None = None


def _finish(form: Form, lines: ExpenseLines, line: Body, made: Body, bought: _Bought) -> Posting:
    """Complete a line that has an amount, and return its posting."""
    kind, detail = bought.kind, bought.detail
    customer = _billable(form, detail)
    amount = amount_of(form, line, detail)
    code = line_code(form, detail)
    made["Amount"] = form.decimal(amount)
    if line.get("LinkedTxn"):
        made["LinkedTxn"] = line["LinkedTxn"]
    made["DetailType"], made[kind] = kind, detail
    posting = Posting(
        bought.ledger_account, amount, customer or form.party_pk, bought.item, line_class(form, detail),
        form.location, memo=made.get("Description", ""), line=made["Id"],
    )  # fmt: skip
    lines.postings.append(posting)
    lines.codes.append(code)
    lines.shown.append(made)
    return posting


def _billable(form: Form, detail: Body) -> int | None:
    """Return the customer of a line. Raises 2170 for an unknown status, 6310 for a billable line without
    customer.
    """
    status = text_of(detail.setdefault("BillableStatus", "NotBillable"), "BillableStatus")
    if status not in _BILLABLE:
        raise faults.invalid_enumeration(status, "BillableStatus")
    customer = form.fill("Customer", "CustomerRef", detail) if "CustomerRef" in detail else None
    if status == "Billable" and customer is None:
        raise faults.rule("6310", "A billable line needs a customer", element="CustomerRef")
    return customer.pk if customer else None


def reckon(form: Form, lines: ExpenseLines) -> int:
    """Return the total; lines, tax details and total go into the body, tax into the postings. Raises 6000."""
    amounts = [posting.amount_minor for posting in lines.postings]
    taxed = tax_form(form, amounts, lines.codes, 0, PURCHASES)
    for line, posting, net in zip(lines.shown, lines.postings, taxed.nets, strict=True):
        if taxed.inclusive:
            line[line["DetailType"]]["TaxInclusiveAmt"] = form.decimal(posting.amount_minor)
            line["Amount"] = form.decimal(net)
        posting.amount_minor = net
    taxes = taxed.postings(form)
    total = sum(posting.amount_minor for posting in (*lines.postings, *taxes))
    if total < 0:
        raise faults.business("Transaction amount must be 0 or greater", "TotalAmt")
    lines.postings.extend(taxes)
    body = form.body
    body["Line"] = lines.wire
    body["TotalAmt"] = form.decimal(total)
    if not taxes:
        body.pop("TxnTaxDetail", None)
    return total


def line_links(form: Form) -> list[tuple[str, str]]:
    """Return (type word, id) of what header and lines link to, without doubles, in order. Raises 2010."""
    found: dict[tuple[str, str], None] = {}
    for place in (form.body, *sent_lines(form, needed=False)):
        entries = place.get("LinkedTxn") or []
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise faults.unsupported_property("LinkedTxn")
        for entry in entries:
            found[text_of(entry.get("TxnType"), "TxnType"), text_of(entry.get("TxnId"), "TxnId")] = None
    return list(found)
