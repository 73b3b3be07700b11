"""The run machine: the order of its effects, and what it does when the far side or the outside misbehaves."""

from __future__ import annotations

import pytest

from closebook.core.errors import InvariantError
from closebook.core.planning import effects, events
from closebook.core.planning.actions import ActionKind, ActionState
from closebook.core.planning.hands import Ending, ItemResult
from closebook.core.planning.machine import RunLimits, action_request_id, batch_request_id
from tests.core.planning.machines import Play, always, both, create, done, in_turn, other

LOST = events.ReplyLost("timed out")


def refused_item(key: str, code: str, **more: bool) -> ItemResult:
    return ItemResult(key, ok=False, code=code, message=f"{code}.", **more)


def test_an_ordinary_run_takes_these_steps() -> None:
    play = Play([create("a")])
    assert play.words == [
        "TakeLease", "LoadActions", "CheckPlan", "AskCancelled", "RecordIntents", "Send", "RecordResults",
        "Verify", "Finish", "ReleaseLease",
    ]  # fmt: skip
    assert play.outcome.ending is Ending.DONE
    assert play.outcome.tally.confirmed == 1


def test_intents_carry_request_ids_and_attempts_before_anything_is_sent() -> None:
    action = create("a")
    play = Play([action])
    assert play.words.index("RecordIntents") < play.words.index("Send")
    assert action.request_id == action_request_id("run-1", "a")
    assert action.attempts == 1


def test_a_busy_company_is_left_alone() -> None:
    play = Play([create("a")], always(effects.TakeLease, events.LeaseRefused()))
    assert play.words == ["TakeLease"]
    assert play.outcome.ending is Ending.BUSY


def test_a_stale_plan_is_refused_with_the_list_of_changes() -> None:
    changes = ("order 7 was changed", "the closing date moved")
    play = Play([create("a")], always(effects.CheckPlan, events.PlanChecked(changes)))
    assert play.outcome.ending is Ending.STALE
    assert play.outcome.changes == changes
    assert not play.all(effects.Send)
    assert not play.all(effects.RecordIntents)


def test_batches_hold_thirty_actions_and_wait_for_what_they_need() -> None:
    actions = [create("customer")] + [create(f"sale {n}", "customer") for n in range(65)]
    play = Play(actions)
    sizes = [len(send.actions) for send in play.all(effects.Send)]
    assert sizes == [1, 30, 30, 5]
    assert play.outcome.tally.confirmed == 66


def test_nothing_to_do_checks_nothing_and_sends_nothing() -> None:
    action = create("a")
    action.state = ActionState.CONFIRMED
    assert Play([action]).words == ["TakeLease", "LoadActions", "Verify", "Finish", "ReleaseLease"]


def test_a_lost_reply_is_probed_and_sent_again_with_the_same_request_id() -> None:
    play = Play([create("a")], in_turn(effects.Send, LOST))
    first, second = play.all(effects.Send)
    assert first.request_id == second.request_id
    between = play.words[play.words.index("Send") + 1 :]
    assert between[:5] == ["RecordUnknown", "Wait", "KeepLease", "Probe", "Send"]
    assert play.outcome.ending is Ending.DONE


def test_what_the_probe_finds_is_not_sent_again() -> None:
    a, b = create("a"), create("b")
    found = events.Probed((done(a), done(b)))
    play = Play([a, b], both(in_turn(effects.Send, LOST), in_turn(effects.Probe, found)))
    assert len(play.all(effects.Send)) == 1
    assert a.state is b.state is ActionState.CONFIRMED


def test_a_batch_of_which_a_part_is_found_is_taken_apart_only_after_the_far_sides_time() -> None:
    a, b = create("a"), create("b")
    some = events.Probed((done(a), None))
    play = Play([a, b], both(in_turn(effects.Send, LOST), in_turn(effects.Probe, some)))
    first, second = play.all(effects.Send)
    assert [x.key for x in second.actions] == ["b"]
    assert first.request_id != second.request_id
    at = play.effects.index(play.all(effects.Probe)[0])
    waited = sum(
        e.seconds for e in play.effects[at : play.effects.index(second)] if isinstance(e, effects.Wait)
    )
    assert waited >= RunLimits().settle_seconds
    assert play.outcome.ending is Ending.DONE


def test_an_item_without_an_answer_is_probed() -> None:
    a, b = create("a"), create("b")
    play = Play([a, b], both(in_turn(effects.Send, events.Answered((done(b),))),
                             in_turn(effects.Probe, events.Probed((done(a),)))))  # fmt: skip
    assert [x.key for x in play.all(effects.Probe)[0].actions] == ["a"]
    assert play.outcome.tally.confirmed == 2


def test_a_refusal_after_a_lost_reply_is_believed_only_when_the_first_request_cannot_arrive_any_more() -> (
    None
):
    """The first request may only be late: tried again under a new id its item would be made twice."""
    action = create("a")
    busy = events.Answered((refused_item("a", "server-busy", retryable=True),))
    arrives = in_turn(effects.Probe, None, None, events.Probed((done(action),)))
    play = Play([action], both(in_turn(effects.Send, LOST, busy), arrives))
    assert len(play.all(effects.Send)) == 2
    assert sum(wait.seconds for wait in play.all(effects.Wait)) >= RunLimits().settle_seconds
    assert action.state is ActionState.CONFIRMED


def test_a_far_side_that_never_answers_lets_the_run_wait() -> None:
    action = create("a")
    play = Play([action], always(effects.Send, LOST))
    assert play.outcome.ending is Ending.WAITING
    assert action.state is ActionState.UNKNOWN
    assert len({send.request_id for send in play.all(effects.Send)}) == 1


def test_throttling_is_waited_for_in_pieces_while_the_lease_is_kept() -> None:
    play = Play([create("a")], in_turn(effects.Send, events.NotNow(130, "throttled", "429")))
    assert [wait.seconds for wait in play.all(effects.Wait)] == [60, 60, 10]
    assert len(play.all(effects.KeepLease)) == 3
    assert play.outcome.ending is Ending.DONE


def test_a_quota_for_the_month_lets_the_run_wait_at_once() -> None:
    play = Play([create("a")], in_turn(effects.Send, events.NotNow(200_000, "quota", "429")))
    assert play.outcome.ending is Ending.WAITING
    assert play.outcome.code == "quota"
    assert not play.all(effects.Wait)


def test_a_retryable_item_is_tried_four_times_then_fails_with_those_that_need_it() -> None:
    actions = [create("a"), create("b", "a"), create("c", "b"), create("d")]
    busy = refused_item("a", "server-busy", retryable=True)

    def says(effect: effects.Effect) -> events.Event | None:
        if not isinstance(effect, effects.Send):
            return None
        return events.Answered(tuple(busy if a.key == "a" else done(a) for a in effect.actions))

    play = Play(actions, says)
    sends = [send for send in play.all(effects.Send) if any(a.key == "a" for a in send.actions)]
    assert len(sends) == 4
    assert len({send.request_id for send in sends}) == 4
    last = play.all(effects.RecordResults)[-1].results
    assert [(r.key, r.code, r.retryable) for r in last] == [
        ("a", "server-busy", False), ("b", "dependency-failed", False), ("c", "dependency-failed", False),
    ]  # fmt: skip
    assert play.outcome.ending is Ending.DONE_WITH_ERRORS
    assert (play.outcome.tally.confirmed, play.outcome.tally.failed) == (1, 3)


def test_a_stale_item_fails_so_that_it_is_planned_again() -> None:
    action = other(ActionKind.UPDATE, "a")
    stale = events.Answered(
        (ItemResult("a", ok=False, code="5010", message="changed", retryable=True, stale=True),)
    )
    play = Play([action], in_turn(effects.Send, stale))
    assert (action.state, action.code) == (ActionState.FAILED, "stale")
    assert len(play.all(effects.Send)) == 1


@pytest.mark.parametrize("kind", [effects.CheckPlan, effects.Send, effects.Verify])
def test_a_lost_login_lets_the_run_wait(kind: type[effects.Effect]) -> None:
    play = Play([create("a")], always(kind, events.LoginLost("connect again")))
    assert (play.outcome.ending, play.outcome.code) == (Ending.WAITING, "login")
    assert play.words[-2:] == ["Finish", "ReleaseLease"]


@pytest.mark.parametrize("kind", [effects.RecordIntents, effects.Send, effects.RecordResults, effects.Finish])
def test_a_lost_lease_stops_the_run_without_another_write(kind: type[effects.Effect]) -> None:
    play = Play([create("a"), create("b", "a")], always(kind, events.LeaseLost()))
    assert isinstance(play.effects[-1], kind)
    assert play.outcome.ending is Ending.LEASE_LOST


def test_a_person_stops_the_run_between_batches() -> None:
    answers = in_turn(effects.AskCancelled, None, events.CancelAsked(cancelled=True))
    play = Play([create("a"), create("b", "a")], answers)
    assert play.outcome.ending is Ending.STOPPED
    assert (play.outcome.tally.confirmed, play.outcome.tally.remaining) == (1, 1)


def test_too_many_removals_hold_the_run_before_anything_is_read_or_written() -> None:
    actions = [other(ActionKind.DELETE, f"{n}") for n in range(3)]
    play = Play(actions, limits=RunLimits(removals=2))
    assert play.outcome.ending is Ending.HELD
    assert play.words == ["TakeLease", "LoadActions", "Finish", "ReleaseLease"]


def test_differences_found_by_verification_are_errors() -> None:
    play = Play([create("a")], always(effects.Verify, events.Verified(("a: 1.00 is 1.01",))))
    assert (play.outcome.ending, play.outcome.differences) == (Ending.DONE_WITH_ERRORS, ("a: 1.00 is 1.01",))


def test_a_match_is_recorded_without_being_sent_and_a_hold_holds_what_needs_it() -> None:
    hold = other(ActionKind.HOLD, "held")
    play = Play([other(ActionKind.MATCH, "known"), hold, create("x", "known"), create("y", "held")])
    first = play.all(effects.RecordResults)[0].results
    assert [(r.key, r.ok, r.code) for r in first] == [("known", True, ""), ("y", False, "dependency-failed")]
    assert [[a.key for a in send.actions] for send in play.all(effects.Send)] == [["x"]]
    assert play.outcome.tally.held == 1


def test_a_duplicate_may_be_our_own_earlier_try() -> None:
    action = create("a")
    twin = refused_item("a", "duplicate-number")
    play = Play([action], both(in_turn(effects.Send, events.Answered((twin,))),
                               in_turn(effects.Probe, events.Probed((done(action),)))))  # fmt: skip
    assert action.state is ActionState.CONFIRMED
    assert play.outcome.ending is Ending.DONE


def test_a_duplicate_that_is_not_ours_fails() -> None:
    action = create("a")
    Play([action], in_turn(effects.Send, events.Answered((refused_item("a", "duplicate-name"),))))
    assert (action.state, action.code) == (ActionState.FAILED, "duplicate-name")


def test_deleting_what_is_gone_already_is_done() -> None:
    action = other(ActionKind.DELETE, "a")
    Play([action], both(in_turn(effects.Send, events.Answered((refused_item("a", "object-not-found"),))),
                        in_turn(effects.Probe, events.Probed((done(action),)))))  # fmt: skip
    assert action.state is ActionState.CONFIRMED


def test_a_refused_request_is_tried_item_by_item() -> None:
    def says(effect: effects.Effect) -> events.Event | None:
        bad = isinstance(effect, effects.Send) and any(a.key == "b" for a in effect.actions)
        return events.Refused("malformed", "400") if bad else None

    play = Play([create("a"), create("b"), create("c")], says)
    assert [len(send.actions) for send in play.all(effects.Send)] == [3, 1, 1, 1]
    assert (play.outcome.tally.confirmed, play.outcome.tally.failed) == (2, 1)


def test_a_request_id_that_was_used_before_is_looked_up_before_anything_is_sent_again() -> None:
    a, b = create("a"), create("b")
    used = events.Refused("request-id-used", "600")
    play = Play(
        [a, b], both(in_turn(effects.Send, used), in_turn(effects.Probe, events.Probed((done(a), done(b)))))
    )
    assert len(play.all(effects.Send)) == 1
    assert play.outcome.tally.confirmed == 2


def test_a_far_side_that_refuses_everything_for_one_reason_ends_the_run() -> None:
    play = Play(
        [create(f"{n}") for n in range(9)], always(effects.Send, events.Refused("no-subscription", "6190"))
    )
    assert (play.outcome.ending, play.outcome.code) == (Ending.FAILED, "no-subscription")
    assert len(play.all(effects.Send)) == 1 + 3
    assert play.outcome.tally.remaining == 6


def test_probe_first_adopts_what_is_there_before_it_creates() -> None:
    a, b = create("a"), create("b")
    play = Play([a, b], in_turn(effects.Probe, events.Probed((done(a), None))), RunLimits(probe_first=True))
    assert [[x.key for x in send.actions] for send in play.all(effects.Send)] == [["b"]]
    assert play.outcome.tally.confirmed == 2


def test_a_circle_of_dependencies_and_a_key_used_twice_are_defects() -> None:
    with pytest.raises(InvariantError, match="wait for each other"):
        Play([create("a", "b"), create("b", "a")])
    with pytest.raises(InvariantError, match="same key"):
        Play([create("a"), create("a")])


def test_a_batch_keeps_its_request_id_until_it_was_answered() -> None:
    a, b = create("a"), create("b")
    for action in (a, b):
        action.request_id, action.attempts = action.key, 1
    first = batch_request_id([a, b])
    assert batch_request_id([a, b]) == first
    assert batch_request_id([a]) != first
    b.attempts = 2
    assert batch_request_id([a, b]) != first
    assert len(first) <= 36
