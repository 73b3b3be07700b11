"""The order in which a run's actions are sent: plan order, and never before what they depend on."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

from closebook.core.errors import InvariantError
from closebook.core.planning.actions import Action, ActionKind, ActionState

WRITING = frozenset({ActionKind.CREATE, ActionKind.UPDATE, ActionKind.DELETE, ActionKind.DEACTIVATE})
"""Kinds that write into the books; the others are decided locally."""

IN_FLIGHT = frozenset({ActionState.INTENDED, ActionState.SENT, ActionState.UNKNOWN})
"""States in which the books may hold an action's effect without our knowing."""

_SETTLED = frozenset({ActionState.CONFIRMED, ActionState.FAILED})


class ActionQueue:
    """The actions of a run that are still to be written, and which of them may go now.

    A dependency on a key without an action of its own counts as fulfilled (it is linked already), one on an
    ignored or matched action too. Raises InvariantError for two actions of one key and for dependencies in a
    circle.
    """

    def __init__(self, actions: Sequence[Action]) -> None:
        """Sort the actions by what they wait for."""
        self._position = {action.key: index for index, action in enumerate(actions)}
        if len(self._position) != len(actions):
            raise InvariantError("two-actions-of-one-key", "A plan holds two actions with the same key.")
        self._actions = actions
        self._waits: dict[str, int] = {}
        self._dependants: dict[str, list[str]] = {}
        self._ready: list[int] = []
        self._later: list[int] = []
        self._alone: set[str] = set()
        for index, action in enumerate(actions):
            self._admit(index, action)
        self._refuse_circles()

    def _admit(self, index: int, action: Action) -> None:
        if action.kind not in WRITING or action.state in _SETTLED:
            return
        waits = 0
        for key in action.depends_on:
            position = self._position.get(key)
            if position is not None and not _fulfilled(self._actions[position]):
                self._dependants.setdefault(key, []).append(action.key)
                waits += 1
        self._waits[action.key] = waits
        if not waits and action.state not in IN_FLIGHT:
            heapq.heappush(self._ready, index)

    def _refuse_circles(self) -> None:
        if not self._dependants:
            return
        waits = {key: count for key, count in self._waits.items() if count}
        free = [action.key for action in self._actions if not waits.get(action.key)]
        while free:
            for dependant in self._dependants.get(free.pop(), ()):
                waits[dependant] -= 1
                if not waits[dependant]:
                    del waits[dependant]
                    free.append(dependant)
        if waits:
            raise InvariantError("dependencies-in-a-circle", f"They wait for each other: {sorted(waits)}.")

    @property
    def open(self) -> bool:
        """Tell whether anything is left to be written."""
        return bool(self._waits)

    @property
    def only_later(self) -> bool:
        """Tell whether what could be sent now waits for a pause."""
        return bool(self._later) and not self._ready

    def take(self, limit: int) -> tuple[Action, ...]:
        """Return the next actions that may be sent together, at most ``limit``; () when none may go."""
        batch: list[Action] = []
        while self._ready and len(batch) < limit:
            action = self._actions[self._ready[0]]
            if action.key in self._alone:
                if not batch:
                    heapq.heappop(self._ready)
                    batch.append(action)
                break
            heapq.heappop(self._ready)
            batch.append(action)
        return tuple(batch)

    def confirm(self, key: str) -> None:
        """Take a written action out and let go what waited for it."""
        self._waits.pop(key, None)
        for dependant in self._dependants.pop(key, ()):
            if dependant in self._waits:
                self._waits[dependant] -= 1
                if not self._waits[dependant]:
                    heapq.heappush(self._ready, self._position[dependant])

    def fail(self, keys: Iterable[str]) -> list[tuple[Action, str]]:
        """Take failed actions out; return all that waited for them, each with the key that it waited for."""
        doomed: list[tuple[Action, str]] = []
        causes = list(keys)
        while causes:
            cause = causes.pop()
            self._waits.pop(cause, None)
            for dependant in self._dependants.pop(cause, ()):
                if self._waits.pop(dependant, None) is not None:
                    doomed.append((self._actions[self._position[dependant]], cause))
                    causes.append(dependant)
        return doomed

    def again(self, key: str, *, alone: bool = False, later: bool = False) -> None:
        """Put an action back: by itself next time (``alone``), or after the next pause (``later``)."""
        if alone:
            self._alone.add(key)
        if later:
            self._later.append(self._position[key])
        else:
            heapq.heappush(self._ready, self._position[key])

    def bring_back(self) -> None:
        """Make ready what was put off until after a pause."""
        for index in self._later:
            heapq.heappush(self._ready, index)
        self._later.clear()


def _fulfilled(action: Action) -> bool:
    """Tell whether those who depend on this action may go."""
    if action.kind in WRITING:
        return action.state is ActionState.CONFIRMED
    return action.kind is not ActionKind.HOLD
