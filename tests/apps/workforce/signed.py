"""A contract with signed terms, a machine that speaks for its assistant, and moments of a past day."""

from __future__ import annotations

import datetime as dt

from closebook.apps.workforce.models import Contract, HourlyRate, SiteRule, Term
from closebook.apps.workforce.services.machines import machine_add
from closebook.core.workforce.runs import MINUTE, moment_of, ms_of
from closebook.transport import clock
from tests.api.caller import Caller
from tests.apps.workforce.rooms import Room

LONG_AGO = dt.date(2026, 1, 1)


def signed(contract: Contract, evidence: str = "presence-sites", hourly: int = 2000, **facts) -> Term:
    """Return a term that both sides have signed."""
    now, common = clock.now(), {"company": contract.company, "made_at": clock.now()}
    more = {"starts_on": LONG_AGO, "idle_policy": "last-input", "company_signed_by": "ada", **facts}
    term = Term.objects.create(
        contract=contract, version=contract.terms.count() + 1, evidence=evidence, company_signed_at=now,
        assistant_signed_at=now, **more, **common,
    )  # fmt: skip
    HourlyRate.objects.create(term=term, hourly_minor=hourly, currency=contract.currency, **common)
    return term


def listed(room: Room, value: str = "facebook.com", verdict: str = "poor", **facts) -> SiteRule:
    """Return a rule for a site."""
    more = {"starts_on": LONG_AGO, "company": room.company, "made_at": clock.now(), **facts}
    return SiteRule.objects.create(value=value, verdict=verdict, **more)


def machine(room: Room, name: str = "laptop") -> Caller:
    """Return what speaks for the assistant's machine."""
    device, plain = machine_add(room.company, room.assistant, name)
    return Caller(plain, device.token)


def yesterday(minutes: int = 0) -> int:
    """Return the moment (ms) so many minutes after nine o'clock UTC of the day before."""
    day = clock.now().replace(hour=9, minute=0, second=0, microsecond=0) - dt.timedelta(days=1)
    return ms_of(day) + minutes * MINUTE


def at(minutes: int) -> dt.datetime:
    """Return the same as a moment."""
    return moment_of(yesterday(minutes))
