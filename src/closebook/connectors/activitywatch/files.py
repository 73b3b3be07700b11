"""Exports of ActivityWatch, of one bucket or all: ``{"buckets": {id: {…, "events": […]}}}``, or a bucket.

Of an event only what is evidence is kept, and only of the run of time that is asked for: a file of any size
needs the memory of that run.

Source: the exports of aw-server and aw-server-rust (events newest first or oldest first, keys in any order,
nanoseconds), of their pages for one bucket, and of aw-watcher-web without a host name ("unknown").
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from closebook.connectors.activitywatch.events import KINDS, Event, event_of, spans_of_events
from closebook.connectors.activitywatch.json_stream import JsonStream, text_of
from closebook.core.errors import InputError
from closebook.core.workforce.evidence import PULSE, Span, from_last_input
from closebook.core.workforce.runs import Run

_USED = ("status", "app", "url", "incognito", "audible")
_NAMELESS = frozenset({"", "unknown", "None"})
_NEAR = 2 * max(PULSE.values())


@dataclass(frozen=True, slots=True)
class Export:
    """The evidence of an export, how many events it had, and how many of them could not be read."""

    spans: tuple[Span, ...]
    events: int
    unread: int


@dataclass(slots=True)
class _Bucket:
    name: str
    facts: dict[str, str] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    seen: int = 0
    unread: int = 0

    @property
    def type(self) -> str:
        return self.facts.get("type", "")

    @property
    def host(self) -> str:
        host = self.facts.get("hostname", "")
        return "" if host in _NAMELESS else host


def read_export(source: bytes | IO[bytes], run: Run | None = None, late: int = 0) -> Export:
    """Return the evidence in an export: JSON, or JSON packed as gzip or zip.

    ``run`` (ms): what lies apart from it is passed over. ``late`` (ms): the watcher's "away" begins only so
    long after the last input, which is made good. Raises InputError for what is no export or breaks off.
    """
    stream = JsonStream(text_of(io.BytesIO(source) if isinstance(source, bytes) else source))
    buckets = list(_buckets(stream, run))
    hosts = sorted({bucket.host for bucket in buckets if bucket.host and bucket.type in KINDS})
    spans: list[Span] = []
    for bucket in buckets:
        device = bucket.host or (hosts[0] if len(hosts) == 1 else bucket.name)
        found = spans_of_events(device, bucket.type, bucket.events)
        spans += from_last_input(found, late) if late else found
    return Export(tuple(spans), sum(b.seen for b in buckets), sum(b.unread for b in buckets))


def _buckets(stream: JsonStream, run: Run | None) -> Iterator[_Bucket]:
    if stream.peek() != "{":
        raise _no_export()
    known = False
    alone = _Bucket("")
    for name in stream.members():
        if name == "buckets":
            known = True
            if stream.peek() != "{":
                raise _no_export()
            for bucket in stream.members():
                yield _bucket(stream, bucket, run)
        else:
            _member(stream, alone, name, run)
    if stream.peek() or not (known or alone.seen):
        raise _no_export()
    if alone.seen:
        yield alone


def _bucket(stream: JsonStream, name: str, run: Run | None) -> _Bucket:
    if stream.peek() != "{":
        raise _no_export()
    found = _Bucket(name)
    for member in stream.members():
        _member(stream, found, member, run)
    return found


def _member(stream: JsonStream, bucket: _Bucket, name: str, run: Run | None) -> None:
    if name != "events" or stream.peek() != "[":
        value = stream.value()
        if isinstance(value, str):
            bucket.facts[name] = value
        return
    for _ in stream.items():
        bucket.seen += 1
        try:
            event = event_of(stream.value())
        except InputError as error:
            if error.code != "not-an-event":
                raise
            bucket.unread += 1
            continue
        if run is None or (event.start <= run[1] + _NEAR and event.start + event.length >= run[0] - _NEAR):
            data = {key: event.data[key] for key in _USED if key in event.data}
            bucket.events.append(Event(event.start, event.length, data))


def _no_export() -> InputError:
    return InputError(
        "not-an-export",
        "This is no export of ActivityWatch.",
        remedy="Save it there under Raw data, as JSON.",
    )
