"""What watchers and people read back: heartbeats as the events that a stock server would show.

Source: aw-core's heartbeat rule; the clipping of aw-datastore and of the Rust server.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from closebook.agent.store import Store
from closebook.connectors.activitywatch.events import Event, event_of
from closebook.core.workforce.runs import SECOND, moment_of

NEVER = -1
"""The pulsetime of an event that was inserted and not beaten: it joins none before it."""
_PULSES = {"afkstatus": 185, "currentwindow": 2, "web.tab.current": 80}
_BLANK_FOR_PLUS = re.compile(r"(T.*) (\d\d:?\d\d)")


def joined(beats: Iterable[tuple[Event, int]]) -> list[Event]:
    """Return heartbeats, sorted by start, as events; each comes with the reach (ms) of its pulsetime."""
    found: list[Event] = []
    for beat, reach in beats:
        last = found[-1] if found else None
        near = last and (beat.start <= last.start + last.length + reach if reach >= 0 else beat == last)
        if last and near and last.data == beat.data:
            found[-1] = Event(last.start, max(last.length, beat.start - last.start + beat.length), last.data)
        else:
            found.append(beat)
    return found


def events_of(store: Store, name: str, end: int | None = None) -> list[Event]:
    """Return a bucket's events, oldest first; those that begin by ``end`` (ms) only."""
    usual = SECOND * _PULSES.get(str(store.buckets()[name]["type"]), 60)
    beats = store.pulses(name, 2**62 if end is None else end)
    return joined((event, usual if reach is None else reach) for event, reach in beats)


def cut(event: Event, start: int | None, end: int | None) -> Event | None:
    """Return what of an event lies in a run of time (None: open on that side), None for nothing."""
    begins = event.start if start is None else max(event.start, start)
    ends = event.start + event.length if end is None else min(event.start + event.length, end)
    return Event(begins, ends - begins, event.data) if ends >= begins else None


def number_of(event: Event) -> int:
    """Return the number of an event, which stays while it grows; a browser can hold it exactly."""
    text = f"{event.start} {json.dumps(event.data, sort_keys=True)}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=6).digest())


def plain_event(event: Event) -> dict[str, Any]:
    """Return an event as JSON."""
    at = moment_of(event.start).isoformat(timespec="milliseconds")
    return {"timestamp": at, "duration": event.length / SECOND, "data": dict(event.data)}


def plain_bucket(facts: Mapping[str, Any], last: int | None) -> dict[str, Any]:
    """Return a bucket as JSON; ``last`` is the end of its newest event in ms."""
    made = moment_of(int(facts["created"])).isoformat()
    updated = {} if last is None else {"last_updated": moment_of(last).isoformat()}
    return {**facts, "name": None, "created": made, "data": {}, **updated}


def moment_ms(text: str) -> int | None:
    """Return the moment of a query's ``start`` or ``end`` in ms, None for none. Raises InputError for another
    text; a plus that was sent as it is arrives as a blank.
    """
    return event_of({"timestamp": _BLANK_FOR_PLUS.sub(r"\1+\2", text)}).start if text else None
