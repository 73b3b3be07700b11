"""The in-process transport: a thread of its own for the application, whole answers, a clean end."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

import httpx2
import pytest

from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.tokens import FixedToken
from closebook.transport.inprocess import BASE_URL, in_process_client


class Application:
    """A WSGI application that keeps a database connection per thread, as Django does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.local = threading.local()
        self.threads: list[int] = []
        self.opened = 0
        self.closed: list[int] = []
        self.bodies_closed = 0

    def connection(self) -> sqlite3.Connection:
        if not hasattr(self.local, "connection"):
            self.local.connection = sqlite3.connect(self.path, isolation_level=None)
            self.opened += 1
        return self.local.connection

    def close_connections(self) -> None:
        self.closed.append(threading.get_ident())
        if hasattr(self.local, "connection"):
            self.local.connection.close()
            del self.local.connection

    def __call__(self, environ, start_response):
        self.threads.append(threading.get_ident())
        size = int(environ.get("CONTENT_LENGTH") or 0)
        text = environ["wsgi.input"].read(size).decode()
        if text:
            self.connection().execute("INSERT INTO note VALUES (?)", (text,))
        start_response("200 OK", [("Content-Type", "application/json")])
        return Body(self)


class Body:
    """A body that reads the database while it is sent."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __iter__(self):
        self.application.threads.append(threading.get_ident())
        (count,) = self.application.connection().execute("SELECT count(*) FROM note").fetchone()
        yield b'{"count":'
        yield str(count).encode()
        yield b"}"

    def close(self) -> None:
        self.application.threads.append(threading.get_ident())
        self.application.bodies_closed += 1


@pytest.fixture
def application(tmp_path) -> Application:
    path = tmp_path / "notes.sqlite3"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE note (text TEXT)")
    made.close()
    return Application(path)


def test_requests_run_in_one_other_thread_with_one_connection(application):
    with in_process_client(application, application.close_connections) as http:
        for number in range(1, 4):
            assert http.post("/x", content=b"note").json() == {"count": number}
        assert http.get("http://any.host/x?a=1").json() == {"count": 3}
    assert len(set(application.threads)) == 1
    assert application.threads[0] != threading.get_ident()
    assert (application.opened, application.bodies_closed) == (1, 4)
    assert application.closed == [application.threads[0]]


def test_what_the_application_commits_stays_when_the_caller_rolls_back(application):
    caller = sqlite3.connect(application.path, isolation_level=None)
    caller.execute("BEGIN")
    with in_process_client(application, application.close_connections) as http:
        http.post("/x", content=b"kept")
        caller.execute("ROLLBACK")
        assert http.get("/x").json() == {"count": 1}
    assert caller.execute("SELECT count(*) FROM note").fetchone() == (1,)
    caller.close()


def test_closing_twice_and_ending_the_thread(application):
    before = threading.active_count()
    http = in_process_client(application, application.close_connections)
    http.get("/x")
    http.close()
    http.close()
    assert threading.active_count() == before
    assert len(application.closed) == 1


def test_threads_may_share_the_client(application):
    with in_process_client(application, application.close_connections) as http:
        threads = [threading.Thread(target=lambda: http.post("/x", content=b"n")) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert http.get("/x").json() == {"count": 8}


def test_headers_and_statuses_pass_unchanged():
    def application(environ, start_response):
        start_response("429 Too Many", [("Retry-After", "7"), ("X-Path", environ["PATH_INFO"])])
        return [b""]

    with in_process_client(application) as http:
        answer = http.get("/v3/company/1/x")
        assert (answer.status_code, answer.headers["retry-after"], answer.headers["x-path"]) == (
            429,
            "7",
            "/v3/company/1/x",
        )


def test_an_error_of_the_application_is_raised_to_the_caller():
    def application(environ, start_response):
        raise KeyError("broken")

    with in_process_client(application) as http, pytest.raises(KeyError):
        http.get("/x")


def test_the_thread_costs_little_beside_the_call_itself():
    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        return [b'{"Customer":{"Id":"1"}}']

    def best_of(http: httpx2.Client, best: float) -> float:
        client = QuickBooksClient(BASE_URL, "1", FixedToken("t"), http)
        start = time.perf_counter()
        for _ in range(40):
            client.read("Customer", "1")
        return min(best, (time.perf_counter() - start) / 40)

    ours = bare = float("inf")
    with (
        in_process_client(application) as http,
        httpx2.Client(transport=httpx2.WSGITransport(application)) as plain,
    ):
        for _ in range(12):
            ours, bare = best_of(http, ours), best_of(plain, bare)
    print(f"{ours * 1e6:.0f} µs a call, {ours / bare:.2f} times a call in the caller's own thread")
    assert ours < 5 * bare
