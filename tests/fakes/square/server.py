"""A local server that speaks Square's API over HTTP for a simulated account, with faults to order.

Pages may be short, cursors hold the query they were made for, the main location is the default, a window is
a year at most, tokens end, and calls may be refused with 429 or fail; all as in Square's documentation.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.square.world import Json, World

YEAR = dt.timedelta(days=366)


@dataclass
class Square:
    """The service of one account. ``faults`` is the share of calls that fail, chosen by ``seed``, in one of
    the ways of ``kinds``: a status, ``lost`` (no answer comes) or ``cut`` (half of one).
    """

    world: World
    url: str = ""
    token: str = "token-1"
    refresh_token: str = "refresh-1"
    refreshed: int = 0
    faults: float = 0
    seed: int = 0
    kinds: tuple[str, ...] = ("429", "500", "503")
    failed: Counter[str] = field(default_factory=Counter)
    calls: list[str] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    scripted: list[tuple[int, Json, dict[str, str]]] = field(default_factory=list)
    invisible_orders: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def refuse(self) -> tuple[int, Json, dict[str, str]] | None:
        """Return the fault that this call meets, or None."""
        if self.scripted:
            return self.scripted.pop(0)
        if self.chance.random() >= self.faults:
            return None
        word = self.chance.choice(self.kinds)
        self.failed[word] += 1
        if word in ("lost", "cut"):
            return 0, {}, {"how": word}
        error = (
            {"category": "RATE_LIMIT_ERROR", "code": "RATE_LIMITED"}
            if word == "429"
            else {"code": "INTERNAL"}
        )
        return int(word), {"errors": [error]}, {"Retry-After": "0"}

    def answer(self, method: str, path: str, query: dict[str, str], body: Json) -> tuple[int, Json]:
        parts = path.removeprefix("/v2/").split("/")
        if method == "POST" and path == "/v2/orders/search":
            return self._order_search(body)
        if method == "POST" and path == "/v2/orders/batch-retrieve":
            wanted = body.get("order_ids", [])
            if len(wanted) > 100:
                return 400, _error("ARRAY_LENGTH_TOO_LONG", "order_ids")
            return 200, {"orders": [self.world.orders[ref] for ref in wanted if ref in self.world.orders]}
        if parts == ["locations"]:
            return 200, {"locations": self.world.locations()}
        if parts[0] == "payouts" and len(parts) == 3:
            return self._page(self.world.entries.get(parts[1], []), "payout_entries", query)
        if len(parts) == 2 and parts[0] in {"payments", "refunds", "customers"}:
            return self._one(parts[0], parts[1])
        return self._list("/".join(parts), query)

    def _one(self, kind: str, ref: str) -> tuple[int, Json]:
        found = getattr(self.world, kind).get(ref)
        if found is not None and kind == "payments":
            found = self.world.payment_now(found)
        return (200, {kind[:-1]: found}) if found else (404, _error("NOT_FOUND"))

    def _list(self, path: str, query: dict[str, str]) -> tuple[int, Json]:
        world = self.world
        main = world.locations()[0]["id"]
        if path == "payments":
            rows = [shown for one in world.payments.values() if (shown := world.payment_now(one))]
            return self._windowed(rows, "payments", query, query.get("location_id", main))
        if path == "refunds":
            return self._windowed(self._past(world.refunds), "refunds", query, query.get("location_id", main))
        if path == "payouts":
            sent = [shown for one in world.payouts.values() if (shown := world.payout_now(one))]
            return self._windowed(sent, "payouts", query, query.get("location_id", main))
        if path == "invoices":
            if not query.get("location_id"):
                return 400, _error("MISSING_REQUIRED_PARAMETER", "location_id")
            rows = [one for one in world.invoices.values() if one["location_id"] == query["location_id"]]
            return self._page(rows, "invoices", query)
        if path == "gift-cards/activities":
            return self._windowed(list(world.activities.values()), "gift_card_activities", query, "")
        lists = {
            "customers": ("customers", list(world.customers.values())),
            "catalog/list": ("objects", world.catalogue()),
            "disputes": (
                "disputes",
                [one for each in world.disputes.values() if (one := world.dispute_now(each))],
            ),
        }
        if path not in lists:
            return 404, _error("NOT_FOUND")
        return self._page(lists[path][1], lists[path][0], query)

    def _past(self, rows: dict[str, Json]) -> list[Json]:
        return [one for one in rows.values() if one["created_at"] <= _stamp(self.world.now)]

    def _windowed(
        self, rows: list[Json], member: str, query: dict[str, str], location: str
    ) -> tuple[int, Json]:
        by = "updated_at" if "updated_at_begin_time" in query else "created_at"
        prefix = "updated_at_" if by == "updated_at" else ""
        end = query.get(f"{prefix}end_time") or _stamp(self.world.now)
        begin = query.get(f"{prefix}begin_time") or _stamp(dt.datetime.fromisoformat(end) - YEAR)
        if dt.datetime.fromisoformat(end) - dt.datetime.fromisoformat(begin) > YEAR:
            return 400, _error("INVALID_TIME_RANGE", "begin_time")
        kept = [
            one
            for one in rows
            if begin <= one.get(by, one.get("created_at", "")) < end
            and (not location or one.get("location_id", location) == location)
        ]
        kept.sort(key=lambda one: (one.get(by, ""), one["id"]))
        return self._page(kept, member, query)

    def _order_search(self, body: Json) -> tuple[int, Json]:
        locations = body.get("location_ids") or []
        if not 1 <= len(locations) <= 10:
            return 400, _error("BAD_REQUEST", "location_ids")
        asked = body.get("query", {})
        filters = asked.get("filter", {}).get("date_time_filter", {})
        name = next(iter(filters), "created_at")
        if asked.get("sort", {}).get("sort_field", "CREATED_AT") != name.upper():
            return 400, _error("BAD_REQUEST", "query.sort.sort_field")
        span = filters.get(name, {})
        rows = [
            one
            for one in self._past(self.world.orders)
            if one["location_id"] in locations
            and span.get("start_at", "") <= one[name] < span.get("end_at", "9")
            and one["id"] not in self.invisible_orders
        ]
        rows.sort(key=lambda one: (one[name], one["id"]))
        query = {"limit": str(min(body.get("limit", 500), 1000)), "cursor": body.get("cursor", "")}
        key = json.dumps({**body, "cursor": ""}, sort_keys=True)
        return self._page(rows, "orders", query, key)

    def _page(self, rows: list[Json], member: str, query: dict[str, str], key: str = "") -> tuple[int, Json]:
        limit = int(query.get("limit", "100"))
        if limit > 1000 or (limit > 100 and member != "orders"):
            return 400, _error("VALUE_TOO_HIGH", "limit")
        same = key or json.dumps({n: v for n, v in sorted(query.items()) if n != "cursor"})
        start = 0
        if query.get("cursor"):
            held = json.loads(base64.b64decode(query["cursor"]))
            if held["query"] != same:
                return 400, _error("INVALID_CURSOR", "cursor")
            start = held["at"]
        size = max(1, limit - self.chance.randrange(0, 3)) if limit > 3 else limit
        page: Json = {member: rows[start : start + size]} if rows else {}
        if start + size < len(rows):
            cursor = json.dumps({"query": same, "at": start + size})
            page["cursor"] = base64.b64encode(cursor.encode()).decode()
        return 200, page

    def grant(self, body: Json) -> tuple[int, Json]:
        if body.get("client_secret") != "app-secret":
            return 401, _error("UNAUTHORIZED")
        if body.get("grant_type") == "refresh_token" and body.get("refresh_token") != self.refresh_token:
            return 400, _error("BAD_REQUEST", "refresh_token")
        if body.get("grant_type") == "authorization_code" and body.get("code") != "code-1":
            return 401, _error("UNAUTHORIZED", "code")
        self.refreshed += 1
        self.token = f"token-{self.refreshed + 1}"
        end = dt.datetime.now(dt.UTC) + dt.timedelta(days=30)
        return 200, {
            "access_token": self.token,
            "refresh_token": self.refresh_token,
            "expires_at": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "token_type": "bearer",
        }


def _error(code: str, field_: str = "") -> Json:
    error = {"category": "INVALID_REQUEST_ERROR", "code": code, "detail": code.replace("_", " ").lower()}
    return {"errors": [{**error, "field": field_} if field_ else error]}


def _stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    square: Square

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        parts = urlsplit(self.path)
        body = json.loads(raw) if raw else {}
        square = self.square
        with square.lock:
            square.calls.append(f"{method} {parts.path}")
            if parts.path == "/oauth2/token":
                self._send(*square.grant(body))
                return
            square.versions.add(self.headers.get("Square-Version", ""))
            fault = square.refuse()
            if fault and not fault[0]:
                self._break_off(fault[2]["how"])
            elif fault:
                self._send(fault[0], fault[1], fault[2])
            elif self.headers.get("Authorization") != f"Bearer {square.token}":
                self._send(
                    401, {"errors": [{"category": "AUTHENTICATION_ERROR", "code": "ACCESS_TOKEN_EXPIRED"}]}
                )
            else:
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self._send(*square.answer(method, parts.path, query, body))

    def _break_off(self, how: str) -> None:
        """Answer with nothing, or with the half of an answer, and hang up."""
        if how == "cut":
            self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n{"payments": [')
        self.close_connection = True

    def _send(self, status: int, body: Json, headers: dict[str, str] | None = None) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)


@contextmanager
def serving(square: Square) -> Iterator[Square]:
    """Let a service answer on a local port."""
    handler = type("Handler", (_Handler,), {"square": square})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    square.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield square
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
