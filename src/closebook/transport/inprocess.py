"""A WSGI application reached through an HTTP client without a socket.

The application runs in a thread of its own. Django keeps a database connection per thread, so the application
has its own connections and transactions: what it commits stays when the caller rolls back, and the end of its
request does not close the caller's connection. Calls of one client run one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx2

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BASE_URL = "http://localhost"


class InProcessTransport(httpx2.BaseTransport):
    """Hands each request to the application in the transport's own thread and returns the whole response."""

    def __init__(self, application: WSGIApplication, at_close: Callable[[], None] | None = None) -> None:
        self._inner = httpx2.WSGITransport(application)
        self._at_close = at_close
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="closebook-in-process")
        self._closed = False

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return the application's response; its body is read to the end within the application's thread."""
        return self._executor.submit(self._answer, request).result()

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        response = self._inner.handle_request(request)
        try:
            body = response.stream
            content = b"".join(body) if isinstance(body, httpx2.SyncByteStream) else b""
        finally:
            response.close()
        return httpx2.Response(
            response.status_code, headers=response.headers, stream=httpx2.ByteStream(content)
        )

    def close(self) -> None:
        """Run ``at_close`` in the application's thread, where its connections are, and end the thread."""
        if self._closed:
            return
        self._closed = True
        try:
            if self._at_close is not None:
                self._executor.submit(self._at_close).result()
        finally:
            self._executor.shutdown(wait=True)


ACTOR = "closebook.actor"
"""The name in the environment of a request for whom it acts. No header of a request can set it: those have
names that begin with ``HTTP_``.
"""


def acting_for(application: WSGIApplication, actor: str) -> WSGIApplication:
    """Return the application for calls in the name of somebody."""

    def named(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        environ[ACTOR] = actor
        return application(environ, start)

    return named


def in_process_client(
    application: WSGIApplication, at_close: Callable[[], None] | None = None
) -> httpx2.Client:
    """Return an HTTP client that reaches a WSGI application within this process, at ``BASE_URL`` or any host.

    Close it when done. For a Django application pass ``django.db.connections.close_all`` as ``at_close``.
    """
    return httpx2.Client(transport=InProcessTransport(application, at_close), base_url=BASE_URL, timeout=None)
