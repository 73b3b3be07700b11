"""Each error of the hands becomes the event that the machine expects; any other error passes through."""

from __future__ import annotations

import pytest

from closebook.core.errors import LoginError, RejectedError, RetryError, StaleError, UnknownOutcomeError
from closebook.core.planning import effects, events
from closebook.core.planning.drive import perform
from closebook.core.planning.hands import LeaseLostError


class Failing:
    """Hands of which every method raises one error."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __getattr__(self, _name: str) -> object:
        def method(*_given: object) -> object:
            raise self.error

        return method


SEND, CHECK = effects.Send((), "b-1"), effects.CheckPlan()


@pytest.mark.parametrize(
    ("effect", "error", "event"),
    [
        (SEND, UnknownOutcomeError("no-reply", "Lost."), events.ReplyLost("Lost.")),
        (CHECK, UnknownOutcomeError("no-reply", "Lost."), events.NotNow(None, "no-reply", "Lost.")),
        (SEND, RetryError("busy", "429.", retry_after_seconds=9), events.NotNow(9, "busy", "429.")),
        (SEND, LoginError("login", "Connect."), events.LoginLost("Connect.")),
        (SEND, RejectedError("wrong", "No."), events.Refused("wrong", "No.")),
        (SEND, StaleError("stale", "Old."), events.Refused("stale", "Old.", stale=True)),
        (effects.RecordResults(()), LeaseLostError("lease-lost", "Gone."), events.LeaseLost()),
    ],
)
def test_an_error_becomes_an_event(effect: effects.Effect, error: Exception, event: events.Event) -> None:
    assert perform(effect, Failing(error)) == event


def test_an_error_that_is_not_named_ends_the_process_as_a_crash_would() -> None:
    with pytest.raises(OSError, match="disk full"):
        perform(effects.RecordIntents(()), Failing(OSError("disk full")))
