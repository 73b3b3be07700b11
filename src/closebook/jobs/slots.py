"""Worker slots: a name that exactly one living process of this machine holds.

The engine wants an identity that is unique among living workers and the same after a restart. A lock on a
file gives both: the kernel releases it when the process dies, however it dies.
"""

from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path


class Slot:
    """A held slot; ``name`` is this machine's name and the slot's number."""

    def __init__(self, name: str, handle: int) -> None:
        """Keep the open file, whose lock is the slot."""
        self.name = name
        self._handle = handle

    def release(self) -> None:
        """Give the slot back."""
        os.close(self._handle)


def take_slot(folder: Path, slots: int = 1) -> Slot | None:
    """Return the first free slot of ``slots``, or None when living processes hold them all."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, slots + 1):
        handle = os.open(folder / f"worker-{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            continue
        return Slot(f"{socket.gethostname()}-{number}", handle)
    return None
