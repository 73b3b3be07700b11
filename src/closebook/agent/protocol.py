"""The part of ActivityWatch's protocol that watchers and the browser's extension speak.

A watcher is never answered with an avoidable error: a missing bucket is made, and what lies outside the timer
is accepted and not kept. Only this machine may ask (the Host header is looked at), and of web pages only the
two builds of the extension.

Source: aw-server's REST endpoints under /api/0; aw-watcher-web's origins.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from closebook.agent.bodies import file_of, plain_of
from closebook.agent.shown import (
    NEVER,
    cut,
    events_of,
    joined,
    moment_ms,
    number_of,
    plain_bucket,
    plain_event,
)
from closebook.agent.store import Store
from closebook.connectors.activitywatch.events import Event, event_of
from closebook.core.errors import InputError
from closebook.core.workforce.runs import SECOND

CHROME = "chrome-extension://nglaklhklhcoonedhgnpgddginnjdadi"
_FIREFOX = re.compile(r"moz-extension://[0-9a-f-]{36}")
_HOSTS = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?", re.IGNORECASE)
_BUCKET = re.compile(r"/api/0/buckets/([^/]+)(?:/(.*))?")
_EVENT = re.compile(r"events/(\d{1,18})", re.ASCII)
_SETTING = re.compile(r"/api/0/settings(?:/([^/]+))?")
_SETTINGS = "settings"
_LONG_NUMBER = 18


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
    _last: dict[str, Event | None] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

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
            return Answer(200, self._buckets())
        if path == "/api/0/export":
            return _download({name: self._export(name) for name in self.store.buckets()}, "aw-buckets-export")
        if path == "/api/0/import" and asked.method == "POST":
            return self._import(asked, now)
        if match := _SETTING.fullmatch(path):
            return self._setting(asked, unquote(match[1] or ""))
        if path == "/api/0/query":
            text = "Queries are not answered here: ask for the events of a bucket."
            return Answer(400, {"type": "QueryException", "message": text})
        if match := _BUCKET.fullmatch(path):
            return self._of_bucket(asked, unquote(match[1]), match[2] or "", now)
        return Answer(404, {"message": "There is nothing at this address."})

    def _buckets(self) -> dict[str, dict[str, Any]]:
        ends = self.store.newest_ends()
        return {name: plain_bucket(facts, ends.get(name)) for name, facts in self.store.buckets().items()}

    def _setting(self, asked: Asked, name: str) -> Answer:
        """Keep or return a setting of a client's own; nothing here goes by it."""
        known = self.store.fact(_SETTINGS, {})
        if asked.method == "POST" and name:
            value = plain_of(asked.body)
            self.store.fact_keep(_SETTINGS, {**known, name: value})
            return Answer(200, value)
        return Answer(200, known.get(name) if name else known)

    def _import(self, asked: Asked, now: int) -> Answer:
        """Take an export in, of which what lies inside the timer is kept."""
        plain = plain_of(file_of(asked.body, asked.headers.get("content-type", "")))
        buckets = plain.get("buckets", plain) if isinstance(plain, dict) else None
        if not isinstance(buckets, dict) or not all(isinstance(each, dict) for each in buckets.values()):
            return Answer(400, {"message": "This is no export of ActivityWatch."})
        for name, facts in buckets.items():
            self._make(name, facts, now)
            for plain in facts.get("events") or ():
                with suppress(InputError):
                    self.store.beat_add(name, event_of(plain), NEVER)
        return Answer(200, None)

    def _of_bucket(self, asked: Asked, name: str, rest: str, now: int) -> Answer:
        if asked.method == "POST":
            return self._posted(asked, name, rest, now)
        if name not in self.store.buckets():
            return Answer(404, {"message": "There is no such bucket."})
        if asked.method == "DELETE":
            return self._removed(asked, name, rest)
        if asked.method == "PUT":
            self.store.bucket_change(name, _told(plain_of(asked.body)))
            return Answer(200, {})
        if rest == "":
            return Answer(200, self._buckets()[name])
        if rest == "export":
            return _download({name: self._export(name)}, f"aw-bucket-export_{name}")
        return self._asked_events(asked, name, rest)

    def _asked_events(self, asked: Asked, name: str, rest: str) -> Answer:
        try:
            edges = moment_ms(asked.query.get("start", "")), moment_ms(asked.query.get("end", ""))
        except InputError:
            return Answer(400, {"message": "start and end are moments as in ISO 8601."})
        if match := _EVENT.fullmatch(rest):
            event = self._numbered(name, int(match[1]))
            return Answer(200, {"id": int(match[1]), **plain_event(event)}) if event else Answer(404)
        whole = events_of(self.store, name, edges[1])[::-1]
        events = [(each, part) for each in whole if (part := cut(each, *edges))]
        if rest == "events/count":
            return Answer(200, len(events))
        if rest != "events":
            return Answer(404, {"message": "There is nothing at this address."})
        limit = asked.query.get("limit", "-1")
        most = int(limit) if limit.isdecimal() and len(limit) < _LONG_NUMBER else len(events)
        return Answer(200, [{"id": number_of(each), **plain_event(part)} for each, part in events[:most]])

    def _numbered(self, name: str, number: int) -> Event | None:
        return next((each for each in events_of(self.store, name) if number_of(each) == number), None)

    def _removed(self, asked: Asked, name: str, rest: str) -> Answer:
        """Remove what is the person's own from this machine; what was told already stays told."""
        self._last.pop(name, None)
        if match := _EVENT.fullmatch(rest):
            event = self._numbered(name, int(match[1]))
            if event:
                self.store.beats_remove(name, event)
            return Answer(200, {"success": event is not None})
        if rest:
            return Answer(404, {"message": "There is nothing at this address."})
        if asked.query.get("force") != "1":
            return Answer(401, {"message": "A bucket is removed with ?force=1 only."})
        self.store.bucket_remove(name)
        return Answer(200, {})

    def _posted(self, asked: Asked, name: str, rest: str, now: int) -> Answer:
        body = plain_of(asked.body)
        if rest == "":
            return Answer(200, {}) if self._make(name, body, now) else Answer(304)
        if rest not in {"heartbeat", "events"}:
            return Answer(404, {"message": "There is nothing at this address."})
        if rest == "heartbeat" and "pulsetime" not in asked.query:
            return Answer(400, {"message": "Missing required parameter pulsetime"})
        try:
            events = [event_of(each) for each in _listed(body)]
        except InputError as error:
            return Answer(400, {"message": error.message})
        self._make(name, {}, now)
        if rest == "heartbeat":
            beaten = [self._beat(name, each, asked.query["pulsetime"]) for each in events]
            return Answer(200, plain_event(beaten[-1]) if beaten else None)
        shown = [self._insert(name, event, plain) for event, plain in zip(events, _listed(body), strict=True)]
        return Answer(200, shown if isinstance(body, list) else shown[0])

    def _insert(self, name: str, event: Event, plain: Any) -> dict[str, Any]:
        """Keep an event; one that comes with the number of a known one takes its place."""
        self._last.pop(name, None)
        if isinstance(number := plain.get("id"), int) and (known := self._numbered(name, number)):
            self.store.beats_remove(name, known)
        self.store.beat_add(name, event, NEVER)
        return {"id": number_of(event), **plain_event(event)}

    def _make(self, name: str, facts: Any, now: int) -> bool:
        """Make a bucket that is missing; a watcher's name tells its type when it did not say it."""
        told = _told(facts)
        told["type"] = told["type"] or _type_by(name)
        told["hostname"] = self.hostname if told["hostname"] in ("", "!local") else told["hostname"]
        return self.store.bucket_add(name, told, now)

    def _beat(self, name: str, event: Event, pulse: str) -> Event:
        """Keep a heartbeat as it came; return the event that a stock server would show."""
        reach = int(SECOND * _seconds(pulse))
        with self._lock:
            if name not in self._last:
                self._last[name] = next(iter(events_of(self.store, name)[-1:]), None)
            self.store.beat_add(name, event, reach)
            last = self._last[name]
            before = [(last, NEVER)] if last and event.start >= last.start else []
            found = joined([*before, (event, reach)])[-1]
            if last is None or event.start >= last.start:
                self._last[name] = found
        return found

    def _export(self, name: str) -> dict[str, Any]:
        events = [plain_event(each) for each in events_of(self.store, name)[::-1]]
        return {**self._buckets()[name], "events": events}


def _download(buckets: dict[str, Any], name: str) -> Answer:
    file = quote(f"{name}.json")
    return Answer(200, {"buckets": buckets}, {"Content-Disposition": f"attachment; filename={file}"})


def _listed(body: Any) -> list[Any]:
    return body if isinstance(body, list) else [body]


def _told(facts: Any) -> dict[str, str]:
    known = facts if isinstance(facts, dict) else {}
    told = {key: str(known.get(key) or "") for key in ("type", "client", "hostname")}
    return {key: text.encode("utf-8", "replace").decode() for key, text in told.items()}


def is_extension(origin: str) -> bool:
    """Tell whether an origin is that of the extension: fixed in Chrome, its own in each Firefox."""
    return origin == CHROME or bool(_FIREFOX.fullmatch(origin))


def _cors(origin: str) -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Allow-Private-Network": "true",
        "Vary": "Origin",
    }


def _seconds(text: str) -> float:
    try:
        return max(min(float(text), 86_400.0), 0.0) if text.lower() != "nan" else 0.0
    except ValueError:
        return 0.0


def _type_by(name: str) -> str:
    words = {"afk": "afkstatus", "window": "currentwindow", "web": "web.tab.current"}
    return next((type_ for word, type_ in words.items() if f"-{word}" in name), "")
