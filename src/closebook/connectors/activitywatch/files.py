"""Exports of ActivityWatch (one bucket or all): ``{"buckets": {id: {…, "events": […]}}}``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from closebook.connectors.activitywatch.events import event_of, spans_of_events
from closebook.core.errors import InputError
from closebook.core.workforce.evidence import Span


@dataclass(frozen=True, slots=True)
class Export:
    """The evidence of an export, how many events it had, and how many of them could not be read."""

    spans: tuple[Span, ...]
    events: int
    unread: int


def read_export(content: bytes) -> Export:
    """Return the evidence in an export's bytes. Raises InputError for what is no export."""
    try:
        plain = json.loads(content)
    except ValueError as error:
        raise _no_export() from error
    buckets = plain.get("buckets") if isinstance(plain, dict) else None
    if not isinstance(buckets, dict):
        raise _no_export()
    spans: list[Span] = []
    seen = unread = 0
    for name, bucket in buckets.items():
        if not isinstance(bucket, dict):
            raise _no_export()
        events, bad = _events(bucket.get("events"))
        device = str(bucket.get("hostname") or name)
        spans += spans_of_events(device, str(bucket.get("type")), events)
        seen, unread = seen + len(events) + bad, unread + bad
    return Export(tuple(spans), seen, unread)


def _events(plain: Any) -> tuple[list[Any], int]:
    found, bad = [], 0
    for each in plain if isinstance(plain, list) else ():
        try:
            found.append(event_of(each))
        except InputError:
            bad += 1
    return found, bad


def _no_export() -> InputError:
    return InputError(
        "not-an-export",
        "This is no export of ActivityWatch.",
        remedy="Save it there under Raw data, as JSON.",
    )
