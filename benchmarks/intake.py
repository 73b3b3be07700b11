"""How many heartbeats the agent's server takes: CPU seconds of its own process, watchers in another.

    python -m benchmarks.intake [HEARTBEATS]

Every heartbeat is one request and is stored before it is answered. Ends with code 1 below the limit.
"""

from __future__ import annotations

import http.client
import json
import multiprocessing
import sys
import tempfile
import threading
import time
from pathlib import Path

from closebook.agent.live import Agent
from closebook.agent.protocol import Protocol
from closebook.agent.serving import AgentServer
from closebook.agent.store import Store
from closebook.core.workforce.runs import moment_of

LEAST_PER_SECOND = 500
BEGIN = 1_772_442_000_000
PATH = "/api/0/buckets/aw-watcher-window_laptop/heartbeat?pulsetime=2"


def watch(port: int, count: int, *, kept: bool) -> None:
    """Send heartbeats as a watcher does, each over the same or a new connection."""
    link = http.client.HTTPConnection("127.0.0.1", port)
    for number in range(count):
        data = {"app": "firefox", "title": f"Page {number // 5}"}
        plain = {"timestamp": moment_of(BEGIN + 1000 * number).isoformat(), "duration": 0, "data": data}
        link.request("POST", PATH, json.dumps(plain), {"Content-Type": "application/json"})
        link.getresponse().read()
        if not kept:
            link.close()
    link.close()


def rate(folder: Path, count: int, *, kept: bool) -> float:
    """Return heartbeats per CPU second of the server."""
    store = Store(folder / f"agent-{kept}.sqlite3")
    store.timer_start(BEGIN)
    agent = Agent(store, "laptop", lambda *_: None)
    site = AgentServer(agent, Protocol(store, "laptop", "d", "bench"), 0)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    watcher = multiprocessing.get_context("spawn").Process(
        target=watch, args=(site.port, count), kwargs={"kept": kept}
    )
    watcher.start()
    begun = time.process_time()
    watcher.join()
    used = time.process_time() - begun
    if len(store.beats("aw-watcher-window_laptop", 0, 2**62)) != count:
        sys.exit("Heartbeats are missing.")
    site.shutdown()
    site.server_close()
    store.close()
    return count / used


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    with tempfile.TemporaryDirectory() as folder:
        rates = {kept: rate(Path(folder), count, kept=kept) for kept in (True, False)}
    print(f"Heartbeats per CPU second: {rates[True]:,.0f}, over a new connection each {rates[False]:,.0f}.")
    return 0 if min(rates.values()) >= LEAST_PER_SECOND else 1


if __name__ == "__main__":
    sys.exit(main())
