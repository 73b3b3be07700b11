"""Events of ActivityWatch as heartbeats of evidence: hosts instead of addresses, apps instead of titles.

Source: the bucket and event models of aw-core; aw-watcher-afk, aw-watcher-window and aw-watcher-web.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from closebook.core.errors import InputError
from closebook.core.workforce.evidence import (
    ACTIVE,
    AWAY,
    PRIVATE,
    PULSE,
    Beat,
    Span,
    SpanKind,
    spans_of_beats,
)
from closebook.core.workforce.runs import HOUR, MINUTE, SECOND, ms_of
from closebook.core.workforce.sites import host_of

KINDS: Mapping[str, SpanKind] = {
    "afkstatus": SpanKind.AFK,
    "currentwindow": SpanKind.WINDOW,
    "web.tab.current": SpanKind.WEB,
}
MOST_PULSE = 5 * MINUTE
_STATES = {"not-afk": ACTIVE, "afk": AWAY, "hibernating": AWAY}
_ISO_LENGTH = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.ASCII)
_LONGEST = 10 * 366 * 24 * HOUR
"""An event that says to be longer (ten years, in ms) is none."""
_FIRST, _LAST = (ms_of(dt.datetime(year, 1, 1, tzinfo=dt.UTC)) for year in (1900, 3000))
"""A moment outside of these (ms) is a broken clock's, and could not be reckoned with."""
_UNSEEN = frozenset({"", "unknown"})


@dataclass(frozen=True, slots=True)
class Event:
    """An event: start and length in ms, and what it says."""

    start: int
    length: int
    data: Mapping[str, Any]


def event_of(plain: Any) -> Event:
    """Return the event of a JSON object; a time without zone is UTC, and is cut to milliseconds.

    Raises InputError for what is no event.
    """
    if not isinstance(plain, dict) or not isinstance(data := plain.get("data") or {}, dict):
        raise InputError("not-an-event", "This is no event of ActivityWatch.")
    try:
        moment = dt.datetime.fromisoformat(str(plain["timestamp"]))
        length = _length_of(plain.get("duration"))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InputError("not-an-event", "This is no event of ActivityWatch.") from error
    start = ms_of(moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC))
    if not _FIRST <= start <= _LAST:
        raise InputError("not-an-event", "This is no event of ActivityWatch.")
    return Event(start, max(length, 0), data)


def _length_of(told: Any) -> int:
    """Return a duration in ms: seconds as a number or in letters, or as ISO 8601 says it; none is 0."""
    match = _ISO_LENGTH.fullmatch(told) if isinstance(told, str) else None
    if match:
        days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
        told = 86_400 * days + 3600 * hours + 60 * minutes + seconds
    length = int(SECOND * float(told or 0))
    if length > _LONGEST:
        raise ValueError
    return length


def value_of(kind: SpanKind, data: Mapping[str, Any]) -> str:
    """Return what an event is evidence of, "" for nothing: a state, a host, an app, or ``private``."""
    if kind is SpanKind.AFK:
        return _STATES.get(str(data.get("status")), "")
    if data.get("incognito") is True:
        return PRIVATE
    if kind is SpanKind.WEB:
        return host_of(_whole(data.get("url")))
    app = _whole(data.get("app")).strip().lower()
    return "" if app in _UNSEEN else app


def _whole(told: Any) -> str:
    """Return a text whose halves of letters, which a cut title may end with, are question marks."""
    return str(told or "").encode("utf-8", "replace").decode("utf-8")


def beats_of(kind: SpanKind, events: Iterable[Event]) -> list[Beat]:
    """Return the heartbeats of a bucket's events; an event that says nothing ends the one before it."""
    return [Beat(event.start, event.length, value_of(kind, event.data)) for event in events]


def call_beats(events: Iterable[Event]) -> list[Beat]:
    """Return the heartbeats of audible tabs; which of their hosts are calls the contract says."""
    return [
        Beat(e.start, e.length, value_of(SpanKind.WEB, e.data) if e.data.get("audible") is True else "")
        for e in events
    ]


def spans_of_events(device: str, type_: str, events: Iterable[Event], pulse: int = 0) -> list[Span]:
    """Return the evidence of one bucket; nothing for a type that is none of ours.

    ``pulse`` is how far apart (ms) its watcher says that equal heartbeats are one, where that is more than
    usual for the type; above five minutes nobody's word is taken.
    """
    kind = KINDS.get(type_)
    if kind is None:
        return []
    known, reach = list(events), max(PULSE[kind], min(pulse, MOST_PULSE))
    found = spans_of_beats(device, kind, beats_of(kind, known), reach)
    if kind is SpanKind.WEB:
        found += spans_of_beats(device, SpanKind.CALL, call_beats(known), reach)
    return [span for span in found if span.value]
