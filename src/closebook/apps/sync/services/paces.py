"""Pacing that all processes and machines share, and the count of calls: one row per company and app."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F

from closebook.apps.sync.models import CallCount, CallPace
from closebook.connectors.quickbooks.calls import LIMITS
from closebook.transport import clock
from closebook.transport.pacing import Pacer, booked, earliest, moved

READ, WRITE = "read", "write"
_LONGEST_AHEAD_SECONDS = 900.0


class SharedPacer(Pacer):
    """Books each call in the database, by wall clock, so that no two processes take the same turn.

    What lies further ahead than a quarter of an hour comes from a clock that was set back, and is forgotten.
    """

    def __init__(self, company_id: int, realm_id: str, client_id: str) -> None:
        """Keep whose calls these are."""
        super().__init__(LIMITS, now=lambda: clock.now().timestamp())
        self._company_id = company_id
        self._key = f"{realm_id} {client_id}"
        CallPace.objects.get_or_create(key=self._key)

    def book(self, kind: str, now: float, *, write: bool) -> float:
        """Return the earliest moment at which every limit allows the call, and book and count it there."""
        with transaction.atomic():
            row = CallPace.objects.select_for_update().get(key=self._key)
            due = self._due_of(row, now)
            moment = earliest(self.limits, due, kind, now)
            row.due = booked(self.limits, due, kind, moment)
            row.save(update_fields=["due"])
            self._count(READ if not write else WRITE)
        return moment

    def delay(self, kind: str = "") -> float:
        """Return the seconds after which a call of a kind would be allowed."""
        now = self.now()
        row = CallPace.objects.get(key=self._key)
        return earliest(self.limits, self._due_of(row, now), kind, now) - now

    def started(self, kind: str, moment: float) -> None:
        """Keep that a booked call starts later than it was booked."""
        with transaction.atomic():
            row = CallPace.objects.select_for_update().get(key=self._key)
            row.due = moved(self.limits, self._due_of(row, moment), kind, moment)
            row.save(update_fields=["due"])

    def hold(self, seconds: float) -> None:
        """Allow no process a call for some seconds."""
        until = self.now() + seconds
        with transaction.atomic():
            row = CallPace.objects.select_for_update().get(key=self._key)
            row.due = [max(moment, until) for moment in self._due_of(row, self.now())]
            row.save(update_fields=["due"])

    def _due_of(self, row: CallPace, now: float) -> list[float]:
        kept = [float(moment) for moment in row.due if moment <= now + _LONGEST_AHEAD_SECONDS]
        return kept if len(kept) == len(self.limits) else [now - _LONGEST_AHEAD_SECONDS] * len(self.limits)

    def _count(self, kind: str) -> None:
        month = month_of(clock.now())
        mine = CallCount.objects.filter(company_id=self._company_id, month=month, kind=kind)
        if not mine.update(count=F("count") + 1):
            CallCount.objects.get_or_create(
                company_id=self._company_id, month=month, kind=kind, defaults={"count": 1}
            )


def month_of(moment: dt.datetime) -> dt.date:
    """Return the first day of the month in which a call counts."""
    return moment.date().replace(day=1)
