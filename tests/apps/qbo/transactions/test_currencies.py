"""Foreign documents: the rate is fixed when saved, payments realise the difference, nothing is left
behind.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from closebook.apps.qbo.faults import Fault
from closebook.apps.qbo.registry import ENTITIES
from tests.apps.qbo.transactions.worlds import World, applied, bought, sale, spent

AR, AP = "Accounts Receivable (A/R) - EUR", "Accounts Payable (A/P) - EUR"
EUR = {"value": "EUR"}


@pytest.fixture
def world(db: None) -> World:
    made = World()
    made.preference("CurrencyPrefs", MultiCurrencyEnabled=True)
    return made


def buyer(world: World, name: str = "Anna") -> dict:
    return world.customer(name, CurrencyRef=EUR)


def rate(world: World, day: str, value: str) -> None:
    world.call(
        lambda ctx: ENTITIES["ExchangeRate"].write_special(
            ctx, "create", {"SourceCurrencyCode": "EUR", "Rate": value, "AsOfDate": day}
        )
    )


def test_invoice_takes_the_rate_of_its_day(world: World) -> None:
    rate(world, "2026-03-01", "1.0875")
    rate(world, "2026-03-05", "1.2")
    invoice = world.create(
        "Invoice", CustomerRef=buyer(world), TxnDate="2026-03-04", Line=[sale(world.service(), "99.99")]
    )
    assert (invoice["ExchangeRate"], invoice["CurrencyRef"]["value"]) == (Decimal("1.0875"), "EUR")
    assert world.foreign("Invoice", invoice) == [(AR, 10874, 9999), ("Services", -10874, -9999)]
    assert invoice["HomeTotalAmt"] == Decimal("108.74")
    noted = world.update("Invoice", invoice, PrivateNote="x", TxnDate="2026-03-06")
    assert noted["ExchangeRate"] == Decimal("1.0875")


def test_without_a_rate_it_is_one(world: World) -> None:
    invoice = world.create("Invoice", CustomerRef=buyer(world), Line=[sale(world.service(), 5)])
    assert invoice["ExchangeRate"] == 1


def test_payment_realises_the_difference(world: World) -> None:
    anna = buyer(world)
    invoice = world.create(
        "Invoice", CustomerRef=anna, ExchangeRate="1.10", Line=[sale(world.service(), 100)]
    )
    payment = world.create(
        "Payment",
        CustomerRef=anna,
        TotalAmt=100,
        ExchangeRate="1.08",
        Line=[applied("Invoice", invoice, 100)],
    )
    assert world.foreign("Payment", payment) == [
        ("Undeposited Funds", 10800, 10000),
        (AR, -11000, -10000),
        ("Exchange Gain or Loss", 200, 0),
    ]
    assert world.balance(AR) == 0


def test_three_parts_leave_no_cent(world: World) -> None:
    anna = buyer(world)
    invoice = world.create(
        "Invoice", CustomerRef=anna, ExchangeRate="1.0333", Line=[sale(world.service(), "100.01")]
    )
    payments = [
        world.create(
            "Payment",
            CustomerRef=anna,
            TotalAmt=amount,
            ExchangeRate=rate_,
            Line=[applied("Invoice", invoice, amount)],
        )
        for amount, rate_ in (("33.33", "1.1"), ("33.34", "0.97"), ("33.34", "1.04"))
    ]
    assert world.balance(AR) == 0
    world.delete("Payment", payments[0])
    again = world.create(
        "Payment",
        CustomerRef=anna,
        TotalAmt="33.33",
        ExchangeRate="1.5",
        Line=[applied("Invoice", invoice, "33.33")],
    )
    assert world.balance(AR) == 0
    world.update("Payment", again, ExchangeRate="1.4")
    assert world.balance(AR) == 0


def test_changed_rate_of_a_paid_invoice(world: World) -> None:
    anna = buyer(world)
    invoice = world.create(
        "Invoice", CustomerRef=anna, ExchangeRate="1.10", Line=[sale(world.service(), 100)]
    )
    payment = world.create(
        "Payment",
        CustomerRef=anna,
        TotalAmt=100,
        ExchangeRate="1.08",
        Line=[applied("Invoice", invoice, 100)],
    )
    world.update("Invoice", world.read("Invoice", invoice), ExchangeRate="1.20")
    assert world.balance(AR) == 0
    assert world.postings("Payment", payment)[-1] == ("Exchange Gain or Loss", 1200)


def test_credit_of_another_rate(world: World) -> None:
    anna, item = buyer(world), world.service()
    invoice = world.create("Invoice", CustomerRef=anna, ExchangeRate="1.10", Line=[sale(item, 100)])
    memo = world.create("CreditMemo", CustomerRef=anna, ExchangeRate="1.00", Line=[sale(item, 100)])
    pairs = [applied("Invoice", invoice, 100), applied("CreditMemo", memo, 100)]
    payment = world.create("Payment", CustomerRef=anna, TotalAmt=0, ExchangeRate="1.3", Line=pairs)
    assert world.postings("Payment", payment) == [(AR, 10000), (AR, -11000), ("Exchange Gain or Loss", 1000)]
    assert world.balance(AR) == 0


def test_bill_paid_at_another_rate(world: World) -> None:
    vendor = world.vendor(CurrencyRef=EUR)
    bill = world.create(
        "Bill", VendorRef=vendor, ExchangeRate="1.10", Line=[spent(world.account("Supplies"), 100)]
    )
    assert world.foreign("Bill", bill) == [(AP, -11000, -10000), ("Supplies", 11000, 10000)]
    paid = world.create(
        "BillPayment", VendorRef=vendor, TotalAmt=100, ExchangeRate="1.08", PayType="Check",
        CheckPayment={"BankAccountRef": world.account("Checking")}, Line=[applied("Bill", bill, 100)],
    )  # fmt: skip
    assert world.postings("BillPayment", paid) == [
        ("Checking", -10800),
        (AP, 11000),
        ("Exchange Gain or Loss", -200),
    ]
    assert world.balance(AP) == 0


def test_lines_share_the_rounding(world: World) -> None:
    item = world.service()
    receipt = world.create(
        "SalesReceipt",
        CustomerRef=buyer(world),
        ExchangeRate="1.111",
        Line=[sale(item, "0.05") for _ in range(3)],
    )
    assert world.foreign("SalesReceipt", receipt) == [
        ("Undeposited Funds", 17, 15),
        ("Services", -5, -5),
        ("Services", -6, -5),
        ("Services", -6, -5),
    ]


def test_deposit_clears_what_the_payments_brought(world: World) -> None:
    anna = buyer(world)
    bank = world.account("Euro bank", "Bank", "Checking", CurrencyRef=EUR)
    payment = world.create("Payment", CustomerRef=anna, TotalAmt=100, ExchangeRate="1.08")
    deposit = world.create(
        "Deposit", DepositToAccountRef=bank, ExchangeRate="1.09",
        Line=[{"LinkedTxn": [{"TxnId": payment["Id"], "TxnType": "Payment", "TxnLineId": "0"}]}],
    )  # fmt: skip
    assert world.postings("Deposit", deposit) == [
        ("Euro bank", 10900),
        ("Undeposited Funds", -10800),
        ("Exchange Gain or Loss", -100),
    ]


def test_stock_bought_abroad_is_worth_home_currency(world: World) -> None:
    frame, vendor = world.goods(), world.vendor(CurrencyRef=EUR)
    world.create("Bill", VendorRef=vendor, ExchangeRate="1.5", Line=[bought(frame, 100, 10, 10)])
    assert world.stock(frame) == (10_000_000, 15000)
    assert world.balance("Inventory Asset") == 15000


def test_refusals(world: World) -> None:
    anna, ada, item = buyer(world), world.customer(), world.service()
    invoice = world.create("Invoice", CustomerRef=anna, Line=[sale(item, 5)])
    for code, entity, payload in (
        ("6000", "Invoice", {"CustomerRef": anna, "CurrencyRef": {"value": "GBP"}, "Line": [sale(item, 5)]}),
        ("2090", "Invoice", {"CustomerRef": anna, "ExchangeRate": -1, "Line": [sale(item, 5)]}),
        ("6000", "Payment", {"CustomerRef": ada, "TotalAmt": 5, "Line": [applied("Invoice", invoice, 5)]}),
    ):
        with pytest.raises(Fault) as caught:
            world.create(entity, **payload)
        assert caught.value.code == code


def test_foreign_currency_needs_the_switch(db: None) -> None:
    plain = World()
    with pytest.raises(Fault) as caught:
        plain.create("SalesReceipt", CurrencyRef=EUR, Line=[sale({"value": "1"}, 5)])
    assert caught.value.code == "2220"
