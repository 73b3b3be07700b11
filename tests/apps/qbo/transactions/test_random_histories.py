"""Random histories of a company: whatever is written, changed, voided and deleted, ledger and documents
agree.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable

import pytest

from closebook.apps.books.models import Record, RecordLink
from closebook.apps.books.selectors.prove import open_documents_differing, prove
from closebook.apps.qbo import store
from closebook.apps.qbo.faults import Fault
from tests.apps.qbo.transactions.worlds import World, applied, bought, sale, spent

CHARGES = {
    "Accounts Receivable (A/R)": ("Invoice", "CreditMemo", "Payment"),
    "Accounts Payable (A/P)": ("Bill", "VendorCredit", "BillPayment"),
}
REFUSED = {"6000", "6540", "620", "610", "2500", "6460"}


class History:
    """A company to which random things happen."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.world = World()
        self.customers = [self.world.customer(name) for name in ("Ada", "Bob")]
        self.vendors = [self.world.vendor(name) for name in ("Hall", "Norton")]
        self.service, self.goods = self.world.service(), self.world.goods(on_hand=5, cost="3.33")
        self.bank, self.supplies = self.world.account("Checking"), self.world.account("Supplies")

    def amount(self) -> str:
        return f"{self.random.randint(1, 9999) / 100:.2f}"

    def sales_lines(self) -> list[dict]:
        lines = [sale(self.service, self.amount()) for _ in range(self.random.randint(1, 3))]
        if self.random.random() < 0.5:
            quantity = self.random.randint(1, 6)
            lines.append(sale(self.goods, quantity * 7, quantity, 7))
        if self.random.random() < 0.3:
            detail = {"PercentBased": True, "DiscountPercent": self.random.randint(1, 50)}
            lines.append({"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail})
        return lines

    def bought_lines(self) -> list[dict]:
        quantity = self.random.randint(1, 6)
        return [spent(self.supplies, self.amount()), bought(self.goods, quantity * 4, quantity, 4)]

    def any_of(self, *entities: str) -> tuple[str, dict] | None:
        rows = Record.objects.using("books").filter(
            company=self.world.company, entity__in=entities, deleted_at=None
        )
        found = sorted(rows, key=lambda row: row.pk)
        if not found:
            return None
        chosen = self.random.choice(found)
        return chosen.entity, store.body_of(chosen)

    def sell(self) -> None:
        entity = self.random.choice(["Invoice", "SalesReceipt", "CreditMemo", "RefundReceipt"])
        more = {"DepositToAccountRef": self.bank} if entity == "RefundReceipt" else {}
        if entity == "Invoice" and self.random.random() < 0.3:
            more["Deposit"] = "0.50"
        self.world.create(
            entity, CustomerRef=self.random.choice(self.customers), Line=self.sales_lines(), **more
        )

    def buy(self) -> None:
        entity = self.random.choice(["Bill", "VendorCredit", "Purchase"])
        if entity == "Purchase":
            self.world.create(entity, PaymentType="Cash", AccountRef=self.bank, Line=self.bought_lines())
        else:
            self.world.create(entity, VendorRef=self.random.choice(self.vendors), Line=self.bought_lines())

    def pay(self) -> None:
        charge, credit, name, more = self.random.choice(
            [
                ("Invoice", "CreditMemo", "Payment", {}),
                (
                    "Bill",
                    "VendorCredit",
                    "BillPayment",
                    {"PayType": "Check", "CheckPayment": {"BankAccountRef": self.bank}},
                ),
            ]
        )
        found = [one for one in (self.any_of(charge), self.any_of(credit)) if one]
        lines = [applied(kind, body, min(body["Balance"], 10)) for kind, body in found]
        party = "CustomerRef" if name == "Payment" else "VendorRef"
        if found:
            self.world.create(
                name,
                **{party: found[0][1][party]},
                TotalAmt=self.random.choice([0, 5, 30]),
                Line=lines,
                **more,
            )

    def deposit(self) -> None:
        found = self.any_of("Payment", "SalesReceipt")
        if found:
            line = {"LinkedTxn": [{"TxnId": found[1]["Id"], "TxnType": found[0], "TxnLineId": "0"}]}
            fees = {"AccountRef": self.world.account("Bank Charges")}
            direct = {"Amount": "-0.30", "DetailType": "DepositLineDetail", "DepositLineDetail": fees}
            self.world.create("Deposit", DepositToAccountRef=self.bank, Line=[line, direct])

    def change(self) -> None:
        found = self.any_of(
            "Invoice", "SalesReceipt", "CreditMemo", "Bill", "VendorCredit", "Purchase", "Payment", "Deposit"
        )
        if found is None:
            return
        entity, body = found
        if entity in {"Payment", "Deposit"}:
            self.world.update(entity, body, Line=body["Line"][:1])
        elif entity in {"Bill", "VendorCredit", "Purchase"}:
            self.world.update(entity, body, Line=self.bought_lines())
        else:
            self.world.update(entity, body, Line=self.sales_lines())

    def void(self) -> None:
        found = self.any_of(
            "Invoice", "SalesReceipt", "CreditMemo", "RefundReceipt", "Payment", "BillPayment"
        )
        if found:
            self.world.void(*found)

    def delete(self) -> None:
        found = self.any_of(
            "Invoice",
            "SalesReceipt",
            "CreditMemo",
            "Payment",
            "Bill",
            "VendorCredit",
            "BillPayment",
            "Purchase",
            "Deposit",
        )
        if found:
            self.world.delete(*found)

    def step(self) -> str:
        moves: list[Callable[[], None]] = [
            self.sell, self.sell, self.buy, self.buy, self.pay, self.pay,
            self.deposit, self.change, self.void, self.delete,
        ]  # fmt: skip
        move = self.random.choice(moves)
        try:
            move()
        except Fault as fault:
            if fault.code not in ({"6540"} if move.__name__ in {"void", "delete"} else REFUSED):
                raise
            return f"{move.__name__} {fault.code}"
        return move.__name__

    def check(self) -> None:
        live = Record.objects.using("books").filter(company=self.world.company, deleted_at=None)
        for name, (charge, *credits_) in CHARGES.items():
            owed = sum(row.balance_minor for row in live.filter(entity=charge))
            given = sum(row.balance_minor for row in live.filter(entity__in=credits_))
            sign = 1 if charge == "Invoice" else -1
            assert self.world.balance(name) == sign * (owed - given)
        assert open_documents_differing(self.world.company.pk) == []
        assert self.world.stock(self.goods)[1] == self.world.balance("Inventory Asset")
        for link in (
            RecordLink.objects.using("books")
            .filter(company=self.world.company)
            .select_related("source", "target")
        ):
            shown = store.body_of(link.target)["LinkedTxn"]
            assert link.source.wire_id in {entry["TxnId"] for entry in shown}
            assert link.source.deleted_at is link.target.deleted_at is None


@pytest.mark.parametrize("number", range(3))
def test_ledger_and_documents_agree(db: None, number: int) -> None:
    seed = int(os.environ.get("SEED", number + 1))
    print(f"SEED={seed}")
    history = History(seed)
    for _ in range(60):
        history.step()
        history.check()
    assert prove(history.world.company.pk, thorough=True).ok
