"""The loop that carries a run out: each effect becomes one call of the hands, its outcome an event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from closebook.core.errors import (
    ClosebookError,
    LoginError,
    RejectedError,
    RemoteError,
    RetryError,
    StaleError,
    UnknownOutcomeError,
)
from closebook.core.planning import effects, events
from closebook.core.planning.hands import LeaseLostError, Outcome, RunHands
from closebook.core.planning.machine import RunMachine

_DONE = events.Done()


def drive(machine: RunMachine, hands: RunHands) -> Outcome:
    """Return how the run ended after carrying out every effect that the machine asked for.

    An error that no method of ``RunHands`` names passes through, as a crash would; the run is resumed by
    driving a new machine made from the stored actions.
    """
    effect = machine.start()
    while effect is not None:
        effect = machine.on(perform(effect, hands))
    return machine.outcome


def perform(effect: effects.Effect, hands: RunHands) -> events.Event:
    """Return the event that follows from carrying out one effect."""
    try:
        return _CALLS[type(effect)](effect, hands)
    except (LeaseLostError, RemoteError) as error:
        return _event_of(error, sending=isinstance(effect, effects.Send))


def _event_of(error: ClosebookError, *, sending: bool) -> events.Event:
    """Return the event of an error that a method of ``RunHands`` names; any other is raised again."""
    if isinstance(error, LeaseLostError):
        return events.LeaseLost()
    if isinstance(error, UnknownOutcomeError) and sending:
        return events.ReplyLost(str(error))
    if isinstance(error, RetryError):
        return events.NotNow(error.retry_after_seconds, error.code, str(error))
    if isinstance(error, LoginError):
        return events.LoginLost(str(error))
    if isinstance(error, RejectedError | StaleError):
        return events.Refused(error.code, str(error), isinstance(error, StaleError))
    raise error


def _take_lease(_effect: effects.TakeLease, hands: RunHands) -> events.Event:
    return events.LeaseTaken() if hands.take_lease() else events.LeaseRefused()


def _keep_lease(_effect: effects.KeepLease, hands: RunHands) -> events.Event:
    return _DONE if hands.keep_lease() else events.LeaseLost()


def _load_actions(_effect: effects.LoadActions, hands: RunHands) -> events.Event:
    return events.Loaded(tuple(hands.load_actions()))


def _check_plan(_effect: effects.CheckPlan, hands: RunHands) -> events.Event:
    return events.PlanChecked(hands.plan_changes())


def _ask_cancelled(_effect: effects.AskCancelled, hands: RunHands) -> events.Event:
    return events.CancelAsked(hands.cancelled())


def _record_intents(effect: effects.RecordIntents, hands: RunHands) -> events.Event:
    hands.record_intents(effect.actions)
    return _DONE


def _send(effect: effects.Send, hands: RunHands) -> events.Event:
    return events.Answered(tuple(hands.send(effect.actions, effect.request_id)))


def _room(_effect: effects.AskRoom, hands: RunHands) -> events.Event:
    return events.Room(hands.room())


def _launch(effect: effects.Launch, hands: RunHands) -> events.Event:
    hands.launch(effect.ticket, effect.actions, effect.request_id)
    return _DONE


def _await(_effect: effects.Await, hands: RunHands) -> events.Event:
    ticket, found = hands.landed()
    if isinstance(found, ClosebookError):
        return events.Landed(ticket, _event_of(found, sending=True))
    return events.Landed(ticket, events.Answered(tuple(found)))


def _record_unknown(effect: effects.RecordUnknown, hands: RunHands) -> events.Event:
    hands.record_unknown(effect.actions)
    return _DONE


def _probe(effect: effects.Probe, hands: RunHands) -> events.Event:
    return events.Probed(tuple(hands.probe(effect.actions)))


def _record_results(effect: effects.RecordResults, hands: RunHands) -> events.Event:
    hands.record_results(effect.results)
    return _DONE


def _wait(effect: effects.Wait, hands: RunHands) -> events.Event:
    hands.wait(effect.seconds)
    return _DONE


def _verify(_effect: effects.Verify, hands: RunHands) -> events.Event:
    return events.Verified(hands.verify())


def _finish(effect: effects.Finish, hands: RunHands) -> events.Event:
    hands.finish(effect.outcome)
    return _DONE


def _release_lease(_effect: effects.ReleaseLease, hands: RunHands) -> events.Event:
    hands.release_lease()
    return _DONE


_CALLS: dict[type, Callable[[Any, RunHands], events.Event]] = {
    effects.TakeLease: _take_lease,
    effects.KeepLease: _keep_lease,
    effects.LoadActions: _load_actions,
    effects.CheckPlan: _check_plan,
    effects.AskCancelled: _ask_cancelled,
    effects.RecordIntents: _record_intents,
    effects.Send: _send,
    effects.AskRoom: _room,
    effects.Launch: _launch,
    effects.Await: _await,
    effects.RecordUnknown: _record_unknown,
    effects.Probe: _probe,
    effects.RecordResults: _record_results,
    effects.Wait: _wait,
    effects.Verify: _verify,
    effects.Finish: _finish,
    effects.ReleaseLease: _release_lease,
}
