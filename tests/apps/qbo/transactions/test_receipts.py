"""SalesReceipt and RefundReceipt: what they post, show and refuse."""

from __future__ import annotations

from decimal import Decimal

import pytest

from closebook.apps.qbo.faults import Fault
from tests.apps.qbo.transactions.worlds import World, sale


def discount(percent: int) -> dict:
    return {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": percent},
    }


def shipping(amount: int) -> dict:
    return sale({"value": "SHIPPING_ITEM_ID"}, amount)


def test_receipt_debits_undeposited_funds(world: World) -> None:
    receipt = world.create(
        "SalesReceipt", TxnDate="2026-03-04", Line=[sale(world.service(), "200.00", 2, 100)]
    )
    assert world.postings("SalesReceipt", receipt) == [("Undeposited Funds", 20000), ("Services", -20000)]
    assert receipt["TotalAmt"] == Decimal(200)
    assert receipt["Balance"] == 0
    assert receipt["DocNumber"] == "1001"
    assert [line["DetailType"] for line in receipt["Line"]] == ["SalesItemLineDetail", "SubTotalLineDetail"]
    assert receipt["Line"][0]["Id"] == "1"
    assert receipt["Line"][0]["SalesItemLineDetail"]["ItemRef"]["name"] == "Repair"
    assert receipt["TxnTaxDetail"] == {"TotalTax": 0}


def test_receipt_with_discount_and_shipping(world: World) -> None:
    receipt = world.create(
        "SalesReceipt", DepositToAccountRef=world.account("Checking"), CustomerRef=world.customer(),
        Line=[sale(world.service(), 200), discount(10), shipping(5)],
    )  # fmt: skip
    assert world.postings("SalesReceipt", receipt) == [
        ("Checking", 18500),
        ("Services", -20000),
        ("Shipping Income", -500),
        ("Discounts given", 2000),
    ]
    assert [line["Amount"] for line in receipt["Line"]] == [200, 200, 20, 5]


def test_refund_is_the_other_way_round(world: World) -> None:
    refund = world.create(
        "RefundReceipt", DepositToAccountRef=world.account("Checking"), Line=[sale(world.service(), 50)]
    )
    assert world.postings("RefundReceipt", refund) == [("Checking", -5000), ("Services", 5000)]


def test_refund_needs_the_place_the_money_leaves(world: World) -> None:
    with pytest.raises(Fault) as caught:
        world.create("RefundReceipt", Line=[sale(world.service(), 50)])
    assert (caught.value.code, caught.value.element) == ("2020", "DepositToAccountRef")
