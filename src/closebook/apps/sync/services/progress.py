"""Telling how far long work is: kept at most twice a second, for whoever watches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar

from closebook.apps.sync.models import Preparation, PreparationState
from closebook.core.errors import HeldError
from closebook.transport import clock

Tell: TypeAlias = Callable[[str, int, int], None]
"""Takes the step, how much of it is done, and how much there is (0 where nobody knows)."""

T = TypeVar("T")
_SECONDS = 0.5
_EVERY = 200  # asking the clock at each row would be felt


def silent(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""


class Told:
    """Keeps how far a preparation is. Raises HeldError once somebody stopped it."""

    def __init__(self, preparation_id: int) -> None:
        """Keep whose progress it is."""
        self._id = preparation_id
        self._step = ""
        self._next = 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        """Keep the progress, unless that was done a moment ago."""
        now = clock.monotonic_seconds()
        if step == self._step and now < self._next:
            return
        began = {} if step == self._step else {"step_at": clock.now()}
        self._step, self._next = step, now + _SECONDS
        mine = Preparation.objects.filter(pk=self._id, state=PreparationState.WORKING)
        if not mine.update(step=step, done=done, total=total, told_at=clock.now(), **began):
            raise HeldError("preparation-stopped", "Somebody stopped it.", remedy="Start it again.")


def counted(rows: Iterable[T], tell: Tell, step: str, total: int) -> Iterator[T]:
    """Yield the rows, telling how many were gone through."""
    done = 0
    for done, row in enumerate(rows, 1):
        if not done % _EVERY:
            tell(step, done, total)
        yield row
    tell(step, done, max(done, total))
