"""A good payload of each kind of transaction, plain or with tax and a currency."""

from __future__ import annotations

import copy

from closebook.apps.books.models import Record
from tests.apps.qbo.transactions.worlds import World, applied, bought, sale, spent


def taxed(world: World, payload: dict, entity: str) -> dict:
    """Return a payload with a foreign currency and tax members."""
    if entity in {"Transfer", "TimeActivity", "Payment", "BillPayment", "Deposit"}:
        return payload
    code, rate = (
        Record.objects.using("books").get(company=world.company, entity=one) for one in ("TaxCode", "TaxRate")
    )
    detail = {
        "TaxRateRef": {"value": rate.wire_id},
        "PercentBased": True,
        "TaxPercent": 10,
        "NetAmountTaxable": 20,
    }
    lines = [{"Amount": 2, "DetailType": "TaxLineDetail", "TaxLineDetail": detail}]
    us = world.company.country == "US"
    more: dict = {"TxnTaxDetail": {"TxnTaxCodeRef": {"value": code.wire_id}, "TotalTax": 2, "TaxLine": lines}}
    if not us:
        more["GlobalTaxCalculation"] = "TaxInclusive"
    made = copy.deepcopy({**payload, **more, "CurrencyRef": {"value": "USD"}, "ExchangeRate": "1.5"})
    for line in made["Line"]:
        inner = line.get(line.get("DetailType"), {})
        inner["TaxCodeRef"] = {"value": "TAX" if us else code.wire_id}
        inner["TaxInclusiveAmt"] = 20
    return made


def payloads(world: World) -> dict[str, dict]:
    """Return a good payload of each kind."""
    ada, hall, item, frame = world.customer(), world.vendor(), world.service(), world.goods(on_hand=9)
    return {
        **sold_examples(world, ada, item, frame),
        **bought_examples(world, hall, frame),
        **settled_examples(world, ada, hall, item),
        **moved_examples(world, ada, item),
        "TimeActivity": {
            "NameOf": "Vendor",
            "VendorRef": hall,
            "Hours": 3,
            "CustomerRef": ada,
            "ItemRef": item,
        },
    }


def sold_examples(world: World, ada: dict, item: dict, frame: dict) -> dict[str, dict]:
    """Return the sales forms."""
    bank = world.account("Checking")
    discount = {"PercentBased": True, "DiscountPercent": 10}
    lines = [
        {**sale(item, 20, 2, 10), "Description": "x"},
        sale(frame, 7, 1, 7),
        sale({"value": "SHIPPING_ITEM_ID"}, 5),
        {"DetailType": "DiscountLineDetail", "DiscountLineDetail": discount},
    ]
    form = {
        "CustomerRef": ada,
        "TxnDate": "2026-03-04",
        "DocNumber": "7",
        "Line": lines,
        "TxnTaxDetail": {"TotalTax": 0},
    }
    extra = {
        "Deposit": 1,
        "LinkedTxn": [],
        "BillEmail": {"Address": "a@b.example"},
        "BillAddr": {"City": "x"},
    }
    return {
        "Estimate": form,
        "Invoice": {**form, **extra},
        "SalesReceipt": {**form, "DepositToAccountRef": bank},
        "CreditMemo": form,
        "RefundReceipt": {**form, "DepositToAccountRef": bank},
    }


def bought_examples(world: World, hall: dict, frame: dict) -> dict[str, dict]:
    """Return the expense forms."""
    form = {"DocNumber": "7", "Line": [spent(world.account("Supplies"), 20), bought(frame, 8, 2, 4)]}
    payee = {"AccountRef": world.account("Checking"), "EntityRef": {**hall, "type": "Vendor"}}
    return {
        "Bill": {"VendorRef": hall, **form},
        "VendorCredit": {"VendorRef": hall, **form},
        "PurchaseOrder": {"VendorRef": hall, **form},
        "Purchase": {"PaymentType": "Cash", **payee, **form},
    }


def settled_examples(world: World, ada: dict, hall: dict, item: dict) -> dict[str, dict]:
    """Return a payment of an invoice and one of a bill."""
    invoice = world.create("Invoice", CustomerRef=ada, Line=[sale(item, 90)])
    bill = world.create("Bill", VendorRef=hall, Line=[spent(world.account("Supplies"), 90)])
    check = {"PayType": "Check", "CheckPayment": {"BankAccountRef": world.account("Checking")}}
    return {
        "Payment": {"CustomerRef": ada, "TotalAmt": 90, "Line": [applied("Invoice", invoice, 80)]},
        "BillPayment": {"VendorRef": hall, "TotalAmt": 90, **check, "Line": [applied("Bill", bill, 80)]},
    }


def moved_examples(world: World, ada: dict, item: dict) -> dict[str, dict]:
    """Return what moves money between ledger accounts."""
    bank, supplies = world.account("Checking"), world.account("Supplies")
    receipt = world.create("SalesReceipt", Line=[sale(item, 90)])
    linked = {
        "Amount": 90,
        "LinkedTxn": [{"TxnId": receipt["Id"], "TxnType": "SalesReceipt", "TxnLineId": "0"}],
    }
    detail = {"AccountRef": supplies, "Entity": ada}
    direct = {"Amount": 5, "DetailType": "DepositLineDetail", "DepositLineDetail": detail}
    return {
        "Deposit": {
            "DepositToAccountRef": bank,
            "Line": [linked, direct],
            "CashBack": {"AccountRef": supplies, "Amount": 1},
        },
        "Transfer": {"FromAccountRef": bank, "ToAccountRef": world.account("Savings"), "Amount": 5},
        "JournalEntry": {"Line": [side("Debit", bank), side("Credit", supplies)]},
    }


def side(kind: str, ledger_account: dict) -> dict:
    """Return a line of a journal entry."""
    detail = {"PostingType": kind, "AccountRef": ledger_account}
    return {"Amount": 5, "DetailType": "JournalEntryLineDetail", "JournalEntryLineDetail": detail}
