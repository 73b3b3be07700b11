"""What the agent keeps on its machine: heartbeats inside the timer, timer intervals, and what is to be sent.

One SQLite file that only its owner can read. What is to be sent stays until the server has it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from closebook.connectors.activitywatch.events import Event
from closebook.core.workforce.runs import HOUR, Run

_TABLES = """
CREATE TABLE IF NOT EXISTS bucket (id TEXT PRIMARY KEY, type TEXT, client TEXT, hostname TEXT, created INT);
CREATE TABLE IF NOT EXISTS beat (
    bucket TEXT, start INT, length INT, data TEXT, reach INT, PRIMARY KEY (bucket, start, length, data))
    WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS timer (start INT PRIMARY KEY, stop INT);
CREATE TABLE IF NOT EXISTS queue (
    number INTEGER PRIMARY KEY, key TEXT UNIQUE, path TEXT, body TEXT, refused TEXT DEFAULT '');
CREATE TABLE IF NOT EXISTS private (pattern TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT);
"""
_SENT, _LATE = "sent_until", "late"
"""Facts: up to when evidence is queued, and the earliest heartbeat that came after that."""
OPEN = 2**62
"""The end of an interval that still runs."""
KEPT = 14 * 24 * HOUR
"""How long heartbeats stay on the machine, in ms."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that is to be sent: its idempotency key, its path, and its body as JSON."""

    number: int
    key: str
    path: str
    body: str


class Store:
    """The agent's file, safe from several threads; what it stored survives a crash of the program."""

    def __init__(self, path: Path) -> None:
        """Open the file, made for its owner alone when it is not there."""
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_TABLES)
        if not self._all("SELECT 1 FROM pragma_table_info('beat') WHERE name = 'reach'"):
            self._all("ALTER TABLE beat ADD COLUMN reach INT")
        self._timers = [
            (int(a), int(b)) for a, b in self._all("SELECT start, stop FROM timer ORDER BY start")
        ]
        self._sent = int(self.fact(_SENT, 0))
        self._late = int(self.fact(_LATE, OPEN))
        self._earliest = self._late
        self._known = {str(row[0]) for row in self._all("SELECT id FROM bucket")}

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _all(self, statement: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock, closing(self._db.execute(statement, tuple(values))) as found:
            return found.fetchall()

    # Buckets and heartbeats

    def bucket_add(self, name: str, facts: Mapping[str, str], now: int) -> bool:
        """Keep a bucket; tell whether it is new."""
        if name in self._known:
            return False
        values = (name, facts.get("type", ""), facts.get("client", ""), facts.get("hostname", ""), now)
        self._all("INSERT OR IGNORE INTO bucket VALUES (?, ?, ?, ?, ?)", values)
        self._known.add(name)
        return True

    def buckets(self) -> dict[str, dict[str, Any]]:
        """Return the facts of every bucket by its name."""
        names = ("id", "type", "client", "hostname", "created")
        rows = self._all("SELECT id, type, client, hostname, created FROM bucket ORDER BY id")
        return {str(row[0]): dict(zip(names, row, strict=True)) for row in rows}

    def bucket_change(self, name: str, facts: Mapping[str, str]) -> None:
        """Change what is known of a bucket; what is empty stays."""
        values = (facts.get("type", ""), facts.get("client", ""), facts.get("hostname", ""), name)
        self._all(
            "UPDATE bucket SET type = COALESCE(NULLIF(?, ''), type),"
            " client = COALESCE(NULLIF(?, ''), client),"
            " hostname = COALESCE(NULLIF(?, ''), hostname) WHERE id = ?",
            values,
        )

    def bucket_remove(self, name: str) -> None:
        """Remove a bucket and its heartbeats from this machine."""
        with self._lock:
            self._all("DELETE FROM beat WHERE bucket = ?", (name,))
            self._all("DELETE FROM bucket WHERE id = ?", (name,))
            self._known.discard(name)

    def beat_add(self, bucket: str, event: Event, reach: int | None = None) -> bool:
        """Keep a heartbeat if it touches a timer interval; tell whether it was kept.

        ``reach`` is its pulsetime in ms; None: the usual one of its bucket's type.
        """
        end = event.start + event.length
        with self._lock:
            inside = any(start <= end and event.start < stop for start, stop in reversed(self._timers))
        if inside:
            text = json.dumps(event.data, sort_keys=True, separators=(",", ":"))
            values = (bucket, event.start, event.length, text, reach)
            names = "bucket, start, length, data, reach"
            self._all(f"INSERT OR IGNORE INTO beat ({names}) VALUES (?, ?, ?, ?, ?)", values)
            with self._lock:
                self._earliest = min(self._earliest, event.start)
                if event.start < min(self._sent, self._late):
                    self._keep_late(event.start)
        return inside

    def _keep_late(self, at: int) -> None:
        self._late = at
        self.fact_keep(_LATE, at)

    @property
    def sent_until(self) -> int:
        """Return the moment (ms) up to which evidence was queued to be sent."""
        return self._sent

    def earliest_new(self) -> int:
        """Return the start of the earliest heartbeat since this was asked last; what is late goes up too."""
        with self._lock:
            found = self._earliest
            self._earliest = OPEN
        return found

    def sent(self, until: int) -> None:
        """Keep that evidence up to a moment is queued: all that came before ``earliest_new`` was asked."""
        with self._lock:
            self._sent = until
            self.fact_keep(_SENT, until)
            late = self._earliest if self._earliest < until else OPEN
            if late != self._late:
                self._keep_late(late)

    def beats(self, bucket: str, start: int, end: int) -> list[Event]:
        """Return a bucket's heartbeats that touch a run of time, oldest first."""
        rows = self._all(
            "SELECT start, length, data FROM beat WHERE bucket = ? AND start < ? AND start + length >= ?"
            " ORDER BY start, length, data",
            (bucket, end, start),
        )
        return [Event(row[0], row[1], json.loads(row[2])) for row in rows]

    def longest_pulse(self, bucket: str, since: int) -> int:
        """Return the longest pulsetime (ms) of a bucket's heartbeats from a moment on, 0 for none."""
        rows = self._all("SELECT MAX(reach) FROM beat WHERE bucket = ? AND start >= ?", (bucket, since))
        return max(int(rows[0][0] or 0), 0)

    def pulses(self, bucket: str, end: int) -> list[tuple[Event, int | None]]:
        """Return a bucket's heartbeats that begin by ``end``, oldest first, each with its reach."""
        rows = self._all(
            "SELECT start, length, data, reach FROM beat WHERE bucket = ? AND start <= ?"
            " ORDER BY start, length, data",
            (bucket, end),
        )
        return [(Event(row[0], row[1], json.loads(row[2])), row[3]) for row in rows]

    def beats_remove(self, bucket: str, event: Event) -> None:
        """Remove the heartbeats that an event was made of."""
        text = json.dumps(event.data, sort_keys=True, separators=(",", ":"))
        self._all(
            "DELETE FROM beat WHERE bucket = ? AND data = ? AND start BETWEEN ? AND ?",
            (bucket, text, event.start, event.start + event.length),
        )

    def newest_ends(self) -> dict[str, int]:
        """Return the end of the newest heartbeat by bucket, in ms."""
        rows = self._all("SELECT bucket, MAX(start + length) FROM beat GROUP BY bucket")
        return {str(name): int(end) for name, end in rows}

    def forget(self, now: int) -> None:
        """Drop heartbeats past their time."""
        self._all("DELETE FROM beat WHERE start < ?", (now - KEPT,))

    # Timer intervals

    def timer_start(self, at: int) -> None:
        """Begin an interval; its end is open until it is stopped."""
        with self._lock:
            self._all("INSERT OR REPLACE INTO timer VALUES (?, ?)", (at, OPEN))
            self._timers.append((at, OPEN))

    def timer_stop(self, at: int) -> None:
        """End the open interval, and drop what was kept beyond its end."""
        with self._lock:
            self._all("UPDATE timer SET stop = MAX(start, ?) WHERE stop = ?", (at, OPEN))
            self._all("DELETE FROM beat WHERE start >= ?", (at,))
            self._timers = [(a, max(a, at) if b == OPEN else b) for a, b in self._timers]

    def timers(self) -> list[Run]:
        """Return the timer intervals."""
        with self._lock:
            return list(self._timers)

    # What is to be sent

    def queue_add(self, key: str, path: str, body: Any) -> None:
        """Keep a request until it was answered; the same key is kept once."""
        text = json.dumps(body, sort_keys=True, separators=(",", ":"))
        self._all("INSERT OR IGNORE INTO queue (key, path, body) VALUES (?, ?, ?)", (key, path, text))

    def queue(self) -> list[Waiting]:
        """Return what is to be sent, oldest first."""
        rows = self._all(
            "SELECT number, key, path, body FROM queue WHERE refused = '' ORDER BY number LIMIT 500"
        )
        return [Waiting(*row) for row in rows]

    def queue_done(self, number: int) -> None:
        """Forget a request that the server took."""
        self._all("DELETE FROM queue WHERE number = ?", (number,))

    def queue_refused(self, number: int, why: str) -> None:
        """Set a request aside that the server will never take; it stays to be looked at."""
        self._all("UPDATE queue SET refused = ? WHERE number = ?", (why or "refused", number))

    def is_refused(self, key: str) -> bool:
        """Tell whether a request was refused for good."""
        return bool(self._all("SELECT 1 FROM queue WHERE key = ? AND refused != ''", (key,)))

    def refusals(self) -> list[str]:
        """Return why requests were refused, the newest first, each reason once."""
        rows = self._all("SELECT refused FROM queue WHERE refused != '' ORDER BY number DESC LIMIT 20")
        return list(dict.fromkeys(str(row[0]) for row in rows))

    def counts(self) -> tuple[int, int]:
        """Return how many requests wait, and how many were refused."""
        rows = dict(self._all("SELECT refused != '', COUNT(*) FROM queue GROUP BY 1"))
        return int(rows.get(0, 0)), int(rows.get(1, 0))

    # The private list and single facts

    def private(self) -> tuple[str, ...]:
        """Return the hosts and apps of which only "private" is ever said."""
        return tuple(row[0] for row in self._all("SELECT pattern FROM private ORDER BY pattern"))

    def private_add(self, pattern: str) -> None:
        """Put a host or app on the private list."""
        self._all("INSERT OR IGNORE INTO private VALUES (?)", (pattern.strip().lower(),))

    def private_remove(self, pattern: str) -> None:
        """Take a host or app off the private list."""
        self._all("DELETE FROM private WHERE pattern = ?", (pattern.strip().lower(),))

    def fact(self, name: str, default: Any = None) -> Any:
        """Return a fact that was kept, or the default."""
        rows = self._all("SELECT value FROM fact WHERE name = ?", (name,))
        return json.loads(rows[0][0]) if rows else default

    def fact_keep(self, name: str, value: Any) -> None:
        """Keep a fact."""
        self._all("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, json.dumps(value)))
