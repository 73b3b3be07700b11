"""Posting to addresses of users: the machine's own network is out of reach in every disguise."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time

import pytest

from closebook.core.errors import InputError, RetryError, UnknownOutcomeError
from closebook.transport.outward import Gate, is_public, post_outward
from tests.transport.receiver import receiving

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "192.0.0.8", "198.18.0.1", "240.0.0.1", "::1", "::", "::ffff:127.0.0.1",
    "::ffff:8.8.8.8", "::127.0.0.1", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "64:ff9b::7f00:1",
    "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
]  # fmt: skip
WRITTEN = [
    "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "127.1", "127.0.1", "[::1]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[fe80::1%25eth0]",
]  # fmt: skip


@pytest.mark.parametrize("text", PRIVATE)
def test_an_address_of_no_open_network_is_not_public(text):
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111"])
def test_an_address_of_the_open_network_is_public(text):
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("host", [*PRIVATE, *WRITTEN])
def test_a_private_address_is_refused_however_it_is_written(host):
    url = f"https://[{host}]/" if ":" in host and not host.startswith("[") else f"https://{host}/"
    with pytest.raises(InputError):
        Gate().refuse_url(url)
    with pytest.raises(InputError):
        post_outward(url, {}, b"{}", Gate(), seconds=2)


@pytest.mark.parametrize(
    "url",
    ["", "ftp://example.com/", "example.com", "https://", "https://a:b@example.com/", "http://example.com/",
     "https://example.com:99999/", "https://example.com/#x", "https://exa mple.com/", "https://[::1",
     "gopher://example.com/", "file:///etc/passwd", "http://127.0.0.1/"],
)  # fmt: skip
def test_what_is_no_https_address_is_refused(url):
    with pytest.raises(InputError):
        Gate().refuse_url(url)


def test_http_passes_to_this_machine_in_debug_alone():
    Gate(debug=True).refuse_url("http://127.0.0.1:8000/in")
    Gate(debug=True).refuse_url("http://localhost:8000/in")
    for url in ("http://10.0.0.1/", "http://example.com/", "https://10.0.0.1/"):
        with pytest.raises(InputError):
            Gate(debug=True).refuse_url(url)


def test_a_listed_private_host_is_let_through_and_no_other():
    gate = Gate(("192.168.1.0/24", "Till.lan", "fd00::5"))
    gate.refuse_url("https://192.168.1.7/in")
    gate.refuse_url("https://[fd00::5]/in")
    gate.refuse_address("till.lan.", ipaddress.ip_address("10.0.0.9"))
    for host in ("192.168.2.7", "10.0.0.9", "[fd00::6]"):
        with pytest.raises(InputError):
            gate.refuse_url(f"https://{host}/in")


def answers(monkeypatch, *texts):
    """Let the names of this process lead to addresses, as a server of names would, one answer a question."""
    asked = []
    left = list(texts)
    real = socket.getaddrinfo

    def look_up(host, port, *more, **kinds):
        if host[0].isdigit():
            return real(host, port, *more, **kinds)
        asked.append(host)
        text = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in text.split()]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize("text", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "1.1.1.1 127.0.0.1"])
def test_a_name_that_leads_to_a_private_address_is_refused_at_connecting(monkeypatch, text):
    asked = answers(monkeypatch, text)
    Gate().refuse_url("https://hooks.example/in")
    with pytest.raises(InputError, match="not public"):
        post_outward("https://hooks.example/in", {}, b"{}", Gate(), seconds=2)
    assert asked == ["hooks.example"]


def test_a_name_is_asked_for_once_and_the_answer_that_was_looked_at_is_connected_to(monkeypatch):
    with receiving() as receiver:
        asked = answers(monkeypatch, "127.0.0.1", "10.9.9.9")
        url = f"http://localhost:{receiver.port}/in"
        assert post_outward(url, {}, b"{}", Gate(debug=True)).status == 200
    assert asked.count("localhost") == 1


def test_a_reply_is_read_up_to_its_limit_and_a_redirect_stays_a_reply():
    with receiving() as receiver, receiving() as other:
        receiver.statuses, receiver.headers = [302], {"Location": other.url}
        receiver.reply = b"x" * 300_000
        reply = post_outward(receiver.url, {"Closebook-Event": "test"}, b'{"a":1}', Gate(debug=True))
        assert (reply.status, len(reply.body)) == (302, 64 * 1024)
        assert not other.got
        ((path, headers, body),) = receiver.got
    assert (path, headers["Closebook-Event"], body) == ("/in", "test", b'{"a":1}')


def test_no_proxy_of_the_environment_is_used(monkeypatch):
    with receiving() as receiver, receiving() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert post_outward(receiver.url, {}, b"{}", Gate(debug=True)).status == 200
    assert not proxy.got


def test_a_slow_receiver_is_left_in_time():
    with receiving() as receiver:
        receiver.wait = threading.Event()
        began = time.monotonic()
        with pytest.raises(UnknownOutcomeError):
            post_outward(receiver.url, {}, b"{}", Gate(debug=True), seconds=1)
        assert time.monotonic() - began < 8


def test_a_receiver_that_drips_is_left_in_time():
    with socket.create_server(("127.0.0.1", 0)) as server:
        stopped = threading.Event()

        def drip():
            talk, _who = server.accept()
            with talk:
                talk.recv(65536)
                while not stopped.wait(0.2):
                    try:
                        talk.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            began = time.monotonic()
            url = f"http://127.0.0.1:{server.getsockname()[1]}/"
            with pytest.raises(RetryError):
                post_outward(url, {}, b"{}", Gate(debug=True), seconds=1)
            assert time.monotonic() - began < 8
        finally:
            stopped.set()
            thread.join()


def test_nobody_there_is_an_error_that_may_pass():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(RetryError):
        post_outward(f"http://127.0.0.1:{port}/", {}, b"{}", Gate(debug=True), seconds=2)
