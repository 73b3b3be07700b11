"""An agent with its server on a free port, its file, and a company to speak to."""

from __future__ import annotations

import threading

import pytest

from closebook.agent.live import Agent
from closebook.agent.protocol import Protocol
from closebook.agent.serving import AgentServer
from closebook.agent.store import Store
from closebook.agent.upward import Server
from closebook.transport.http import http_client
from tests.agent.company import Company


@pytest.fixture
def company():
    site = Company()
    yield site
    site.shutdown()
    site.server_close()


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "agent.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def told():
    return []


@pytest.fixture
def agent(store, company, told):
    with http_client(read_seconds=5) as http:
        yield Agent(
            store,
            "laptop",
            lambda text, values, acts: told.append(text.format(address="page", **values)),
            server=Server(company.url, "cb_secret"),
            http=http,
        )


@pytest.fixture
def site(agent):
    started = AgentServer(agent, Protocol(agent.store, "laptop", "d1", "closebook test"), 0)
    threading.Thread(target=started.serve_forever, args=(0.05,), daemon=True).start()
    yield started
    started.shutdown()
    started.server_close()
