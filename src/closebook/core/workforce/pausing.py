"""The running timer, live: a warning, the pause dated back, the question on return, breaks and suspends.

Events in, effects out: no clock and no window. While a break is declared nothing is asked; a pause that
nobody answers is not booked and stays claimable; a dialog never stops "break" from being said; and the idle
time is measured by the machine's counter, so that an open question does not start it anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from closebook.core.errors import InputError
from closebook.core.workforce.reckoning import IdleFrom
from closebook.core.workforce.runs import MINUTE


class Phase(StrEnum):
    """Where a live timer stands; ``asking``: paused, the person is back, and the question is open."""

    STOPPED = "stopped"
    RUNNING = "running"
    WARNED = "warned"
    AWAY = "away"
    ASKING = "asking"
    BREAK = "break"


class Was(StrEnum):
    """What the person says a pause was."""

    BREAK = "break"
    WORK = "work"
    KEEP_PAUSED = "keep_paused"


@dataclass(frozen=True, slots=True)
class Pace:
    """The lengths, in ms: no input for ``threshold`` pauses, ``warning`` before that warns. A machine that
    was not heard of for ``asleep`` was suspended. ``enabled`` is false where no presence is agreed on.
    """

    threshold: int = 3 * MINUTE
    warning: int = MINUTE
    asleep: int = MINUTE
    idle_from: IdleFrom = IdleFrom.LAST_INPUT
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Live:
    """The state between two events; moments in ms. ``paused_at`` is where the pause begins on the timer."""

    phase: Phase = Phase.STOPPED
    seen_at: int = 0
    paused_at: int = 0
    back_at: int = 0


@dataclass(frozen=True, slots=True)
class Start:
    """The person starts the timer."""

    at: int


@dataclass(frozen=True, slots=True)
class Stop:
    """The person stops the timer."""

    at: int


@dataclass(frozen=True, slots=True)
class Look:
    """The idle counter was read: no input for ``idle`` ms; to be sent every few seconds while it runs."""

    at: int
    idle: int


@dataclass(frozen=True, slots=True)
class TakeBreak:
    """The person declares a break."""

    at: int


@dataclass(frozen=True, slots=True)
class Resume:
    """The person ends a break or goes on after a pause without saying what it was."""

    at: int


@dataclass(frozen=True, slots=True)
class Say:
    """The person says what a pause was; work needs a few words in ``note``."""

    at: int
    was: Was
    note: str = ""


Event: TypeAlias = Start | Stop | Look | TakeBreak | Resume | Say


@dataclass(frozen=True, slots=True)
class Warn:
    """Show a countdown: the timer pauses in ``left`` ms."""

    left: int


@dataclass(frozen=True, slots=True)
class Unwarn:
    """Take the countdown away."""


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Let the timer run from ``at``."""

    at: int


@dataclass(frozen=True, slots=True)
class PauseTimer:
    """Pause the timer as of ``at``, for ``reason``: away, break or suspend."""

    at: int
    reason: str


@dataclass(frozen=True, slots=True)
class StopTimer:
    """Stop the timer as of ``at``."""

    at: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask what the time from ``start`` to ``end`` was, and show both."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unask:
    """Take the question away."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Keep the time from ``start`` to ``end`` as claimed work, to be approved, with what it was."""

    start: int
    end: int
    note: str


Effect: TypeAlias = Warn | Unwarn | StartTimer | PauseTimer | StopTimer | Ask | Unask | Claim
Step: TypeAlias = tuple[Live, tuple[Effect, ...]]


def step(live: Live, event: Event, pace: Pace) -> Step:
    """Return the state after an event and what is to be done.

    An event that means nothing in a state (a second click) changes nothing. Raises InputError for claimed
    work without words.
    """
    if isinstance(event, Start):
        return _start(live, event.at)
    if isinstance(event, Stop):
        return _stop(live, event.at)
    if live.phase is Phase.STOPPED:
        return live, ()
    if isinstance(event, Look):
        return _look(live, event, pace)
    if isinstance(event, TakeBreak):
        return _break(live, event.at)
    if isinstance(event, Resume):
        return _resume(live, event.at)
    return _say(live, event)


def _start(live: Live, at: int) -> Step:
    if live.phase is not Phase.STOPPED:
        return live, ()
    return Live(Phase.RUNNING, seen_at=at), (StartTimer(at),)


def _stop(live: Live, at: int) -> Step:
    if live.phase is Phase.STOPPED:
        return live, ()
    paused = live.phase in {Phase.AWAY, Phase.ASKING, Phase.BREAK}
    return Live(), (*_cleared(live), StopTimer(live.paused_at if paused else at))


def _cleared(live: Live) -> tuple[Effect, ...]:
    shown: dict[Phase, tuple[Effect, ...]] = {Phase.WARNED: (Unwarn(),), Phase.ASKING: (Unask(),)}
    return shown.get(live.phase, ())


def _look(live: Live, event: Look, pace: Pace) -> Step:
    now = replace(live, seen_at=event.at)
    if live.phase is Phase.AWAY:
        return _back(now, event) if event.idle < pace.threshold else (now, ())
    if live.phase in {Phase.ASKING, Phase.BREAK}:
        return now, ()
    slept = live.seen_at and event.at - live.seen_at > pace.asleep
    if slept and event.at - live.seen_at > event.idle:
        return _woken(now, live, event, pace)
    if not pace.enabled or event.idle < pace.threshold - pace.warning:
        return replace(now, phase=Phase.RUNNING), _cleared(live)
    if event.idle < pace.threshold:
        return replace(now, phase=Phase.WARNED), (Warn(pace.threshold - event.idle),)
    first = 0 if pace.idle_from is IdleFrom.LAST_INPUT else pace.threshold
    at = event.at - event.idle + first
    return replace(now, phase=Phase.AWAY, paused_at=at), (*_cleared(live), PauseTimer(at, "away"))


def _woken(now: Live, live: Live, event: Look, pace: Pace) -> Step:
    """Pause as of the last sign of life, and ask at once: input ended the sleep."""
    asleep = replace(now, phase=Phase.AWAY, paused_at=live.seen_at)
    effects = (*_cleared(live), PauseTimer(live.seen_at, "suspend"))
    if event.idle >= pace.threshold:
        return asleep, effects
    asking, more = _back(asleep, event)
    return asking, (*effects, *more)


def _back(live: Live, event: Look) -> Step:
    back = max(live.paused_at, event.at - event.idle)
    return replace(live, phase=Phase.ASKING, back_at=back), (Ask(live.paused_at, back),)


def _break(live: Live, at: int) -> Step:
    if live.phase is Phase.BREAK:
        return live, ()
    if live.phase in {Phase.AWAY, Phase.ASKING}:
        return replace(live, phase=Phase.BREAK), _cleared(live)
    return replace(live, phase=Phase.BREAK, paused_at=at), (*_cleared(live), PauseTimer(at, "break"))


def _resume(live: Live, at: int) -> Step:
    if live.phase in {Phase.RUNNING, Phase.WARNED}:
        return live, ()
    since = live.back_at if live.phase is Phase.ASKING else at
    return Live(Phase.RUNNING, seen_at=live.seen_at), (*_cleared(live), StartTimer(since))


def _say(live: Live, event: Say) -> Step:
    if live.phase is not Phase.ASKING:
        return live, ()
    if event.was is Was.KEEP_PAUSED:
        return replace(live, phase=Phase.BREAK), (Unask(),)
    if event.was is Was.BREAK:
        return _resume(live, event.at)
    note = event.note.strip()
    if not note:
        raise InputError(
            "claim-without-words", "Claimed work needs a few words.", remedy="Say what you were doing."
        )
    running, effects = _resume(live, event.at)
    return running, (*effects, Claim(live.paused_at, live.back_at, note))
