"""A receiver on this machine over real HTTP: it keeps what came and answers as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """What came in, and what is answered: statuses in turn, the last one again and again."""

    port: int = 0
    statuses: list[int] = field(default_factory=lambda: [200])
    reply: bytes = b"thanks"
    wait: threading.Event | None = None
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/in"


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            receiver.got.append((self.path, dict(self.headers), body))
            if receiver.wait:
                receiver.wait.wait(20)
            status = receiver.statuses.pop(0) if len(receiver.statuses) > 1 else receiver.statuses[0]
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(receiver.reply)))
            self.end_headers()
            self.wfile.write(receiver.reply)

        do_GET = do_POST  # noqa: N815 - the server calls it by this name

        def log_message(self, *_words):
            pass

    return Handler


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Give a receiver that answers until the end of the block."""
    receiver = Receiver()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(receiver)) as server:
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # a caller that went away is none of its business
        receiver.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield receiver
        finally:
            if receiver.wait:
                receiver.wait.set()
            server.shutdown()
            thread.join()
