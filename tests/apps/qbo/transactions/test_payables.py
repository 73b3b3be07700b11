"""Bill, BillPayment, VendorCredit and PurchaseOrder: postings, open balances, links, refusals."""

from __future__ import annotations

import pytest

from closebook.apps.qbo.faults import Fault
from tests.apps.qbo.transactions.worlds import World, applied, bought, sale, spent

AP = "Accounts Payable (A/P)"


def refused(code: str, operation, *args, **kwargs) -> None:
    with pytest.raises(Fault) as caught:
        operation(*args, **kwargs)
    assert caught.value.code == code


def check(world: World, name: str = "Checking") -> dict:
    return {"PayType": "Check", "CheckPayment": {"BankAccountRef": world.account(name)}}


def test_bill_posts_and_fills(world: World) -> None:
    term = world.create("Term", Name="Net 12", DueDays=12)
    vendor = world.vendor(BillAddr={"City": "Bangor"}, TermRef={"value": term["Id"]})
    bill = world.create(
        "Bill", VendorRef=vendor, TxnDate="2026-03-04", Line=[spent(world.account("Supplies"), 80)]
    )
    assert world.postings("Bill", bill) == [(AP, -8000), ("Supplies", 8000)]
    assert (bill["Balance"], bill["DueDate"], bill["VendorAddr"]["City"]) == (80, "2026-03-16", "Bangor")
    assert bill["APAccountRef"]["name"] == AP
    assert bill["Line"][0]["AccountBasedExpenseLineDetail"]["TaxCodeRef"] == {"value": "NON"}
    assert bill["Line"][0]["AccountBasedExpenseLineDetail"]["BillableStatus"] == "NotBillable"


def test_bill_without_terms_is_due_at_once(world: World) -> None:
    bill = world.create(
        "Bill", VendorRef=world.vendor(), TxnDate="2026-03-04", Line=[spent(world.account("Supplies"), 8)]
    )
    assert bill["DueDate"] == "2026-03-04"


@pytest.mark.parametrize("kind", ["Check", "CreditCard"])
def test_payment_of_a_bill(world: World, kind: str) -> None:
    vendor = world.vendor()
    bill = world.create("Bill", VendorRef=vendor, Line=[spent(world.account("Supplies"), 80)])
    how = check(world)
    if kind == "CreditCard":
        how = {"PayType": kind, "CreditCardPayment": {"CCAccountRef": world.account("Credit Card")}}
    paid = world.create("BillPayment", VendorRef=vendor, TotalAmt=80, **how, Line=[applied("Bill", bill, 80)])
    source = "Checking" if kind == "Check" else "Credit Card"
    assert world.postings("BillPayment", paid) == [(source, -8000), (AP, 8000)]
    shown = world.read("Bill", bill)
    assert shown["Balance"] == 0
    assert shown["LinkedTxn"] == [{"TxnId": paid["Id"], "TxnType": f"BillPayment{kind}"}]
    voided = world.void("BillPayment", paid)
    assert (voided["Line"], world.postings("BillPayment", voided)) == ([], [])
    assert world.read("Bill", bill)["Balance"] == 80


def test_vendor_credit_is_used(world: World) -> None:
    vendor, supplies = world.vendor(), world.account("Supplies")
    bill = world.create("Bill", VendorRef=vendor, Line=[spent(supplies, 80)])
    credit = world.create("VendorCredit", VendorRef=vendor, Line=[spent(supplies, 30)])
    assert world.postings("VendorCredit", credit) == [(AP, 3000), ("Supplies", -3000)]
    lines = [applied("Bill", bill, 80), applied("VendorCredit", credit, 30)]
    paid = world.create("BillPayment", VendorRef=vendor, TotalAmt=50, **check(world), Line=lines)
    assert world.postings("BillPayment", paid) == [("Checking", -5000), (AP, -3000), (AP, 8000)]
    assert world.balance(AP) == 0
    assert world.read("VendorCredit", credit)["Balance"] == 0
    world.delete("BillPayment", paid)
    assert world.read("VendorCredit", credit)["Balance"] == 30
    assert world.read("Bill", bill)["Balance"] == 80


def test_only_applying_a_credit_moves_no_money(world: World) -> None:
    vendor, supplies = world.vendor(), world.account("Supplies")
    bill = world.create("Bill", VendorRef=vendor, Line=[spent(supplies, 80)])
    credit = world.create("VendorCredit", VendorRef=vendor, Line=[spent(supplies, 30)])
    lines = [applied("Bill", bill, 30), applied("VendorCredit", credit, 30)]
    paid = world.create("BillPayment", VendorRef=vendor, TotalAmt=0, PayType="Check", Line=lines)
    assert world.postings("BillPayment", paid) == [(AP, -3000), (AP, 3000)]


def test_what_is_paid_beyond_the_bills_is_a_credit(world: World) -> None:
    vendor = world.vendor()
    bill = world.create("Bill", VendorRef=vendor, Line=[spent(world.account("Supplies"), 80)])
    paid = world.create(
        "BillPayment", VendorRef=vendor, TotalAmt=100, **check(world), Line=[applied("Bill", bill, 80)]
    )
    assert world.record("BillPayment", paid["Id"]).balance_minor == 2000
    assert world.balance(AP) == 2000


def test_refusals(world: World) -> None:
    vendor, other, supplies = world.vendor(), world.vendor("Hall"), world.account("Supplies")
    bill = world.create("Bill", VendorRef=vendor, Line=[spent(supplies, 80)])
    line = [applied("Bill", bill, 80)]
    refused("6000", world.create, "BillPayment", VendorRef=vendor, TotalAmt=79, **check(world), Line=line)
    refused("6000", world.create, "BillPayment", VendorRef=vendor, TotalAmt=-1, **check(world), Line=line)
    refused("6000", world.create, "BillPayment", VendorRef=other, TotalAmt=80, **check(world), Line=line)
    refused(
        "6430",
        world.create,
        "BillPayment",
        VendorRef=vendor,
        TotalAmt=80,
        **check(world, "Credit Card"),
        Line=line,
    )
    refused("2020", world.create, "BillPayment", VendorRef=vendor, TotalAmt=80, Line=line)
    refused("2170", world.create, "BillPayment", VendorRef=vendor, TotalAmt=80, PayType="Coin", Line=line)
    refused("2020", world.create, "BillPayment", VendorRef=vendor, TotalAmt=80, **check(world), Line=[])
    refused(
        "2170",
        world.create,
        "BillPayment",
        VendorRef=vendor,
        TotalAmt=80,
        **check(world),
        Line=[applied("Invoice", bill, 80)],
    )
    refused("2020", world.create, "Bill", Line=[spent(supplies, 80)])
    refused(
        "6310", world.create, "Bill", VendorRef=vendor, Line=[spent(supplies, 80, BillableStatus="Billable")]
    )
    refused(
        "2010",
        world.create,
        "Bill",
        VendorRef=vendor,
        Line=[spent(supplies, 80, DepartmentRef={"value": "1"})],
    )
    world.create("Bill", VendorRef=vendor, DocNumber="V-1", Line=[spent(supplies, 1)])
    refused("6140", world.create, "Bill", VendorRef=vendor, DocNumber="V-1", Line=[spent(supplies, 1)])


def test_order_becomes_a_bill(world: World) -> None:
    vendor, frame = world.vendor(), world.goods()
    order = world.create("PurchaseOrder", VendorRef=vendor, Line=[bought(frame, 40, 4, 10)])
    assert (order["POStatus"], order["DocNumber"], world.postings("PurchaseOrder", order)) == (
        "Open",
        "1001",
        [],
    )
    bill = world.create(
        "Bill", VendorRef=vendor, LinkedTxn=[{"TxnId": order["Id"], "TxnType": "PurchaseOrder"}]
    )
    assert world.postings("Bill", bill) == [(AP, -4000), ("Inventory Asset", 4000)]
    assert bill["Line"][0]["LinkedTxn"] == [
        {"TxnId": order["Id"], "TxnType": "PurchaseOrder", "TxnLineId": "1"}
    ]
    closed = world.read("PurchaseOrder", order)
    assert (closed["POStatus"], closed["LinkedTxn"]) == ("Closed", [{"TxnId": bill["Id"], "TxnType": "Bill"}])
    world.delete("Bill", bill)
    assert world.read("PurchaseOrder", order)["POStatus"] == "Open"
    assert world.stock(frame) == (0, 0)


def test_expense_of_a_customer_carries_it(world: World) -> None:
    ada = world.customer()
    line = spent(world.account("Supplies"), 80, BillableStatus="Billable", CustomerRef=ada)
    bill = world.create("Bill", VendorRef=world.vendor(), Line=[line])
    assert bill["Line"][0]["AccountBasedExpenseLineDetail"]["CustomerRef"]["name"] == "Ada Quill"


def test_deleted_bill_frees_its_payment(world: World) -> None:
    vendor = world.vendor()
    bill = world.create("Bill", VendorRef=vendor, Line=[spent(world.account("Supplies"), 80)])
    paid = world.create(
        "BillPayment", VendorRef=vendor, TotalAmt=80, **check(world), Line=[applied("Bill", bill, 80)]
    )
    world.delete("Bill", world.read("Bill", bill))
    left = world.read("BillPayment", paid)
    assert (left["Line"], left["TotalAmt"]) == ([], 80)
    assert world.record("BillPayment", paid["Id"]).balance_minor == 8000
    assert world.balance(AP) == 8000


def test_item_without_expense_account_cannot_be_bought(world: World) -> None:
    refused("6000", world.create, "Bill", VendorRef=world.vendor(), Line=[bought(world.service(), 5, 1, 5)])
    assert sale(None, 1)["Amount"] == 1
