"""A small company whose documents are written through the real write path, and readers of what was posted."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

from django.db import connections, transaction

from closebook.apps.books.models import BooksCompany, Record, StockLevel
from closebook.apps.qbo import store
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.registry import ENTITIES
from closebook.apps.qbo.services import write
from closebook.apps.qbo.services.company import company_create

NOW = dt.datetime(2026, 3, 4, 18, 0, tzinfo=dt.UTC)
_REALMS = itertools.count(9_130_000)
_ALL = ENTITIES
Body = dict[str, Any]


class World:
    """A company with shorthand for what the tests do to it."""

    def __init__(self, country: str = "US", home: str = "USD") -> None:
        self.company: BooksCompany = company_create(
            "Quill & Co", str(next(_REALMS)), home_currency=home, country=country, now=NOW
        )
        self.include: frozenset[str] = frozenset()

    def context(self) -> Context:
        return Context(self.company, now=NOW, actor="test", include=self.include)

    def call(self, operation: Callable[..., Body], *arguments: Any) -> Body:
        """Return what an operation answers in a request of its own."""
        with transaction.atomic(using="books"):
            ctx = self.context()
            done = operation(ctx, *arguments)
            ctx.settle()
            ctx.flush()
        return done

    def run(self, operation: Callable[..., Body], entity: str, payload: Body) -> Body:
        return self.call(operation, _ALL[entity], payload)

    def create(self, entity: str, **payload: Any) -> Body:
        return self.run(write.create, entity, payload)

    def update(self, entity: str, old: Body, *, sparse: bool = True, **payload: Any) -> Body:
        head = {"Id": old["Id"], "SyncToken": old["SyncToken"], "sparse": sparse}
        return self.run(write.update, entity, {**head, **payload})

    def delete(self, entity: str, old: Body) -> Body:
        return self.run(write.delete, entity, {"Id": old["Id"], "SyncToken": old["SyncToken"]})

    def void(self, entity: str, old: Body) -> Body:
        return self.run(write.void, entity, {"Id": old["Id"], "SyncToken": old["SyncToken"]})

    def record(self, entity: str, wire_id: str) -> Record:
        return Record.objects.using("books").get(company=self.company, entity=entity, wire_id=wire_id)

    def read(self, entity: str, old: Body) -> Body:
        return store.body_of(self.record(entity, old["Id"]))

    def account(self, name: str, kind: str = "", sub_type: str = "", **more: Any) -> Body:
        """Return a reference to the ledger account of a name; it is made when a type is given."""
        if kind:
            made = self.create(
                "Account",
                Name=name,
                AccountType=kind,
                **({"AccountSubType": sub_type} if sub_type else {}),
                **more,
            )
            return {"value": made["Id"]}
        for record in Record.objects.using("books").filter(company=self.company, entity="Account"):
            body = self.read("Account", {"Id": record.wire_id})
            if body["Name"] == name:
                return {"value": record.wire_id}
        raise LookupError(name)

    def preference(self, group: str, **members: Any) -> None:
        old = self.read("Preferences", {"Id": "1"})
        self.update("Preferences", old, **{group: {**old[group], **members}})

    def customer(self, name: str = "Ada Quill", **more: Any) -> Body:
        return {"value": self.create("Customer", DisplayName=name, **more)["Id"]}

    def vendor(self, name: str = "Norton Paper", **more: Any) -> Body:
        return {"value": self.create("Vendor", DisplayName=name, **more)["Id"]}

    def service(self, name: str = "Repair", income: str = "Services") -> Body:
        made = self.create("Item", Name=name, Type="Service", IncomeAccountRef=self.account(income))
        return {"value": made["Id"]}

    def goods(self, name: str = "Frame", on_hand: int = 0, cost: Any = 0, start: str = "2026-01-01") -> Body:
        made = self.create(
            "Item", Name=name, Type="Inventory", TrackQtyOnHand=True, QtyOnHand=on_hand, PurchaseCost=cost,
            InvStartDate=start, IncomeAccountRef=self.account("Sales of Product Income"),
            ExpenseAccountRef=self.account("Cost of Goods Sold"),
            AssetAccountRef=self.account("Inventory Asset"),
        )  # fmt: skip
        return {"value": made["Id"]}

    def stock(self, item: Body) -> tuple[int, int]:
        level = StockLevel.objects.using("books").filter(record=self.record("Item", item["value"])).first()
        return (level.quantity_micro, level.value_minor) if level else (0, 0)

    def postings(self, entity: str, body: Body) -> list[tuple[str, int]]:
        """Return (ledger account name, minor units) of the live entry in order."""
        return [(name, amount) for name, amount, _ in self.foreign(entity, body)]

    def foreign(self, entity: str, body: Body) -> list[tuple[str, int, int | None]]:
        """Return (ledger account name, home, foreign minor units) of the live entry in order."""
        with connections["books"].cursor() as cursor:
            cursor.execute(
                "SELECT a.name, p.amount_minor, p.foreign_minor"
                " FROM posting p JOIN journal_entry e ON e.id = p.entry_id"
                " JOIN books_ledgeraccount a ON a.record_id = p.ledger_account"
                " WHERE e.record_id = %s AND NOT e.superseded AND e.reverses_id IS NULL ORDER BY p.line_no",
                [self.record(entity, body["Id"]).pk],
            )
            return [tuple(row) for row in cursor.fetchall()]

    def balance(self, name: str) -> int:
        """Return the home balance of a ledger account over all entries, reversals included."""
        with connections["books"].cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(sum(p.amount_minor), 0) FROM posting p JOIN books_ledgeraccount a"
                " ON a.record_id = p.ledger_account WHERE a.company_id = %s AND a.name = %s",
                [self.company.pk, name],
            )
            return int(cursor.fetchone()[0])


def sale(item: Body | None, amount: Any, quantity: Any = None, price: Any = None, **detail: Any) -> Body:
    """Return a sales line."""
    inner: Body = {**({"ItemRef": item} if item else {}), **detail}
    if quantity is not None:
        inner["Qty"] = quantity
    if price is not None:
        inner["UnitPrice"] = price
    return {"Amount": amount, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": inner}


def spent(ledger_account: Body, amount: Any, **detail: Any) -> Body:
    """Return an expense line on a ledger account."""
    inner = {"AccountRef": ledger_account, **detail}
    return {
        "Amount": amount,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": inner,
    }


def bought(item: Body, amount: Any, quantity: Any, price: Any, **detail: Any) -> Body:
    """Return an expense line on an item."""
    inner = {"ItemRef": item, "Qty": quantity, "UnitPrice": price, **detail}
    return {"Amount": amount, "DetailType": "ItemBasedExpenseLineDetail", "ItemBasedExpenseLineDetail": inner}


def applied(kind: str, body: Body, amount: Any) -> Body:
    """Return a payment line on a document."""
    return {"Amount": amount, "LinkedTxn": [{"TxnId": body["Id"], "TxnType": kind}]}
