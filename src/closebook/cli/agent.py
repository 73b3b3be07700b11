"""``closebook agent``: the assistant's own program for timer and evidence, on their own machine."""

from __future__ import annotations

import os
import platform
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from closebook import __version__
from closebook.cli.output import print_json, print_line, print_note
from closebook.transport import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from closebook.agent.notices import Act
    from closebook.agent.store import Store
    from closebook.agent.upward import Server

agent_app = App(name="agent", help="Keep the time of one's own work, on one's own machine.")
_TICK_SECONDS = 5


@agent_app.command
def run(*, server: str = "", port: int = 5600, language: str = "") -> int:
    """Stand at ActivityWatch's port for watchers, keep the timer, and send what is agreed on.

    The token is read from CLOSEBOOK_AGENT_TOKEN the first time and kept in the data folder.

    Parameters
    ----------
    server: Address of the company's Closebook; kept for the next time. Without one nothing is sent.
    port: Port for the watchers.
    language: en, nl or zh; the system's own when left out.
    """
    from closebook.agent.idle import idle_counter
    from closebook.agent.live import Agent
    from closebook.agent.notices import Notices
    from closebook.agent.page import clicked
    from closebook.agent.protocol import Protocol
    from closebook.agent.serving import AgentServer
    from closebook.agent.words import ACT_WORDS, word
    from closebook.core.workforce.runs import ms_of
    from closebook.transport.http import http_client

    store, spoken = _store(), language or os.getenv("LANG", "en")[:2]
    device = store.fact("device") or platform.node() or "machine"
    store.fact_keep("device", device)
    where = [f"http://127.0.0.1:{port}/closebook/"]
    http = http_client(read_seconds=20)

    notices = Notices()

    def notify(text: str, values: dict[str, str], acts: tuple[str, ...]) -> None:
        told(notices.show, text, values, acts)

    def sign(text: str, values: dict[str, str], acts: tuple[str, ...]) -> None:
        told(notices.sign, text, values, acts)

    def told(
        show: Callable[[str, list[Act]], None], text: str, values: dict[str, str], acts: tuple[str, ...]
    ) -> None:
        said = word(text, spoken).format(address=where[0], **values)
        print_note(said)
        show(said, [(word(ACT_WORDS[act], spoken), partial(press, act)) for act in acts])

    def press(act: str) -> None:
        clicked(agent, {"act": act}, ms_of(clock.now()))

    agent = Agent(store, device, notify, idle_counter(), _server(store, server), http, sign=sign)
    agent.recover(ms_of(clock.now()))
    protocol = Protocol(store, device, device, f"closebook {__version__}")
    try:
        site = AgentServer(agent, protocol, port, spoken)
    except OSError:
        agent.peer = f"http://127.0.0.1:{port}"
        site = AgentServer(agent, protocol, 0, spoken)
        print_note(f"Port {port} is taken: evidence is read from the ActivityWatch there.")
    where[0] = f"http://127.0.0.1:{site.port}/closebook/"
    if agent.counter is None:
        print_note("No idle counter was found here: presence is told by ActivityWatch's watchers alone.")
    print_line(f"The timer is at {where[0]}")
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        while True:
            agent.tick(ms_of(clock.now()))
            clock.sleep_seconds(_TICK_SECONDS)
    except KeyboardInterrupt:
        site.shutdown()
        return 0


@agent_app.command(name="private")
def private(pattern: str = "", *, remove: Annotated[bool, Parameter(negative="")] = False) -> int:
    """List what is private, or put a site or app on the list: only "private" is ever said of it.

    Parameters
    ----------
    pattern: A domain or the name of an app.
    remove: Take it off the list.
    """
    store = _store()
    if pattern:
        (store.private_remove if remove else store.private_add)(pattern)
    for each in store.private():
        print_line(each)
    return 0


@agent_app.command
def reckon(
    file: Path, start: str, stop: str, *, json: Annotated[bool, Parameter(negative="")] = False
) -> int:
    """Reckon an export of one's own ActivityWatch by the same rules as the company does.

    Parameters
    ----------
    file: The export, as JSON, also packed as gzip or zip.
    start: When the timer began, such as 2026-03-02T09:00:00+01:00.
    stop: When it ended.
    json: Print one JSON object instead of lines.
    """
    from closebook.connectors.activitywatch.files import read_export
    from closebook.core.workforce.reckoning import TimerRun
    from closebook.core.workforce.reckoning import reckon as reckon_time

    timer = TimerRun("export", _moment(start), _moment(stop))
    with file.open("rb") as content:
        export = read_export(content, (timer.start, timer.stop))
    sums: dict[str, int] = {}
    for segment in reckon_time([timer], export.spans):
        sums[segment.cls.value] = sums.get(segment.cls.value, 0) + segment.length
    if json:
        print_json({"events": export.events, "unread": export.unread, "ms": sums})
        return 0
    for cls, ms in sums.items():
        print_line(f"{cls:8} {ms // 60_000:6} min")
    return 0


def _moment(text: str) -> int:
    from closebook.connectors.activitywatch.events import event_of

    return event_of({"timestamp": text}).start


def _store() -> Store:
    from closebook.agent.store import Store
    from closebook.transport.home import home_folder

    return Store(home_folder() / "agent.sqlite3")


def _server(store: Store, url: str) -> Server | None:
    """Return the server that is known, or the one that is named now with the token of the environment."""
    from closebook.agent.upward import Server

    token = os.environ.get("CLOSEBOOK_AGENT_TOKEN", "")
    if url or token:
        known = store.fact("server") or {}
        store.fact_keep(
            "server", {"url": url or known.get("url", ""), "token": token or known.get("token", "")}
        )
    known = store.fact("server") or {}
    return Server(known["url"], known["token"]) if known.get("url") and known.get("token") else None
