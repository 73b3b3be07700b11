"""Whatever the outside answers, a run ends, and what it says at the end is true."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from closebook.core.planning import effects, events
from closebook.core.planning.actions import Action, ActionState
from closebook.core.planning.hands import Ending, ItemResult
from tests.core.planning.machines import Play, answer, create, done

NOT_NOW = events.NotNow(None, "throttled", "429")


def result(rng: random.Random, action: Action) -> ItemResult:
    roll = rng.random()
    if roll < 0.6:
        return done(action)
    code = rng.choice(["busy", "duplicate-name", "wrong"])
    return ItemResult(action.key, ok=False, code=code, message="no", retryable=roll < 0.8, stale=roll > 0.97)


def whim(rng: random.Random, effect: effects.Effect, actions: list[Action]) -> events.Event:
    roll = rng.random()
    if isinstance(effect, effects.Send):
        if roll < 0.3:
            return rng.choice([events.ReplyLost("lost"), NOT_NOW, events.Refused("malformed", "400")])
        return events.Answered(tuple(result(rng, a) for a in effect.actions if rng.random() < 0.9))
    if isinstance(effect, effects.Probe):
        if roll < 0.2:
            return NOT_NOW
        return events.Probed(tuple(done(a) if rng.random() < 0.4 else None for a in effect.actions))
    if roll < 0.02 and not isinstance(effect, effects.TakeLease):
        return events.LeaseLost()
    if roll < 0.1 and isinstance(effect, effects.CheckPlan | effects.Verify):
        return NOT_NOW
    return answer(effect, actions)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 70))
def test_every_run_ends_and_tells_the_truth(seed: int, count: int) -> None:
    rng = random.Random(seed)
    actions = [
        create(f"{n}", *([f"{rng.randrange(n)}"] if n and rng.random() < 0.4 else [])) for n in range(count)
    ]
    play = Play(actions, lambda effect: whim(rng, effect, actions))
    outcome, states = play.outcome, [action.state for action in actions]
    assert (
        outcome.tally.confirmed == states.count(ActionState.CONFIRMED) or outcome.ending is Ending.LEASE_LOST
    )
    if outcome.ending is Ending.DONE:
        assert all(state is ActionState.CONFIRMED for state in states)
    if outcome.ending is Ending.LEASE_LOST:
        assert "Finish" not in play.words[:-1]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_nothing_is_sent_before_what_it_needs_is_confirmed(seed: int) -> None:
    rng = random.Random(seed)
    actions = [create(f"{n}", *([f"{rng.randrange(n)}"] if n else [])) for n in range(40)]
    confirmed: set[str] = set()

    def says(effect: effects.Effect) -> events.Event:
        if isinstance(effect, effects.Send):
            assert all(confirmed.issuperset(action.depends_on) for action in effect.actions)
        if isinstance(effect, effects.RecordResults):
            confirmed.update(r.key for r in effect.results if r.ok)
        return whim(rng, effect, actions)

    Play(actions, says)
