"""Nothing is lost in an outage: heartbeats over HTTP into the agent, while the company's server fails in
every way, and while the agent is killed with ``kill -9``.

    python -m benchmarks.outages [OUTAGES]      of each kind, 30 unless told

Each outage lasts a burst of heartbeats and several tries to send. What the company has in the end must be, to
the millisecond, what the heartbeats on the machine say, and each heartbeat that was answered must be there.
Ends with code 1 for anything that is missing, too much, or told twice under two keys.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from closebook.agent.live import Agent
from closebook.agent.protocol import Protocol
from closebook.agent.serving import AgentServer
from closebook.agent.store import Store
from closebook.agent.thinning import Agreed, evidence_of
from closebook.agent.upward import Server, wanted_of
from closebook.core.workforce.evidence import Span, SpanKind, merged
from closebook.core.workforce.runs import moment_of
from closebook.transport.http import http_client
from tests.agent.company import Company

KINDS = ("500", "503", "404", "401", "lost", "reset", "slow", "refused")
BEGIN = 1_772_442_000_000
BURST = 25
APPS = tuple(f"app{number}" for number in range(7))
TOLD = {"terms": {"level": "sites"}, "rules": [{"match": "app", "pattern": app} for app in APPS]}
PATH = "/api/0/buckets/aw-watcher-window_laptop/heartbeat?pulsetime=2"
NOWHERE = Server("http://127.0.0.1:9", "cb_secret")
_CHILD = "import sys; from benchmarks.outages import serve; serve(sys.argv[1], int(sys.argv[2]), sys.argv[3])"


def heartbeat(number: int) -> str:
    """Return the n-th heartbeat: one a second, another app every three."""
    at = moment_of(BEGIN + 1000 * number).isoformat()
    return json.dumps({"timestamp": at, "duration": 0, "data": {"app": APPS[number // 3 % len(APPS)]}})


def send(link: http.client.HTTPConnection, number: int) -> bool:
    """Send a heartbeat; tell whether it was taken."""
    try:
        link.request("POST", PATH, heartbeat(number), {"Content-Type": "application/json"})
        answer = link.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        link.close()
        return False
    return answer.status == 200


def agent_of(path: Path, company: Server) -> Agent:
    """Return an agent whose timer runs and whose contract names every app."""
    store = Store(path)
    if not store.timers():
        store.timer_start(BEGIN)
    client = http_client(read_seconds=0.1, connect_seconds=0.5)
    return Agent(store, "laptop", lambda *_: None, server=company, http=client, wanted=wanted_of(TOLD))


def serve(path: str, port: int, url: str) -> None:
    """Be an agent's program: take heartbeats, and send without a pause."""
    agent = agent_of(Path(path), Server(url, "cb_secret"))
    site = AgentServer(agent, Protocol(agent.store, "laptop", "d", "bench"), port)
    threading.Thread(target=site.serve_forever, args=(0.05,), daemon=True).start()
    until = BEGIN
    while True:
        until += 1000
        agent.gather(until, behind=0)
        time.sleep(0.01)


def differences(store: Store, company: Company, sent: int) -> str:
    """Return what the company has too little or too much, "" for nothing."""
    kept = store.beats("aw-watcher-window_laptop", 0, 2**62)
    if len(kept) != sent:
        return f"{sent - len(kept)} heartbeats are missing on the machine"
    here = evidence_of(store, "laptop", Agreed(wanted_of(TOLD).agreed.level, (), APPS), (BEGIN, 2**62))
    told = [Span("laptop", SpanKind(s["kind"]), s["start"], s["end"], s["value"]) for s in company.spans()]
    lost = set(merged(here)) ^ set(merged(told))
    return f"{len(lost)} spans differ" if lost or not here else ""


@contextmanager
def trouble(kind: str, company: Company, agent: Agent) -> Iterator[None]:
    """Let the company's server fail for a while."""
    known = agent.server
    if kind == "refused":
        agent.server = NOWHERE
    else:
        company.fault = kind
        company.awake.clear()
    yield
    agent.server, company.fault = known, ""
    company.awake.set()


def failing(kind: str, folder: Path, outages: int) -> str:
    """Return what is wrong after outages of one kind."""
    company = Company()
    agent = agent_of(folder / f"{kind}.sqlite3", Server(company.url, "cb_secret"))
    site = AgentServer(agent, Protocol(agent.store, "laptop", "d", "bench"), 0)
    threading.Thread(target=site.serve_forever, args=(0.05,), daemon=True).start()
    number = 0
    with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)) as link:
        for _ in range(outages):
            with trouble(kind, company, agent):
                for _ in range(BURST):
                    if not send(link, number):
                        return "a heartbeat was refused"
                    number += 1
                    if number % 10 == 0:
                        agent.gather(BEGIN + 1000 * number, behind=0)
            agent.gather(BEGIN + 1000 * number, behind=0)
    agent.gather(BEGIN + 1000 * number + 90_000, behind=0)
    while agent.store.counts()[0]:
        agent.gather(BEGIN + 1000 * number + 90_000, behind=0)
    wrong = differences(agent.store, company, number)
    site.shutdown()
    site.server_close()
    agent.store.close()
    company.shutdown()
    company.server_close()
    return wrong


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def killed(folder: Path, outages: int) -> str:
    """Return what is wrong after the agent was killed again and again while it took and sent heartbeats."""
    company, path, port, number = Company(), folder / "killed.sqlite3", _free_port(), 0
    words = [sys.executable, "-c", _CHILD, str(path), str(port), company.url]
    for _ in range(outages):
        child = subprocess.Popen(words)
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        for _ in range(BURST):
            while not send(link, number):
                time.sleep(0.02)
            number += 1
        child.send_signal(signal.SIGKILL)
        child.wait()
        link.close()
    agent = agent_of(path, Server(company.url, "cb_secret"))
    agent.gather(BEGIN + 10**9, behind=0)
    while agent.store.counts()[0]:
        agent.gather(BEGIN + 10**9 + 1, behind=0)
    wrong = differences(agent.store, company, number)
    agent.store.close()
    company.shutdown()
    company.server_close()
    return wrong


def main() -> int:
    outages = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    found: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(KeyboardInterrupt):
        for kind in KINDS:
            found[kind] = failing(kind, Path(folder), outages)
            print(f"{outages} outages, {kind}: {found[kind] or 'nothing lost'}", flush=True)
        found["kill -9"] = killed(Path(folder), outages)
        print(f"{outages} outages, kill -9: {found['kill -9'] or 'nothing lost'}", flush=True)
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
