"""Safety rails: how much a run may take out or change before it stops and asks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rails:
    """A run stops when it would remove or change too much of what was posted before.

    ``max_removed`` counts documents that would be deleted; the shares are percent of all live documents and
    count only above ``free`` documents. ``closed_period`` allows writing on or before the closing date.
    """

    max_removed: int = 100
    max_removed_percent: int = 20
    max_changed_percent: int = 50
    free: int = 10
    closed_period: bool = False

    def broken(self, *, removed: int, changed: int, live: int) -> tuple[str, ...]:
        """Return a sentence for each rail that a run would break; () when it may go on.

        ``live`` is the number of documents of the connection that stand in the books now.
        """
        found = []
        if removed > self.max_removed:
            found.append(
                f"The run would delete {removed} documents; more than {self.max_removed} need an approval."
            )
        elif removed > self.free and removed * 100 > self.max_removed_percent * live:
            found.append(
                f"The run would delete {removed} of {live} documents, more than {self.max_removed_percent} %."
            )
        if changed > self.free and changed * 100 > self.max_changed_percent * live:
            found.append(
                f"The run would change {changed} of {live} documents, more than {self.max_changed_percent} %."
            )
        return tuple(found)
