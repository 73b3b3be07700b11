"""Lets ``closebook.transport.clock`` follow the file that CLOSEBOOK_TEST_CLOCK names, in any process.

Python runs a module of this name at its start when its folder is on PYTHONPATH. The product's code is the
same; only the one place that reads the system's clock is told another time, and the agent waits by it.
The idle counter of the screen stays the screen's own: its length is put into the moved time.
"""

from __future__ import annotations

import datetime as dt
import os
import time

if "CLOSEBOOK_TEST_CLOCK" in os.environ:
    from closebook.agent import idle
    from closebook.transport import clock
    from tests.e2e.moved_clock import MovedClock

    moved, counted_of = MovedClock(os.environ["CLOSEBOOK_TEST_CLOCK"]), idle.idle_counter

    def now() -> dt.datetime:
        return dt.datetime.fromtimestamp(moved.now(), dt.UTC)

    def idle_counter() -> idle.Counter | None:
        counter = counted_of()

        def counted() -> int | None:
            at = time.time()
            real = counter() if counter else None
            return None if real is None else int(1000 * (moved.now() - moved.at(at - real / 1000)))

        return counted if counter else None

    clock.now = now
    clock.today = lambda: now().date()
    if "CLOSEBOOK_TEST_WAITS" in os.environ:
        clock.sleep_seconds = moved.wait
    idle.idle_counter = idle_counter
