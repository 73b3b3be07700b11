"""The part of ActivityWatch's protocol that watchers and the browser's extension speak.

A watcher is never answered with an avoidable error: a missing bucket is made, and what lies outside the timer
is accepted and not kept. Only this machine may ask (the Host header is looked at), and of web pages only the
two builds of the extension.

Source: aw-server's REST endpoints under /api/0; aw-watcher-web's origins.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from closebook.agent.store import Store
from closebook.connectors.activitywatch.events import Event, event_of
from closebook.core.errors import InputError
from closebook.core.workforce.runs import SECOND, moment_of

CHROME = "chrome-extension://nglaklhklhcoonedhgnpgddginnjdadi"
_FIREFOX = re.compile(r"moz-extension://[0-9a-f-]{36}")
_HOSTS = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?", re.IGNORECASE)
_BUCKET = re.compile(r"/api/0/buckets/([^/]+)(?:/(.*))?")
_PULSES = {"afkstatus": 185, "currentwindow": 2, "web.tab.current": 80}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: header names in small letters, the query's last value by name."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: status, JSON (None: an empty body), and headers."""

    status: int
    content: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Protocol:
    """Answers watchers from a store. ``key``: the Bearer key to ask for, "" for none."""

    store: Store
    hostname: str
    device_id: str
    version: str
    key: str = ""
    _last: dict[str, Event] = field(default_factory=dict)

    def answer(self, asked: Asked, now: int) -> Answer:
        """Return the answer to a request at a moment (ms)."""
        if not _HOSTS.fullmatch(asked.headers.get("host", "")):
            return Answer(403, {"message": "This address answers its own machine only."})
        origin = asked.headers.get("origin", "")
        if origin and not is_extension(origin):
            return Answer(403, {"message": "Web pages may not ask here."})
        cors = _cors(origin) if origin else {}
        if asked.method == "OPTIONS":
            return Answer(204, None, cors)
        if asked.path.rstrip("/") != "/api/0/info" and not self._may(asked):
            return Answer(401, {"message": "The key is missing or another."}, cors)
        found = self._found(asked, now)
        return Answer(found.status, found.content, {**found.headers, **cors})

    def _may(self, asked: Asked) -> bool:
        sent = asked.headers.get("authorization", "").removeprefix("Bearer ")
        return not self.key or secrets.compare_digest(sent.encode(), self.key.encode())

    def _found(self, asked: Asked, now: int) -> Answer:
        path = asked.path.rstrip("/")
        if path == "/api/0/info":
            names = {"hostname": self.hostname, "version": self.version, "device_id": self.device_id}
            return Answer(200, {**names, "testing": False})
        if path == "/api/0/buckets":
            return Answer(200, {name: _bucket(facts) for name, facts in self.store.buckets().items()})
        if path == "/api/0/export":
            return Answer(200, {"buckets": {name: self._export(name) for name in self.store.buckets()}})
        if path.startswith("/api/0/settings"):
            return Answer(200, {})
        match = _BUCKET.fullmatch(path)
        return (
            self._of_bucket(asked, match[1], match[2] or "", now) if match else Answer(404, {"message": "?"})
        )

    def _of_bucket(self, asked: Asked, name: str, rest: str, now: int) -> Answer:
        if asked.method == "POST":
            return self._posted(asked, name, rest, now)
        if asked.method != "GET":
            return Answer(405, {"message": "Evidence is not changed or removed here."})
        if name not in self.store.buckets():
            return Answer(404, {"message": "There is no such bucket."})
        if rest == "":
            return Answer(200, _bucket(self.store.buckets()[name]))
        if rest == "export":
            return Answer(200, {"buckets": {name: self._export(name)}})
        events = self._events(name, asked.query)
        if rest == "events/count":
            return Answer(200, len(events))
        return Answer(200, events) if rest == "events" else Answer(404, {"message": "?"})

    def _posted(self, asked: Asked, name: str, rest: str, now: int) -> Answer:
        body = _json(asked.body)
        if rest == "":
            facts = body if isinstance(body, dict) else {}
            return Answer(200, {}) if self._make(name, facts, now) else Answer(304)
        if rest not in {"heartbeat", "events"}:
            return Answer(404, {"message": "?"})
        self._make(name, {}, now)
        try:
            events = [event_of(each) for each in (body if isinstance(body, list) else [body])]
        except InputError as error:
            return Answer(400, {"message": error.message})
        if rest == "heartbeat":
            return Answer(200, _plain(self._beat(name, events[-1], asked.query.get("pulsetime", ""))))
        for event in events:
            self.store.beat_add(name, event)
        return Answer(200, None if isinstance(body, list) else _plain(events[0]))

    def _make(self, name: str, facts: Mapping[str, Any], now: int) -> bool:
        """Make a bucket that is missing; a watcher's name tells its type when it did not say it."""
        told = {key: str(facts.get(key) or "") for key in ("type", "client", "hostname")}
        told["type"] = told["type"] or _type_by(name)
        told["hostname"] = self.hostname if told["hostname"] in ("", "!local") else told["hostname"]
        return self.store.bucket_add(name, told, now)

    def _beat(self, name: str, event: Event, pulse: str) -> Event:
        """Keep a heartbeat as it came; return the event that a stock server would show."""
        self.store.beat_add(name, event)
        last = self._last.get(name)
        reach = int(SECOND * _seconds(pulse))
        if last and last.data == event.data and last.start <= event.start <= last.start + last.length + reach:
            event = Event(last.start, max(last.length, event.start - last.start + event.length), last.data)
        if last is None or event.start >= last.start:
            self._last[name] = event
        return event

    def _events(self, name: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
        start, end = (_ms(query.get(edge, "")) for edge in ("start", "end"))
        facts = self.store.buckets()[name]
        beats = self.store.beats(name, 0 if start is None else start, 2**62 if end is None else end)
        events = joined(beats, SECOND * _PULSES.get(str(facts["type"]), 60))
        limit = query.get("limit", "-1")
        most = int(limit) if limit.lstrip("-").isdigit() and int(limit) >= 0 else len(events)
        return [{"id": number, **_plain(each)} for number, each in enumerate(events, 1)][::-1][:most]

    def _export(self, name: str) -> dict[str, Any]:
        events = [{k: v for k, v in each.items() if k != "id"} for each in self._events(name, {})]
        return {**_bucket(self.store.buckets()[name]), "events": events}


def joined(beats: list[Event], reach: int) -> list[Event]:
    """Return sorted heartbeats as events: equal neighbours at most ``reach`` ms apart are one."""
    found: list[Event] = []
    for beat in beats:
        last = found[-1] if found else None
        if last and last.data == beat.data and beat.start <= last.start + last.length + reach:
            found[-1] = Event(last.start, max(last.length, beat.start - last.start + beat.length), last.data)
        else:
            found.append(beat)
    return found


def is_extension(origin: str) -> bool:
    """Tell whether an origin is that of the extension: fixed in Chrome, its own in each Firefox."""
    return origin == CHROME or bool(_FIREFOX.fullmatch(origin))


def _cors(origin: str) -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, OPTIONS",
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Allow-Private-Network": "true",
        "Vary": "Origin",
    }


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None


def _seconds(text: str) -> float:
    try:
        return max(min(float(text), 86_400.0), 0.0) if text.lower() != "nan" else 0.0
    except ValueError:
        return 0.0


def _ms(text: str) -> int | None:
    try:
        return event_of({"timestamp": text}).start if text else None
    except InputError:
        return None


def _type_by(name: str) -> str:
    words = {"afk": "afkstatus", "window": "currentwindow", "web": "web.tab.current"}
    return next((type_ for word, type_ in words.items() if f"-{word}" in name), "")


def _bucket(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {**facts, "name": None, "created": moment_of(int(facts["created"])).isoformat(), "data": {}}


def _plain(event: Event) -> dict[str, Any]:
    at = moment_of(event.start).isoformat(timespec="milliseconds")
    return {"timestamp": at, "duration": event.length / SECOND, "data": dict(event.data)}
