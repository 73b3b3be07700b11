"""A virtual display with somebody who moves the mouse: Xvfb and xdotool, both from Debian."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Screen:
    """A display's name, and the hand at its mouse."""

    display: str
    moves: int = 0

    def touch(self) -> None:
        """Move the mouse, which is all that an idle counter sees."""
        self.moves += 1
        at = str(100 + self.moves % 2)
        subprocess.run(
            ["xdotool", "mousemove", at, at], env={**os.environ, "DISPLAY": self.display}, check=True
        )


@contextmanager
def screen() -> Iterator[Screen]:
    """Yield a screen of its own. AssertionError names the programs that are missing."""
    missing = [name for name in ("Xvfb", "xdotool", "xprintidle") if shutil.which(name) is None]
    assert not missing, f"{missing} are missing: apt-get install xvfb xdotool xprintidle"
    read, write = os.pipe()
    words = ["Xvfb", "-displayfd", str(write), "-screen", "0", "640x480x24", "-nolisten", "tcp"]
    with subprocess.Popen(words, pass_fds=(write,), stderr=subprocess.DEVNULL) as server:
        os.close(write)
        try:
            with os.fdopen(read) as told:
                number = told.readline().strip()
            assert number, "Xvfb did not start"
            yield Screen(f":{number}")
        finally:
            server.terminate()
