"""Lines of sales forms: items, texts, bundles, discount, shipping, the subtotal that the service adds.

Source: QuickBooks Online Accounting API, Line of Invoice and SalesReceipt.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities import stock
from closebook.apps.qbo.entities.base import is_empty
from closebook.apps.qbo.entities.lines import LineIds, detail_of, kind_of, line_class, numbered, sent_lines
from closebook.apps.qbo.entities.sales_items import sale_item, shipping_item
from closebook.apps.qbo.entities.tax import line_code
from closebook.apps.qbo.values import day_of, decimal_of, flag
from closebook.core.ledger.entry import Posting
from closebook.core.money import divide_half_up, format_minor

if TYPE_CHECKING:
    from closebook.apps.qbo.entities.form import Form
    from closebook.apps.qbo.wire import Body
    from closebook.core.ledger.rules_stock import Movement

_ITEM, _TEXT, _GROUP = "SalesItemLineDetail", "DescriptionOnly", "GroupLineDetail"
_DISCOUNT, _SUBTOTAL = "DiscountLineDetail", "SubTotalLineDetail"
KINDS = (_ITEM, _TEXT, _GROUP, _DISCOUNT, _SUBTOTAL)
PSEUDO_ITEMS = frozenset({"SHIPPING_ITEM_ID", "GRATUITY_ITEM_ID"})


@dataclass(slots=True)
class SalesLines:
    """The lines of one form: as the wire shows them, and as the ledger and tax need them.

    ``postings`` and ``codes`` run side by side (item lines, then shipping), as do ``details`` with the wire
    details of the same lines.
    """

    wire: list[Body] = field(default_factory=list)
    tail: list[Body] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    shown: list[Body] = field(default_factory=list)
    movements: list[tuple[Movement, int]] = field(default_factory=list)
    subtotal_minor: int = 0
    discount_minor: int = 0
    discount_line: Body | None = None
    discount_posting: Posting | None = None
    number: int = 0


def read_lines(form: Form) -> SalesLines:
    """Return a form's lines. Raises 2020 when none of them sells anything, and the faults of each line."""
    lines, ids = SalesLines(), LineIds(form)
    for line in sent_lines(form):
        kind = kind_of(line, KINDS)
        if kind == _ITEM:
            _item_line(form, lines, line, ids)
        elif kind == _DISCOUNT:
            _discount_line(form, lines, line)
        elif kind == _GROUP:
            _group_line(form, lines, line, ids)
        elif kind == _TEXT:
            lines.wire.append(_text_line(lines, line, ids))
    if not lines.wire and not lines.tail:
        raise faults.required("Line")
    _reckon_discount(form, lines)
    return lines


def _next_number(lines: SalesLines) -> int:
    lines.number += 1
    return lines.number


def _text_line(lines: SalesLines, line: Body, ids: LineIds) -> Body:
    made = numbered(ids.take(line), _next_number(lines), line)
    made["DetailType"] = _TEXT
    made["DescriptionLineDetail"] = detail_of(line, "DescriptionLineDetail")
    return made


def _item_line(form: Form, lines: SalesLines, line: Body, ids: LineIds) -> None:
    detail = detail_of(line, _ITEM)
    reference = detail.get("ItemRef")
    value = reference.get("value") if isinstance(reference, dict) else None
    if isinstance(value, str) and value in PSEUDO_ITEMS:
        _pseudo_line(form, lines, line, detail, str(value))
        return
    if is_empty(line.get("Amount")):
        if reference:
            raise faults.required("Amount")
        lines.wire.append({**_text_line(lines, line, ids), "DetailType": _ITEM, _ITEM: detail})
        lines.wire[-1].pop("DescriptionLineDetail")
        return
    made = sold(form, lines, line, detail, ids)
    lines.wire.append(made)


def sold(form: Form, lines: SalesLines, line: Body, detail: Body, ids: LineIds) -> Body:
    """Return the wire line of an item that is sold; its posting, tax code and stock movement join the
    others.
    """
    item = sale_item(form, detail)
    wire_id = ids.take(line)
    made = numbered(wire_id, _next_number(lines), line)
    amount = amount_of(form, line, detail)
    code = line_code(form, detail)
    made["Amount"] = form.decimal(amount)
    if line.get("LinkedTxn"):
        made["LinkedTxn"] = line["LinkedTxn"]
    made["DetailType"] = _ITEM
    made[_ITEM] = detail
    klass = line_class(form, detail)
    if "ServiceDate" in detail:
        _service_date(detail)
    if item.reference is not None and item.is_tracked:
        movement = stock.movement_of(form, item.reference, detail, wire_id, klass)
        cost = stock.purchase_cost(form.ctx, item.reference, movement.quantity_micro)
        lines.movements.append((movement, cost))
    lines.postings.append(
        Posting(
            item.income, amount, form.party_pk, item.pk, klass, form.location,
            memo=made.get("Description", ""), line=wire_id,
        )
    )  # fmt: skip
    lines.codes.append(code)
    lines.shown.append(made)
    lines.subtotal_minor += amount
    return made


def _service_date(detail: Body) -> None:
    if is_empty(detail["ServiceDate"]):
        del detail["ServiceDate"]
    else:
        detail["ServiceDate"] = day_of(detail["ServiceDate"], "ServiceDate").isoformat()


def amount_of(form: Form, line: Body, detail: Body) -> int:
    """Return a line's amount in minor units; quantity and price become numbers.
    Raises 6070 when they do not give the amount.

    An amount that holds its tax (``TaxInclusiveAmt``) goes before the net one.
    Source: QuickBooks Online Accounting API, error 6070: quantity times price is rounded half up.
    """
    if is_empty(line.get("Amount")):
        raise faults.required("Amount")
    amount = form.minor(line["Amount"], "Amount")
    quantity, price = _number(detail, "Qty"), _number(detail, "UnitPrice")
    gross = detail.get("TaxInclusiveAmt")
    if gross and form.body.get("GlobalTaxCalculation") == "TaxInclusive":
        return form.minor(gross, "TaxInclusiveAmt")
    if quantity is not None and price is not None:
        wanted = form.minor(Decimal(quantity) * Decimal(price), "Qty")
        if wanted != amount:
            raise faults.amount_mismatch(_with_thousands(form, amount))
    return amount


def _number(detail: Body, name: str) -> Any:
    value = detail.get(name)
    if value is None or value == "":
        detail.pop(name, None)
        return None
    number = value if isinstance(value, int) and not isinstance(value, bool) else decimal_of(value, name)
    detail[name] = number
    return number


def _with_thousands(form: Form, amount_minor: int) -> str:
    whole, point, part = format_minor(abs(amount_minor), form.currency).partition(".")
    return f"{'-' if amount_minor < 0 else ''}{int(whole):,}{point}{part}"


def _pseudo_line(form: Form, lines: SalesLines, line: Body, detail: Body, item_id: str) -> None:
    amount = amount_of(form, line, detail)
    code = line_code(form, detail)
    detail["ItemRef"] = {"value": item_id}
    made: Body = {"Amount": form.decimal(amount), "DetailType": _ITEM, _ITEM: detail}
    posting = Posting(
        shipping_item(form, item_id), amount, form.party_pk, klass=form.klass, location=form.location
    )
    lines.tail.append(made)
    lines.postings.append(posting)
    lines.codes.append(code)
    lines.shown.append(made)


def _group_line(form: Form, lines: SalesLines, line: Body, ids: LineIds) -> None:
    detail = detail_of(line, _GROUP)
    group = form.fill("Item", "GroupItemRef", detail)
    made = numbered(ids.take(line), _next_number(lines), line)
    members = detail.get("Line") or (_members(form, group.body, detail) if group else [])
    if not isinstance(members, list) or not all(isinstance(member, dict) for member in members):
        raise faults.unsupported_property(_GROUP)
    before = lines.subtotal_minor
    detail["Line"] = [sold(form, lines, member, detail_of(member, _ITEM), ids) for member in members]
    made["Amount"] = form.decimal(lines.subtotal_minor - before)
    made["DetailType"] = _GROUP
    made[_GROUP] = detail
    lines.wire.append(made)


def _members(form: Form, group: Body, detail: Body) -> list[Body]:
    """Return the sales lines of a bundle's items, each at the item's own price."""
    times = decimal_of(detail.get("Quantity", 1), "Quantity")
    found = (group.get("ItemGroupDetail") or {}).get("ItemGroupLine") or []
    return [_member(form, member, times) for member in found]


def _member(form: Form, member: Body, times: Decimal) -> Body:
    item = form.refer("Item", member["ItemRef"], "ItemRef")
    quantity = decimal_of(member.get("Qty", 1), "Qty") * times
    price = decimal_of(item.body.get("UnitPrice", 0), "UnitPrice")
    amount = form.decimal(form.minor(quantity * price, "Amount"))
    return {"Amount": amount, _ITEM: {"ItemRef": member["ItemRef"], "Qty": quantity, "UnitPrice": price}}


def _discount_line(form: Form, lines: SalesLines, line: Body) -> None:
    if lines.discount_line is not None:
        raise faults.business("A transaction has at most one discount line", "Line")
    if form.ctx.preference("SalesFormsPrefs", "AllowDiscount", True) is False:
        raise faults.feature_unsupported(_DISCOUNT)
    detail = detail_of(line, _DISCOUNT)
    if is_empty(detail.get("DiscountPercent")) and is_empty(line.get("Amount")):
        raise faults.discount_incomplete()
    made = {name: value for name, value in line.items() if name in {"Description", "Amount"}}
    made["DetailType"], made[_DISCOUNT] = _DISCOUNT, detail
    lines.discount_line = made


def _reckon_discount(form: Form, lines: SalesLines) -> None:
    """Reckon the discount: a percentage of the items' subtotal, or the amount that was sent."""
    line = lines.discount_line
    if line is None:
        return
    detail = line[_DISCOUNT]
    percent = _number(detail, "DiscountPercent")
    if percent is not None and flag(detail, "PercentBased", default=True):
        detail["PercentBased"] = True
        micro = int(decimal_of(percent, "DiscountPercent").scaleb(6))
        lines.discount_minor = divide_half_up(lines.subtotal_minor * micro, 100 * 10**6)
    else:
        if is_empty(line.get("Amount")):
            raise faults.discount_incomplete()
        detail["PercentBased"] = False
        lines.discount_minor = form.minor(line["Amount"], "Amount")
    line["Amount"] = form.decimal(lines.discount_minor)
    account = form.fill("Account", "DiscountAccountRef", detail) or _discount_account(form)
    detail["DiscountAccountRef"] = account.as_ref()
    lines.discount_posting = Posting(
        account.pk, 0, form.party_pk, klass=line_class(form, detail), location=form.location
    )


def _discount_account(form: Form) -> Any:
    wanted = form.ctx.preference("SalesFormsPrefs", "DefaultDiscountAccount", "")
    return (form.ctx.reference("Account", str(wanted)) if wanted else None) or form.ctx.ledger_account(
        "discounts"
    )


def wire_lines(form: Form, lines: SalesLines) -> list[Body]:
    """Return all lines in the order of the answer: items, subtotal, discount, shipping."""
    subtotal: Body = {"Amount": form.decimal(lines.subtotal_minor), "DetailType": _SUBTOTAL, _SUBTOTAL: {}}
    discount = [lines.discount_line] if lines.discount_line is not None else []
    return [*lines.wire, subtotal, *discount, *lines.tail]


def show_inclusive(form: Form, lines: SalesLines, nets: list[int]) -> None:
    """Show net amounts with the gross ones beside them, on lines whose amounts were sent with their tax."""
    for line, posting, net in zip(lines.shown, lines.postings, nets, strict=True):
        line[_ITEM]["TaxInclusiveAmt"] = form.decimal(posting.amount_minor)
        line["Amount"] = form.decimal(net)
    tail = {id(line) for line in lines.tail}
    lines.subtotal_minor = sum(
        net for line, net in zip(lines.shown, nets, strict=True) if id(line) not in tail
    )
