"""What the reckoning reads of a contract's day, and its stored result as the rules of settling read it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from closebook.apps.workforce.models import (
    Contract,
    EvidenceSpan,
    ManualTime,
    Prompt,
    Reckoning,
    Segment,
    Task,
    TimerSpan,
)
from closebook.apps.workforce.selectors.terms import call_hosts, core_rules, core_terms, rule_rows, term_on
from closebook.core.workforce import reckoning as core
from closebook.core.workforce import sites
from closebook.core.workforce.days import day_run, split_days
from closebook.core.workforce.evidence import Span, SpanKind
from closebook.core.workforce.runs import moment_of, ms_of

BY_HAND, BY_TIMER = "hand", "timer"


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a day's reckoning is made of; the digests name it."""

    timers: tuple[core.TimerRun, ...]
    spans: tuple[Span, ...]
    rules: tuple[sites.SiteRule, ...]
    answers: tuple[core.Answer, ...]
    terms: core.Terms

    @property
    def rules_digest(self) -> str:
        """Return what names the terms and rules."""
        terms = (self.terms.level, self.terms.threshold, self.terms.idle_from, self.terms.call_hosts)
        return _digest([str(terms), *(repr(rule) for rule in self.rules)])

    @property
    def inputs_digest(self) -> str:
        """Return what names timers, evidence and answers."""
        keys = sorted({span.key for span in self.spans})
        return _digest([*(repr(t) for t in self.timers), *keys, *(repr(a) for a in self.answers)])

    def segments(self, day: dt.date, zone: str) -> list[core.Segment]:
        """Return the day's segments; a stretch over midnight is reckoned whole, and cut afterwards."""
        found = core.reckon(self.timers, self.spans, self.rules, self.answers, self.terms)
        return [part for at, part in split_days(found, zone) if at == day]


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def inputs_of(contract: Contract, day: dt.date, manual: Iterable[core.TimerRun] | None = None) -> Inputs:
    """Return what a day of a contract is reckoned from; a timer that still runs comes in once it stops.

    ``manual`` are other entries than those kept, to try something out.
    """
    timers = [*_timed(contract, day), *(_typed(contract, day) if manual is None else manual)]
    timers.sort(key=lambda each: (each.start, each.stop, each.id))
    rows = rule_rows(contract)
    terms = core_terms(term_on(contract.terms.all(), day), call_hosts(rows, day))
    return Inputs(
        tuple(timers),
        _evidence(contract, timers),
        tuple(core_rules(rows, contract.zone)),
        _said(contract, timers),
        terms,
    )


def _run_of(name: str, number: int, task: Task, run: tuple[int, int], source: core.Source) -> core.TimerRun:
    subject = f"t{task.pk}", task.kind, f"c{task.contract_id}"
    return core.TimerRun(f"{name}-{number}", *run, *subject, source)


def _timed(contract: Contract, day: dt.date) -> list[core.TimerRun]:
    first, last = (moment_of(edge) for edge in day_run(day, contract.zone))
    rows = TimerSpan.objects.filter(timer__contract=contract, starts_at__lt=last, ends_at__gt=first)
    return [
        _run_of(BY_TIMER, s.pk, s.timer.task, (ms_of(s.starts_at), ms_of(s.ends_at)), core.Source.TIMER)
        for s in rows.select_related("timer__task")
        if s.ends_at is not None
    ]


def _typed(contract: Contract, day: dt.date) -> list[core.TimerRun]:
    first, last = (moment_of(edge) for edge in day_run(day, contract.zone))
    rows = ManualTime.objects.filter(contract=contract, withdrawn=False, superseded_by=None)
    rows = rows.filter(starts_at__lt=last, ends_at__gt=first).select_related("task")
    return [
        _run_of(BY_HAND, m.pk, m.task, (ms_of(m.starts_at), ms_of(m.ends_at)), core.Source.ENTERED)
        for m in rows
    ]


def _evidence(contract: Contract, timers: list[core.TimerRun]) -> tuple[Span, ...]:
    if not timers:
        return ()
    first, last = moment_of(timers[0].start), moment_of(max(each.stop for each in timers))
    rows = EvidenceSpan.objects.filter(contract=contract, starts_at__lt=last, ends_at__gt=first)
    return tuple(spans_of(rows.select_related("device").order_by("starts_at", "pk")))


def spans_of(rows: Iterable[EvidenceSpan]) -> Iterable[Span]:
    """Yield stored evidence as the reckoning reads it."""
    for row in rows:
        name = row.device.name
        yield Span(name, SpanKind(row.kind), ms_of(row.starts_at), ms_of(row.ends_at), str(row.value))


def _said(contract: Contract, timers: list[core.TimerRun]) -> tuple[core.Answer, ...]:
    """Return the answers; work away from the keyboard is a matter of proposals, a person rules on it."""
    if not timers:
        return ()
    first, last = moment_of(timers[0].start), moment_of(max(each.stop for each in timers))
    rows = Prompt.objects.filter(contract=contract, starts_at__lt=last, ends_at__gt=first).exclude(answer="")
    return tuple(
        core.Answer(
            f"answer-{p.pk}",
            ms_of(p.starts_at),
            ms_of(p.ends_at),
            core.Class(p.rule),
            core.Says(p.answer),
            note=p.note,
        )
        for p in rows.order_by("pk")
    )


def latest_of(contract: Contract, day: dt.date, *, released: bool = False) -> Reckoning | None:
    """Return the newest reckoning of a day; with ``released`` the newest that the company may see."""
    rows = Reckoning.objects.filter(contract=contract, first=day)
    rows = rows.filter(Q(released_at__isnull=False)) if released else rows
    return rows.order_by("-pk").first()


def latest_by_day(contract: Contract, first: dt.date, last: dt.date) -> dict[dt.date, Reckoning]:
    """Return the newest reckoning of each day of a period that has one."""
    rows = Reckoning.objects.filter(contract=contract, first__gte=first, first__lte=last).order_by("pk")
    return {row.first: row for row in rows}


def core_segments(rows: Iterable[Segment]) -> list[core.Segment]:
    """Return stored segments as the rules of settling read them."""
    return [
        core.Segment(
            f"{row.source}-{row.number}",
            ms_of(row.starts_at),
            ms_of(row.ends_at),
            core.Class(row.klass),
            core.Reason(row.reason),
            row.rule,
            row.about,
            tuple(row.evidence),
        )
        for row in rows
    ]
