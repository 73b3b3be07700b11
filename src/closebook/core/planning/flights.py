"""A run that has several requests under way at once.

Each batch goes the same way as in ``machine``: its intents are durable with the id of its request before it
is launched, and its results are recorded wholly or not at all. Only the waiting for answers overlaps. When
one of them brings trouble, that is dealt with before anything else is launched; when the run ends, what is
under way lands first, so that nothing is sent once the lease was given back.
"""

from __future__ import annotations

from collections.abc import Generator

from closebook.core.errors import InvariantError
from closebook.core.planning import effects, events
from closebook.core.planning.actions import ActionState
from closebook.core.planning.hands import SINGLE, Ending
from closebook.core.planning.machine import (
    Batch,
    EndedError,
    RunLimits,
    RunMachine,
    Steps,
    is_doubtful,
)


def run_machine(run: str, limits: RunLimits) -> RunMachine:
    """Return the machine for so many requests at once."""
    return FlyingMachine(run, limits) if limits.flights > 1 else RunMachine(run, limits)


class FlyingMachine(RunMachine):
    """A run machine that launches a batch while others are under way."""

    def __init__(self, run: str, limits: RunLimits) -> None:
        """Prepare to drive the run of this name."""
        super().__init__(run, limits)
        self._flying: dict[int, Batch] = {}
        self._ticket = 0

    def _send_all(self) -> Steps:
        """Write everything that is open; whatever ends the run, let land what is under way."""
        try:
            while self._queue.open or self._flying:
                launched = yield from self._launch_one()
                if not launched:
                    yield from self._land_one()
        except EndedError as ended:
            yield from self._land_rest(ended)

    def _launch_one(self) -> Generator[effects.Effect, events.Event, bool]:
        """Launch the next batch if one may go now; tell whether it did."""
        if len(self._flying) >= self._limits.flights or not self._queue.open:
            return False
        if not self._flying:
            yield from self._rest_if_due()
        room = yield from self._step(effects.AskRoom())
        most = room.actions if isinstance(room, events.Room) else 1
        batch = self._queue.take(min(most, self._limits.batch))
        if not batch:
            if not self._flying:
                raise InvariantError("nothing-ready", "Actions are left, but none of them may be sent.")
            return False
        try:
            yield from self._stop_if_asked()
        except EndedError:
            self._give_back(batch)
            raise
        batch = yield from self._prepare(batch, SINGLE if len(batch) == 1 else "b-")
        if batch:
            self._ticket += 1
            for action in batch:
                action.state = ActionState.SENT
            self._flying[self._ticket] = batch
            try:
                yield from self._step(effects.Launch(self._ticket, batch, batch[0].batch_id))
            except EndedError:
                del self._flying[self._ticket]
                raise
        return True

    def _give_back(self, batch: Batch) -> None:
        for action in batch:
            self._queue.again(action.key)

    def _land_one(self) -> Steps:
        """Wait for one answer and go its way to the end."""
        batch, event = yield from self._landed()
        self._look_at(event)
        yield from self._deliver(batch, first=event)

    def _landed(self) -> Generator[effects.Effect, events.Event, tuple[Batch, events.Event]]:
        """Return the batch whose answer lands next, and the answer."""
        landed = yield effects.Await()
        if not isinstance(landed, events.Landed):
            raise InvariantError("not-an-answer", f"{landed} does not tell what landed.")
        return self._flying.pop(landed.ticket), landed.event

    def _look_at(self, event: events.Event) -> None:
        """End the run when lease or login are gone."""
        if isinstance(event, events.LeaseLost):
            raise EndedError(self._end(Ending.LEASE_LOST, "lease-lost", "Another runner took over."))
        if isinstance(event, events.LoginLost):
            raise EndedError(self._end(Ending.WAITING, "login", event.message))

    def _land_rest(self, ended: EndedError) -> Steps:
        """Let everything land and end. A run that waits leaves what is not sure for its resuming; one that is
        over first finds out the fate of all of it, or else waits as well.
        """
        outcome = ended.outcome
        while self._flying:
            batch, event = yield from self._landed()
            if outcome.ending is Ending.LEASE_LOST:
                continue
            try:
                if outcome.ending is not Ending.WAITING:
                    self._look_at(event)
                    yield from self._deliver(batch, first=event)
                elif isinstance(event, events.Answered):
                    results = {result.key: result for result in event.results}
                    if not any(
                        a.key not in results or is_doubtful(a, results[a.key], late=False) for a in batch
                    ):
                        yield from self._conclude(batch, results)
            except EndedError as again:
                if again.outcome.ending in {Ending.LEASE_LOST, Ending.WAITING}:
                    outcome = again.outcome
        raise EndedError(outcome._replace(tally=self._tally()))
