"""Inventory at average cost through purchases, sales, returns, updates, voids and deletes."""

from __future__ import annotations

import pytest

from closebook.apps.qbo.faults import Fault
from tests.apps.qbo.transactions.worlds import World, bought, sale

UNIT = 10**6
STOCK, COST = "Inventory Asset", "Cost of Goods Sold"


def buy(world: World, item: dict, quantity: int, price: int) -> dict:
    return world.create(
        "Purchase", PaymentType="Cash", AccountRef=world.account("Checking"),
        Line=[bought(item, quantity * price, quantity, price)],
    )  # fmt: skip


def sell(world: World, item: dict, quantity: int, price: int = 30, **more: object) -> dict:
    return world.create("SalesReceipt", Line=[sale(item, quantity * price, quantity, price)], **more)


def in_step(world: World, item: dict) -> None:
    """The level's value is what the ledger account holds."""
    assert world.stock(item)[1] == world.balance(STOCK)


def test_purchases_and_sales(world: World) -> None:
    frame = world.goods()
    purchase = buy(world, frame, 10, 10)
    buy(world, frame, 10, 20)
    assert world.postings("Purchase", purchase) == [("Checking", -10000), (STOCK, 10000)]
    assert world.stock(frame) == (20 * UNIT, 30000)
    receipt = sell(world, frame, 5)
    assert world.postings("SalesReceipt", receipt) == [
        ("Undeposited Funds", 15000),
        ("Sales of Product Income", -15000),
        (COST, 7500),
        (STOCK, -7500),
    ]
    assert world.stock(frame) == (15 * UNIT, 22500)
    in_step(world, frame)


def test_a_note_changes_no_cost(world: World) -> None:
    frame = world.goods()
    buy(world, frame, 10, 10)
    receipt = sell(world, frame, 4)
    buy(world, frame, 10, 20)
    noted = world.update("SalesReceipt", receipt, PrivateNote="x")
    assert world.postings("SalesReceipt", noted)[2:] == [(COST, 4000), (STOCK, -4000)]
    assert world.stock(frame) == (16 * UNIT, 26000)
    in_step(world, frame)


def test_opening_stock_is_sold_first_at_its_value(world: World) -> None:
    frame = world.goods(on_hand=3, cost="3.33")
    receipt = sell(world, frame, 3)
    assert world.postings("SalesReceipt", receipt)[2:] == [(COST, 999), (STOCK, -999)]
    assert world.stock(frame) == (0, 0)


def test_update_void_and_delete_reverse_what_was_posted(world: World) -> None:
    frame = world.goods()
    buy(world, frame, 10, 10)
    receipt = sell(world, frame, 4)
    buy(world, frame, 10, 20)
    changed = world.update("SalesReceipt", receipt, Line=[sale(frame, 60, 2, 30)])
    assert world.postings("SalesReceipt", changed)[2:] == [(COST, 3000), (STOCK, -3000)]
    assert world.stock(frame) == (18 * UNIT, 27000)
    in_step(world, frame)
    other = sell(world, frame, 1)
    world.void("SalesReceipt", changed)
    assert world.stock(frame) == (19 * UNIT, 28500)
    world.delete("SalesReceipt", other)
    assert world.stock(frame) == (20 * UNIT, 30000)
    in_step(world, frame)
    assert world.balance(COST) == 0


def test_sold_before_bought(world: World) -> None:
    frame = world.goods()
    receipt = sell(world, frame, 3)
    assert world.postings("SalesReceipt", receipt)[2:] == [(STOCK, 0)]
    purchase = buy(world, frame, 10, 12)
    assert world.postings("Purchase", purchase) == [
        ("Checking", -12000),
        (STOCK, 12000),
        (COST, 3600),
        (STOCK, -3600),
    ]
    assert world.stock(frame) == (7 * UNIT, 8400)
    in_step(world, frame)
    world.delete("Purchase", purchase)
    assert world.stock(frame) == (-3 * UNIT, 0)
    in_step(world, frame)


def test_goods_come_back(world: World) -> None:
    frame, ada = world.goods(), world.customer()
    buy(world, frame, 10, 10)
    memo = world.create("CreditMemo", CustomerRef=ada, Line=[sale(frame, 60, 2, 30)])
    assert world.postings("CreditMemo", memo)[2:] == [(STOCK, 2000), (COST, -2000)]
    refund = world.create(
        "RefundReceipt", DepositToAccountRef=world.account("Checking"), Line=[sale(frame, 30, 1, 30)]
    )
    assert world.postings("RefundReceipt", refund)[2:] == [(STOCK, 1000), (COST, -1000)]
    assert world.stock(frame) == (13 * UNIT, 13000)
    in_step(world, frame)


def test_goods_go_back_to_the_vendor(world: World) -> None:
    frame, vendor = world.goods(), world.vendor()
    world.create("Bill", VendorRef=vendor, Line=[bought(frame, 100, 10, 10)])
    credit = world.create("VendorCredit", VendorRef=vendor, Line=[bought(frame, 22, 2, 11)])
    assert world.postings("VendorCredit", credit) == [
        ("Accounts Payable (A/P)", 2200),
        (STOCK, -2200),
        (STOCK, 200),
        (COST, -200),
    ]
    assert world.stock(frame) == (8 * UNIT, 8000)
    in_step(world, frame)
    world.delete("VendorCredit", credit)
    assert world.stock(frame) == (10 * UNIT, 10000)


def test_refusals(world: World) -> None:
    frame = world.goods(start="2026-02-01")
    for line, day, code in (
        (sale(frame, 30), "2026-03-04", "6520"),
        (sale(frame, 30, 1, 30), "2026-01-31", "6270"),
    ):
        with pytest.raises(Fault) as caught:
            world.create("SalesReceipt", TxnDate=day, Line=[line])
        assert caught.value.code == code
    assert world.stock(frame) == (0, 0)


def test_category_cannot_be_sold(world: World) -> None:
    category = world.create("Item", Name="Parts", Type="Category")
    with pytest.raises(Fault) as caught:
        world.create("SalesReceipt", Line=[sale({"value": category["Id"]}, 5)])
    assert caught.value.code == "2500"


def test_count_of_the_first_day_can_be_counted_again(world: World) -> None:
    accounts = {
        "IncomeAccountRef": world.account("Sales of Product Income"),
        "ExpenseAccountRef": world.account(COST),
        "AssetAccountRef": world.account(STOCK),
    }
    made = world.create(
        "Item", Name="Bell", Sku=4711, Type="Inventory", TrackQtyOnHand=True, QtyOnHand=10,
        InvStartDate="2026-01-01", PurchaseCost=2, **accounts,
    )  # fmt: skip
    assert made["Sku"] == "4711"
    item = {"value": made["Id"]}
    sell(world, item, 3)
    renamed = world.update("Item", made, Name="Brass bell")
    assert world.stock(item) == (7 * UNIT, 1400)
    world.update("Item", renamed, QtyOnHand=10, InvStartDate="2026-03-04")
    assert world.stock(item) == (10 * UNIT, 2000)
    in_step(world, item)
