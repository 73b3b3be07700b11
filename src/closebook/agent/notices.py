"""Notices on the desktop, with buttons where the desktop has them; in the terminal always."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import platform
import shutil
import subprocess
import threading
from collections.abc import Callable, Sequence

from desktop_notifier import Button, DesktopNotifier, Notification

NAME = "Closebook"
Act = tuple[str, Callable[[], None]]
"""A button: its text, and what a click on it does."""


class Notices:
    """Shows texts on the desktop; clicks come back in a thread of its own."""

    def __init__(self) -> None:
        """Begin to listen for clicks; the desktop is looked for with the first notice."""
        logging.getLogger("desktop_notifier").setLevel(logging.ERROR)
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._desktop = DesktopNotifier(app_name=NAME, app_icon=None)

    def show(self, text: str, acts: Sequence[Act] = ()) -> None:
        """Show a text with buttons, without waiting for the desktop; without them a small program says it."""
        asyncio.run_coroutine_threadsafe(self._shown(text, acts), self._loop)

    async def _shown(self, text: str, acts: Sequence[Act]) -> None:
        taken = asyncio.Event()
        if platform.system() != "Darwin":
            buttons = tuple(Button(title=title, on_pressed=act) for title, act in acts)
            notice = Notification(title=NAME, message=text, buttons=buttons, on_dispatched=taken.set)
            await self._desktop.send_notification(notice)
        if not taken.is_set():
            await asyncio.to_thread(_said_by_program, text)


def _said_by_program(text: str) -> None:
    """Say a text by a small program for it where one is there: macOS shows buttons for signed apps only."""
    words = {
        "notify-send": [f"--app-name={NAME}", "--", NAME, text],
        "osascript": ["-e", f'display notification {json.dumps(text)} with title "{NAME}"'],
    }
    for name, rest in words.items():
        path = shutil.which(name)
        if path is None:
            continue
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(  # noqa: S603 - fixed words
                [path, *rest], check=False, capture_output=True, timeout=5
            )
        return
