"""Evidence as it arrives from machines: kept once, only inside timers, and only what the contract allows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from closebook.apps.workforce.models import (
    Contract,
    Device,
    EvidenceSpan,
    Task,
    Term,
    Timer,
    TimerMove,
    TimerSpan,
)
from closebook.apps.workforce.selectors.terms import KINDS_AT, level_of, term_on
from closebook.apps.workforce.services.machine_timers import FOLLOWED, moment
from closebook.core.workforce.evidence import ACTIVE, Span, clipped
from closebook.core.workforce.runs import Run, moment_of, ms_of
from closebook.transport import clock

_LONG = dt.timedelta(days=2)
_OPEN = ms_of(dt.datetime(2200, 1, 1, tzinfo=dt.UTC))


@dataclass(frozen=True, slots=True)
class Told:
    """A span as a machine told it, with the key that it gave it."""

    key: str
    span: Span


@dataclass(frozen=True, slots=True)
class Took:
    """How many spans were kept, and how many were left out: outside a timer, or more than was agreed."""

    kept: int
    left_out: int
    contracts: frozenset[int]


@transaction.atomic
def evidence_take(device: Device, told: Iterable[Told], shift_ms: int = 0) -> Took:
    """Keep what of a machine's evidence lies in a timer of a contract that allows it.

    Order and repetition change nothing: a span is known by its machine and key.
    """
    every = [replace(each, span=_shifted(each.span, shift_ms)) for each in told]
    if not every:
        return Took(0, 0, frozenset())
    first, last = min(each.span.start for each in every), max(each.span.end for each in every)
    runs = _runs(device, first, last)
    rows: list[EvidenceSpan] = []
    used: set[str] = set()
    for contract, inside in runs.items():
        terms = list(contract.terms.all())
        for each in every:
            if each.span.kind in _allowed(contract, terms, each.span.start):
                made = list(_rows(device, contract, each, inside))
                rows += made
                used |= {each.key} if made else set()
    EvidenceSpan.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    _seen(device, rows)
    return Took(len(used), len(every) - len(used), frozenset(row.contract_id for row in rows))


def _seen(device: Device, rows: Iterable[EvidenceSpan]) -> None:
    """Keep that whoever used the machine was seen at the running timer."""
    last = max((row.ends_at for row in rows if row.value == ACTIVE), default=None)
    if last is not None:
        running = Timer.objects.filter(person=device.person, state="running", seen_at__lt=last)
        running.update(seen_at=last)


def _shifted(span: Span, shift_ms: int) -> Span:
    return replace(span, start=span.start - shift_ms, end=span.end - shift_ms) if shift_ms else span


def _allowed(contract: Contract, terms: list[Term], at: int) -> frozenset[object]:
    day = moment_of(at).astimezone(ZoneInfo(contract.zone)).date()
    return frozenset(KINDS_AT.get(level_of(term_on(terms, day)), ()))


def _runs(device: Device, first: int, last: int) -> dict[Contract, list[Run]]:
    """Return the person's timer stretches by contract; one whose end is not known yet is open."""
    spans = TimerSpan.objects.filter(company=device.company, timer__person=device.person)
    spans = spans.filter(Q(ends_at=None) | Q(ends_at__gt=moment_of(first)), starts_at__lt=moment_of(last))
    found: dict[Contract, list[Run]] = {}
    for span in spans.select_related("timer__contract"):
        end = ms_of(span.ends_at) if span.ends_at else _OPEN
        found.setdefault(span.timer.contract, []).append((ms_of(span.starts_at), end))
    for task, run in _waiting(device, first):
        found.setdefault(task.contract, []).append(run)
    return found


def _waiting(device: Device, first: int) -> Iterator[tuple[Task, Run]]:
    """Yield the machine's starts whose end is not known yet, each until what comes next."""
    moves = TimerMove.objects.filter(device=device, at__gte=moment_of(first) - _LONG)
    rows = list(moves.select_related("task__contract").order_by("at", "pk"))
    known = _begun(device, rows)
    for at, row in enumerate(rows):
        behind = rows[at + 1] if at + 1 < len(rows) else None
        if row.task is None or row.reason == FOLLOWED or moment(row) in known:
            continue
        if behind is None or behind.move == "start":
            yield row.task, (ms_of(moment(row)), ms_of(moment(behind)) if behind else _OPEN)


def _begun(device: Device, moves: Sequence[TimerMove]) -> set[dt.datetime]:
    """Return when those stretches began that are known already, with or without their end."""
    if not moves:
        return set()
    spans = TimerSpan.objects.filter(timer__person=device.person, starts_at__gte=moves[0].at - _LONG)
    return set(spans.values_list("starts_at", flat=True))


def _rows(device: Device, contract: Contract, told: Told, inside: list[Run]) -> Iterator[EvidenceSpan]:
    for piece in clipped([told.span], inside):
        yield EvidenceSpan(
            company=device.company,
            device=device,
            contract=contract,
            bucket=piece.kind.value,
            kind=piece.kind.value,
            starts_at=moment_of(piece.start),
            ends_at=moment_of(piece.end),
            value=piece.value,
            key=told.key if piece == told.span else piece.key,
            actor=device.name,
            made_at=clock.now(),
        )
