"""Cash basis: what invoices and bills post is moved to the days on which they are paid, in proportion.

A document on a receivable or payable account is split. What moves money counts on its own day. The rest of
a charge (invoice, bill, credit) waits and is released, share by share, as payments are applied to it, on
the later of both days. A settlement (payment) counts on its day as unapplied income or expense; each
application takes that back by as much as it releases. So receivables and payables are always zero, each day
balances, and when all is paid every ledger account has the same total as on accrual basis.

Source: QuickBooks Online reports, cash accounting method: income and expense are re-dated to payment dates
in proportion, unapplied payments show as unapplied cash payment income, unapplied bill payments as
unapplied cash bill payment expense.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from closebook.core.ledger.account_types import LedgerAccountType
from closebook.core.ledger.entry import Posting
from closebook.core.money import divide_half_up
from closebook.core.reports.chart import UNAPPLIED_EXPENSE, UNAPPLIED_INCOME, Chart


@dataclass(frozen=True, slots=True)
class CashAccounts:
    """The ledger accounts that decide: receivable, payable, money, and the two for what is not applied."""

    receivable: frozenset[int]
    payable: frozenset[int]
    money: frozenset[int]
    unapplied_income: int
    unapplied_expense: int

    @classmethod
    def of(cls, chart: Chart) -> CashAccounts:
        """Return those of a completed chart."""
        return cls(
            frozenset(chart.of_types(LedgerAccountType.RECEIVABLE)),
            frozenset(chart.of_types(LedgerAccountType.PAYABLE)),
            frozenset(chart.money()),
            chart.need(UNAPPLIED_INCOME),
            chart.need(UNAPPLIED_EXPENSE),
        )

    def unapplied(self, *, payable: bool) -> int:
        """Return the ledger account for what is not applied on one side."""
        return self.unapplied_expense if payable else self.unapplied_income


@dataclass(frozen=True, slots=True)
class Document:
    """A record with the postings of its live entry."""

    record: int
    day: dt.date
    postings: Sequence[Posting]


@dataclass(frozen=True, slots=True)
class Application:
    """A payment (``source``, dated ``day``) settles ``amount_minor`` of a document, in that document's own
    currency.
    """

    source: int
    target: int
    day: dt.date
    amount_minor: int
    payable: bool = False


@dataclass(frozen=True, slots=True)
class CashPosting:
    """A posting on the day on which it counts; ``via`` is the payment that made it count (or the record
    itself).
    """

    day: dt.date
    record: int
    via: int
    posting: Posting


@dataclass(slots=True)
class _Waiting:
    """What a document holds back on one side. ``base`` is its size in its own currency, ``used`` what was
    applied.
    """

    day: dt.date
    postings: list[Posting]
    base: int
    sample: Posting
    used: int = 0
    released: list[int] = field(default_factory=list)

    def release(self, amount_minor: int) -> list[Posting]:
        """Return the share of the postings for an application; it is never more than is left."""
        self.used = min(self.used + amount_minor, self.base)
        before = self.released or [0] * len(self.postings)
        self.released = shares([posting.amount_minor for posting in self.postings], self.used, self.base)
        return [
            moved(posting, now - then)
            for posting, now, then in zip(self.postings, self.released, before, strict=True)
            if now != then
        ]


def shares(values: Sequence[int], part: int, whole: int) -> list[int]:
    """Return part/whole of each value, by largest remainder, so that they add up to that share of the sum.

    >>> shares([-100, -5, 5], 1, 3)
    [-33, -2, 2]
    """
    if part == whole:
        return list(values)
    target = divide_half_up(sum(values) * part, whole)
    floors = [value * part // whole for value in values]
    by_remainder = sorted(range(len(values)), key=lambda index: (-(values[index] * part % whole), index))
    for index in by_remainder[: target - sum(floors)]:
        floors[index] += 1
    return floors


def moved(posting: Posting, amount_minor: int) -> Posting:
    """Return a posting like another with a different amount, without foreign amount and stock movement."""
    return Posting(
        ledger_account=posting.ledger_account,
        amount_minor=amount_minor,
        counterparty=posting.counterparty,
        item=posting.item,
        klass=posting.klass,
        location=posting.location,
        currency=posting.currency,
        memo=posting.memo,
        line=posting.line,
    )


class _Basis:
    """Collects the postings of one run over documents and applications."""

    def __init__(self, accounts: CashAccounts) -> None:
        self.accounts = accounts
        self.waiting: dict[tuple[int, bool], _Waiting] = {}
        self.unapplied: dict[tuple[dt.date, int, bool, int | None], Posting] = {}

    def take(self, document: Document) -> Iterator[CashPosting]:
        """Yield what counts on the document's own day and keep what waits."""
        sides = self._sides(document)
        control = self.accounts.receivable | self.accounts.payable
        money = [one for one in document.postings if one.ledger_account in self.accounts.money]
        other = [one for one in document.postings if one.ledger_account not in self.accounts.money | control]
        now, later = self._split(sides, money, other)
        for payable, lines in sides.items():
            size = sum(one.amount_minor for one in lines)
            held = later if later is not None else self._as_unapplied(document, lines, size, payable=payable)
            self.waiting[document.record, payable] = _Waiting(document.day, held, _base(lines), lines[0])
        for posting in [*money, *now]:
            yield CashPosting(document.day, document.record, document.record, posting)

    def _sides(self, document: Document) -> dict[bool, list[Posting]]:
        sides: dict[bool, list[Posting]] = {}
        for one in document.postings:
            if one.ledger_account in self.accounts.receivable:
                sides.setdefault(False, []).append(one)
            elif one.ledger_account in self.accounts.payable:
                sides.setdefault(True, []).append(one)
        return sides

    def _split(
        self, sides: dict[bool, list[Posting]], money: list[Posting], other: list[Posting]
    ) -> tuple[list[Posting], list[Posting] | None]:
        """Return what of the other postings counts now and what waits (None: nothing, it is a settlement)."""
        paid = sum(one.amount_minor for one in money)
        if not sides:
            return other, None
        owed = sum(one.amount_minor for lines in sides.values() for one in lines)
        if len(sides) > 1 or not owed or not other or paid * owed < 0:
            return other, None
        if not paid:
            return [], other
        sign = 1 if owed > 0 else -1
        first = shares([one.amount_minor for one in other], sign * paid, sign * (owed + paid))
        rest = [moved(one, one.amount_minor - part) for one, part in zip(other, first, strict=True)]
        return [moved(one, part) for one, part in zip(other, first, strict=True) if part], rest

    def _as_unapplied(
        self, document: Document, lines: list[Posting], size: int, *, payable: bool
    ) -> list[Posting]:
        """Count a settlement as unapplied on its day; return the posting that takes it back."""
        self._not_applied(document.day, document.record, lines[0], size, payable=payable)
        return [self._unapplied_posting(lines[0], -size, payable=payable)]

    def _unapplied_posting(self, sample: Posting, amount_minor: int, *, payable: bool) -> Posting:
        posting = moved(sample, amount_minor)
        posting.ledger_account, posting.item = self.accounts.unapplied(payable=payable), None
        return posting

    def _not_applied(
        self, day: dt.date, record: int, sample: Posting, amount_minor: int, *, payable: bool
    ) -> None:
        where = (day, record, payable, sample.counterparty)
        known = self.unapplied.get(where)
        if known:
            known.amount_minor += amount_minor
        else:
            self.unapplied[where] = self._unapplied_posting(sample, amount_minor, payable=payable)

    def apply(self, application: Application) -> Iterator[CashPosting]:
        """Yield what an application releases; the payment's unapplied part takes the other side."""
        waiting = self.waiting.get((application.target, application.payable))
        if waiting is None or not waiting.base:
            return
        day = max(application.day, waiting.day)
        released = waiting.release(application.amount_minor)
        for posting in released:
            yield CashPosting(day, application.target, application.source, posting)
        payment = self.waiting.get((application.source, application.payable), waiting)
        size = -sum(posting.amount_minor for posting in released)
        self._not_applied(day, application.source, payment.sample, size, payable=application.payable)

    def rest(self) -> Iterator[CashPosting]:
        """Yield what stayed unapplied, netted per payment, day and name."""
        for (day, record, _payable, _name), posting in self.unapplied.items():
            if posting.amount_minor:
                yield CashPosting(day, record, record, posting)

    def day_of(self, application: Application) -> dt.date:
        """Return the day on which an application counts."""
        waiting = self.waiting.get((application.target, application.payable))
        return max(application.day, waiting.day) if waiting else application.day


def _base(lines: Iterable[Posting]) -> int:
    return abs(sum(one.foreign_minor or one.amount_minor for one in lines))


def cash_basis(
    documents: Iterable[Document], applications: Iterable[Application], accounts: CashAccounts
) -> Iterator[CashPosting]:
    """Yield the postings of all documents on cash basis; those of each day balance.

    Documents without receivable or payable postings come out as they are. Applications to documents that
    are not given are left out; more than is open is never released.
    """
    basis = _Basis(accounts)
    for document in documents:
        yield from basis.take(document)
    ordered = sorted(applications, key=lambda one: (basis.day_of(one), one.source, one.target))
    for application in ordered:
        yield from basis.apply(application)
    yield from basis.rest()
