"""A process of the product in the simulated world: the real machine with simulated hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from closebook.core.errors import (
    ClosebookError,
    LoginError,
    RejectedError,
    RemoteError,
    RetryError,
    UnknownOutcomeError,
)
from closebook.core.planning import effects
from closebook.core.planning.actions import Action, ActionKind, ActionState, Link
from closebook.core.planning.drive import perform
from closebook.core.planning.flights import run_machine
from closebook.core.planning.hands import Ending, ItemResult, LeaseLostError, Outcome
from closebook.core.planning.machine import RunLimits
from tests.simulation.books import Item, Thing, item_of
from tests.simulation.faults import Point
from tests.simulation.store import LEASE_SECONDS, StoreError

if TYPE_CHECKING:
    from tests.simulation.store import Row, Run
    from tests.simulation.world import World

SEND_WITHIN_SECONDS = 60
REMOVING = frozenset({ActionKind.DELETE, ActionKind.DEACTIVATE})


class KilledError(BaseException):
    """The process is gone; nothing catches this but the scheduler."""


class Hands:
    """The simulated hands: the store's commits, the request's way to the books, and the faults on both."""

    def __init__(self, world: World, run: Run, holder: str) -> None:
        self.world, self.run, self.holder = world, run, holder
        self.weather = world.weather
        self.renewed_at = world.time
        self.lease = 0
        self.checked_at = 0
        self.sent_as: dict[str, Sequence[Action]] = {}
        self.drops = False
        self.launched = 0
        self.flying: dict[int, tuple[Sequence[Action], str, list[ItemResult] | ClosebookError | None]] = {}

    # The lease

    def take_lease(self) -> bool:
        """See RunHands."""
        world = self.world
        holder, _, end = world.store.lease
        taken = holder not in {"", self.holder} and end > world.time + world.clock_offset
        if (taken and world.safeguards.lease) or not self.run.unfinished:
            return False
        self._commit_fault()
        world.store.lease_count += 1
        self.lease = world.store.lease_count
        self._renew()
        self.run.state = "running"
        self._maybe_kill(Point.LOCK)
        return True

    def keep_lease(self) -> bool:
        """See RunHands."""
        if self._lost():
            return False
        self._renew()
        return True

    def release_lease(self) -> None:
        """See RunHands."""
        self._maybe_kill(Point.UNLOCK)
        if not self._lost():
            self.world.store.lease = ("", 0, 0)

    def _renew(self) -> None:
        world = self.world
        world.store.lease = (self.holder, self.lease, world.time + world.clock_offset + LEASE_SECONDS)
        self.renewed_at = world.time

    def _lost(self) -> bool:
        world = self.world
        _, token, end = world.store.lease
        return token != self.lease or end <= world.time + world.clock_offset

    def _fenced(self) -> None:
        """Begin a fenced commit: LeaseLostError without the lease; StoreError when the database fails."""
        safeguards = self.world.safeguards
        if safeguards.lease and safeguards.fence and self._lost():
            raise LeaseLostError("lease-lost", "Another runner has the lease.")
        self._commit_fault()
        self.world.watch.on_commit(self)
        self._renew()

    def _commit_fault(self) -> None:
        manner = self.weather.due("commit")
        if manner in _FAILED_COMMITS:
            raise StoreError(manner)
        self.drops = manner == "dropped"

    def _committed(self) -> None:
        """End a commit; its confirmation may be lost (F15)."""
        if self.drops:
            raise StoreError("dropped")

    def _maybe_kill(self, point: Point) -> None:
        weather = self.weather
        if weather.armed and weather.due(point):
            raise KilledError(point)

    # The plan

    def load_actions(self) -> Sequence[Action]:
        """See RunHands."""
        return [row.load() for row in self.run.rows.values()]

    def plan_changes(self) -> tuple[str, ...]:
        """See RunHands."""
        self._read()
        self.checked_at = self.world.time
        if not self.world.safeguards.plan_check:
            return ()
        return self.world.changes_since_plan(self.run)

    def cancelled(self) -> bool:
        """See RunHands."""
        return self.run.name in self.world.cancelled

    # Intents and results

    def record_intents(self, actions: Sequence[Action]) -> None:
        """See RunHands."""
        if not self.world.safeguards.intent:
            return
        self._fenced()
        for action in actions:
            row = self.run.rows[action.key]
            row.state, row.request_id, row.attempts = ActionState.INTENDED, action.request_id, action.attempts
            row.batch_id = action.batch_id
        self._committed()
        self._maybe_kill(Point.INTENT)

    def record_unknown(self, actions: Sequence[Action]) -> None:
        """See RunHands."""
        self._fenced()
        for action in actions:
            self.run.rows[action.key].state = ActionState.UNKNOWN
        self._committed()

    def record_results(self, results: Sequence[ItemResult]) -> None:
        """See RunHands."""
        self._maybe_kill(Point.RECORD)
        self._maybe_kill(Point.AUDIT)
        self._fenced()
        for result in results:
            self._record(self.run.rows[result.key], result)
        self._committed()

    def _record(self, row: Row, result: ItemResult) -> None:
        store, key = self.world.store, result.key
        row.code = result.code
        if result.ok:
            row.state, row.remote_id, row.sync_token = (
                ActionState.CONFIRMED,
                result.remote_id,
                result.sync_token,
            )
            self._link(row, result)
            if row.action.kind is not ActionKind.MATCH and self.world.safeguards.audit:
                store.add_audit(self.run.name, key, row.action.kind, result.remote_id)
            store.errors.pop(key, None)
        elif result.retryable:
            row.state = ActionState.PLANNED
        else:
            row.state = ActionState.FAILED
            if self.world.safeguards.errors:
                store.errors[key] = result.code

    def _link(self, row: Row, result: ItemResult) -> None:
        """Make, change or remove the link; a match brings the link that the plan made."""
        store, action = self.world.store, row.action
        store.seen.pop((action.link.kind, action.link.remote_id) if action.link else ("", ""), None)
        if action.kind in REMOVING:
            store.links.pop(action.key, None)
            self.world.removed_by_people.discard(action.key)  # we wanted it gone as well
            return
        target, link = action.target, action.link
        assert target is not None
        if action.kind is ActionKind.MATCH:
            assert link is not None
            store.links[action.key] = replace(link, target=target)
            return
        content = self.world.prints.of(target)
        theirs = link.theirs if link else ()
        store.links[action.key] = Link(
            action.key,
            target.kind,
            result.remote_id,
            result.sync_token,
            content,
            content,
            target=target,
            theirs=theirs,
        )

    # The books

    def send(self, actions: Sequence[Action], request_id: str) -> list[ItemResult]:
        """See RunHands."""
        world = self.world
        if world.safeguards.lease and world.time - self.renewed_at > SEND_WITHIN_SECONDS:
            raise LeaseLostError("lease-lost", "The lease was not renewed in time.")
        self._maybe_kill(Point.SEND)
        self._authorise()
        items = [item_of(action) for action in actions]
        world.watch.on_send(self, actions, request_id)
        if not world.safeguards.request_id:
            request_id = ""
        manner = self.weather.due("send")
        if manner:
            results = getattr(self, f"_send_{manner.replace('-', '_')}")(items, request_id)
        else:
            results = world.books.batch(items, request_id)
        self._maybe_kill(Point.RECEIVE)
        return list(results)

    def room(self) -> int:
        """See RunHands."""
        return self.world.batch if self.launched % 3 else 1

    def launch(self, ticket: int, actions: Sequence[Action], request_id: str) -> None:
        """See RunHands. Every second request is carried out at once, the others when their answer lands."""
        if self.world.safeguards.lease and self.world.time - self.renewed_at > SEND_WITHIN_SECONDS:
            raise LeaseLostError("lease-lost", "The lease was not renewed in time.")
        self.launched += 1
        found = self._tried(actions, request_id) if self.launched % 2 else None
        self.flying[ticket] = (actions, request_id, found)

    def landed(self) -> tuple[int, list[ItemResult] | ClosebookError]:
        """See RunHands. The answers land in another order than the requests left."""
        tickets = sorted(self.flying)
        ticket = tickets[-1] if self.launched % 4 else tickets[0]
        actions, request_id, found = self.flying.pop(ticket)
        return ticket, self._tried(actions, request_id) if found is None else found

    def _tried(self, actions: Sequence[Action], request_id: str) -> list[ItemResult] | ClosebookError:
        try:
            return self.send(actions, request_id)
        except (RemoteError, LeaseLostError) as error:
            return error

    def _send_lost(self, _items: list[Item], _request_id: str) -> list[ItemResult]:
        raise UnknownOutcomeError("no-reply", "timed out")

    def _send_refused(self, _items: list[Item], _request_id: str) -> list[ItemResult]:
        raise RetryError("no-connection", "connection refused")

    def _send_reply_lost(self, items: list[Item], request_id: str) -> list[ItemResult]:
        self.world.books.batch(items, request_id)
        raise UnknownOutcomeError("no-reply", "connection reset")

    def _send_bad_gateway(self, items: list[Item], request_id: str) -> list[ItemResult]:
        self.world.books.batch(items, request_id)
        raise UnknownOutcomeError("bad-reply", "504 with a page of HTML", status=504)

    def _send_twice(self, items: list[Item], request_id: str) -> list[ItemResult]:
        results = self.world.books.batch(items, request_id)
        self.world.books.batch(items, request_id)
        return results

    def _send_late(self, items: list[Item], request_id: str) -> list[ItemResult]:
        self.world.deliver_later(items, request_id)
        raise UnknownOutcomeError("no-reply", "timed out")

    def _send_throttle(self, _items: list[Item], _request_id: str) -> list[ItemResult]:
        raise RetryError("throttled", "429", status=429)

    def _send_storm(self, _items: list[Item], _request_id: str) -> list[ItemResult]:
        raise RetryError("throttled", "429", status=429, retry_after_seconds=7)

    def _send_quota(self, _items: list[Item], _request_id: str) -> list[ItemResult]:
        raise RetryError("quota", "429", status=429, retry_after_seconds=200_000)

    def _send_error_before(self, _items: list[Item], _request_id: str) -> list[ItemResult]:
        raise UnknownOutcomeError("server-error", "500", status=500)

    def _send_error_after(self, items: list[Item], request_id: str) -> list[ItemResult]:
        self.world.books.batch(items, request_id)
        raise UnknownOutcomeError("server-error", "502", status=502)

    def _send_cut(self, items: list[Item], request_id: str) -> list[ItemResult]:
        return self.world.books.batch(items, request_id)[: len(items) // 2]

    def _send_fault(self, items: list[Item], _request_id: str) -> list[ItemResult]:
        return [
            ItemResult(item.key, ok=False, code="service-fault", message="fault", retryable=True)
            for item in items
        ]

    def _send_rejected(self, _items: list[Item], _request_id: str) -> list[ItemResult]:
        raise RejectedError("malformed", "400", status=400)

    def _send_stale(self, items: list[Item], request_id: str) -> list[ItemResult]:
        for item in items:
            thing = self.world.books.things.get(item.remote_id)
            if thing is not None and thing.active:
                self.world.books.service_touches(thing)
                break
        return self.world.books.batch(items, request_id)

    def _send_partial(self, items: list[Item], request_id: str) -> list[ItemResult]:
        """Carry out every second item; answer in reverse order. The same request again gets the same
        answer, and so does one that was answered before in another way, as when it came late.
        """
        if request_id in self.world.books.replies:
            return self.world.books.batch(items, request_id)
        done = self.world.books.batch(items[::2], request_id and f"{request_id}.half")
        failed = [
            ItemResult(i.key, ok=False, code="server-busy", message="busy", retryable=True)
            for i in items[1::2]
        ]
        results = [*failed, *reversed(done)]
        if request_id:
            self.world.books.replies[request_id] = (self.world.books.now, items, results)
        return results

    def probe(self, actions: Sequence[Action]) -> list[ItemResult | None]:
        """See RunHands."""
        self._read()
        if not self.world.safeguards.probe:
            return [None] * len(actions)
        return [self._look(action) for action in actions]

    def _look(self, action: Action) -> ItemResult | None:
        books = self.world.books
        if action.kind is ActionKind.CREATE:
            thing = books.find(action.key) or books.inactive(action.key)
            return _seen(action, thing) if thing else None
        link = action.link
        assert link is not None
        thing = books.things.get(link.remote_id)
        if action.kind in REMOVING:
            if thing is None or not thing.active:
                return ItemResult(action.key, ok=True, remote_id=link.remote_id, sync_token=link.sync_token)
        elif thing is not None and thing.active and thing.content == self.world.prints.of(action.target):
            return _seen(action, thing)
        if thing is None or not thing.active:
            return ItemResult(action.key, ok=False, code="object-not-found", message="deleted in the books")
        if str(thing.token) == link.sync_token:
            return None
        return ItemResult(action.key, ok=False, code="stale", message="changed in the books", stale=True)

    def _read(self) -> None:
        self._authorise()
        self.world.books.reads += 1
        manner = self.weather.due("read")
        if manner == "throttle":
            raise RetryError("throttled", "429", status=429)
        if manner == "error":
            raise UnknownOutcomeError("server-error", "500", status=500)

    def _authorise(self) -> None:
        """Refresh the access token when it is due; LoginError when no refresh token works any more."""
        login = self.world.login
        manner = self.weather.due("auth")
        if manner:
            login.strike(manner)
        if not login.fresh and not login.refresh(self.world):
            raise LoginError("login-lost", "invalid_grant")

    # Time and the end

    def wait(self, seconds: int) -> None:
        """See RunHands."""
        self.world.advance(seconds)

    def verify(self) -> tuple[str, ...]:
        """See RunHands."""
        self._read()
        found = []
        for key, row in self.run.rows.items():
            if row.state is ActionState.CONFIRMED and row.action.kind in _KEPT:
                thing = self.world.books.things.get(row.remote_id)
                target = row.action.target
                if thing is None or target is None or thing.content != self.world.prints.of(target):
                    found.append(key)
        return tuple(found)

    def finish(self, outcome: Outcome) -> None:
        """See RunHands."""
        self._fenced()
        run, world = self.run, self.world
        run.state, run.outcome = outcome.ending.value, outcome
        if outcome.code == "login":
            world.store.told.add("login")
        if world.safeguards.errors:
            for key in outcome.differences:
                world.store.errors[key] = "books-differ"
        if run.kind == "undo" and outcome.ending is Ending.DONE:
            world.undo_ended(run)
        self._committed()
        self._maybe_kill(Point.MAIL)


class Process(Hands):
    """One process that drives one run, step by step."""

    def __init__(self, world: World, run: Run, holder: str) -> None:
        super().__init__(world, run, holder)
        self.machine = run_machine(
            run.name, _limits(world.batch, run.removals, run.probe_first, world.flights)
        )
        self.effect: effects.Effect | None = self.machine.start()

    def step(self) -> bool:
        """Carry out one effect; return whether the process lives on. Killed processes and failed stores
        end it.
        """
        effect = self.effect
        if effect is None:
            return False
        world = self.world
        try:
            event = perform(effect, self)
        except (KilledError, StoreError) as error:
            if world.trace is not None:
                world.note(f"{self.holder} {_said(effect)} -> {type(error).__name__} {error}")
            return False
        if world.trace is not None:
            world.note(f"{self.holder} {_said(effect)} -> {_said(event)}")
        self.effect = self.machine.on(event)
        return self.effect is not None


_FAILED_COMMITS = frozenset({"full", "locked"})
_KEPT = frozenset({ActionKind.CREATE, ActionKind.UPDATE})


@cache
def _limits(batch: int, removals: int | None, probe_first: bool, flights: int) -> RunLimits:
    return RunLimits(batch=batch, removals=removals, probe_first=probe_first, flights=flights)


def _seen(action: Action, thing: Thing) -> ItemResult:
    return ItemResult(action.key, ok=True, remote_id=thing.remote_id, sync_token=str(thing.token))


def _said(value: object) -> str:
    """Return an effect or event in a few words for the trace."""
    name = type(value).__name__
    if isinstance(value, effects.RecordIntents | effects.RecordUnknown | effects.Probe):
        return f"{name}({', '.join(f'{a.kind} {a.key}' for a in value.actions)})"
    if isinstance(value, effects.Send):
        return f"Send({value.request_id[:8]}: {', '.join(f'{a.kind} {a.key}' for a in value.actions)})"
    results = getattr(value, "results", None)
    if results is not None:
        return f"{name}({', '.join(_told(r) for r in results)})"
    if isinstance(value, effects.Finish):
        return f"Finish({value.outcome.ending}, {value.outcome.code})"
    if isinstance(value, effects.Wait):
        return f"Wait({value.seconds})"
    for word in ("changes", "differences", "message", "cancelled"):
        told = getattr(value, word, None)
        if told:
            return f"{name}({told})"
    return name


def _told(result: ItemResult | None) -> str:
    if result is None:
        return "-"
    return (
        f"{result.key} {result.remote_id}/{result.sync_token}" if result.ok else f"{result.key} {result.code}"
    )
