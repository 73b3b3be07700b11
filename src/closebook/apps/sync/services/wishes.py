"""What may be prepared: wishes for plans, undos, looks at an undo, tie-outs and trials of a profile."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Sum

from closebook.apps.sync.models import Connection, PreparationState, Run, SourceFile

PLAN, UNDO, LOOK, TIE_OUT, TRIAL = "plan", "undo", "look", "tie-out", "trial"
UNDER_WAY = (PreparationState.WAITING, PreparationState.WORKING)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be prepared for a connection, and for whom.

    ``run`` is the run that an undo takes back; ``only`` business keys, () for all; ``approve`` has what was
    planned written at once; ``books_state`` is a word for the state of the books, for a tie-out; ``profile``
    the changed profile, for a trial.
    """

    connection: Connection
    kind: str
    by: str
    run: Run | None = None
    only: Collection[str] = ()
    approve: bool = False
    books_state: str = ""
    profile: dict[str, Any] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Any]:
        """Return the wish as it is stored."""
        facts = {"only": sorted(self.only), "approve": self.approve, "books_state": self.books_state}
        return {**facts, "profile": self.profile} if self.profile else facts


def is_small(wish: Wish) -> bool:
    """Tell whether what is wished for is made at once, in the process that asks for it."""
    return _size(wish) <= settings.CLOSEBOOK_SMALL_ROWS


def _size(wish: Wish) -> int:
    """Return how many rows or actions have to be gone through."""
    if wish.run:
        return wish.run.total
    rows = SourceFile.objects.filter(connection=wish.connection)
    return rows.aggregate(rows=Sum("rows"))["rows"] or 0
