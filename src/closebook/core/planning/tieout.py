"""The proof that books and source agree: per month and kind, for the balance, and for each payout.

All amounts are signed as in the source: their effect on what the platform holds. So the kinds of a month add
up to the change of the payment account, and the books' side of a kind is what its ledger accounts received,
with the other sign.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from closebook.core.commerce.records import Business, FeeKind, Movement, MovementKind
from closebook.core.commerce.sales import TillBusiness
from closebook.core.periods import Month
from closebook.core.planning.documents import Document
from closebook.core.planning.impact import add_postings
from closebook.core.planning.naming import day_group, order_group
from closebook.core.planning.profile import Mode, Profile, Role, fee_role
from closebook.core.planning.settlement import Settlement, Settlements, settlements_of
from closebook.core.planning.standing import NOTHING_STANDS, Standing
from closebook.core.planning.till.balance import settlements_by_entries
from closebook.core.planning.till.tieout import ROLES_OF as TILL_ROLES_OF
from closebook.core.planning.till.tieout import till_sums
from closebook.core.planning.trade import (
    TRADE_KINDS,
    Buckets,
    Trade,
    fits,
    full_refund_seller_tax,
    in_transit,
)
from closebook.core.wording import shown

_KIND_OF = {
    MovementKind.PAYOUT: shown("payouts"),
    MovementKind.RETURNED_PAYOUT: "payouts",
    MovementKind.CARD_PAYMENT: shown("card payments"),
    MovementKind.REFUND_FUNDING: "card payments",
    MovementKind.UNCLASSIFIED: "unclassified",
}
_FEE_WORDS = {kind: shown(f"fees: {kind.value}") for kind in FeeKind}
_ROLES_OF: dict[str, tuple[str, ...]] = {
    "sales": (Role.INCOME, Role.SHIPPING_INCOME, Role.OTHER_INCOME, Role.DISCOUNTS),
    "refunds": (Role.REFUNDS,),
    shown("tax to remit"): (Role.SELLER_TAX,),
    shown("marketplace tax in transit"): (Role.TAX_IN_TRANSIT,),
    **{words: (fee_role(kind),) for kind, words in _FEE_WORDS.items()},
    "payouts": (Role.BANK,),
    "card payments": (Role.CARD,),
    "unclassified": (Role.UNCLASSIFIED,),
    shown("opening balance"): (Role.OPENING,),
}

MonthTotals = Mapping[tuple[Month, str], int]
"""Signed minor units (debit positive) by month and ledger account key."""


@dataclass(frozen=True, slots=True)
class TieRow:
    """One kind of one month. Kinds that share a ledger account stand in one row, joined by " + "."""

    month: Month
    kind: str
    source_minor: int
    books_minor: int

    @property
    def difference_minor(self) -> int:
        """Return books minus source."""
        return self.books_minor - self.source_minor


@dataclass(frozen=True, slots=True)
class TieOut:
    """The whole proof. ``waiting_minor`` is money of rows that are not due to be posted yet; it is in no
    other figure.
    """

    rows: tuple[TieRow, ...]
    unsettled_minor: int
    clearing_minor: int
    waiting_minor: int
    settlements: tuple[Settlement, ...]

    @property
    def difference_minor(self) -> int:
        """Return the clearing ledger account minus what the platform holds."""
        return self.clearing_minor - self.unsettled_minor

    @property
    def ties(self) -> bool:
        """Tell whether everything agrees to the cent."""
        return not self.difference_minor and all(not row.difference_minor for row in self.rows)


def month_totals(documents: Iterable[Document]) -> dict[tuple[Month, str], int]:
    """Return the totals of posted documents by month and ledger account."""
    months: dict[tuple[int, int], dict[str, int]] = {}
    for document in documents:
        totals = months.setdefault((document.day.year, document.day.month), {})
        add_postings(totals, document)
    return {
        (Month(*month), key): amount for month, totals in months.items() for key, amount in totals.items()
    }


def tie_out(
    business: Business,
    profile: Profile,
    books: MonthTotals,
    as_of: dt.date,
    standing: Standing = NOTHING_STANDS,
) -> TieOut:
    """Return the proof for all movements of a connection against the totals of what was posted for it.

    ``books`` come from the posted documents (``month_totals``) or from the books themselves. Held documents
    show as differences. ``standing`` is what the books hold of invoices.
    """
    rows = [row for row in business.movements if profile.covers(row.day) and row.currency == profile.currency]
    clearing = profile.ledger_account(Role.CLEARING).key
    in_books = sum(amount for (_, key), amount in books.items() if key == clearing)
    if isinstance(business, TillBusiness):
        sums, settled = till_sums(business, profile, standing), settlements_by_entries(business)
        held = profile.opening_minor + sum(row.amount_minor for row in rows)
        proved = tuple(settled[row.source_key] for row in rows if row.source_key in settled)
        return TieOut(tuple(_rows(sums, books, profile, TILL_ROLES_OF)), held, in_books, 0, proved)
    settlements = settlements_of(rows, opening_minor=profile.opening_minor)
    source = _Source(business, profile, settlements, as_of)
    source.add_all(rows)
    return TieOut(
        tuple(_rows(source.by_month(), books, profile, _ROLES_OF)),
        profile.opening_minor + sum(row.amount_minor for row in rows) - source.waiting_minor,
        in_books,
        source.waiting_minor,
        tuple(settlements.all),
    )


class _Source:
    """Sums the source's side by month and kind."""

    def __init__(
        self,
        business: Business,
        profile: Profile,
        settlements: Settlements,
        as_of: dt.date,
    ) -> None:
        self.orders = business.orders
        self.profile = profile
        self.settlements = settlements
        self.as_of = as_of
        self.waiting_minor = 0
        self._days: dict[dt.date, dict[str, int]] = {}
        self._open: dict[dt.date, bool] = {}
        if profile.opening_minor and profile.since:
            self._put(profile.since, "opening balance", profile.opening_minor)

    def add_all(self, rows: Iterable[Movement]) -> None:
        trade: dict[str | dt.date, list[Movement]] = {}
        for row in rows:
            if row.kind in TRADE_KINDS:
                trade.setdefault(row.order_ref or row.day, []).append(row)
            elif row.kind is MovementKind.FEE:
                kind = _FEE_WORDS[row.fee_kind or FeeKind.OTHER]
                self._add(self._group(row), row.day, kind, row.amount_minor)
            else:
                self._put(row.day, _KIND_OF.get(row.kind, "unclassified"), row.amount_minor)
        for group in trade.values():
            self._add_trade(group)

    def _group(self, row: Movement) -> str:
        return order_group(row.order_ref) if row.order_ref else day_group(row.day)

    def _put(self, day: dt.date, kind: str, amount: int) -> None:
        sums = self._days.get(day)
        if sums is None:
            sums = self._days[day] = {}
        sums[kind] = sums.get(kind, 0) + amount

    def by_month(self) -> dict[tuple[Month, str], int]:
        """Return the sums by month and kind."""
        found: dict[tuple[Month, str], int] = {}
        for day, sums in self._days.items():
            month = Month.of(day)
            for kind, amount in sums.items():
                found[month, kind] = found.get((month, kind), 0) + amount
        return found

    def _add(self, group: str, day: dt.date, kind: str, amount: int) -> None:
        if self._waits(group, day):
            self.waiting_minor += amount
        else:
            self._put(day, kind, amount)

    def _waits(self, group: str, day: dt.date) -> bool:
        may_wait = self._open.get(day)
        if may_wait is None:
            running = self.as_of <= Month.of(day).last_day
            may_wait = self._open[day] = running and self.profile.mode_on(day) is Mode.PER_PAYOUT
        if not may_wait:
            return False
        return self.settlements.all[self.settlements.index_of(group, day)].payout is None

    def _add_trade(self, rows: list[Movement]) -> None:
        trade, group = Trade(rows), self._group(rows[0])
        order = self.orders.get(rows[0].order_ref) if rows[0].order_ref else None
        currency = self.profile.currency
        self._add_side(group, trade.sold, trade.taken, "sales")
        self._add_side(group, trade.refunded, trade.returned, "refunds")
        if order is not None and order.seller_tax_minor and fits(order, currency, trade):
            self._move_tax(group, next(iter(trade.sold)), "sales", order.seller_tax_minor)
        tax = full_refund_seller_tax(order, currency, trade)
        if tax:
            self._move_tax(group, next(iter(trade.refunded)), "refunds", -tax)

    def _add_side(self, group: str, money: Buckets, taxes: Buckets, kind: str) -> None:
        transit = in_transit(taxes, money)
        for day, bucket in money.items():
            same = taxes.get(day)
            later = transit.get(day, 0)
            self._add(group, day, kind, bucket.amount + (same.amount if same else 0) + later)
            self._add(group, day, "marketplace tax in transit", -later)
        for day, bucket in taxes.items():
            if day not in money:
                self._add(group, day, "marketplace tax in transit", bucket.amount)

    def _move_tax(self, group: str, day: dt.date, kind: str, amount: int) -> None:
        self._add(group, day, kind, -amount)
        self._add(group, day, "tax to remit", amount)


def _rows(
    source: Mapping[tuple[Month, str], int],
    books: MonthTotals,
    profile: Profile,
    roles_of: Mapping[str, tuple[str, ...]],
) -> Iterable[TieRow]:
    months = sorted({month for month, _ in source} | {month for month, _ in books})
    for month in months:
        for kinds, keys in _families(profile, roles_of):
            wanted = sum(source.get((month, kind), 0) for kind in kinds)
            found = -sum(books.get((month, key), 0) for key in keys)
            if wanted or found:
                shown = [kind for kind in kinds if source.get((month, kind))] or list(kinds[:1])
                yield TieRow(month, " + ".join(shown), wanted, found)


def _families(profile: Profile, roles_of: Mapping[str, tuple[str, ...]]) -> list[tuple[list[str], set[str]]]:
    """Return kinds with their ledger accounts; kinds that share one are put together."""
    families: list[tuple[list[str], set[str]]] = []
    for kind, roles in roles_of.items():
        names, keys = [kind], {profile.ledger_account(role).key for role in roles}
        for family in [family for family in families if not family[1].isdisjoint(keys)]:
            families.remove(family)
            names, keys = family[0] + names, family[1] | keys
        families.append((names, keys))
    return families
