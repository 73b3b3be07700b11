"""What a worker does about working time each night: days settled, deadlines, chains, forgetting."""

from __future__ import annotations

import datetime as dt
import itertools
from zoneinfo import ZoneInfo

from django.db.models import Q

from closebook.apps.workforce.models import Contract, Device, EvidenceDay, EvidenceSpan, ManualTime, TimerSpan
from closebook.apps.workforce.selectors.reckoned import spans_of
from closebook.apps.workforce.services.days import sheet_for
from closebook.apps.workforce.services.proposing import day_propose, deadlines_pass, is_over, review_of
from closebook.apps.workforce.services.sheets import sheets_pass
from closebook.apps.workforce.services.tax_papers import papers_forget
from closebook.core.workforce.evidence import day_hash
from closebook.transport import clock

LOOK_BACK = 14
KEPT = dt.timedelta(days=60)
"""How long evidence stays; the settled minutes stay for ever."""


def workforce_tick(now: dt.datetime) -> int:
    """Settle what the night leaves; return how many contracts were looked at."""
    contracts = list(Contract.objects.filter(state__in=["active", "suspended", "ending", "ended"]))
    for contract in contracts:
        today = now.astimezone(ZoneInfo(contract.zone)).date()
        for day in days_worked(contract, today - dt.timedelta(days=LOOK_BACK), today):
            sheet_for(contract, day)
            if is_over(contract, day, now):
                day_propose(contract, day)
        deadlines_pass(contract, now)
        sheets_pass(contract, review_of(contract, today).days, now)
    for device in Device.objects.all():
        chain_close(device, now.date())
    EvidenceSpan.objects.filter(ends_at__lt=now - KEPT).delete()
    papers_forget(now.date())
    return len(contracts)


def days_worked(contract: Contract, first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the days of a period on which a contract has time, where the assistant is."""
    zone = ZoneInfo(contract.zone)
    begins = dt.datetime.combine(first, dt.time(), zone).astimezone(dt.UTC)
    timed = TimerSpan.objects.filter(timer__contract=contract)
    timed = timed.filter(Q(ends_at=None) | Q(ends_at__gte=begins))
    typed = ManualTime.objects.filter(contract=contract, ends_at__gte=begins)
    found: set[dt.date] = set()
    for start, end in itertools.chain(
        timed.values_list("starts_at", "ends_at"), typed.values_list("starts_at", "ends_at")
    ):
        day, until = start.astimezone(zone).date(), (end or clock.now()).astimezone(zone).date()
        found |= {day + dt.timedelta(days=number) for number in range((until - day).days + 1)}
    return sorted(day for day in found if first <= day <= last)


def chain_close(device: Device, today: dt.date) -> int:
    """Chain the days (UTC) of a machine's evidence that are over; return how many links were added.

    A day whose evidence changed since gets a further link that supersedes it, so that it is seen.
    """
    rows = EvidenceSpan.objects.filter(
        device=device, starts_at__lt=dt.datetime.combine(today, dt.time(), dt.UTC)
    )
    by_day: dict[dt.date, list[EvidenceSpan]] = {}
    for row in rows.select_related("device").order_by("starts_at", "pk"):
        by_day.setdefault(row.starts_at.date(), []).append(row)
    links = {link.day: link for link in EvidenceDay.objects.filter(device=device).order_by("pk")}
    last = EvidenceDay.objects.filter(device=device).order_by("-pk").first()
    added = 0
    for day, spans in sorted(by_day.items()):
        known = links.get(day)
        if known and day_hash(known.before, spans_of(spans)) == known.digest:
            continue
        before = last.digest if last else ""
        last = EvidenceDay.objects.create(
            company=device.company,
            device=device,
            bucket="all",
            day=day,
            digest=day_hash(before, spans_of(spans)),
            before=before,
            supersedes=known,
            made_at=clock.now(),
        )
        added += 1
    return added


def chain_broken_at(device: Device) -> dt.date | None:
    """Return the day whose evidence or link does not fit the chain, None when all do."""
    before, links = "", list(EvidenceDay.objects.filter(device=device).order_by("pk"))
    newest = {link.day: link.pk for link in links}
    for link in links:
        rows = EvidenceSpan.objects.filter(device=device, starts_at__date=link.day).select_related("device")
        spans = list(spans_of(rows))
        if link.before != before:
            return link.day
        if spans and newest[link.day] == link.pk and day_hash(before, spans) != link.digest:
            return link.day
        before = link.digest
    return None
