"""A small made-up shop for the planning tests: short ways to write movements and orders."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import count

from closebook.core.commerce.records import Business, Buyer, FeeKind, Movement, MovementKind, Order, OrderLine
from closebook.core.planning.actions import Link, Plan
from closebook.core.planning.desired import Desired
from closebook.core.planning.documents import Document
from closebook.core.planning.posting import documents_of
from closebook.core.planning.profile import Mode, Profile, default_profile

LATER = dt.date(2027, 1, 15)
CLEARING = "ledger-account:etsy:the shop"
_serial = count(1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")


def row(
    kind: MovementKind,
    on: str,
    amount: int,
    order: str = "",
    fee: FeeKind | None = None,
    key: str = "",
    title: str = "",
    currency: str = "USD",
) -> Movement:
    return Movement(key or f"row-{next(_serial)}", kind, fee, day(on), amount, currency, order, title)


def sale(on: str, amount: int, order: str = "3900112233", **more) -> Movement:
    return row(MovementKind.SALE, on, amount, order, **more)


def refund(on: str, amount: int, order: str = "3900112233", **more) -> Movement:
    return row(MovementKind.REFUND, on, amount, order, **more)


def tax(on: str, amount: int, order: str = "3900112233", **more) -> Movement:
    return row(MovementKind.MARKETPLACE_TAX, on, amount, order, **more)


def fee(
    on: str, amount: int, order: str = "", kind: FeeKind | None = FeeKind.TRANSACTION, **more
) -> Movement:
    return row(MovementKind.FEE, on, amount, order, kind, **more)


def payout(on: str, amount: int, **more) -> Movement:
    return row(MovementKind.PAYOUT, on, -amount, **more)


def order(ref: str = "3900112233", on: str = "03-04", items: int = 4000, tax: int = 400, **more) -> Order:
    """Return an order of two spoons; ``more`` overrides its parts, ``name`` and ``username`` its buyer."""
    buyer = Buyer(more.pop("name", "Ada Quill"), more.pop("username", "adaq"), city="Bangor", country="US")
    parts = {"discount": 0, "shipping": 1000, "gift_wrap": 0, "seller_tax": 0} | more
    added = parts["shipping"] + parts["gift_wrap"] + parts["seller_tax"] + tax
    total = items - parts["discount"] + added
    return Order(
        ref, day(on), parts.get("currency", "USD"), buyer, [OrderLine("Oak spoon", 2, items // 2)], items,
        parts["discount"], parts["shipping"], parts["gift_wrap"], parts["seller_tax"], tax, total,
        [f"order-{ref}"],
    )  # fmt: skip


def business(*movements: Movement, orders: tuple[Order, ...] = ()) -> Business:
    return Business(list(movements), {one.order_ref: one for one in orders}, [], [])


def profile(mode: Mode = Mode.PER_SALE, **more) -> Profile:
    return default_profile("The Shop", "USD", connection="shop-1", mode=mode, **more)


def wanted(
    *movements: Movement, orders: tuple[Order, ...] = (), mode: Mode = Mode.PER_SALE, **more
) -> Desired:
    return documents_of(business(*movements, orders=orders), profile(mode), more.pop("as_of", LATER), **more)


def by_key(desired: Desired) -> dict[str, Document]:
    return {document.key: document for document in desired.documents}


def lines(document: Document) -> list[tuple[int, str]]:
    """Return (amount, ledger account without the kind's word) of each line."""
    return [(line.amount_minor, line.ledger_account.partition(":")[2]) for line in document.lines]


def totals(documents: list[Document]) -> Counter[str]:
    found: Counter[str] = Counter()
    for document in documents:
        for key, amount in document.postings():
            found[key] += amount
    return found


def applied(plan: Plan, links: dict[str, Link] | None = None) -> dict[str, Link]:
    """Return the links after a plan was carried out without a fault, as the sync stores them."""
    found = dict(links or {})
    for number, action in enumerate(plan.actions, start=len(found) + 1):
        match action.kind.value:
            case "create":
                print_of = action.target.fingerprint()
                found[action.key] = Link(
                    action.key, action.target.kind, str(number), "0", print_of, print_of, target=action.target
                )
            case "update":
                print_of = action.target.fingerprint()
                old = action.link
                found[action.key] = Link(
                    action.key, action.target.kind, old.remote_id, str(int(old.sync_token) + 1),
                    print_of, print_of, target=action.target, theirs=old.theirs,
                )  # fmt: skip
            case "match":
                found[action.key] = action.link
            case "delete" | "deactivate":
                del found[action.key]
            case "hold" if action.link is not None and action.link.tombstone:
                found[action.key] = action.link
    return found


def kinds(plan: Plan) -> Counter[str]:
    return Counter(action.kind.value for action in plan.actions)
