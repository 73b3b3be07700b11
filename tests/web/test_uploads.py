"""Uploads above the limit, sent through a real server."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.wsgi import get_wsgi_application
from django.test import Client

from closebook.web.frame.uploads import announced

LIMIT = 1_000_000


class Quiet(WSGIRequestHandler):
    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def server(settings) -> Iterator[http.client.HTTPConnection]:
    settings.CLOSEBOOK_MAX_UPLOAD_BYTES = LIMIT
    made = make_server("127.0.0.1", 0, get_wsgi_application(), Threads, Quiet)
    threading.Thread(target=made.serve_forever, args=(0.05,), daemon=True).start()
    yield http.client.HTTPConnection("127.0.0.1", made.server_port, timeout=20)
    made.shutdown()
    made.server_close()


@pytest.mark.parametrize("path", ["/accounts/login/", "/c/1/connections/1/upload/"])
def test_an_announced_length_above_the_limit_is_refused_before_the_body_is_sent(server, path):
    server.putrequest("POST", path)
    server.putheader("Content-Type", "multipart/form-data; boundary=x")
    server.putheader("Content-Length", str(LIMIT + 1))
    server.endheaders()
    answer = server.getresponse()  # nothing of the body was sent: whoever waits for it would time out
    page = answer.read().decode()
    assert answer.status == 413
    assert "more than 1 MB" in page
    assert "Nothing of it was stored" in page


def test_programs_are_told_in_their_own_words(server):
    for path, word in (("/api/v1/companies/1/files", "too-large"), ("/v3/company/1/upload", "6030")):
        server.putrequest("POST", path)
        server.putheader("Content-Length", str(LIMIT + 1))
        server.putheader("Accept", "application/json")
        server.endheaders()
        answer = server.getresponse()
        assert (answer.status, word in json.dumps(json.loads(answer.read()))) == (413, True)
        server.close()


@pytest.mark.django_db
def test_a_body_that_is_larger_than_the_limit_is_cut_off_while_it_arrives(settings, monkeypatch):
    settings.CLOSEBOOK_MAX_UPLOAD_BYTES = LIMIT
    monkeypatch.setattr("closebook.web.frame.uploads.announced", lambda _request: 0)
    file = SimpleUploadedFile("large.csv", b"x" * (LIMIT + 1))
    answer = Client().post("/accounts/login/", {"files": file})
    assert answer.status_code == 413
    assert "Nothing of it was stored" in answer.content.decode()


@pytest.mark.parametrize(("text", "length"), [("", 0), ("12", 12), ("-1", 0), ("many", 0), (None, 0)])
def test_what_a_request_announces(rf, text, length):
    request = rf.post("/")
    request.META["CONTENT_LENGTH"] = text
    assert announced(request) == length
