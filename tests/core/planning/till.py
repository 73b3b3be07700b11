"""A small made-up till for the planning tests: short ways to write sales, returns and payouts."""

from __future__ import annotations

import datetime as dt
from itertools import count

from closebook.core.commerce.records import Buyer, FeeKind, Movement, MovementKind, OrderLine
from closebook.core.commerce.sales import (
    LineKind,
    PayoutDetail,
    PayoutEntry,
    Return,
    Sale,
    SaleLine,
    TaxPart,
    Tender,
    TenderKind,
    TillBusiness,
)
from closebook.core.planning.desired import Desired
from closebook.core.planning.posting import documents_of
from closebook.core.planning.profile import Profile, default_profile

LATER = dt.date(2027, 1, 15)
CLEARING = "ledger-account:square:corner"
CASH = "ledger-account:cash on hand"
TAX = "ledger-account:square sales tax to remit"
GIFT = "ledger-account:gift cards outstanding"
_serial = count(1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")


def line(title: str, amount: int, tax: int = 0, *, kind: LineKind = LineKind.ITEM, **more) -> SaleLine:
    taxes = {"t": tax} if tax else {}
    return SaleLine(kind, title, more.pop("quantity", 1), amount, taxes=more.pop("taxes", taxes), **more)


def paid(amount: int, kind: TenderKind = TenderKind.PLATFORM, name: str = "") -> Tender:
    return Tender(kind, amount, name, f"pay-{next(_serial)}")


def sale(
    ref: str,
    on: str,
    lines: list[SaleLine],
    tenders: list[Tender],
    *,
    taxes: list[TaxPart] | None = None,
    **more,
) -> Sale:
    """Return a sale whose parts are added up from its lines; ``more`` overrides them."""

    def of(kind: LineKind) -> int:
        return sum(one.amount_minor for one in lines if one.kind is kind)

    goods = [one for one in lines if one.kind is LineKind.ITEM]
    own = sum(sum(one.taxes.values()) for one in lines)
    parts = taxes if taxes is not None else [TaxPart("t", "State tax", 7_750_000, own)]
    tax = sum(each.amount_minor for each in parts)
    discount = sum(one.discount_minor for one in lines)
    total = more.pop("total", sum(tender.amount_minor for tender in tenders))
    return Sale(
        ref, day(on), more.pop("currency", "USD"), Buyer(more.pop("name", "")),
        [OrderLine(one.title, 1, one.amount_minor) for one in goods], of(LineKind.ITEM), discount, 0, 0, tax,
        0, total, [f"row-{ref}"], service_minor=of(LineKind.SERVICE), gift_cards_minor=of(LineKind.GIFT_CARD),
        sale_lines=lines, taxes=parts, tenders=tenders, **more,
    )  # fmt: skip


def back(ref: str, order: str, on: str, goods: int, tax: int, tenders: list[Tender], **more) -> Return:
    taxes = [TaxPart("t", "State tax", 7_750_000, tax)] if tax else []
    total = more.pop("total", sum(tender.amount_minor for tender in tenders))
    return Return(
        ref, order, day(on), "USD", goods, taxes, more.pop("tip", 0), 0, more.pop("gift", 0), 0, total,
        tenders, [f"row-{ref}"], **more,
    )  # fmt: skip


def move(kind: MovementKind, on: str, amount: int, order: str = "", **more) -> Movement:
    fee = FeeKind.PROCESSING if kind is MovementKind.FEE else None
    key = more.pop("key", f"move-{next(_serial)}")
    return Movement(
        key, kind, more.pop("fee", fee), day(on), amount, "USD", order, more.pop("title", "made up")
    )


def payout(
    ref: str, on: str, amount: int, entries: list[PayoutEntry], **more
) -> tuple[Movement, PayoutDetail]:
    row = move(MovementKind.PAYOUT, on, -amount, key=ref)
    return row, PayoutDetail(ref, day(on), amount, "USD", entries, ref, **more)


def entry(on: str, gross: int, fee: int = 0, *, type_: str = "CHARGE", **more) -> PayoutEntry:
    key = f"entry-{next(_serial)}"
    return PayoutEntry(key, type_, day(on), gross, fee, more.pop("net", gross - fee), key, **more)


def business(*, sales: list[Sale] = (), **more) -> TillBusiness:
    movements = list(more.pop("movements", []))
    for one in sales:
        card = one.paid_by(TenderKind.PLATFORM)
        if card:
            movements.append(move(MovementKind.SALE, one.day.isoformat()[5:], card, one.order_ref))
    for one in more.get("returns", []):
        card = sum(each.amount_minor for each in one.tenders if each.kind is TenderKind.PLATFORM)
        if card:
            movements.append(move(MovementKind.REFUND, one.day.isoformat()[5:], -card, one.order_ref))
    return TillBusiness(movements, {one.order_ref: one for one in sales}, [], [], **more)


def profile(**more) -> Profile:
    return default_profile("Corner", "USD", connection="till-1", platform="Square", till=True, **more)


def wanted(found: TillBusiness, chosen: Profile | None = None, **more) -> Desired:
    return documents_of(found, chosen or profile(), LATER, **more)


def totals(desired: Desired) -> dict[str, int]:
    """Return what all documents do to each ledger account, in minor units."""
    found: dict[str, int] = {}
    for document in desired.documents:
        for key, amount in document.postings():
            found[key] = found.get(key, 0) + amount
    return {key: amount for key, amount in found.items() if amount}
