"""Pitfalls of shops and tills that stand between the sources: what they must come to in the books."""

from __future__ import annotations

from closebook.connectors.quickbooks.documents import to_wire
from closebook.core.commerce.sales import TaxPart
from closebook.core.planning.documents import DocumentKind, ListKind
from closebook.core.planning.profile import Mode
from tests.core.planning import shop, till

OTHER_TAX = TaxPart("odd", "Stadium levy", 1_250_000, 25)


def test_pitfall_3_a_summary_keeps_a_line_for_each_kind() -> None:
    order = shop.order(discount=300)
    desired = shop.wanted(
        shop.sale("03-04", 5100), shop.tax("03-04", -400), shop.fee("03-04", -325, "3900112233"),
        shop.payout("03-09", 4375), orders=(order,), mode=Mode.PER_PAYOUT,
    )  # fmt: skip
    (entry,) = [one for one in desired.documents if one.kind is DocumentKind.JOURNAL_ENTRY]
    amounts = {name: amount for amount, name in shop.lines(entry)}
    assert amounts["sales"] == -4000
    assert amounts["shipping income"] == -1000
    assert amounts["discounts given"] == 300
    assert amounts["etsy fees:transaction fees"] == 325


def test_pitfall_7_tax_that_the_marketplace_remits_is_no_liability_and_no_income() -> None:
    desired = shop.wanted(shop.sale("03-04", 5400), shop.tax("03-04", -400), orders=(shop.order(),))
    totals = {key: amount for key, amount in shop.totals(desired.documents).items() if amount}
    assert totals.pop(shop.CLEARING) == 5000
    assert not any("tax" in key for key in totals)
    assert sum(totals.values()) == -5000


def test_pitfall_7_nor_when_it_is_given_back_another_day() -> None:
    desired = shop.wanted(
        shop.sale("03-04", 5400), shop.tax("03-04", -400), shop.refund("04-02", -5400), shop.tax("04-03", 400)
    )
    totals = shop.totals(desired.documents)
    assert {key: amount for key, amount in totals.items() if amount and "tax" in key} == {}


def test_pitfall_11_a_rate_that_nobody_mapped_keeps_its_own_name_and_amount() -> None:
    coffee = till.sale(
        "A1", "03-04", [till.line("Coffee", 2000, taxes={"odd": 25})], [till.paid(2025)], taxes=[OTHER_TAX]
    )
    desired = till.wanted(till.business(sales=[coffee]))
    (receipt,) = [one for one in desired.documents if one.key == "order:A1/sale"]
    (tax,) = [line for line in receipt.lines if line.amount_minor == 25]
    assert "Stadium levy 1.25%" in tax.description
    assert till.totals(desired)[till.TAX] == -25


def test_pitfall_24_a_discount_is_a_line_like_any_other() -> None:
    """Books whose own discounts are switched off drop a discount of the document, never a line of its own."""
    order = shop.order(discount=300)
    desired = shop.wanted(shop.sale("03-04", 5100), shop.tax("03-04", -400), orders=(order,))
    (receipt,) = [one for one in desired.documents if one.kind is DocumentKind.SALES_RECEIPT]
    assert sum(line.amount_minor for line in receipt.lines) == 4700
    entity, body = to_wire(receipt, lambda key: key)
    assert entity == "SalesReceipt"
    assert {line["DetailType"] for line in body["Line"]} == {"SalesItemLineDetail"}


def test_pitfall_34_what_is_sold_never_moves_a_quantity_of_the_books() -> None:
    """An item is made as a service, without a quantity on hand: stock that both sides count runs apart."""
    coffee = till.sale("A1", "03-04", [till.line("Coffee", 800, quantity=2)], [till.paid(800)])
    desired = till.wanted(till.business(sales=[coffee]))
    items = [one for one in desired.list_objects if one.kind is ListKind.ITEM]
    assert [one.name for one in items] == ["Coffee"]
    _entity, wire = to_wire(items[0], lambda key: f"id of {key}")
    assert wire["Type"] == "Service"
    assert not {"QtyOnHand", "TrackQtyOnHand", "InvStartDate", "AssetAccountRef"} & wire.keys()
