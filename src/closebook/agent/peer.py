"""Reading from an ActivityWatch that stands at its port already: only the events inside the timer."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from closebook.agent.store import Store
from closebook.connectors.activitywatch.events import KINDS, event_of
from closebook.core.errors import InputError, RetryError
from closebook.core.workforce.runs import Run, moment_of
from closebook.transport.http import HttpClient, Request, exchange


def read_peer(http: HttpClient, url: str, store: Store, run: Run, now: int, key: str = "") -> int:
    """Keep the events of a run of time that an ActivityWatch at ``url`` has; return how many were read.

    An ActivityWatch that does not answer gives none: they are asked for again the next time.
    """
    buckets = _asked(http, f"{url}/api/0/buckets/", {}, key)
    read = 0
    for name, facts in buckets.items() if isinstance(buckets, dict) else ():
        if facts.get("type") not in KINDS:
            continue
        told = {part: str(facts.get(part) or "") for part in ("type", "client", "hostname")}
        store.bucket_add(name, told, now)
        start, end = (moment_of(edge).isoformat() for edge in run)
        events = _asked(
            http, f"{url}/api/0/buckets/{quote(name, safe='')}/events", {"start": start, "end": end}, key
        )
        for plain in events if isinstance(events, list) else ():
            try:
                store.beat_add(name, event_of(plain))
            except InputError:
                continue
            read += 1
    return read


def _asked(http: HttpClient, url: str, params: dict[str, str], key: str) -> Any:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        reply = exchange(http, Request("GET", url, params=params, headers=headers))
        return json.loads(reply.body) if reply.status == 200 else None
    except (RetryError, ValueError):
        return None
