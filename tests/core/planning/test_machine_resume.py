"""Resuming: whatever state the stored actions are in, the next process settles what is in flight and goes
on.
"""

from __future__ import annotations

import pytest

from closebook.core.planning import effects, events
from closebook.core.planning.actions import Action, ActionState
from closebook.core.planning.hands import Ending
from closebook.core.planning.machine import RunLimits, action_request_id, batch_request_id
from tests.core.planning.machines import Play, both, create, done, in_turn


def in_flight(key: str, state: ActionState = ActionState.INTENDED) -> Action:
    action = create(key)
    action.state, action.attempts, action.request_id = state, 1, action_request_id("run-1", key)
    return action


@pytest.mark.parametrize("state", [ActionState.INTENDED, ActionState.SENT, ActionState.UNKNOWN])
def test_what_is_in_flight_is_probed_first_and_sent_again_with_the_same_id(state: ActionState) -> None:
    actions = [in_flight("a", state), in_flight("b", state), create("c")]
    before = batch_request_id(actions[:2])
    play = Play(actions)
    assert play.words[:7] == [
        "TakeLease", "LoadActions", "Probe", "CheckPlan", "KeepLease", "Send", "RecordResults",
    ]  # fmt: skip
    assert play.all(effects.Send)[0].request_id == before
    assert play.outcome.tally.confirmed == 3


def test_a_version_with_smaller_batches_resends_the_stored_batch_as_it_was() -> None:
    actions = [in_flight(f"{n}") for n in range(5)] + [create(f"new {n}") for n in range(4)]
    before = batch_request_id(actions[:5])
    play = Play(actions, limits=RunLimits(batch=2))
    assert [len(send.actions) for send in play.all(effects.Send)] == [5, 2, 2]
    assert play.all(effects.Send)[0].request_id == before


def test_what_was_written_before_the_crash_is_only_recorded() -> None:
    actions = [in_flight("a"), in_flight("b")]
    play = Play(actions, in_turn(effects.Probe, events.Probed((done(actions[0]), done(actions[1])))))
    assert not play.all(effects.Send)
    assert play.words == [
        "TakeLease",
        "LoadActions",
        "Probe",
        "RecordResults",
        "Verify",
        "Finish",
        "ReleaseLease",
    ]


def test_a_plan_that_went_stale_meanwhile_is_refused_after_the_flight_has_landed() -> None:
    actions = [in_flight("a"), create("b")]
    late = in_turn(effects.Probe, None, None, events.Probed((done(actions[0]),)))
    play = Play(actions, both(late, in_turn(effects.CheckPlan, events.PlanChecked(("the source changed",)))))
    assert play.outcome.ending is Ending.STALE
    assert not play.all(effects.Send)
    assert sum(wait.seconds for wait in play.all(effects.Wait)) >= RunLimits().settle_seconds
    assert (play.outcome.tally.confirmed, play.outcome.tally.remaining) == (1, 1)


def test_confirmed_and_failed_actions_are_left_as_they_are() -> None:
    finished, failed, waits = create("a"), create("b"), create("c", "b")
    finished.state, failed.state = ActionState.CONFIRMED, ActionState.FAILED
    play = Play([finished, failed, waits, create("d", "a")])
    assert [[a.key for a in send.actions] for send in play.all(effects.Send)] == [["d"]]
    assert (waits.state, waits.code) == (ActionState.FAILED, "dependency-failed")


def test_actions_are_loaded_under_the_lease() -> None:
    """Another process may have moved the run on between our start and our lease."""
    assert Play([create("a")]).words[:2] == ["TakeLease", "LoadActions"]
