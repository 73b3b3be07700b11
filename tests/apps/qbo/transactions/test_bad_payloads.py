"""Whatever stands in a payload, the answer is an object or a Fault, and a Fault leaves nothing behind."""

from __future__ import annotations

import copy
import os
import random
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from closebook.apps.books.models import Record
from closebook.apps.qbo.faults import Fault
from closebook.apps.qbo.registry import ENTITIES
from closebook.apps.qbo.services import write
from tests.apps.qbo.transactions.test_taxes import taxed_world
from tests.apps.qbo.transactions.worlds import World, applied, bought, sale, spent

ODD: list[Any] = [
    None, "", " ", "x", "1", 0, -1, 1, Decimal("0.005"), Decimal("1e14"), 10**16, "NaN", "Infinity", True, False, [],
    {}, ["x"], {"value": "1"}, {"value": "99999"}, {"value": {}}, [{}], [{"TxnId": "1"}], "2026-02-30", "é" * 5000,
]  # fmt: skip


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
    bank, supplies = world.account("Checking"), world.account("Supplies")
    lines = [
        {**sale(item, 20, 2, 10), "Description": "x"},
        sale(frame, 7, 1, 7),
        sale({"value": "SHIPPING_ITEM_ID"}, 5),
    ]
    lines.append(
        {
            "DetailType": "DiscountLineDetail",
            "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
        }
    )
    form = {
        "CustomerRef": ada,
        "TxnDate": "2026-03-04",
        "DocNumber": "7",
        "Line": lines,
        "TxnTaxDetail": {"TotalTax": 0},
    }
    spending = {"DocNumber": "7", "Line": [spent(supplies, 20), bought(frame, 8, 2, 4)]}
    invoice = world.create("Invoice", CustomerRef=ada, Line=[sale(item, 90)])
    bill = world.create("Bill", VendorRef=hall, Line=[spent(supplies, 90)])
    receipt = world.create("SalesReceipt", Line=[sale(item, 90)])
    sides = [
        {
            "Amount": 5,
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {"PostingType": side, "AccountRef": ledger_account},
        }
        for side, ledger_account in (("Debit", bank), ("Credit", supplies))
    ]
    direct = {
        "Amount": 5,
        "DetailType": "DepositLineDetail",
        "DepositLineDetail": {"AccountRef": supplies, "Entity": ada},
    }
    linked = {
        "Amount": 90,
        "LinkedTxn": [{"TxnId": receipt["Id"], "TxnType": "SalesReceipt", "TxnLineId": "0"}],
    }
    check = {"PayType": "Check", "CheckPayment": {"BankAccountRef": bank}}
    return {
        "Estimate": form,
        "Invoice": {
            **form,
            "Deposit": 1,
            "LinkedTxn": [],
            "BillEmail": {"Address": "a@b.example"},
            "BillAddr": {"City": "x"},
        },
        "SalesReceipt": {**form, "DepositToAccountRef": bank},
        "CreditMemo": form,
        "RefundReceipt": {**form, "DepositToAccountRef": bank},
        "Payment": {"CustomerRef": ada, "TotalAmt": 90, "Line": [applied("Invoice", invoice, 80)]},
        "Bill": {"VendorRef": hall, **spending},
        "VendorCredit": {"VendorRef": hall, **spending},
        "PurchaseOrder": {"VendorRef": hall, **spending},
        "BillPayment": {"VendorRef": hall, "TotalAmt": 90, **check, "Line": [applied("Bill", bill, 80)]},
        "Purchase": {
            "PaymentType": "Cash",
            "AccountRef": bank,
            "EntityRef": {**hall, "type": "Vendor"},
            **spending,
        },
        "Deposit": {
            "DepositToAccountRef": bank,
            "Line": [linked, direct],
            "CashBack": {"AccountRef": supplies, "Amount": 1},
        },
        "Transfer": {"FromAccountRef": bank, "ToAccountRef": world.account("Savings"), "Amount": 5},
        "JournalEntry": {"Line": sides},
        "TimeActivity": {
            "NameOf": "Vendor",
            "VendorRef": hall,
            "Hours": 3,
            "CustomerRef": ada,
            "ItemRef": item,
        },
    }


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return (container, key) of every member at any depth."""
    found: list[tuple[Any, Any]] = []
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        found.append((value, key))
        found.extend(places(value[key]))
    return found


def spoiled(chance: random.Random, payload: dict) -> dict:
    """Return a copy in which one or two members hold something odd, or are gone."""
    bad = copy.deepcopy(payload)
    for _ in range(chance.randint(1, 2)):
        if not places(bad):
            break
        container, key = chance.choice(places(bad))
        if isinstance(container, dict) and chance.random() < 0.1:
            container.pop(key, None)
        else:
            container[key] = copy.deepcopy(chance.choice(ODD))
    return bad


@pytest.mark.parametrize("rules", ["plain", "US", "NL"])
def test_odd_values_give_faults_only(db: None, rules: str) -> None:
    seed, times = int(os.environ.get("SEED", "1")), int(os.environ.get("TIMES", "12"))
    print(f"SEED={seed}")
    chance, refused = random.Random(seed), 0
    world = World(country="NL" if rules == "NL" else "US")
    good = payloads(world)
    if rules != "plain":
        taxed_world(world, {"State": "10"})
        world.preference("CurrencyPrefs", MultiCurrencyEnabled=True)
        good = {entity: taxed(world, payload, entity) for entity, payload in good.items()}
    for entity, payload in good.items():
        for _ in range(times):
            bad = spoiled(chance, payload)
            print(entity, bad)
            before = Record.objects.using("books").count()
            try:
                with transaction.atomic(using="books"):
                    ctx = world.context()
                    write.create(ctx, ENTITIES[entity], bad)
                    ctx.settle()
                    ctx.flush()
                    raise Undo  # noqa: TRY301 - every try starts from the same company
            except Undo:
                continue
            except Fault:
                refused += 1
                assert Record.objects.using("books").count() == before
    assert refused > times


class Undo(Exception):  # noqa: N818 - not an error
    """Takes back what was written."""
