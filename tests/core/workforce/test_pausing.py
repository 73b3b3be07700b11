"""The live timer: warning, pause dated back, question, break, suspend; and no nagging."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from closebook.core.errors import InputError
from closebook.core.workforce.pausing import (
    Ask,
    Claim,
    Live,
    Look,
    Pace,
    PauseTimer,
    Phase,
    Resume,
    Say,
    Start,
    StartTimer,
    Stop,
    StopTimer,
    TakeBreak,
    Unask,
    Unwarn,
    Warn,
    Was,
    step,
)
from closebook.core.workforce.reckoning import IdleFrom
from closebook.core.workforce.runs import HOUR, SECOND

PACE = Pace()


def play(*events, pace=PACE):
    live, done = Live(), []
    for event in events:
        live, effects = step(live, event, pace)
        done += effects
    return live, done


def looks(start, end, idle=0, by=5):
    """The counter read each few seconds; it stood at ``idle`` at the first look and nobody touches."""
    return [Look(at * SECOND, (idle + at - start) * SECOND) for at in range(start, end + 1, by)]


def test_a_pause_is_warned_of_and_dated_back_to_the_last_input():
    live, done = play(Start(0), *looks(5, 185))
    assert done[0] == StartTimer(0)
    warnings = [each for each in done if isinstance(each, Warn)]
    assert (warnings[0].left, warnings[-1].left) == (60 * SECOND, 5 * SECOND)
    assert done[-2:] == [Unwarn(), PauseTimer(5 * SECOND, "away")]
    assert live.phase is Phase.AWAY


def test_where_idle_counts_from_the_threshold_the_pause_begins_there():
    _, done = play(Start(0), *looks(5, 185), pace=Pace(idle_from=IdleFrom.THRESHOLD))
    assert done[-1] == PauseTimer(185 * SECOND, "away")


def test_input_takes_the_warning_away():
    live, done = play(Start(0), *looks(5, 150), Look(152 * SECOND, 0))
    assert done[-1] == Unwarn()
    assert live.phase is Phase.RUNNING


RETURNED = [Start(0), *looks(5, 600), Look(602 * SECOND, SECOND)]


def test_on_return_the_person_is_asked_with_start_and_end():
    live, done = play(*RETURNED)
    assert done[-1] == Ask(5 * SECOND, 601 * SECOND)
    assert live.phase is Phase.ASKING
    _, later = play(*RETURNED, *looks(607, 1400))
    assert later == done, "an open question is asked once, and never answered by itself"


def test_work_away_from_the_keyboard_is_claimed_with_words():
    live, done = play(*RETURNED, Say(610 * SECOND, Was.WORK, " phoned the printer "))
    assert done[-3:] == [
        Unask(),
        StartTimer(601 * SECOND),
        Claim(5 * SECOND, 601 * SECOND, "phoned the printer"),
    ]
    assert live.phase is Phase.RUNNING
    with pytest.raises(InputError, match="words"):
        play(*RETURNED, Say(610 * SECOND, Was.WORK, " "))


def test_a_break_needs_no_words_and_no_task():
    _, done = play(*RETURNED, Say(610 * SECOND, Was.BREAK))
    assert done[-2:] == [Unask(), StartTimer(601 * SECOND)]
    assert not any(isinstance(each, Claim) for each in done)


def test_keeping_it_paused_asks_no_more():
    live, done = play(*RETURNED, Say(610 * SECOND, Was.KEEP_PAUSED), *looks(615, 1200))
    assert done[-1] == Unask()
    assert live.phase is Phase.BREAK
    assert play(*RETURNED, Say(610 * SECOND, Was.KEEP_PAUSED), Resume(HOUR))[1][-1] == StartTimer(HOUR)


def test_nothing_is_asked_in_a_declared_break():
    live, done = play(Start(0), TakeBreak(60 * SECOND), *looks(65, 1200), Look(1205 * SECOND, 0))
    assert done == [StartTimer(0), PauseTimer(60 * SECOND, "break")]
    assert live.phase is Phase.BREAK


def test_a_machine_that_slept_is_paused_as_of_the_last_look():
    _, done = play(Start(0), Look(5 * SECOND, 0), Look(9 * HOUR, SECOND))
    assert done[-2:] == [PauseTimer(5 * SECOND, "suspend"), Ask(5 * SECOND, 9 * HOUR - SECOND)]


def test_a_night_without_input_is_one_pause_from_the_last_input():
    _, done = play(Start(0), Look(5 * SECOND, 0), Look(9 * HOUR, 9 * HOUR - 2 * SECOND))
    assert done[-1] == PauseTimer(5 * SECOND, "suspend") or done[-1] == PauseTimer(2 * SECOND, "away")


def test_stopping_while_away_stops_where_the_pause_began():
    assert play(Start(0), *looks(5, 300), Stop(301 * SECOND))[1][-1] == StopTimer(5 * SECOND)


def test_without_agreed_presence_nothing_is_paused():
    assert play(Start(0), *looks(5, 900), pace=Pace(enabled=False))[1] == [StartTimer(0)]


events = st.one_of(
    st.builds(Start, st.just(0)),
    st.builds(Stop, st.just(0)),
    st.builds(TakeBreak, st.just(0)),
    st.builds(Resume, st.just(0)),
    st.builds(Say, st.just(0), st.sampled_from(Was), st.just("a call")),
    st.builds(Look, st.just(0), st.integers(0, 400).map(lambda s: s * SECOND)),
)


@given(st.lists(st.tuples(events, st.integers(1, 300)), max_size=40))
@settings(max_examples=200, deadline=None, print_blob=True)
def test_any_clicks_give_a_timer_that_starts_and_ends_in_turn(clicks):
    live, at, running, begun = Live(), 0, False, 0
    for event, seconds in clicks:
        at += seconds * SECOND
        moved = type(event)(at, *[getattr(event, name) for name in event.__slots__[1:]])
        if isinstance(moved, Look):
            moved = Look(at, min(moved.idle, at - begun))
        if isinstance(moved, Start | Resume | Say):
            begun = at
        live, effects = step(live, moved, PACE)
        for effect in effects:
            if isinstance(effect, StartTimer):
                assert not running
                running = True
            if isinstance(effect, PauseTimer):
                assert running
                assert effect.at <= at
                running = False
            if isinstance(effect, StopTimer):
                running = False
    assert running == (live.phase in {Phase.RUNNING, Phase.WARNED})
