"""Sales tax and purchase tax on forms: the manual regime, amounts from outside, tax inside the amounts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from closebook.apps.qbo.faults import Fault
from closebook.apps.qbo.taxservice import tax_service
from tests.apps.qbo.transactions.worlds import World, sale, spent

AR = "Accounts Receivable (A/R)"


def taxed_world(world: World, rates: dict[str, str], code: str = "Group", *, use: str = "Sales") -> dict:
    """Turn tax on and return a reference to a code with the rates; each agency has one rate."""
    world.preference("TaxPrefs", UsingSalesTax=True)
    details = []
    for name, value in rates.items():
        agency = world.create("TaxAgency", DisplayName=f"{code} {name}", TaxTrackedOnPurchases=True)
        details.append(
            {
                "TaxRateName": f"{code} {name}",
                "RateValue": value,
                "TaxAgencyId": agency["Id"],
                "TaxApplicableOn": use,
            }
        )
    made = world.call(tax_service, {"TaxCode": code, "TaxRateDetails": details})
    return {"value": made["TaxCodeId"]}


def goods_line(amount: object, code: str = "TAX", **detail: object) -> dict:
    return sale({"value": "1"}, amount, TaxCodeRef={"value": code}, **detail)


def discount(percent: int) -> dict:
    return {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": percent},
    }


def test_tax_is_owed_to_each_agency(world: World) -> None:
    code = taxed_world(world, {"State": "7.1", "City": "2"})
    invoice = world.create(
        "Invoice", CustomerRef=world.customer(), Line=[goods_line("45.50"), goods_line(10, "NON")],
        TxnTaxDetail={"TxnTaxCodeRef": code},
    )  # fmt: skip
    assert world.postings("Invoice", invoice) == [
        (AR, 5964),
        ("Services", -4550),
        ("Services", -1000),
        ("Group State Payable", -323),
        ("Group City Payable", -91),
    ]
    detail = invoice["TxnTaxDetail"]
    assert (detail["TotalTax"], detail["TxnTaxCodeRef"]) == (Decimal("4.14"), code)
    assert [line["Amount"] for line in detail["TaxLine"]] == [Decimal("3.23"), Decimal("0.91")]
    first = detail["TaxLine"][0]["TaxLineDetail"]
    assert (first["TaxPercent"], first["NetAmountTaxable"], first["PercentBased"]) == (
        Decimal("7.1"),
        Decimal("45.5"),
        True,
    )


@pytest.mark.parametrize(("after", "tax", "total"), [(False, "11.00", "191"), (True, "9.90", "189.90")])
def test_discount_before_and_after_tax(world: World, after: bool, tax: str, total: str) -> None:
    code = taxed_world(world, {"State": "5.5"})
    receipt = world.create(
        "SalesReceipt",
        Line=[goods_line(200), discount(10)],
        ApplyTaxAfterDiscount=after,
        TxnTaxDetail={"TxnTaxCodeRef": code},
    )
    assert (receipt["TxnTaxDetail"]["TotalTax"], receipt["TotalAmt"]) == (Decimal(tax), Decimal(total))


def test_shipping_may_be_taxed(world: World) -> None:
    code = taxed_world(world, {"State": "10"})
    line = sale({"value": "SHIPPING_ITEM_ID"}, 5, TaxCodeRef={"value": "TAX"})
    receipt = world.create("SalesReceipt", Line=[goods_line(20), line], TxnTaxDetail={"TxnTaxCodeRef": code})
    assert receipt["TxnTaxDetail"]["TotalTax"] == Decimal("2.50")


def test_tax_from_outside_stays_until_the_tax_is_sent_anew(world: World) -> None:
    code = taxed_world(world, {"State": "10"})
    receipt = world.create(
        "SalesReceipt", Line=[goods_line(20)], TxnTaxDetail={"TxnTaxCodeRef": code, "TotalTax": "1.85"}
    )
    assert receipt["TotalAmt"] == Decimal("21.85")
    assert receipt["TxnTaxDetail"]["TaxLine"][0]["TaxLineDetail"]["OverrideDeltaAmount"] == Decimal("-0.15")
    noted = world.update("SalesReceipt", receipt, PrivateNote="x")
    assert noted["TotalAmt"] == Decimal("21.85")
    fresh = world.update("SalesReceipt", noted, TxnTaxDetail={"TxnTaxCodeRef": code})
    assert fresh["TotalAmt"] == Decimal("22.00")
    more = world.update("SalesReceipt", fresh, Line=[goods_line(30)])
    assert more["TxnTaxDetail"]["TotalTax"] == Decimal("3.00")
    echoed = world.update("SalesReceipt", more, TxnTaxDetail=more["TxnTaxDetail"], Line=[goods_line(40)])
    assert echoed["TxnTaxDetail"]["TotalTax"] == Decimal("4.00")


def test_without_sales_tax_details_are_dropped(world: World) -> None:
    receipt = world.create("SalesReceipt", Line=[goods_line(20)], TxnTaxDetail={"TotalTax": 5})
    assert (receipt["TotalAmt"], receipt["TxnTaxDetail"]) == (20, {"TotalTax": 0})


def test_codes_that_are_refused(world: World) -> None:
    taxed_world(world, {"State": "10"})
    for line, detail, code in (
        (goods_line(20, "7"), {}, "6100"),
        (goods_line(20, "CustomSalesTax"), {}, "6160"),
        (goods_line(20), {"TxnTaxCodeRef": {"value": "TAX"}}, "6160"),
        (goods_line(20), {"TxnTaxCodeRef": {"value": "99"}}, "2500"),
        (goods_line(20), {"TotalTax": 3}, "6160"),
    ):
        with pytest.raises(Fault) as caught:
            world.create("SalesReceipt", Line=[line], TxnTaxDetail=detail)
        assert caught.value.code == code


def test_refund_takes_the_tax_back(world: World) -> None:
    code = taxed_world(world, {"State": "10"})
    refund = world.create(
        "RefundReceipt", DepositToAccountRef=world.account("Checking"), Line=[goods_line(20)],
        TxnTaxDetail={"TxnTaxCodeRef": code},
    )  # fmt: skip
    assert world.postings("RefundReceipt", refund) == [
        ("Checking", -2200),
        ("Services", 2000),
        ("Group State Payable", 200),
    ]


@pytest.fixture
def dutch(db: None) -> World:
    """A company outside the US."""
    return World(country="NL", home="EUR")


def test_tax_on_top_of_amounts_with_a_code_for_each_line(dutch: World) -> None:
    high, low = (taxed_world(dutch, {"VAT": value}, name) for name, value in (("High", "21"), ("Low", "9")))
    lines = [goods_line(100, high["value"]), goods_line(50, low["value"]), goods_line(5, low["value"])]
    receipt = dutch.create("SalesReceipt", GlobalTaxCalculation="TaxExcluded", Line=lines)
    assert dutch.postings("SalesReceipt", receipt) == [
        ("Undeposited Funds", 18095),
        ("Services", -10000),
        ("Services", -5000),
        ("Services", -500),
        ("High VAT Payable", -2100),
        ("Low VAT Payable", -495),
    ]


def test_tax_inside_amounts(dutch: World) -> None:
    high = taxed_world(dutch, {"VAT": "21"}, "High")
    line = goods_line("100.00", high["value"], TaxInclusiveAmt="121.00")
    receipt = dutch.create("SalesReceipt", GlobalTaxCalculation="TaxInclusive", Line=[line, discount(10)])
    assert receipt["TotalAmt"] == Decimal("108.90")
    assert dutch.postings("SalesReceipt", receipt) == [
        ("Undeposited Funds", 10890),
        ("Services", -10000),
        ("Discounts given", 1000),
        ("High VAT Payable", -1890),
    ]
    shown = receipt["Line"][0]
    assert (shown["Amount"], shown["SalesItemLineDetail"]["TaxInclusiveAmt"]) == (100, 121)
    again = dutch.update("SalesReceipt", receipt, PrivateNote="x")
    assert again["TotalAmt"] == Decimal("108.90")


def test_purchase_tax_is_taken_back_from_the_agency(dutch: World) -> None:
    code = taxed_world(dutch, {"VAT": "21"}, "Input", use="Purchase")
    bill = dutch.create(
        "Bill", VendorRef=dutch.vendor(), GlobalTaxCalculation="TaxExcluded",
        Line=[spent(dutch.account("Supplies"), 100, TaxCodeRef=code)],
    )  # fmt: skip
    assert dutch.postings("Bill", bill) == [
        ("Accounts Payable (A/P)", -12100),
        ("Supplies", 10000),
        ("Input VAT Payable", 2100),
    ]


def test_tax_details_where_tax_does_not_apply(dutch: World) -> None:
    code = taxed_world(dutch, {"VAT": "21"}, "High")
    with pytest.raises(Fault) as caught:
        dutch.create(
            "SalesReceipt", GlobalTaxCalculation="NotApplicable", Line=[goods_line(1, code["value"])],
            TxnTaxDetail={"TaxLine": [{"Amount": 1, "DetailType": "TaxLineDetail"}]},
        )  # fmt: skip
    assert caught.value.code == "6170"
