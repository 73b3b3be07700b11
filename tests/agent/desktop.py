"""A desktop's notification service on a bus of its own, in a process of its own, as the freedesktop
specification has it: it prints each notice as a line, and reads the buttons that are clicked.
"""

import asyncio
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusDict, DBusInt32, DBusSignature, DBusStr, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method, dbus_signal


class _Service(ServiceInterface):
    def __init__(self) -> None:
        super().__init__("org.freedesktop.Notifications")
        self.shown = 0

    @dbus_method()
    def Notify(  # noqa: N802 - the specification's name and parts
        self,
        app: DBusStr,
        replaces: DBusUInt32,
        icon: DBusStr,
        title: DBusStr,
        body: DBusStr,
        actions: Annotated[list[str], DBusSignature("as")],
        hints: DBusDict,
        timeout: DBusInt32,
    ) -> DBusUInt32:
        self.shown += 1
        found = dict(zip(actions[::2], actions[1::2], strict=True))
        print(
            json.dumps({"number": self.shown, "text": body, "actions": found, "timeout": timeout}), flush=True
        )
        return self.shown

    @dbus_method()
    def GetCapabilities(self) -> Annotated[list[str], DBusSignature("as")]:  # noqa: N802
        return ["actions", "body"]

    @dbus_method()
    def GetServerInformation(  # noqa: N802
        self,
    ) -> Annotated[tuple[str, str, str, str], DBusSignature("ssss")]:
        return ["desk", "tests", "1", "1.2"]

    @dbus_method()
    def CloseNotification(self, number: DBusUInt32) -> None:  # noqa: N802
        self.NotificationClosed(number, 3)

    @dbus_signal()
    def ActionInvoked(  # noqa: N802
        self, number: int, key: str
    ) -> Annotated[tuple[int, str], DBusSignature("us")]:
        return [number, key]

    @dbus_signal()
    def NotificationClosed(  # noqa: N802
        self, number: int, reason: int
    ) -> Annotated[tuple[int, int], DBusSignature("uu")]:
        return [number, reason]


async def _serve() -> None:
    service, loop = _Service(), asyncio.get_running_loop()
    bus = await MessageBus().connect()
    bus.export("/org/freedesktop/Notifications", service)
    await bus.request_name("org.freedesktop.Notifications")
    print("ready", flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        number, key = line.split()
        service.ActionInvoked(int(number), key)
        service.NotificationClosed(int(number), 2)


@dataclass
class Desktop:
    """What is shown on the desktop, and the hand that clicks there."""

    address: str
    process: subprocess.Popen[str]
    lines: queue.Queue[str]

    def notice(self) -> dict:
        """Return the next notice, waited for: its number, text and actions."""
        return json.loads(self.lines.get(timeout=60))

    def press(self, notice: dict, title: str) -> None:
        """Click on a button; the notice then closes, as desktops do."""
        key = next(key for key, words in notice["actions"].items() if words == title)
        self.process.stdin.write(f"{notice['number']} {key}\n")
        self.process.stdin.flush()


@contextmanager
def desktop() -> Iterator[Desktop]:
    """Yield a desktop with a bus of its own."""
    program = shutil.which("dbus-daemon")
    assert program, "dbus-daemon is missing: apt-get install dbus"
    words = [program, "--session", "--nofork", "--print-address=1"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL) as bus:
        try:
            address = bus.stdout.readline().strip()
            env = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": address}
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": env}
            with subprocess.Popen([sys.executable, "-m", "tests.agent.desktop"], **pipes) as service:
                assert service.stdout.readline() == "ready\n"
                lines: queue.Queue[str] = queue.Queue()
                reader = threading.Thread(target=lambda: [lines.put(line) for line in service.stdout])
                reader.start()
                yield Desktop(address, service, lines)
                service.stdin.close()
                service.wait(10)
                reader.join(10)
        finally:
            bus.terminate()


if __name__ == "__main__":
    asyncio.run(_serve())
