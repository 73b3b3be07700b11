"""One exchange: which failures say that the request was not carried out."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager

import pytest

from closebook.core.errors import InvariantError, RetryError, UnknownOutcomeError
from closebook.transport.http import Request, exchange, http_client


@contextmanager
def answering(reply: bytes):
    """Answer one connection with some bytes once its request has come, then close."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(reply)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        thread.join()
        listener.close()


@pytest.fixture
def http():
    with http_client(read_seconds=2.0, connect_seconds=1.0) as client:
        yield client


def test_a_reply_is_whole_with_lower_case_headers(http):
    with answering(b"HTTP/1.1 418 Odd\r\nIntuit_TID: x\r\nContent-Length: 2\r\n\r\nhi") as address:
        reply = exchange(http, Request("GET", address))
    assert (reply.status, reply.body, reply.header("Intuit_TID"), reply.header("none")) == (
        418,
        b"hi",
        "x",
        "",
    )


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi",
        b"nonsense\r\n\r\n",
    ],
)
def test_a_reply_that_is_lost_or_broken_leaves_the_outcome_open(http, reply):
    with answering(reply) as address, pytest.raises(UnknownOutcomeError):
        exchange(http, Request("POST", address, body=b"x"))


def test_a_refused_connection_and_an_unknown_host_were_not_reached(http):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    for target in (address, "http://nowhere.invalid/"):
        with pytest.raises(RetryError) as caught:
            exchange(http, Request("POST", target))
        assert not isinstance(caught.value, UnknownOutcomeError)


def test_a_redirect_is_not_followed(http):
    with answering(
        b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.invalid/\r\nContent-Length: 0\r\n\r\n"
    ) as address:
        assert exchange(http, Request("GET", address)).status == 302


def test_an_address_that_cannot_be_one_is_our_defect(http):
    with pytest.raises(InvariantError):
        exchange(http, Request("GET", "ftp://host/x"))
