"""How a company's books are reached, until when, and how many calls that took."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from closebook.apps.companies.models import Company
from closebook.apps.sync.models import AppKeys, BooksAccess, BooksEvent, CallCount
from closebook.apps.sync.services.login_news import days_left
from closebook.apps.sync.services.login_watch import ends_at
from closebook.apps.sync.services.manners import manners_kept
from closebook.apps.sync.services.paces import READ, WRITE, month_of
from closebook.connectors.quickbooks.manners import Manners

METERED_MOST = 500_000
"""Reads that Intuit's free plan carries in a month. Source: Intuit developer programme, CorePlus calls."""


@dataclass(frozen=True, slots=True)
class Month:
    """The calls of one month: ``reads`` are metered, ``writes`` free; ``share`` of the free reads in %."""

    month: dt.date
    reads: int
    writes: int

    @property
    def share(self) -> int:
        """Return the reads as a percentage of what is free."""
        return round(self.reads * 100 / METERED_MOST)


@dataclass(frozen=True, slots=True)
class Login:
    """How the books are reached. ``days`` to the end of the login, ``hard`` when nothing prolongs it."""

    access: BooksAccess
    manners: Manners
    months: list[Month]
    ends: dt.datetime
    days: int
    hard: bool
    waiting_events: int

    @property
    def elsewhere(self) -> bool:
        """Tell whether the books are at Intuit (or another server)."""
        return bool(self.access.base_url)


def login_of(company: Company, now: dt.datetime) -> Login | None:
    """Return how a company's books are reached; None for a company without any."""
    access = BooksAccess.objects.filter(company=company).first()
    if access is None:
        return None
    ends, hard = ends_at(access)
    waiting = BooksEvent.objects.filter(company=company, handled_at=None).count()
    manners = manners_kept(company.pk)
    return Login(access, manners, months_of(company, now), ends, days_left(ends, now), hard, waiting)


def months_of(company: Company, now: dt.datetime) -> list[Month]:
    """Return the calls of the last twelve months that had any, and of this one, newest first."""
    rows = CallCount.objects.filter(company=company).order_by("-month")[:24]
    found: dict[dt.date, dict[str, int]] = {month_of(now): {}}
    for row in rows:
        found.setdefault(row.month, {})[row.kind] = row.count
    ordered = sorted(found.items(), reverse=True)[:12]
    return [Month(month, kinds.get(READ, 0), kinds.get(WRITE, 0)) for month, kinds in ordered]


def keys_known(company: Company) -> dict[str, AppKeys]:
    """Return the kept keys by environment."""
    return {keys.environment: keys for keys in AppKeys.objects.filter(company=company)}
