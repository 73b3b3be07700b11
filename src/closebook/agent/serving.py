"""The agent's server on this machine: ActivityWatch's port for watchers, and the agent's own page."""

from __future__ import annotations

import json
import os
import secrets
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from closebook.agent.bodies import BodyError, body_read
from closebook.agent.live import Agent
from closebook.agent.page import POLICY, clicked, page
from closebook.agent.protocol import Answer, Asked, Protocol
from closebook.core.workforce.runs import ms_of
from closebook.transport import clock

PORT = 5600
_MOST_BYTES = 16 * 1024 * 1024


class AgentServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1 only. OSError when the port is taken."""

    daemon_threads = True
    allow_reuse_address = os.name != "nt"  # after a crash the port is free at once; Windows would share it
    request_queue_size = 128

    def __init__(self, agent: Agent, protocol: Protocol, port: int = PORT, language: str = "en") -> None:
        """Listen at once; answer once ``serve_forever`` runs."""
        self.agent, self.protocol, self.language = agent, protocol, language
        self.secret = secrets.token_urlsafe(18)
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def port(self) -> int:
        """Return the port that is listened on."""
        return int(self.server_address[1])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: AgentServer
    wbufsize = 65536
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_GET  # noqa: N815 - the name the library looks for
    do_PUT = do_GET  # noqa: N815 - the name the library looks for
    do_DELETE = do_GET  # noqa: N815 - the name the library looks for
    do_HEAD = do_GET  # noqa: N815 - the name the library looks for
    do_OPTIONS = do_GET  # noqa: N815 - the name the library looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name the library gives
        """Say nothing: what a person visits is not for a log."""

    def _serve(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            body = body_read(self.rfile, headers, _MOST_BYTES)
        except BodyError as error:
            self.close_connection = True
            self._answer(Answer(error.status, {"message": error.message}))
            return
        parts = urlsplit(self.path)
        method = "GET" if self.command == "HEAD" else self.command
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        asked = Asked(method, parts.path, query, headers, body)
        if parts.path.startswith("/closebook") or parts.path == "/":
            self._page(asked)
        else:
            self._answer(self.server.protocol.answer(asked, ms_of(clock.now())))

    def _answer(self, answer: Answer) -> None:
        empty = answer.status in {204, 304}
        content = b"" if empty else json.dumps(answer.content).encode()
        headers = {"Content-Type": "application/json", "Cache-Control": "no-store", **answer.headers}
        self._send(answer.status, content, headers)

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _page(self, asked: Asked) -> None:
        """Answer the person; another page can neither read this one nor click on it."""
        here = {f"127.0.0.1:{self.server.port}", f"localhost:{self.server.port}"}
        origin = asked.headers.get("origin", "")
        if asked.headers.get("host") not in here or (origin and origin.removeprefix("http://") not in here):
            self._answer(Answer(403, {"message": "This address answers its own machine only."}))
            return
        wrong = ""
        if asked.method == "POST":
            form = dict(parse_qsl(asked.body.decode("utf-8", "replace")))
            if not secrets.compare_digest(form.get("secret", "").encode(), self.server.secret.encode()):
                self._answer(Answer(403, {"message": "Open the page again."}))
                return
            wrong = clicked(self.server.agent, form, ms_of(clock.now()))
            if not wrong:
                self._send(303, b"", {"Location": "/closebook/"})
                return
        text = page(self.server.agent, self.server.secret, self.server.language, wrong)
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY}
        self._send(200, text.encode(), {**headers, "Cache-Control": "no-store", "X-Frame-Options": "DENY"})
