"""``closebook worker``: does the background work of this machine until interrupted."""

from __future__ import annotations

import signal
import threading

from closebook.cli.output import print_note
from closebook.cli.setup import load_current
from closebook.core.errors import HeldError
from closebook.transport import clock

_LOOK_SECONDS = 2
_BEAT_SECONDS = 10


def worker(*, slots: int = 1) -> None:
    """Do background work: runs that were handed over, webhooks that are due, and the nightly proof.

    Parameters
    ----------
    slots: How many workers may live on this machine; more than one needs PostgreSQL.
    """
    load_current()
    from closebook.apps.hooks.services.sending import due_hand_over
    from closebook.apps.sync.services.beats import beat, take_over_dead
    from closebook.apps.sync.services.work import worker_start
    from closebook.cli.upkeep import define_upkeep

    define_upkeep()
    made = worker_start(slots)
    if made is None:
        raise HeldError(
            "worker-lives",
            "A worker already lives in this data folder.",
            remedy="Stop it first, or raise --slots on PostgreSQL.",
        )
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    beat(made.name)
    print_note(f"Worker {made.name} is at work.")
    looks = 0
    while not stopped.wait(_LOOK_SECONDS):
        looks += 1
        due_hand_over(clock.now())
        if looks % (_BEAT_SECONDS // _LOOK_SECONDS) == 0:
            beat(made.name)
            take_over_dead(made.name)
    made.stop()
