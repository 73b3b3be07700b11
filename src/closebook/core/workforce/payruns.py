"""Sending a payment run as a machine: events in, effects out, no clock, no input or output.

    take the lease, load the lines
    per line: unknown? probe - record the intent - send (reply lost: wait, probe, again with the same ref)
    release the lease

What makes it "never twice": the lines are loaded under the lease; a line is recorded as unknown before it is
sent; its reference goes with every try, and the rail carries out a reference once; an unknown line is probed
first, and not sent again once the rail may have forgotten the reference; a refusal counts only when no
earlier request can still be under way.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from closebook.core.errors import InvariantError
from closebook.core.workforce.pay_lines import LineState, PayLine
from closebook.core.workforce.runs import HOUR, SECOND


@dataclass(frozen=True, slots=True)
class TakeLease:
    """Become the only one who works on this run: Done or Busy."""


@dataclass(frozen=True, slots=True)
class LoadLines:
    """Read the lines as they are stored: Loaded."""


@dataclass(frozen=True, slots=True)
class Record:
    """Store a line, while the lease holds: Done or LeaseLost."""

    line: PayLine


@dataclass(frozen=True, slots=True)
class Send:
    """Send a line with its reference: Accepted, Rejected, NotNow or Lost.

    Whoever carries it out looks at the clock first: from ``until`` (ms) on nothing is sent, and the answer is
    LeaseLost.
    """

    line: PayLine
    until: int


@dataclass(frozen=True, slots=True)
class Probe:
    """Ask the rail for a reference: Found, Absent, NotNow or Lost."""

    line: PayLine


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait, and keep the lease: Done or LeaseLost."""

    seconds: int


@dataclass(frozen=True, slots=True)
class ReleaseLease:
    """Let others work on the run."""


Effect: TypeAlias = TakeLease | LoadLines | Record | Send | Probe | Wait | ReleaseLease


@dataclass(frozen=True, slots=True)
class Done:
    """It is done."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody else holds the lease."""


@dataclass(frozen=True, slots=True)
class LeaseLost:
    """Somebody else took the lease."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The lines, and the moment in ms."""

    lines: tuple[PayLine, ...]
    now: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """The rail took the line, or says that it had it already."""

    provider_ref: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The rail refused the line for good."""

    code: str


@dataclass(frozen=True, slots=True)
class NotNow:
    """The rail asks to come back."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer came: it may have been done, or be done later."""


@dataclass(frozen=True, slots=True)
class Found:
    """The rail knows the reference."""

    state: LineState
    provider_ref: str


@dataclass(frozen=True, slots=True)
class Absent:
    """The rail does not know the reference (yet); ``now`` is when it was asked, in ms."""

    now: int


Event: TypeAlias = Done | Busy | LeaseLost | Loaded | Accepted | Rejected | NotNow | Lost | Found | Absent
Steps: TypeAlias = Generator[Effect, Event, None]
Asking: TypeAlias = Generator[Effect, Event, Event]
Fate: TypeAlias = Generator[Effect, Event, PayLine | None]


@dataclass(frozen=True, slots=True)
class PayLimits:
    """The numbers that bound a run. ``key_ms`` is how long the rail keeps a reference (0: it keeps none, and
    nothing is ever sent twice); ``settle_seconds`` after how long no request can still be under way.
    """

    tries: int = 4
    key_ms: int = 29 * 24 * HOUR
    settle_seconds: int = 180
    longest_wait_seconds: int = 900


@dataclass(frozen=True, slots=True)
class PayOutcome:
    """How it ended: ``sent`` and ``failed`` by reference, ``unsure`` those a person has to look at."""

    ending: str
    sent: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()


class _EndedError(Exception):
    """Leaves the depth of a run."""

    def __init__(self, ending: str) -> None:
        super().__init__(ending)
        self.ending = ending


@dataclass(slots=True)
class PayMachine:
    """One driving of one approved run; the same machine begins a run and resumes it.

    ``start`` gives the first effect, ``on`` the next one, until None; then ``outcome`` is there.
    """

    limits: PayLimits = field(default_factory=PayLimits)
    outcome: PayOutcome | None = None
    _steps: Steps | None = None
    _now: int = 0
    _lines: dict[str, PayLine] = field(default_factory=dict)

    def start(self) -> Effect:
        """Return the first effect."""
        self._steps = self._live()
        return next(self._steps)

    def on(self, event: Event) -> Effect | None:
        """Return the effect that follows an event, None at the end."""
        if self._steps is None:
            raise InvariantError("machine-not-started", "The payment run was not started.")
        try:
            return self._steps.send(event)
        except StopIteration:
            return None

    def _live(self) -> Steps:
        if isinstance((yield TakeLease()), Busy):
            self.outcome = PayOutcome("busy")
            return
        try:
            yield from self._work()
            ending = "done"
        except _EndedError as ended:
            ending = ended.ending
        self.outcome = PayOutcome(
            ending,
            self._refs(LineState.SENT, LineState.PAID, LineState.UNCLAIMED),
            self._refs(LineState.FAILED, LineState.RETURNED),
            self._refs(LineState.UNKNOWN),
        )
        if ending != "lease-lost":
            yield ReleaseLease()

    def _refs(self, *states: LineState) -> tuple[str, ...]:
        return tuple(ref for ref, line in self._lines.items() if line.state in states)

    def _work(self) -> Steps:
        loaded = yield LoadLines()
        if not isinstance(loaded, Loaded):
            raise InvariantError("not-an-answer", f"{loaded} does not bring the lines.")
        self._now = loaded.now
        self._lines = {line.ref: line for line in loaded.lines}
        for line in loaded.lines:
            if line.state is LineState.UNKNOWN:
                yield from self._recover(line)
        for line in loaded.lines:
            if line.state is LineState.QUEUED:
                intended = replace(line, state=LineState.UNKNOWN, intended_at=self._now)
                yield from self._record(intended)
                yield from self._deliver(intended, lost=0)

    def _recover(self, line: PayLine) -> Steps:
        """Find out what became of a line that an earlier process was going to send; send it if it may be."""
        found = yield from self._look(line)
        if found is None:
            yield from self._pause(self.limits.settle_seconds)
            found = yield from self._look(line)
        if found is not None:
            yield from self._record(found)
        elif self._may_send_again(line):
            yield from self._deliver(line, lost=1)

    def _may_send_again(self, line: PayLine) -> bool:
        return 0 <= self._now - line.intended_at < self.limits.key_ms

    def _deliver(self, line: PayLine, lost: int) -> Steps:
        """Send a line with a durable intent until its fate is known; else it stays unknown."""
        until = line.intended_at + (self.limits.key_ms or SECOND * self.limits.settle_seconds)
        for _ in range(self.limits.tries):
            event = yield from self._step(Send(line, until))
            if isinstance(event, Accepted):
                yield from self._record(replace(line, state=LineState.SENT, provider_ref=event.provider_ref))
                return
            if isinstance(event, Rejected):
                yield from self._refused(line, event, lost)
                return
            if isinstance(event, NotNow):
                yield from self._pause(event.seconds)
                continue
            lost += 1
            yield from self._pause(min(5 * 2**lost, 60))
            found = yield from self._look(line)
            if found is not None:
                yield from self._record(found)
                return
            if not self._may_send_again(line):
                return

    def _refused(self, line: PayLine, event: Rejected, lost: int) -> Steps:
        """Record a refusal, after making sure that no earlier request was or will be carried out."""
        if lost:
            yield from self._pause(self.limits.settle_seconds)
            found, sure = yield from self._asked(line)
            if found is not None:
                yield from self._record(found)
            if found is not None or not sure:
                return
        yield from self._record(replace(line, state=LineState.FAILED, code=event.code))

    def _look(self, line: PayLine) -> Fate:
        """Return the line as the rail knows it, None when it is not seen there."""
        found, _ = yield from self._asked(line)
        return found

    def _asked(self, line: PayLine) -> Generator[Effect, Event, tuple[PayLine | None, bool]]:
        """Return the line as the rail knows it, and whether an answer came at all."""
        for _ in range(self.limits.tries):
            event = yield from self._step(Probe(line))
            if isinstance(event, Found):
                return replace(line, state=event.state, provider_ref=event.provider_ref), True
            if isinstance(event, Absent):
                self._now = max(self._now, event.now)
                return None, True
            yield from self._pause(event.seconds if isinstance(event, NotNow) else 5)
        return None, False

    def _record(self, line: PayLine) -> Steps:
        yield from self._step(Record(line))
        self._lines[line.ref] = line

    def _pause(self, seconds: int) -> Steps:
        if seconds > self.limits.longest_wait_seconds:
            raise _EndedError("waiting")
        yield from self._step(Wait(seconds))

    def _step(self, effect: Effect) -> Asking:
        event = yield effect
        if isinstance(event, LeaseLost):
            raise _EndedError("lease-lost")
        return event
