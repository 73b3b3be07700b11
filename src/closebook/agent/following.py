"""What the agent's timer does so that it is where the person's timer on the server is."""

from __future__ import annotations

from closebook.agent.upward import TimerTold
from closebook.core.workforce.pausing import Event, Phase, Resume, Start, Stop, TakeBreak

_RUNS = frozenset({Phase.RUNNING, Phase.WARNED})


def moves_after(timer: TimerTold | None, phase: Phase, task: str, now: int, *, used: bool) -> list[Event]:
    """Return the moves that bring a timer in a phase on a task to where the server has it, at ``now`` (ms).

    A timer that was started elsewhere is followed only on a machine that is ``used``: one that stands idle
    would pause it. A pause that is asked about here stays a question until the timer moves on elsewhere.
    """
    if timer is None:
        return [] if phase is Phase.STOPPED else [Stop(now)]
    if timer.state != "running":
        return [TakeBreak(now)] if phase in _RUNS else []
    if phase is Phase.STOPPED:
        return [Start(now)] if used else []
    if timer.task.task != task:
        return [Stop(now), Start(now)] if used else [Stop(now)]
    return [] if phase in _RUNS or not used else [Resume(now)]
