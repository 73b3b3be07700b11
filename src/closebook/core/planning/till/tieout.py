"""A till's side of the proof: what each month's sales, returns and movements come to, by kind.

All amounts are signed by their effect on what the platform holds: goods sold are positive, and the cash
that paid them is negative, as it never reached the platform.
"""

from __future__ import annotations

import datetime as dt

from closebook.core.commerce.records import FeeKind, MovementKind
from closebook.core.commerce.sales import LineKind, Return, Sale, TenderKind, TillBusiness
from closebook.core.periods import Month
from closebook.core.planning.documents import payment_key
from closebook.core.planning.naming import day_group, digest, order_group
from closebook.core.planning.profile import RECEIVABLE, Profile, Role, TillRole, fee_role
from closebook.core.planning.standing import NOTHING_STANDS, Standing
from closebook.core.planning.till.invoices import day_of, invoice_day, is_invoice, payments_of
from closebook.core.planning.till.receipts import sale_key, tax_lines

_FEE_WORDS = {kind: f"fees: {kind.value}" for kind in FeeKind}
ROLES_OF: dict[str, tuple[str, ...]] = {
    "sales": (Role.INCOME, Role.SHIPPING_INCOME, Role.DISCOUNTS),
    "service charges": (TillRole.SERVICE_CHARGES,),
    "refunds": (Role.REFUNDS,),
    "tax to remit": (Role.SELLER_TAX,),
    "tips": (TillRole.TIPS,),
    "gift cards": (TillRole.GIFT_CARDS,),
    "rounding": (TillRole.ROUNDING,),
    "cash": (TillRole.CASH,),
    "other tenders": (TillRole.OTHER_TENDER,),
    **{words: (fee_role(kind),) for kind, words in _FEE_WORDS.items()},
    "payouts": (Role.BANK,),
    "card payments": (Role.CARD,),
    "reserve": (TillRole.RESERVE,),
    "disputes": (TillRole.DISPUTES,),
    "disputes lost": (TillRole.DISPUTE_LOSSES,),
    "loan": (TillRole.LOAN,),
    "savings": (TillRole.SAVINGS,),
    "payroll": (TillRole.PAYROLL,),
    "other income": (Role.OTHER_INCOME,),
    "unpaid invoices": (RECEIVABLE,),
    "unclassified": (Role.UNCLASSIFIED,),
    "opening balance": (Role.OPENING,),
}
"""The kinds of a till's proof with the roles of their ledger accounts."""

_KIND_OF = {
    MovementKind.PAYOUT: "payouts",
    MovementKind.RETURNED_PAYOUT: "payouts",
    MovementKind.CARD_PAYMENT: "card payments",
    MovementKind.REFUND_FUNDING: "card payments",
    MovementKind.RESERVE: "reserve",
    MovementKind.DISPUTE: "disputes",
    MovementKind.LOAN: "loan",
    MovementKind.SAVINGS: "savings",
    MovementKind.PAYROLL: "payroll",
    MovementKind.OTHER_INCOME: "other income",
    MovementKind.UNCLASSIFIED: "unclassified",
}
_TENDERS = {
    TenderKind.CASH: "cash",
    TenderKind.OTHER: "other tenders",
    TenderKind.GIFT_CARD: "gift cards",
}
Sums = dict[tuple[Month, str], int]


def till_sums(business: TillBusiness, profile: Profile, standing: Standing = NOTHING_STANDS) -> Sums:
    """Return the sums of a till's business by month and kind, for the days of a profile."""
    sums: Sums = {}
    if profile.opening_minor and profile.since:
        _put(sums, profile.since, "opening balance", profile.opening_minor)
    for sale in business.sales():
        key = sale_key(order_group(sale.order_ref) if sale.order_ref else day_group(sale.day))
        if profile.covers(day_of(sale, key, standing)) and sale.currency == profile.currency:
            _add_sale(sums, sale, profile, key, standing)
    for back in business.returns:
        if profile.covers(back.day) and back.currency == profile.currency:
            _add_return(sums, back)
    for row in business.movements:
        if row.currency != profile.currency or not profile.covers(row.day):
            continue
        if row.kind is MovementKind.FEE:
            _put(sums, row.day, _FEE_WORDS[row.fee_kind or FeeKind.OTHER], row.amount_minor)
        elif row.kind in _KIND_OF:
            _put(sums, row.day, _KIND_OF[row.kind], row.amount_minor)
    for loss in business.losses:
        if profile.covers(loss.day) and loss.currency == profile.currency:
            _put(sums, loss.day, "disputes", loss.amount_minor)
            _put(sums, loss.day, "disputes lost", -loss.amount_minor)
    return sums


def _put(sums: Sums, day: dt.date, kind: str, amount: int) -> None:
    slot = (Month.of(day), kind)
    sums[slot] = sums.get(slot, 0) + amount


def _add_sale(sums: Sums, sale: Sale, profile: Profile, key: str, standing: Standing) -> None:
    as_invoice = is_invoice(sale, key, standing)
    day = invoice_day(sale) if as_invoice else sale.day
    taxes = tax_lines(profile.tax_rule, profile.rounding_limit_minor, sale)
    goods = sum(line.amount_minor for line in sale.sale_lines if line.kind is LineKind.ITEM)
    for kind, amount in (
        ("sales", goods - sale.discount_minor),
        ("service charges", sale.service_minor),
        ("gift cards", sale.gift_cards_minor),
        ("tips", sale.tip_minor),
        ("rounding", sale.rounding_minor + taxes.rounding_minor),
        ("refunds", -sale.back_minor),
        ("tax to remit", sum(amount for _tax, amount in taxes.lines)),
    ):
        _put(sums, day, kind, amount)
    tenders = payments_of(sale, profile) if as_invoice else sale.tenders
    for tender in tenders:
        paid = tender.day or day if as_invoice else day
        if tender.kind in _TENDERS:
            _put(sums, paid, _TENDERS[tender.kind], -tender.amount_minor)
        if as_invoice and payment_key(key, digest(tender.source_key)) not in standing.same:
            _put(sums, paid, "unpaid invoices", tender.amount_minor)
    if as_invoice:
        _put(sums, day, "unpaid invoices", -(sale.owed_minor or sale.total_minor))


def _add_return(sums: Sums, back: Return) -> None:
    for kind, amount in (
        ("refunds", back.goods_minor),
        ("service charges", back.service_minor),
        ("gift cards", back.gift_cards_minor),
        ("tips", back.tip_minor),
        ("rounding", back.rounding_minor),
        ("tax to remit", back.tax_minor),
    ):
        _put(sums, back.day, kind, -amount)
    for tender in back.tenders:
        if tender.kind in _TENDERS:
            _put(sums, back.day, _TENDERS[tender.kind], tender.amount_minor)
