"""The durable memory of the simulated product: what was committed is there, what was not is gone."""

from __future__ import annotations

import copy
import hashlib

from closebook.core.planning.actions import Action, Link
from closebook.core.planning.hands import Outcome
from closebook.core.planning.remote import RemoteObject

LEASE_SECONDS = 300


class StoreError(Exception):
    """The database failed: nothing may be assumed of the commit (F14, F15)."""


class Row:
    """One stored action: the plan's action, which never changes, and how far it has got."""

    __slots__ = ("action", "attempts", "batch_id", "code", "remote_id", "request_id", "state", "sync_token")

    def __init__(self, action: Action) -> None:
        self.action = action
        self.state = action.state
        self.attempts = 0
        self.request_id = action.request_id
        self.batch_id = ""
        self.remote_id = ""
        self.sync_token = ""
        self.code = action.code

    def load(self) -> Action:
        """Return a fresh action as a process would load it."""
        a = self.action
        return Action(
            a.key, a.kind, a.target, a.link, a.reason, a.depends_on, self.request_id, self.state, a.diff,
            self.code, self.attempts, self.batch_id,
        )  # fmt: skip


class Run:
    """One stored run with its plan."""

    __slots__ = (
        "approved", "balance", "closed", "kind", "name", "outcome", "people", "probe_first", "removals",
        "rows", "sources", "state", "undoes", "undone",
    )  # fmt: skip

    def __init__(self, name: str, kind: str, rows: dict[str, Row]) -> None:
        self.name, self.kind, self.rows = name, kind, rows
        self.closed = ""  # the closing date that was planned with
        self.sources: dict[str, object] = {}  # what the shop wanted of each key
        self.state = "planned"
        self.outcome: Outcome | None = None
        self.approved = True
        self.probe_first = False
        self.removals: int | None = None
        self.undoes = ""
        self.undone = False
        self.balance: dict[str, int] = {}
        self.people = 0

    @property
    def unfinished(self) -> bool:
        """Tell whether the run is to be driven (again)."""
        return self.state in {"planned", "running", "waiting"}


class Store:
    """All tables, and the one way to change them."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.links: dict[str, Link] = {}
        self.seen: dict[tuple[str, str], RemoteObject] = {}  # linked objects that differ from their links
        self.lease: tuple[str, int, int] = ("", 0, 0)  # holder, token, end
        self.lease_count = 0
        self.audit: list[tuple[str, str, str, str]] = []  # run, key, kind, remote id
        self.audit_hash = ""
        self.audit_chain: list[str] = []
        self.errors: dict[str, str] = {}  # open errors by key
        self.told: set[str] = set()  # what the owner was told
        self.cursor = 0
        self.refresh_token = "r0"
        self.previous_token = ""
        self.run_count = 0

    def add_audit(self, run: str, key: str, kind: str, remote_id: str) -> None:
        """Add a line to the audit log; each line's hash covers the one before."""
        line = (run, key, kind, remote_id)
        self.audit.append(line)
        self.audit_hash = _chained(self.audit_hash, line)
        self.audit_chain.append(self.audit_hash)

    def audit_holds(self) -> bool:
        """Tell whether the chain verifies."""
        value = ""
        for line, stored in zip(self.audit, self.audit_chain, strict=True):
            value = _chained(value, line)
            if value != stored:
                return False
        return value == self.audit_hash

    def backup(self) -> Store:
        """Return a copy that shares nothing that changes."""
        twin = copy.copy(self)
        twin.runs = [_copied(run) for run in self.runs]
        twin.links = {key: copy.copy(link) for key, link in self.links.items()}
        for name in ("seen", "audit", "audit_chain", "errors", "told"):
            setattr(twin, name, copy.copy(getattr(self, name)))
        return twin


def _chained(before: str, line: tuple[str, str, str, str]) -> str:
    run, key, kind, remote_id = line
    return hashlib.blake2b(f"{before}\n{run}\n{key}\n{kind}\n{remote_id}".encode(), digest_size=8).hexdigest()


def _copied(run: Run) -> Run:
    twin = copy.copy(run)
    twin.rows = {key: copy.copy(row) for key, row in run.rows.items()}
    return twin
