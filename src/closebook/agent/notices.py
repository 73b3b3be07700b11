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
_AS_USUAL, _STAYS = -1, 0
"""How long a notice stays, in seconds as the desktops take them: as they like, or until it is closed."""
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
        self._sign = ""

    def show(self, text: str, acts: Sequence[Act] = ()) -> None:
        """Show a text with buttons, without waiting for the desktop; without them a small program says it."""
        asyncio.run_coroutine_threadsafe(self._shown(text, acts, _AS_USUAL), self._loop)

    def sign(self, text: str, acts: Sequence[Act] = ()) -> None:
        """Put a sign in the place of the one before; one with buttons stays until the next."""
        asyncio.run_coroutine_threadsafe(self._signed(text, acts), self._loop)

    async def _signed(self, text: str, acts: Sequence[Act]) -> None:
        before, self._sign = self._sign, ""
        if before in await self._desktop.get_current_notifications():
            await self._desktop.clear(before)
        self._sign = await self._shown(text, acts, _STAYS if acts else _AS_USUAL)

    async def _shown(self, text: str, acts: Sequence[Act], seconds: int) -> str:
        taken, number = asyncio.Event(), ""
        if platform.system() != "Darwin":
            buttons = tuple(Button(title=title, on_pressed=act) for title, act in acts)
            notice = Notification(
                title=NAME, message=text, buttons=buttons, timeout=seconds, on_dispatched=taken.set
            )
            number = await self._desktop.send_notification(notice)
        if not taken.is_set():
            await asyncio.to_thread(_said_by_program, text)
        return number


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
