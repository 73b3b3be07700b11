"""Helpers of the machine's tests: small actions, and answers to effects."""

from __future__ import annotations

from collections.abc import Callable

from closebook.core.planning import effects, events
from closebook.core.planning.actions import Action, ActionKind, Link
from closebook.core.planning.documents import ListKind, ListObject
from closebook.core.planning.hands import ItemResult, Outcome
from closebook.core.planning.machine import RunLimits, RunMachine

Answer = Callable[[effects.Effect], events.Event | None]


def create(key: str, *needs: str) -> Action:
    """Return an action that makes a customer."""
    return Action(key, ActionKind.CREATE, ListObject(ListKind.CUSTOMER, key, key), None, "new", needs)


def other(kind: ActionKind, key: str) -> Action:
    """Return an action of another kind on a linked customer."""
    link = Link(key, ListKind.CUSTOMER, f"id {key}", "0", "print", "print")
    return Action(key, kind, ListObject(ListKind.CUSTOMER, key, key), link, "because")


def done(action: Action) -> ItemResult:
    """Return the result of an action that went well."""
    return ItemResult(action.key, ok=True, remote_id=f"id {action.key}", sync_token="0")


def answer(effect: effects.Effect, actions: list[Action]) -> events.Event:
    """Return what happens in a world where everything goes well."""
    match effect:
        case effects.TakeLease():
            return events.LeaseTaken()
        case effects.LoadActions():
            return events.Loaded(tuple(actions))
        case effects.CheckPlan():
            return events.PlanChecked(())
        case effects.AskCancelled():
            return events.CancelAsked(cancelled=False)
        case effects.Send():
            return events.Answered(tuple(done(a) for a in effect.actions))
        case effects.Probe():
            return events.Probed(tuple(None for _ in effect.actions))
        case effects.Verify():
            return events.Verified(())
        case _:
            return events.Done()


class Play:
    """One driving of a machine: ``says`` may answer an effect otherwise (None: as usual)."""

    def __init__(
        self, actions: list[Action], says: Answer = lambda _: None, limits: RunLimits | None = None
    ) -> None:
        self.machine = RunMachine("run-1", limits)
        self.effects: list[effects.Effect] = []
        effect = self.machine.start()
        while effect is not None:
            self.effects.append(effect)
            effect = self.machine.on(says(effect) or answer(effect, actions))

    @property
    def outcome(self) -> Outcome:
        """Return how the run ended."""
        return self.machine.outcome

    @property
    def words(self) -> list[str]:
        """Return the names of the effects."""
        return [type(effect).__name__ for effect in self.effects]

    def all(self, kind: type[effects.Effect]) -> list:
        """Return the effects of one kind."""
        return [effect for effect in self.effects if isinstance(effect, kind)]


def in_turn(kind: type[effects.Effect], *answers: events.Event | None) -> Answer:
    """Return answers to the effects of one kind: the first, the second, …, then as usual."""
    left = list(answers)
    return lambda effect: left.pop(0) if isinstance(effect, kind) and left else None


def always(kind: type[effects.Effect], event: events.Event) -> Answer:
    """Return one answer to every effect of one kind."""
    return lambda effect: event if isinstance(effect, kind) else None


def both(*answers: Answer) -> Answer:
    """Return the first answer that any of them gives."""
    return lambda effect: next((event for one in answers if (event := one(effect))), None)
