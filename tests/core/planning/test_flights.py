"""Several requests under way at once: launched up to the limit, landed in any order, and never lost."""

from __future__ import annotations

from collections.abc import Callable

from closebook.core.planning import effects, events
from closebook.core.planning.actions import Action, ActionState
from closebook.core.planning.flights import FlyingMachine
from closebook.core.planning.hands import Ending
from closebook.core.planning.machine import RunLimits, action_request_id, batch_request_id
from tests.core.planning.machines import answer, create, done

LIMITS = RunLimits(flights=3, batch=2)
Says = Callable[[effects.Effect], events.Event | None]


class Flight:
    """One driving of a flying machine: answers land last launched first."""

    def __init__(self, actions: list[Action], says: Says = lambda _: None, rooms: tuple[int, ...] = (2,)):
        self.machine = FlyingMachine("run-1", LIMITS)
        self.effects: list[effects.Effect] = []
        self.flying: dict[int, effects.Launch] = {}
        self.most = 0
        self.rooms = list(rooms)
        effect = self.machine.start()
        while effect is not None:
            self.effects.append(effect)
            effect = self.machine.on(says(effect) or self.answer(effect, actions))

    def answer(self, effect: effects.Effect, actions: list[Action]) -> events.Event:
        match effect:
            case effects.AskRoom():
                return events.Room(self.rooms.pop(0) if len(self.rooms) > 1 else self.rooms[0])
            case effects.Launch():
                self.flying[effect.ticket] = effect
                self.most = max(self.most, len(self.flying))
                return events.Done()
            case effects.Await():
                ticket, launch = self.flying.popitem()
                return events.Landed(ticket, events.Answered(tuple(done(a) for a in launch.actions)))
            case _:
                return answer(effect, actions)

    def all(self, kind: type) -> list:
        return [effect for effect in self.effects if isinstance(effect, kind)]


def test_three_are_under_way_at_most_and_all_of_it_is_written() -> None:
    flight = Flight([create(f"{n}") for n in range(11)])
    assert flight.most == 3
    assert flight.machine.outcome.ending is Ending.DONE
    assert flight.machine.outcome.tally.confirmed == 11
    assert not flight.flying
    assert [type(e).__name__ for e in flight.effects].index("Verify") > flight.effects.index(
        flight.all(effects.RecordResults)[-1]
    )


def test_one_action_goes_by_itself_and_says_so_in_its_id() -> None:
    flight = Flight([create(f"{n}") for n in range(5)], rooms=(1, 2))
    sent = [(len(launch.actions), launch.request_id[:2]) for launch in flight.all(effects.Launch)]
    assert sent == [(1, "s-"), (2, "b-"), (2, "b-")]


def test_the_intent_with_its_request_id_stands_before_each_launch() -> None:
    flight = Flight([create(f"{n}") for n in range(6)])
    for place, effect in enumerate(flight.effects):
        if isinstance(effect, effects.Launch):
            before = flight.effects[place - 1]
            assert isinstance(before, effects.RecordIntents)
            assert before.actions == effect.actions
            assert {action.batch_id for action in effect.actions} == {effect.request_id}


def test_what_depends_on_another_waits_until_that_has_landed() -> None:
    flight = Flight([create("a"), create("b", "a"), create("c", "b")])
    assert [launch.actions[0].key for launch in flight.all(effects.Launch)] == ["a", "b", "c"]
    assert flight.most == 1


def test_a_lost_reply_is_probed_and_sent_again_with_its_id_while_the_others_land() -> None:
    lost: list[int] = []

    def says(effect: effects.Effect) -> events.Event | None:
        if isinstance(effect, effects.Await) and not lost:
            ticket, _launch = flight_box[0].flying.popitem()
            lost.append(ticket)
            return events.Landed(ticket, events.ReplyLost("time-out"))
        return None

    flight_box: list[Flight] = []

    class Boxed(Flight):
        def answer(self, effect: effects.Effect, actions: list[Action]) -> events.Event:
            if not flight_box:
                flight_box.append(self)
            return super().answer(effect, actions)

    flight = Boxed([create(f"{n}") for n in range(6)], says)
    [again] = flight.all(effects.Send)
    launched = {launch.ticket: launch for launch in flight.all(effects.Launch)}
    assert again.request_id == launched[lost[0]].request_id
    assert flight.all(effects.Probe)[0].actions == again.actions
    assert flight.machine.outcome.tally.confirmed == 6


def test_a_lease_lost_at_a_launch_waits_for_the_others_and_records_nothing_more() -> None:
    count = 0

    def says(effect: effects.Effect) -> events.Event | None:
        nonlocal count
        count += isinstance(effect, effects.Launch)
        return events.LeaseLost() if isinstance(effect, effects.Launch) and count == 3 else None

    flight = Flight([create(f"{n}") for n in range(8)], says)
    assert flight.machine.outcome.ending is Ending.LEASE_LOST
    assert not flight.flying
    assert not flight.all(effects.RecordResults)
    assert not flight.all(effects.Finish)


def test_a_person_who_stops_the_run_finds_nothing_in_flight() -> None:
    asked = 0

    def says(effect: effects.Effect) -> events.Event | None:
        nonlocal asked
        asked += isinstance(effect, effects.AskCancelled)
        return events.CancelAsked(cancelled=True) if asked == 3 else None

    def only_when_asked(effect: effects.Effect) -> events.Event | None:
        found = says(effect)
        return found if isinstance(effect, effects.AskCancelled) else None

    actions = [create(f"{n}") for n in range(8)]
    flight = Flight(actions, only_when_asked)
    assert flight.machine.outcome.ending is Ending.STOPPED
    states = {action.state for action in actions}
    assert states == {ActionState.CONFIRMED, ActionState.PLANNED}
    assert flight.machine.outcome.tally.confirmed == 4


def test_who_resumes_finds_each_batch_by_its_id() -> None:
    actions = [create(f"{n}") for n in range(5)]
    for action in actions[:4]:
        action.state, action.attempts = ActionState.INTENDED, 1
        action.request_id = action_request_id("run-1", action.key)
    groups = (actions[0:1], actions[1:4])
    ids = [batch_request_id(groups[0], "s-"), batch_request_id(groups[1])]
    for group, batch_id in zip(groups, ids, strict=True):
        for action in group:
            action.batch_id = batch_id
    flight = Flight(actions)
    assert [probe.actions for probe in flight.all(effects.Probe)] == [tuple(group) for group in groups]
    assert [send.request_id for send in flight.all(effects.Send)] == ids
    assert flight.machine.outcome.tally.confirmed == 5
