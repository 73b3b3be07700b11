"""The payment account of an invented shop: rows in the order of time, weekly payouts, one that bounces,
one card payment.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterator

from closebook.connectors.etsy.sample.facts import MonthFacts, PayoutFact, SampleFacts
from closebook.connectors.etsy.sample.rows import Row
from closebook.core.commerce.records import MovementKind

_CUT_MINUTE = 540  # payouts take what is there at nine o'clock; rows after it stay
_CARD_MINUTE = 5
_RETURNED_PAYOUT = 3  # the third payout bounces
_DAYS_TO_BOUNCE = 2
_MONDAY = 0


class Account:
    """Takes rows in any order and gives them back month by month, in the order of time, with payouts
    between.
    """

    def __init__(self, facts: SampleFacts, first_day: dt.date, last_day: dt.date) -> None:
        """Begin empty; ``last_day`` is the last one of the whole sample, whose last days see no payout."""
        self._facts = facts
        self._first_day, self._last_day = first_day, last_day
        self._waiting: list[tuple[dt.date, int, int, Row]] = []
        self._pushed = 0
        self.balance = 0
        self.taken = 0
        self._extra_payouts: set[dt.date] = set()
        self._bounces: dict[dt.date, int] = {}

    def push(self, row: Row) -> None:
        """Take a row in; one after the sample's end has not happened yet."""
        if row.day <= self._last_day:
            self._pushed += 1
            self.taken += 1
            heapq.heappush(self._waiting, (row.day, row.minute, self._pushed, row))

    def pay_out_on(self, day: dt.date) -> None:
        """Add a day on which the shop asks for its money."""
        self._extra_payouts.add(day)

    def month(self, month: MonthFacts, first: dt.date, last: dt.date) -> Iterator[Row]:
        """Yield all rows of a month, oldest first, and count them."""
        day = first
        while day <= last:
            for row in self._day(day):
                self.balance += row.effect
                month.add(row)
                yield row
            day += dt.timedelta(days=1)

    def _day(self, day: dt.date) -> Iterator[Row]:
        if day.day == 1 and self.balance < 0 and day > self._first_day:
            yield Row(
                day,
                _CARD_MINUTE,
                "Payment",
                "Card Payment",
                "Visa ending in 4242",
                MovementKind.CARD_PAYMENT,
                fees=-self.balance,
            )
        yield from self._until(day, _CUT_MINUTE)
        if day in self._bounces:
            minor = self._bounces.pop(day)
            yield Row(
                day,
                _CUT_MINUTE,
                "Deposit",
                "Returned deposit",
                "",
                MovementKind.RETURNED_PAYOUT,
                amount=minor,
            )
        if self.balance > 0 and self._is_payout_day(day):
            yield self._payout(day)
        yield from self._until(day, 24 * 60)

    def _until(self, day: dt.date, minute: int) -> Iterator[Row]:
        waiting = self._waiting
        while waiting and (waiting[0][0] < day or (waiting[0][0] == day and waiting[0][1] < minute)):
            row = heapq.heappop(waiting)[3]
            missing = -(self.balance + row.amount)
            if row.kind is MovementKind.REFUND and missing > 0:
                number = 70_000_000 + self._pushed
                yield Row(
                    day,
                    row.minute,
                    "Payment",
                    f"Charge for refund {number}",
                    "",
                    MovementKind.REFUND_FUNDING,
                    amount=missing,
                )
            yield row

    def _is_payout_day(self, day: dt.date) -> bool:
        early_enough = day < self._last_day - dt.timedelta(days=1)
        return early_enough and (day.weekday() == _MONDAY or day in self._extra_payouts)

    def _payout(self, day: dt.date) -> Row:
        minor = self.balance
        returned = len(self._facts.payouts) + 1 == _RETURNED_PAYOUT
        self._facts.payouts.append(PayoutFact(day, minor, returned=returned))
        back = day + dt.timedelta(days=_DAYS_TO_BOUNCE)
        if returned:
            self._bounces[back] = minor
            self._extra_payouts.add(back + dt.timedelta(days=1))
        return Row(day, _CUT_MINUTE, "Deposit", "", "", MovementKind.PAYOUT, payout=minor)
