"""A company's server as the agent sees it: takes evidence once per key, and can be down or slow to answer."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Company(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        self.taken: dict[str, tuple[str, object]] = {}
        self.order: list[str] = []
        self.fault = ""
        self.awake = threading.Event()
        self.told = {"terms": {"level": "sites", "call_hosts": ["meet.example"]}, "rules": []}
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def spans(self) -> list[dict]:
        bodies = [body for path, body in self.taken.values() if path == "evidence"]
        return [span for body in bodies for span in body["spans"]]


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self._reply(200, self.server.told)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fault = self.server.fault
        if fault.isdigit():
            self._reply(int(fault), {})
            return
        key, path = self.headers["Idempotency-Key"], self.path.removeprefix("/api/v1/")
        assert self.headers["Authorization"] == "Bearer cb_secret"
        if self.server.taken.get(key, (path, body)) != (path, body):
            self._reply(422, {"detail": "This idempotency key came with another request before."})
            return
        if key not in self.server.taken:
            self.server.order.append(path)
        self.server.taken[key] = (path, body)
        if fault == "lost":
            self.connection.close()
            return
        if fault == "reset":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.shutdown(socket.SHUT_RD)
            self.close_connection = True
            return
        if fault == "slow":
            self.server.awake.wait(5)
        self._reply(200, {})

    def _reply(self, status, content):
        """Answer; who waited no longer is gone."""
        with contextlib.suppress(OSError):
            self._written(status, content)

    def _written(self, status, content):
        text = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args):
        pass
