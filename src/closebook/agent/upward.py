"""What the agent says to the server and asks of it, over HTTPS with the person's token.

Everything that is said goes through the store's queue: it is durable first, sent in order, and forgotten only
when the server answered that it has it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from closebook.agent.store import Store, Waiting
from closebook.agent.thinning import Agreed
from closebook.core.errors import InputError, RetryError
from closebook.core.workforce.evidence import Span
from closebook.core.workforce.reckoning import IdleFrom, Level
from closebook.core.workforce.runs import MINUTE, ms_of
from closebook.core.workforce.sites import Match, Scope, SiteRule, Verdict
from closebook.transport import clock
from closebook.transport.http import HttpClient, Reply, Request, exchange

_LATER = frozenset({401, 403, 404, 408, 409, 425, 429})
"""Answers that may change: the token is renewed, the server upgraded, the first try ends."""
MOST_SPANS = 500


@dataclass(frozen=True, slots=True)
class Server:
    """Where the server is and who speaks; the token never travels without TLS but to this machine."""

    url: str
    token: str

    def __post_init__(self) -> None:
        """Refuse an address to which the token would travel in the open."""
        parts = urlsplit(self.url)
        here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if parts.scheme != "https" and not (parts.scheme == "http" and here):
            raise InputError("not-secure", "The server's address has to begin with https://.")

    def request(self, method: str, path: str, key: str = "", body: str = "") -> Request:
        """Return a request to the server's API."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        headers["Closebook-Clock"] = str(ms_of(clock.now()))
        if key:
            headers["Idempotency-Key"] = quote(key)[:128]
        return Request(method, f"{self.url.rstrip('/')}/api/v1/{path}", headers=headers, body=body.encode())


@dataclass(frozen=True, slots=True)
class TaskTold:
    """A task that time can be taken on; ``kind`` and ``contract`` choose the site rules."""

    task: str
    name: str
    kind: str = ""
    contract: str = ""


@dataclass(frozen=True, slots=True)
class TimerTold:
    """The person's timer as the server has it: running or paused."""

    task: TaskTold
    state: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the server told last: what is agreed on, the pace of pauses, the tasks to choose from, the site
    rules, and the timer that is not stopped, wherever it was started.
    """

    agreed: Agreed
    warning: int
    idle_from: IdleFrom
    tasks: tuple[TaskTold, ...]
    notice: str
    rules: tuple[SiteRule, ...] = ()
    timer: TimerTold | None = None


def wanted_of(plain: Any) -> Wanted:
    """Return what the server told in ``GET agent``; what is missing is what asks least."""
    told = plain if isinstance(plain, dict) else {}
    terms = told.get("terms") or {}
    rules = [rule for rule in told.get("rules") or () if rule.get("pattern")]
    agreed = Agreed(
        level=Level(terms.get("level", Level.TIMER)),
        domains=tuple(rule["pattern"] for rule in rules if rule.get("match") == "domain"),
        apps=tuple(str(rule["pattern"]).lower() for rule in rules if rule.get("match") == "app"),
        call_hosts=tuple(terms.get("call_hosts") or ()),
        threshold=int(terms.get("threshold", 180_000)),
        late_watchers=tuple(terms.get("late_watchers") or ()),
    )
    return Wanted(
        agreed,
        int(terms.get("warning", 60_000)),
        IdleFrom(terms.get("idle_from", IdleFrom.LAST_INPUT)),
        tuple(_task_of(task) for task in told.get("tasks") or ()),
        str(told.get("notice", "")),
        tuple(_rule_of(rule) for rule in rules if rule.get("verdict")),
        _timer_of(told.get("timer")),
    )


def _task_of(plain: Mapping[str, Any]) -> TaskTold:
    kind, contract = str(plain.get("kind", "")), str(plain.get("contract", ""))
    return TaskTold(str(plain["task"]), str(plain["name"]), kind, contract)


def _timer_of(plain: Any) -> TimerTold | None:
    return TimerTold(_task_of(plain), str(plain.get("state", ""))) if plain else None


def _rule_of(plain: Mapping[str, Any]) -> SiteRule:
    """Return a rule that holds now; what its name is on the server is told by ``id``."""
    return SiteRule(
        str(plain.get("id", "")),
        1,
        Scope(plain.get("scope", Scope.HOUSE)),
        str(plain.get("subject", "")),
        Match(plain["match"]),
        str(plain["pattern"]),
        Verdict(plain["verdict"]),
        ask=bool(plain.get("ask")),
        tolerance=int(plain.get("tolerance", MINUTE)),
    )


def queue_evidence(store: Store, device: str, spans: Sequence[Span], now: int) -> None:
    """Queue spans in blocks; a block's key names its spans and when it was made, as its body does.

    A span that is told again in a later block counts once: its own key is the same.
    """
    for first in range(0, len(spans), MOST_SPANS):
        block = spans[first : first + MOST_SPANS]
        rows = [
            {"key": s.key, "kind": s.kind.value, "start": s.start, "end": s.end, "value": s.value}
            for s in block
        ]
        body = {"device": device, "sent_at": now, "spans": rows}
        store.queue_add(f"e-{block[0].key[:16]}-{block[-1].key[:16]}-{len(block)}-{now}", "evidence", body)


def flush(store: Store, http: HttpClient, server: Server) -> int:
    """Send what waits, in order, and return how much was taken. It stops at the first that has to wait."""
    taken = 0
    for waiting in store.queue():
        try:
            reply = exchange(http, server.request("POST", waiting.path, waiting.key, waiting.body))
        except RetryError:
            return taken
        if not _settled(store, waiting, reply):
            return taken
        taken += 1
    return taken


def _settled(store: Store, waiting: Waiting, reply: Reply) -> bool:
    """Forget what was taken, set aside what never will be; tell whether to go on."""
    if 200 <= reply.status < 300:
        store.queue_done(waiting.number)
        return True
    if reply.status >= 500 or reply.status < 400 or reply.status in _LATER:
        return False
    store.queue_refused(waiting.number, f"{reply.status} {_detail(reply.body)}")
    return True


def _detail(body: bytes) -> str:
    """Return what a refusal says to people, else its first letters."""
    text = body.decode("utf-8", "replace")
    try:
        found = json.loads(text)
    except ValueError:
        return text[:200]
    return str(found.get("detail", text) if isinstance(found, dict) else text)[:200]


def ask_wanted(http: HttpClient, server: Server) -> Any:
    """Return the plain answer to ``GET agent``, None when the server does not answer well."""
    try:
        reply = exchange(http, server.request("GET", "agent"))
        return json.loads(reply.body) if reply.status == 200 else None
    except (RetryError, ValueError):
        return None
