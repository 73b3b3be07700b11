"""Stock of inventory items: levels read before and stored after a transaction, and what its stored version
moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from closebook.apps.qbo import faults
from closebook.apps.qbo.values import decimal_of
from closebook.core.ledger.inventory import Stock
from closebook.core.ledger.rules_stock import Movement
from closebook.core.money import minor_from_decimal

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context, Reference
    from closebook.apps.qbo.entities.form import Form
    from closebook.core.ledger.entry import Posting

MOST_QUANTITY = 10**10
_POSTED = """
    SELECT p.item, sum(p.quantity_micro), sum(p.amount_minor)
    FROM journal_entry e JOIN posting p ON p.entry_id = e.id
    WHERE e.record_id = %s AND NOT e.superseded AND e.reverses_id IS NULL AND p.item <> 0
        AND EXISTS (
            SELECT 1 FROM posting q
            WHERE q.entry_id = p.entry_id AND q.item = p.item AND q.ledger_account = p.ledger_account
                AND q.quantity_micro <> 0
        )
    GROUP BY p.item
"""
_SAVE = """
    INSERT INTO books_stocklevel (record_id, quantity_micro, value_minor) VALUES (%s, %s, %s)
    ON CONFLICT (record_id) DO UPDATE
    SET quantity_micro = excluded.quantity_micro, value_minor = excluded.value_minor
"""


class Shelf:
    """The levels of the items that one transaction moves, after its stored version has been taken back."""

    def __init__(self, ctx: Context, items: Iterable[int], former: Record | None) -> None:
        """Read the levels of the items and undo in memory what the stored version moved."""
        self._levels: dict[int, Stock] = {}
        self._former = posted(ctx, former.pk) if former is not None else {}
        keys = sorted({*items, *self._former})
        if keys:
            self._read(ctx, keys)
        for item, stock in self._former.items():
            self._levels[item] = self._levels[item].moved(-stock.quantity_micro, -stock.value_minor)

    def _read(self, ctx: Context, keys: list[int]) -> None:
        self._levels = dict.fromkeys(keys, Stock())
        marks = ", ".join(["%s"] * len(keys))
        ctx.cursor.execute(
            "SELECT record_id, quantity_micro, value_minor FROM books_stocklevel"
            f" WHERE record_id IN ({marks})",
            keys,
        )
        for item, quantity, value in ctx.cursor.fetchall():
            self._levels[item] = Stock(quantity, value)

    def unchanged(self, item: int, quantity_micro: int) -> Stock | None:
        """Return what the stored version moved of an item, when it was the same signed quantity: it keeps
        its cost.
        """
        moved = self._former.get(item)
        return moved if moved is not None and moved.quantity_micro == quantity_micro else None

    def move(self, item: int, rule: Callable[[Stock], tuple[Stock, list[Posting]]]) -> list[Posting]:
        """Apply a rule to an item's stock and return its postings."""
        self._levels[item], postings = rule(self._levels.get(item, Stock()))
        return postings

    def save(self, ctx: Context, _record: Record) -> None:
        """Store the levels."""
        rows = [(item, stock.quantity_micro, stock.value_minor) for item, stock in self._levels.items()]
        if rows:
            ctx.cursor.executemany(_SAVE, rows)


def posted(ctx: Context, record_pk: int) -> dict[int, Stock]:
    """Return what a record's live entry moves of each item: quantity, and value on the ledger account that
    holds the item's stock.
    """
    ctx.cursor.execute(_POSTED, [record_pk])
    return {item: Stock(int(quantity), int(value)) for item, quantity, value in ctx.cursor.fetchall()}


def take_back(ctx: Context, record: Record) -> None:
    """Undo the stock movements of a record that is being deleted or voided: exactly what was posted."""
    Shelf(ctx, (), record).save(ctx, record)


def is_tracked(item: Reference) -> bool:
    """Tell whether an item's stock is tracked."""
    return bool(item.body.get("Type") == "Inventory")


def movement_of(
    form: Form, item: Reference, detail: dict[str, Any], line: str, klass: int | None
) -> Movement:
    """Return the movement of a line with an inventory item.

    Raises 6520 without a quantity, 6270 before the item's start date.
    """
    quantity = detail.get("Qty")
    if not quantity:
        raise faults.quantity_required()
    start = item.body.get("InvStartDate")
    if start and form.day.isoformat() < str(start)[:10]:
        raise faults.before_stock_start()
    return Movement(
        item=item.pk,
        quantity_micro=micro(quantity, "Qty"),
        inventory=form.refer("Account", item.body.get("AssetAccountRef"), "AssetAccountRef").pk,
        cost_of_goods=form.refer("Account", item.body.get("ExpenseAccountRef"), "ExpenseAccountRef").pk,
        counterparty=form.party_pk,
        klass=klass,
        location=form.location,
        line=line,
    )


def micro(quantity: Any, element: str) -> int:
    """Return a quantity in millionths, rounded half up. Raises 2090 when it is not positive."""
    number = decimal_of(quantity, element)
    if not 0 < number <= MOST_QUANTITY:
        raise faults.invalid_number(quantity, element)
    return int((number * 1_000_000).to_integral_value())


def purchase_cost(ctx: Context, item: Reference, quantity_micro: int) -> int:
    """Return the value of a quantity at the item's purchase cost, home minor units."""
    cost = decimal_of(item.body.get("PurchaseCost", 0), "PurchaseCost")
    return minor_from_decimal(cost * Decimal(quantity_micro).scaleb(-6), ctx.home_currency)
