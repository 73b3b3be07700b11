"""Evidence of presence: spans with keys of their own, whose order and repetition change nothing.

Source: the heartbeat rule and rhythms of ActivityWatch (aw-core, aw-watcher-afk, aw-watcher-web). A watcher
for one system began "away" at its threshold and not at the last input; `from_last_input` makes both alike.
"""

from __future__ import annotations

import hashlib
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from closebook.core.workforce.runs import SECOND, Run, intersect, subtract, union

ACTIVE, AWAY = "active", "away"
PRIVATE = "private"
MEETING = "meeting"
GAP = 5 * SECOND
"""Gaps of at most this length between two pieces of evidence are the rhythm of polling, not a fact."""


class SpanKind(StrEnum):
    """What a span is evidence of; ``value`` of the span says which.

    AFK: ``active`` or ``away`` · WEB: the host of the tab in front · WINDOW: the app in front · CALL: the
    host of an audible call, or ``meeting``.
    """

    AFK = "afk"
    WEB = "web"
    WINDOW = "window"
    CALL = "call"


PULSE: Mapping[SpanKind, int] = {
    SpanKind.AFK: 185 * SECOND,
    SpanKind.WEB: 80 * SECOND,
    SpanKind.WINDOW: 2 * SECOND,
    SpanKind.CALL: 80 * SECOND,
}
"""How far apart two equal heartbeats may be and still be one span, by kind."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A run of time in which a device showed one thing; moments in milliseconds UTC, half open."""

    device: str
    kind: SpanKind
    start: int
    end: int
    value: str

    @property
    def key(self) -> str:
        """Return what names this fact for ever: the same span sent twice has the same key (32 characters)."""
        text = f"{self.device}\0{self.kind}\0{self.start}\0{self.end}\0{self.value}"
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def merged(spans: Iterable[Span], gap: int = 0) -> list[Span]:
    """Return the spans united per device, kind and value, sorted; order and repetition change nothing."""
    by_value: dict[tuple[str, SpanKind, str], list[Run]] = {}
    for span in spans:
        by_value.setdefault((span.device, span.kind, span.value), []).append((span.start, span.end))
    facts = sorted(
        (device, kind, start, end, value)
        for (device, kind, value), runs in by_value.items()
        for start, end in union(runs, gap)
    )
    return [Span(*each) for each in facts]


@dataclass(frozen=True, slots=True, order=True)
class Beat:
    """A heartbeat as it arrived: from ``start`` for ``length`` milliseconds the bucket showed ``value``."""

    start: int
    length: int
    value: str


def spans_of_beats(
    device: str, kind: SpanKind, beats: Iterable[Beat], pulse: int | None = None
) -> list[Span]:
    """Return the spans of one bucket's heartbeats, whatever their order and however often each came.

    Equal neighbours whose gap is at most ``pulse`` ms (default: that of the kind) are one span.
    """
    reach = PULSE[kind] if pulse is None else pulse
    found: list[Span] = []
    for beat in sorted(set(beats)):
        end = beat.start + beat.length
        last = found[-1] if found else None
        if last and last.value == beat.value and beat.start <= last.end + reach:
            found[-1] = replace(last, end=max(last.end, end))
        else:
            found.append(Span(device, kind, beat.start, end, beat.value))
    return [span for span in found if span.end > span.start]


def from_last_input(spans: Iterable[Span], threshold: int) -> list[Span]:
    """Return the evidence of a device whose "away" begins only at the threshold as if it began at the last
    input: ``threshold`` ms before each away span were not active but away.
    """
    every = list(spans)
    away = union((s.start, s.end) for s in every if s.kind is SpanKind.AFK and s.value == AWAY)
    early = [(start - threshold, start) for start, _ in away]
    found = []
    for span in every:
        if span.kind is not SpanKind.AFK:
            found.append(span)
        elif span.value == ACTIVE:
            kept = subtract([(span.start, span.end)], union(early))
            found += [replace(span, start=start, end=end) for start, end in kept]
        else:
            found.append(replace(span, start=span.start - threshold if _begins(span, away) else span.start))
    return merged(found)


def _begins(span: Span, away: Sequence[Run]) -> bool:
    return any(span.start == start for start, _ in away)


@dataclass(frozen=True, slots=True)
class Presence:
    """What the devices together say: ``active`` time, ``away`` time, and the time that any of them covers."""

    active: list[Run]
    away: list[Run]
    covered: list[Run]


def presence_of(spans: Iterable[Span]) -> Presence:
    """Return active, away and covered time over all devices: any active wins.

    A gap of at most 5 s is away when there is away on both sides, and active otherwise.
    """
    every = [span for span in spans if span.kind is SpanKind.AFK]
    active = union((span.start, span.end) for span in every if span.value == ACTIVE)
    seen = union((span.start, span.end) for span in every)
    away = subtract(seen, active)
    covered = union(seen, GAP)
    ends, starts = {end for _, end in away}, {start for start, _ in away}
    gaps = subtract(covered, seen)
    quiet = [gap for gap in gaps if gap[0] in ends and gap[1] in starts]
    return Presence(union([*active, *subtract(gaps, quiet)]), union([*away, *quiet]), covered)


def clipped(spans: Iterable[Span], timers: Sequence[Run]) -> list[Span]:
    """Return the parts of spans inside the timers; what lies outside is neither kept nor sent."""
    inside = union(timers)
    ends = [end for _, end in inside]
    found = []
    for span in spans:
        first = bisect_right(ends, span.start)
        if first < len(inside) and inside[first][0] <= span.start and span.end <= inside[first][1]:
            found.append(span)
            continue
        near = inside[first : bisect_left(ends, span.end) + 1]
        cut = intersect([(span.start, span.end)], near)
        found += [replace(span, start=start, end=end) for start, end in cut]
    return found


def held_future(spans: Iterable[Span], now: int, slack: int = 0) -> tuple[list[Span], list[Span]]:
    """Return the spans that end by ``now`` (plus ``slack`` ms), and those to be held until then."""
    usable: list[Span] = []
    held: list[Span] = []
    for span in spans:
        (usable if span.end <= now + slack else held).append(span)
    return usable, held


@dataclass(frozen=True, slots=True)
class Offset:
    """How far a device's clock is behind the server's, in ms to be added; ``stable`` unless it jumped."""

    ms: int
    stable: bool


def clock_offset(samples: Iterable[tuple[int, int]], most_spread: int = 2 * SECOND) -> Offset:
    """Return the offset of (device time, server time) pairs of successive syncs; no pairs: none needed."""
    seen = sorted(server - device for device, server in samples)
    if not seen:
        return Offset(0, stable=True)
    return Offset(statistics.median_low(seen), stable=seen[-1] - seen[0] <= most_spread)


def shifted(spans: Iterable[Span], offset: Offset) -> list[Span]:
    """Return the spans on the server's clock; a clock that jumped is left as it is, for a person to see."""
    if not offset.stable or not offset.ms:
        return list(spans)
    return [replace(s, start=s.start + offset.ms, end=s.end + offset.ms) for s in spans]


def day_hash(previous: str, spans: Iterable[Span]) -> str:
    """Return the link of a day of evidence in its chain: of the day before and every key of this day."""
    text = "\n".join([previous, *sorted({span.key for span in spans})])
    return hashlib.blake2b(text.encode(), digest_size=32).hexdigest()
