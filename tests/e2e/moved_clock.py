"""A clock that a test sets, and moves on step by step; several processes read it from one file."""

from __future__ import annotations

import time
from pathlib import Path


class MovedClock:
    """Each line of the file is a change: the machine's second, the second it stands for, and the rate."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def _changes(self) -> list[tuple[float, float, float]]:
        rows = [line.split() for line in self.path.read_text().splitlines()]
        return [(float(real), float(shown), float(rate)) for real, shown, rate in rows]

    def at(self, real: float) -> float:
        """Return what the clock showed at a second of the machine."""
        changes = self._changes()
        since, shown, rate = next((each for each in reversed(changes) if each[0] <= real), changes[0])
        return shown + (real - since) * rate

    def now(self) -> float:
        return self.at(time.time())

    def wait(self, seconds: float) -> None:
        """Wait until it shows so much more, and let whoever sets it know until when."""
        until = self.now() + seconds
        told = self.path.with_suffix(".part")
        told.write_text(repr(until))
        told.replace(self.path.with_suffix(".waits"))
        while self.now() < until:
            time.sleep(0.01)

    def step(self, seconds: float) -> None:
        """Go on by so much and stand still; return once the process that waits by it has done its part.

        TimeoutError when it does not within a minute.
        """
        self.set(self.now() + seconds, 0.0)
        waits = self.path.with_suffix(".waits")
        for _ in range(6000):
            if waits.exists() and float(waits.read_text()) > self.now():
                return
            time.sleep(0.01)
        raise TimeoutError("nobody waits by the clock")

    def set(self, shown: float, rate: float = 1.0) -> None:
        """Let it show a second from now on, and run at a rate."""
        with self.path.open("a") as file:
            file.write(f"{time.time()!r} {shown!r} {rate!r}\n")
