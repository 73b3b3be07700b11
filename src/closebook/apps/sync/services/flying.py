"""Requests of a run that are under way in threads, and their answers in the order in which they come."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue

from django.db import connections

from closebook.core.errors import ClosebookError
from closebook.core.planning.hands import ItemResult

_MOST = 20


class Flying:
    """A few threads that send; made when the first request is begun."""

    def __init__(self) -> None:
        """Begin with none."""
        self._pool: ThreadPoolExecutor | None = None
        self._answers: SimpleQueue[tuple[int, Future[list[ItemResult]]]] = SimpleQueue()

    def begin(self, ticket: int, work: Callable[[], list[ItemResult]]) -> None:
        """Do the work in a thread; what it returns or raises lands under the ticket."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(_MOST, thread_name_prefix="closebook-flight")
        future = self._pool.submit(_carried_out, work)
        future.add_done_callback(lambda done: self._answers.put((ticket, done)))

    def landed(self) -> tuple[int, list[ItemResult] | ClosebookError]:
        """Wait for the next answer. A defect in a thread is raised here, as if it had happened here."""
        ticket, future = self._answers.get()
        error = future.exception()
        return (ticket, error) if isinstance(error, ClosebookError) else (ticket, future.result())

    def close(self) -> None:
        """End the threads once their requests are answered."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _carried_out(work: Callable[[], list[ItemResult]]) -> list[ItemResult]:
    try:
        return work()
    finally:
        # A refresh of the login may have opened a database connection of this thread.
        connections.close_all()
