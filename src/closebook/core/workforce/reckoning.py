"""Every timer interval parted into worked, manual, idle, poor and unknown time, each with its reason.

The segments part the timers exactly, to the millisecond; nothing is ever just left out. What holds at one
instant, the first that applies: entered or approved time, idle, unknown, poor, worked. Nobody is charged
twice for a minute, because idle and poor never overlap.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from closebook.core.errors import InputError
from closebook.core.workforce.evidence import (
    ACTIVE,
    AWAY,
    MEETING,
    PRIVATE,
    Presence,
    Span,
    SpanKind,
    clipped,
    merged,
    presence_of,
)
from closebook.core.workforce.runs import MINUTE, SECOND, Run, intersect, subtract, union
from closebook.core.workforce.sites import SiteRule, matches
from closebook.core.workforce.visits import BROWSERS, Poor, poor_runs


class Level(StrEnum):
    """How much evidence a contract agrees on; each holds those before it."""

    NONE = "none"
    TIMER = "timer"
    PRESENCE = "presence"
    SITES = "sites"


class IdleFrom(StrEnum):
    """From where idle time counts: the whole run without input, or only what is beyond the threshold."""

    LAST_INPUT = "last_input"
    THRESHOLD = "threshold"


class Class(StrEnum):
    """What a segment is."""

    WORKED = "worked"
    MANUAL = "manual"
    IDLE = "idle"
    POOR = "poor"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a segment is what it is."""

    TIMER = "timer"
    INPUT = "input"
    SHORT_PAUSE = "short_pause"
    WITHIN_THRESHOLD = "within_threshold"
    CONFIRMED = "confirmed"
    CALL = "call"
    MEETING = "meeting"
    ENTERED = "entered"
    CLAIMED = "claimed"
    AWAY = "away"
    BREAK = "break"
    LISTED_SITE = "listed_site"
    PRIVATE = "private"
    NO_EVIDENCE = "no_evidence"


class Source(StrEnum):
    """Where a timer interval comes from: a running timer, or typed in afterwards."""

    TIMER = "timer"
    ENTERED = "entered"


@dataclass(frozen=True, slots=True)
class TimerRun:
    """An interval of a timer for one task; ``contract``, ``kind`` and ``task`` choose the rules."""

    id: str
    start: int
    stop: int
    task: str = ""
    kind: str = ""
    contract: str = ""
    source: Source = Source.TIMER


class Says(StrEnum):
    """What an assistant says a time was."""

    WORK = "work"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant said of a run of time.

    ``about`` is the class that was asked about. Work on a listed site is worked at once; work away from the
    keyboard, or without evidence, is a claim that counts when ``approved``.
    """

    id: str
    start: int
    end: int
    about: Class
    says: Says
    approved: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract says about reckoning; lengths in ms. ``call_hosts`` are the sites where calls are work.

    ``private_is_work``: private time with input counts as worked.
    """

    level: Level = Level.PRESENCE
    threshold: int = 3 * MINUTE
    idle_from: IdleFrom = IdleFrom.LAST_INPUT
    visit_gap: int = 30 * SECOND
    call_hosts: tuple[str, ...] = ()
    private_is_work: bool = True
    browsers: frozenset[str] = BROWSERS


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a timer interval: its class, why, by which rule (``id@version``), and the evidence's keys.

    ``about`` is the site, app or answer that the reason speaks of.
    """

    timer: str
    start: int
    end: int
    cls: Class
    reason: Reason
    rule: str = ""
    about: str = ""
    evidence: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        """Return the length in milliseconds."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class _Mark:
    """A layer's piece: the time it covers and what it makes of it."""

    start: int
    end: int
    cls: Class
    reason: Reason
    rule: str = ""
    about: str = ""


def check_apart(timers: Iterable[TimerRun]) -> None:
    """Raise InputError when two intervals of one assistant overlap or one ends before it starts."""
    before: TimerRun | None = None
    for timer in sorted(timers, key=lambda each: (each.start, each.stop)):
        if timer.stop < timer.start:
            raise InputError("timer-backwards", "This time ends before it starts.", remedy="Change its end.")
        if before and timer.start < before.stop:
            raise InputError(
                "timers-overlap",
                "Two times overlap.",
                remedy="Change one of them: a minute counts for one task only.",
            )
        before = timer


def reckon(
    timers: Sequence[TimerRun],
    spans: Iterable[Span],
    rules: Sequence[SiteRule] = (),
    answers: Iterable[Answer] = (),
    terms: Terms | None = None,
) -> list[Segment]:
    """Return the segments of one assistant's timer intervals, in order of time.

    ``rules`` are all rules that were ever valid for the contract; each instant is judged by those of then.
    Raises InputError for intervals that overlap.
    """
    check_apart(timers)
    agreed = terms or Terms()
    running = union((t.start, t.stop) for t in timers if t.source is Source.TIMER)
    kept = merged(clipped(spans, running))
    said = sorted(answers, key=lambda each: (each.start, each.end, each.id))
    layers = list(_layers(timers, running, kept, rules, said, agreed))
    return list(_parted(timers, layers, _Witnesses(kept)))


def _layers(
    timers: Sequence[TimerRun],
    running: Sequence[Run],
    spans: Sequence[Span],
    rules: Sequence[SiteRule],
    answers: Sequence[Answer],
    terms: Terms,
) -> Iterator[list[_Mark]]:
    """Yield what covers the timers, the strongest first; each layer's marks are sorted and apart."""
    entered = [t for t in timers if t.source is Source.ENTERED]
    yield [_Mark(t.start, t.stop, Class.MANUAL, Reason.ENTERED) for t in _in_time(entered)]
    claims = [a for a in answers if a.says is Says.WORK and a.about is not Class.POOR and a.approved]
    yield _said(claims, Class.MANUAL, Reason.CLAIMED)
    if terms.level in {Level.NONE, Level.TIMER}:
        yield [_Mark(start, end, Class.WORKED, Reason.TIMER) for start, end in running]
        return
    presence = presence_of(spans)
    idle = _idle(presence, terms)
    yield from _calls(spans, presence, terms)
    breaks = _said([a for a in answers if a.says is Says.BREAK], Class.IDLE, Reason.BREAK)
    yield _within(breaks, union([*idle, *subtract(running, presence.covered)]))
    yield [_Mark(start, end, Class.IDLE, Reason.AWAY) for start, end in idle]
    missing = subtract(running, presence.covered)
    yield [_Mark(start, end, Class.UNKNOWN, Reason.NO_EVIDENCE) for start, end in missing]
    if terms.level is Level.SITES:
        confirmed = [a for a in answers if a.about is Class.POOR and a.says is Says.WORK]
        poor = poor_runs(_live(timers), spans, rules, terms.browsers, terms.visit_gap)
        yield _confirmed(_said(confirmed, Class.WORKED, Reason.CONFIRMED), poor)
        yield [_poor(piece) for piece in poor]
        yield _private(spans, terms)
    yield [_Mark(start, end, Class.WORKED, Reason.INPUT) for start, end in presence.active]
    paused = Reason.WITHIN_THRESHOLD if terms.idle_from is IdleFrom.THRESHOLD else Reason.SHORT_PAUSE
    yield [
        _Mark(start, end, Class.WORKED, paused if end - start >= terms.threshold else Reason.SHORT_PAUSE)
        for start, end in presence.away
    ]


def _in_time(timers: Iterable[TimerRun]) -> list[TimerRun]:
    return sorted(timers, key=lambda each: each.start)


def _live(timers: Iterable[TimerRun]) -> list[TimerRun]:
    return _in_time(t for t in timers if t.source is Source.TIMER)


def _idle(presence: Presence, terms: Terms) -> list[Run]:
    """Return the idle time: away runs of at least the threshold, or what of them is beyond it."""
    first = 0 if terms.idle_from is IdleFrom.LAST_INPUT else terms.threshold
    return [(s + first, e) for s, e in presence.away if e - s >= terms.threshold and e > s + first]


def _calls(spans: Sequence[Span], presence: Presence, terms: Terms) -> Iterator[list[_Mark]]:
    """Yield away time in a meeting, then away time with an audible call on an agreed site."""
    calls = [span for span in spans if span.kind is SpanKind.CALL]
    met = union((s.start, s.end) for s in calls if s.value == MEETING)
    agreed = {
        value: any(matches(value, host) for host in terms.call_hosts)
        for value in {span.value for span in calls}
    }
    heard = union((s.start, s.end) for s in calls if agreed[s.value])
    yield [_Mark(s, e, Class.WORKED, Reason.MEETING) for s, e in intersect(met, presence.away)]
    yield [_Mark(s, e, Class.WORKED, Reason.CALL) for s, e in intersect(heard, presence.away)]


def _said(answers: Iterable[Answer], cls: Class, reason: Reason) -> list[_Mark]:
    """Return the answers' runs apart; where two overlap the earlier one counts."""
    found: list[_Mark] = []
    taken = 0
    for answer in answers:
        start = max(answer.start, taken) if found else answer.start
        if start < answer.end:
            found.append(_Mark(start, answer.end, cls, reason, about=answer.id))
            taken = answer.end
    return found


def _within(marks: Sequence[_Mark], runs: Sequence[Run]) -> list[_Mark]:
    return [
        replace(mark, start=start, end=end)
        for mark in marks
        for start, end in intersect([(mark.start, mark.end)], runs)
    ]


def _confirmed(said: Sequence[_Mark], poor: Iterable[Poor]) -> list[_Mark]:
    """Return what of listed time the person said to be work, each piece with the rule that listed it."""
    pieces = [_Mark(p.start, p.end, Class.POOR, Reason.LISTED_SITE, p.rule.name) for p in poor]
    return [
        replace(mark, rule=piece.rule)
        for piece in pieces
        for mark in _overlaps([(piece.start, piece.end)], said)
    ]


def _poor(piece: Poor) -> _Mark:
    return _Mark(piece.start, piece.end, Class.POOR, Reason.LISTED_SITE, piece.rule.name, piece.about)


def _private(spans: Sequence[Span], terms: Terms) -> list[_Mark]:
    """Return private time, which is worked, or unknown where the contract says so openly."""
    cls = Class.WORKED if terms.private_is_work else Class.UNKNOWN
    runs = union((s.start, s.end) for s in spans if s.kind is not SpanKind.AFK and s.value == PRIVATE)
    return [_Mark(start, end, cls, Reason.PRIVATE) for start, end in runs]


def _parted(
    timers: Sequence[TimerRun], layers: Sequence[Sequence[_Mark]], witnesses: _Witnesses
) -> Iterator[Segment]:
    """Yield the segments of each timer: each layer takes what the stronger ones left."""
    left = [(t.start, t.stop) for t in _in_time(timers) if t.stop > t.start]
    taken: list[_Mark] = []
    for layer in layers:
        got = _overlaps(left, layer)
        taken += got
        left = subtract(left, [(mark.start, mark.end) for mark in got])
    taken += [_Mark(start, end, Class.WORKED, Reason.SHORT_PAUSE) for start, end in left]
    taken.sort(key=lambda mark: mark.start)
    at = 0
    for timer in _in_time(timers):
        while at < len(taken) and taken[at].start < timer.stop:
            mark = taken[at]
            yield Segment(
                timer.id,
                mark.start,
                mark.end,
                mark.cls,
                mark.reason,
                mark.rule,
                mark.about,
                witnesses.of(mark),
            )
            at += 1


def _overlaps(left: Sequence[Run], marks: Sequence[_Mark]) -> list[_Mark]:
    """Return the parts of marks in what is left; both are sorted and apart."""
    found: list[_Mark] = []
    first = second = 0
    while first < len(left) and second < len(marks):
        mark = marks[second]
        start, end = max(left[first][0], mark.start), min(left[first][1], mark.end)
        if start < end:
            found.append(
                mark if (start, end) == (mark.start, mark.end) else replace(mark, start=start, end=end)
            )
        if left[first][1] < mark.end:
            first += 1
        else:
            second += 1
    return found


_SHOWN_BY: Mapping[Reason, tuple[tuple[SpanKind, str], ...]] = {
    Reason.INPUT: ((SpanKind.AFK, ACTIVE),),
    Reason.SHORT_PAUSE: ((SpanKind.AFK, AWAY),),
    Reason.WITHIN_THRESHOLD: ((SpanKind.AFK, AWAY),),
    Reason.AWAY: ((SpanKind.AFK, AWAY),),
    Reason.BREAK: ((SpanKind.AFK, AWAY),),
    Reason.CALL: ((SpanKind.AFK, AWAY), (SpanKind.CALL, "")),
    Reason.MEETING: ((SpanKind.AFK, AWAY), (SpanKind.CALL, MEETING)),
    Reason.LISTED_SITE: ((SpanKind.WEB, ""), (SpanKind.WINDOW, "")),
    Reason.CONFIRMED: ((SpanKind.WEB, ""), (SpanKind.WINDOW, "")),
}
"""Which evidence stands behind a reason: kind and value, "" for any."""


@dataclass(slots=True)
class _Witnesses:
    """Finds the evidence that touches a run; the spans of a kind and value are sorted."""

    spans: Sequence[Span]
    _known: dict[tuple[SpanKind, str], _Shelf] = field(default_factory=dict)

    def of(self, mark: _Mark) -> tuple[str, ...]:
        """Return the keys of the evidence that stands behind a mark."""
        keys = []
        for kind, value in _SHOWN_BY.get(mark.reason, ()):
            wanted = mark.about if mark.reason is Reason.LISTED_SITE and kind is SpanKind.WEB else value
            keys += self._shelf(kind, wanted).touching(mark.start, mark.end)
        return tuple(keys)

    def _shelf(self, kind: SpanKind, value: str) -> _Shelf:
        found = self._known.get((kind, value))
        if found is None:
            fitting = [s for s in self.spans if s.kind is kind and value in ("", s.value)]
            found = self._known[kind, value] = _Shelf(sorted(fitting, key=lambda s: s.start))
        return found


class _Shelf:
    """Spans by their start, with the latest end so far, so that those that touch a run are found fast."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._starts = [span.start for span in spans]
        self._reach: list[int] = []
        for span in spans:
            self._reach.append(max(span.end, self._reach[-1] if self._reach else span.end))
        self._keys: dict[int, str] = {}

    def touching(self, start: int, end: int) -> list[str]:
        """Return the keys of the spans that overlap a run."""
        first, behind = bisect_right(self._reach, start), bisect_left(self._starts, end)
        return [self._key(at) for at in range(first, behind) if self._spans[at].end > start]

    def _key(self, at: int) -> str:
        found = self._keys.get(at)
        if found is None:
            found = self._keys[at] = self._spans[at].key
        return found
