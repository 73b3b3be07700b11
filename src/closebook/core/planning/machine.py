"""The run as a state machine: events in, effects out, no clock, no random source, no input or output.

The order of a run::

    take the lease, load the actions, probe what is in flight, check the plan, adopt matches
    per batch of at most 30: cancelled? - record intents - send (reply lost: probe, again) - record results
    verify, finish, release the lease

``flights`` does the middle part with several batches under way at once.

What makes it "exactly once": the actions are loaded under the lease; an intent is durable before anything is
sent, with the ids of the action's and the batch's request; the results of a batch are recorded wholly or not
at all, so that whoever resumes finds the same batches and derives the same request ids from them; nothing is
sent a second time before it was probed; and a batch is taken apart only when the far side can no longer be
working on it (``settle_seconds``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass

from closebook.core.errors import InvariantError
from closebook.core.planning import effects, events
from closebook.core.planning.actions import Action, ActionKind, ActionState
from closebook.core.planning.hands import (
    EXISTS_CODES,
    GONE_CODES,
    USED_CODE,
    Ending,
    ItemResult,
    Outcome,
    Tally,
)
from closebook.core.planning.queue import IN_FLIGHT, WRITING, ActionQueue

Steps = Generator[effects.Effect, events.Event, None]
Asking = Generator[effects.Effect, events.Event, events.Event]
Finding = Generator[effects.Effect, events.Event, dict[str, ItemResult]]
Batch = tuple[Action, ...]
_REMOVING = frozenset({ActionKind.DELETE, ActionKind.DEACTIVATE})


@dataclass(frozen=True, slots=True)
class RunLimits:
    """The numbers that bound a run.

    ``removals`` is how many deletions and deactivations a run may hold before the rail stops it (None: no
    limit, because a person approved). ``settle_seconds`` is after how long a request without a reply cannot
    be carried out any more: it leaves at most 60 s after the lease was renewed, and the far side works on it
    for at most 120 s. ``probe_first`` looks for each object before it is created: on after a restore, and
    when the run before did not end well. ``flights`` is how many requests may be under way at once.
    """

    batch: int = 30
    item_tries: int = 4
    lost_tries: int = 5
    busy_tries: int = 30
    longest_wait_seconds: int = 60
    longest_pause_seconds: int = 900
    settle_seconds: int = 180
    same_refusals: int = 3
    removals: int | None = None
    probe_first: bool = False
    flights: int = 1

    def most_steps(self, actions: int) -> int:
        """Return a number of steps that a run of so many actions cannot need."""
        pieces = 4 + 2 * (self.longest_pause_seconds // self.longest_wait_seconds + 1)
        return (actions + 2) * (self.item_tries + 1) * (self.busy_tries + self.lost_tries + 1) * pieces


def action_request_id(run: str, key: str) -> str:
    """Return the request id of one action, the same on every try (34 characters)."""
    return "a-" + hashlib.blake2b(f"{run}\0{key}".encode(), digest_size=16).hexdigest()


def batch_request_id(actions: Sequence[Action], prefix: str = "b-") -> str:
    """Return the request id of a batch in this composition (34 characters).

    It depends on each action's request id and on how often the action was tried and answered before, so that
    a batch whose reply was lost keeps its id, while a new try of items that were answered gets a new one.
    """
    text = "\n".join([f"{action.request_id} {action.attempts}" for action in actions])
    return prefix + hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


class EndedError(Exception):
    """Carries the outcome from the depth of a run to its end."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.ending)
        self.outcome = outcome


class RunMachine:
    """One driving of one run. ``start`` gives the first effect, ``on`` the next one, until None.

    The same machine begins a new run and resumes one: it asks for the run's actions with their stored
    states once it has the lease. It changes state, attempts, request id and code of the actions as it goes.
    InvariantError for a plan that has no order.
    """

    def __init__(self, run: str, limits: RunLimits | None = None) -> None:
        """Prepare to drive the run of this name."""
        self._run = run
        self._limits = limits or RunLimits()
        self._actions: Sequence[Action] = ()
        self._queue: ActionQueue  # there once the actions are loaded
        self._refusals: list[str] = []
        self._rounds = 0
        self._left = self._limits.most_steps(0)
        self._outcome: Outcome | None = None
        self._steps = self._live()

    @property
    def outcome(self) -> Outcome:
        """Return how the run ended; InvariantError while it has not."""
        if self._outcome is None:
            raise InvariantError("run-not-ended", "The run has not ended yet.")
        return self._outcome

    def start(self) -> effects.Effect | None:
        """Return the first effect."""
        return next(self._steps)

    def on(self, event: events.Event) -> effects.Effect | None:
        """Return the effect that follows an event, None at the end. InvariantError if it would never end."""
        self._left -= 1
        if self._left < 0:
            raise InvariantError("run-does-not-end", "The run took more steps than its actions can need.")
        try:
            return self._steps.send(event)
        except StopIteration:
            return None

    def _live(self) -> Steps:
        event = yield effects.TakeLease()
        if isinstance(event, events.LeaseRefused):
            self._outcome = self._end(Ending.BUSY, "busy", "Another run of this company is at work.")
            return
        try:
            yield from self._work()
            raise InvariantError("run-without-outcome", "A run's work ended without an outcome.")
        except EndedError as ended:
            self._outcome = ended.outcome
        if self._outcome.ending is Ending.LEASE_LOST:
            return
        if isinstance((yield effects.Finish(self._outcome)), events.LeaseLost):
            self._outcome = self._end(Ending.LEASE_LOST, "lease-lost", "Another runner took over.")
            return
        yield effects.ReleaseLease()

    def _work(self) -> Steps:
        yield from self._load()
        pending = yield from self._recover()
        if self._queue.open:
            yield from self._check(pending)
        yield from self._decide_locally()
        for batch in pending:
            yield from self._step(effects.KeepLease())
            yield from self._deliver(batch, lost=1)
        yield from self._send_all()
        yield from self._verify()

    def _send_all(self) -> Steps:
        """Write everything that is open, one batch after another."""
        while self._queue.open:
            yield from self._rest_if_due()
            batch = self._queue.take(self._limits.batch)
            if not batch:
                raise InvariantError("nothing-ready", "Actions are left, but none of them may be sent.")
            yield from self._stop_if_asked()
            batch = yield from self._prepare(batch)
            if batch:
                yield from self._deliver(batch)

    def _rest_if_due(self) -> Steps:
        """Pause when all that could be sent was put off until after a pause."""
        if self._queue.only_later:
            self._rounds += 1
            yield from self._pause(min(10 * 2**self._rounds, self._limits.longest_wait_seconds))
            self._queue.bring_back()

    # Before the first batch

    def _load(self) -> Steps:
        event = yield from self._step(effects.LoadActions())
        if not isinstance(event, events.Loaded):
            raise InvariantError("not-an-answer", f"{event} does not bring the actions.")
        self._actions = event.actions
        self._queue = ActionQueue(event.actions)
        self._left = self._limits.most_steps(len(event.actions))

    def _recover(self) -> Generator[effects.Effect, events.Event, list[Batch]]:
        """Settle what an earlier process left in flight; return the batches of which nothing is in the
        books.
        """
        groups: dict[str, list[Action]] = {}
        for action in self._actions:
            if action.state in IN_FLIGHT and action.kind in WRITING:
                groups.setdefault(action.batch_id, []).append(action)
        pending = []
        for batch in map(tuple, groups.values()):
            found = yield from self._probe(batch)
            if found:
                yield from self._settle(batch, found)
            else:
                pending.append(batch)
        return pending

    def _check(self, pending: list[Batch]) -> Steps:
        """End the run if a rail or a change since the plan forbids it, after making sure of what is in
        flight.
        """
        outcome = self._rail()
        if outcome is None:
            event = yield from self._ask(effects.CheckPlan())
            if isinstance(event, events.PlanChecked) and event.changes:
                reason = "The plan no longer fits; it has to be made again."
                outcome = self._end(Ending.STALE, "stale-plan", reason)._replace(changes=event.changes)
        if outcome is None:
            return
        for batch in pending:
            yield from self._settle(batch, {})
        raise EndedError(outcome._replace(tally=self._tally()))

    def _rail(self) -> Outcome | None:
        removed = sum(a.kind in _REMOVING for a in self._actions)
        if self._limits.removals is None or removed <= self._limits.removals:
            return None
        reason = f"The run would take out {removed} records; it may take out {self._limits.removals}."
        return self._end(Ending.HELD, "too-many-removals", reason)

    def _decide_locally(self) -> Steps:
        """Record the matches, and fail what depends on something held or failed earlier."""
        matches = [
            a for a in self._actions if a.kind is ActionKind.MATCH and a.state is not ActionState.CONFIRMED
        ]
        results = [_adopted(action) for action in matches]
        stuck = [a.key for a in self._actions if a.kind is ActionKind.HOLD or a.state is ActionState.FAILED]
        results += self._doom(stuck)
        if results:
            yield from self._record(tuple(results))
            for action in matches:
                action.state = ActionState.CONFIRMED

    def _stop_if_asked(self) -> Steps:
        event = yield from self._step(effects.AskCancelled())
        if isinstance(event, events.CancelAsked) and event.cancelled:
            raise EndedError(self._end(Ending.STOPPED, "cancelled", "A person stopped the run."))

    # A batch

    def _prepare(self, batch: Batch, prefix: str = "b-") -> Generator[effects.Effect, events.Event, Batch]:
        """Look first if that was asked for, then record the intents; return what is to be sent."""
        if self._limits.probe_first:
            creates = tuple(a for a in batch if a.kind is ActionKind.CREATE and not a.attempts)
            found = (yield from self._probe(creates)) if creates else {}
            if found:
                yield from self._conclude(tuple(a for a in creates if a.key in found), found)
                batch = tuple(a for a in batch if a.key not in found)
        for action in batch:
            action.request_id = action.request_id or action_request_id(self._run, action.key)
            action.attempts += 1
            action.state = ActionState.INTENDED
        request_id = batch_request_id(batch, prefix)
        for action in batch:
            action.batch_id = request_id
        if batch:
            yield from self._step(effects.RecordIntents(batch))
        return batch

    def _deliver(self, batch: Batch, lost: int = 0, first: events.Event | None = None) -> Steps:
        """Send a batch with durable intents until its fate is known; the run waits when that takes long.

        ``lost`` is how many earlier requests of this batch went without a reply; ``first`` is what became of
        its first request, when that is known.
        """
        request_id = batch[0].batch_id or batch_request_id(batch)
        busy = 0
        while lost < self._limits.lost_tries and busy < self._limits.busy_tries:
            _mark(batch, ActionState.SENT)
            event = first or (yield from self._step(effects.Send(batch, request_id)))
            first = None
            if isinstance(event, events.Answered):
                self._refusals.clear()
                yield from self._settle(batch, {r.key: r for r in event.results}, late=lost > 0)
                return
            if isinstance(event, events.NotNow):
                busy += 1
                yield from self._pause_for(event)
                continue
            if isinstance(event, events.Refused) and event.code != USED_CODE and not lost:
                yield from self._refused(batch, event)
                return
            lost += 1
            found = yield from self._look_after_loss(batch, lost)
            if found or isinstance(event, events.Refused):
                yield from self._settle(batch, found)
                return
        code = "no-answer" if lost else "busy"
        raise EndedError(self._end(Ending.WAITING, code, "The books do not answer."))

    def _look_after_loss(self, batch: Batch, lost: int) -> Finding:
        """Say that the reply was lost, wait longer each time, and return what the books hold of the batch."""
        _mark(batch, ActionState.UNKNOWN)
        yield from self._step(effects.RecordUnknown(batch))
        yield from self._pause(min(5 * 2 ** (lost - 1), self._limits.longest_wait_seconds))
        return (yield from self._probe(batch))

    def _settle(self, batch: Batch, known: dict[str, ItemResult], *, late: bool = False) -> Steps:
        """Find out the fate of the items without a sure answer, then conclude the whole batch.

        ``late`` says that an earlier request of this batch may still be under way: then no refusal is sure,
        because that request may yet be carried out.
        """
        sure = {a.key: r for a in batch if (r := known.get(a.key)) and not is_doubtful(a, r, late=late)}
        doubtful = tuple(a for a in batch if a.key not in sure)
        if doubtful:
            sure |= yield from self._probe(doubtful)
            silent = tuple(a for a in doubtful if a.key not in sure and (late or a.key not in known))
            if silent:
                yield from self._pause(self._limits.settle_seconds)
                sure |= yield from self._probe(silent)
        answered = {a.key: known.get(a.key) or _not_done(a) for a in batch}
        yield from self._conclude(batch, answered | sure)

    def _conclude(self, batch: Batch, known: dict[str, ItemResult]) -> Steps:
        """Record the results of a batch and of everything that now cannot go, and move the queue on."""
        results = [self._bounded(action, known[action.key]) for action in batch]
        failed = [result.key for result in results if not result.ok and not result.retryable]
        yield from self._record(tuple(results + self._doom(failed)))
        for action, result in zip(batch, results, strict=True):
            action.code = result.code
            if result.ok:
                action.state = ActionState.CONFIRMED
                self._queue.confirm(action.key)
            elif result.retryable:
                action.state = ActionState.PLANNED
                self._queue.again(action.key, later=True)
            else:
                action.state = ActionState.FAILED

    def _bounded(self, action: Action, result: ItemResult) -> ItemResult:
        """Return the result, final after the last try and when stale: then it has to be planned again."""
        if result.stale:
            return result._replace(ok=False, retryable=False, code="stale")
        if result.retryable and action.attempts >= self._limits.item_tries:
            message = f"{result.message} Given up after {action.attempts} tries.".lstrip()
            return result._replace(retryable=False, message=message)
        return result

    def _refused(self, batch: Batch, event: events.Refused) -> Steps:
        """Try the items of a refused request singly; end the run when they are refused for one reason."""
        if len(batch) > 1:
            again = tuple(
                ItemResult(a.key, ok=False, code=event.code, message=event.message, retryable=True)
                for a in batch
            )
            yield from self._record(again)
            for action in batch:
                action.state = ActionState.PLANNED
                action.attempts = min(action.attempts, self._limits.item_tries - 1)
                self._queue.again(action.key, alone=True)
            return
        refusal = ItemResult(
            batch[0].key, ok=False, code=event.code, message=event.message, stale=event.stale
        )
        yield from self._settle(batch, {refusal.key: refusal})
        self._refusals.append(event.code)
        if self._refusals[-self._limits.same_refusals :] == [event.code] * self._limits.same_refusals:
            raise EndedError(self._end(Ending.FAILED, event.code, event.message))

    def _doom(self, keys: list[str]) -> list[ItemResult]:
        """Fail everything that depends on these keys; return the results to be recorded."""
        doomed = self._queue.fail(keys)
        for action, _cause in doomed:
            action.state, action.code = ActionState.FAILED, "dependency-failed"
        return [
            ItemResult(a.key, ok=False, code="dependency-failed", message=f"{cause} was not written.")
            for a, cause in doomed
        ]

    # The end

    def _verify(self) -> Steps:
        event = yield from self._ask(effects.Verify())
        differences = event.differences if isinstance(event, events.Verified) else ()
        tally = self._tally()
        if differences:
            reason = f"The books differ from the plan in {len(differences)} places."
            outcome = self._end(Ending.DONE_WITH_ERRORS, "books-differ", reason)
            outcome = outcome._replace(differences=differences)
        elif tally.failed:
            outcome = self._end(
                Ending.DONE_WITH_ERRORS, "items-failed", f"{tally.failed} records were not written."
            )
        else:
            outcome = self._end(Ending.DONE, "", "")
        raise EndedError(outcome)

    def _end(self, ending: Ending, code: str, reason: str) -> Outcome:
        return Outcome(ending, code, reason, tally=self._tally())

    def _tally(self) -> Tally:
        confirmed = failed = held = remaining = 0
        for action in self._actions:
            if action.kind is ActionKind.HOLD:
                held += 1
            elif action.state is ActionState.CONFIRMED:
                confirmed += 1
            elif action.state is ActionState.FAILED:
                failed += 1
            elif action.kind is not ActionKind.IGNORE:
                remaining += 1
        return Tally(confirmed, failed, held, remaining)

    # Single steps

    def _step(self, effect: effects.Effect) -> Asking:
        """Return the event of an effect; end the run when the lease or the login is gone."""
        event = yield effect
        if isinstance(event, events.LeaseLost):
            raise EndedError(self._end(Ending.LEASE_LOST, "lease-lost", "Another runner took over."))
        if isinstance(event, events.LoginLost):
            raise EndedError(self._end(Ending.WAITING, "login", event.message))
        return event

    def _ask(self, effect: effects.Effect) -> Asking:
        """Return the answer to a reading effect, asking again while the far side says "not now"."""
        for _ in range(self._limits.busy_tries):
            event = yield from self._step(effect)
            if isinstance(event, events.Refused):
                raise EndedError(self._end(Ending.FAILED, event.code, event.message))
            if not isinstance(event, events.NotNow):
                return event
            yield from self._pause_for(event)
        raise EndedError(self._end(Ending.WAITING, "busy", "The books do not answer."))

    def _probe(self, batch: Batch) -> Finding:
        """Return by key what the books hold of these actions; what is not seen is left out."""
        event = yield from self._ask(effects.Probe(batch))
        if not isinstance(event, events.Probed):
            raise InvariantError("not-an-answer", f"{event} does not answer a probe.")
        return {result.key: result for result in event.results if result is not None}

    def _record(self, results: tuple[ItemResult, ...]) -> Steps:
        yield from self._step(effects.RecordResults(results))

    def _pause_for(self, event: events.NotNow) -> Steps:
        """Wait as long as the far side asked; let the whole run wait when that is very long."""
        seconds = self._limits.longest_wait_seconds if event.seconds is None else event.seconds
        if seconds > self._limits.longest_pause_seconds:
            raise EndedError(self._end(Ending.WAITING, event.code, event.message))
        yield from self._pause(seconds)

    def _pause(self, seconds: int) -> Steps:
        """Wait in pieces and keep the lease meanwhile."""
        while seconds > 0:
            piece = min(seconds, self._limits.longest_wait_seconds)
            yield from self._step(effects.Wait(piece))
            yield from self._step(effects.KeepLease())
            seconds -= piece


def _mark(batch: Batch, state: ActionState) -> None:
    for action in batch:
        action.state = state


def _adopted(action: Action) -> ItemResult:
    """Return the result of a match: the books hold the object already. InvariantError without a link."""
    if action.link is None:
        raise InvariantError("match-without-link", f"The match {action.key} does not say with what.")
    return ItemResult(action.key, ok=True, remote_id=action.link.remote_id, sync_token=action.link.sync_token)


def is_doubtful(action: Action, result: ItemResult, *, late: bool) -> bool:
    """Tell whether the books may hold what an action wants although it was refused."""
    if result.ok or late:
        return not result.ok
    if action.kind is ActionKind.CREATE:
        return result.code in EXISTS_CODES
    return action.kind in _REMOVING and result.code in GONE_CODES


def _not_done(action: Action) -> ItemResult:
    """Return the result of an item of which the books show nothing after the far side has had its time."""
    return ItemResult(
        action.key, ok=False, code="not-done", message="The books show nothing of it.", retryable=True
    )
