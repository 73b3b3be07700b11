"""What a run needs from the outside: the hands of the run machine, and the words they answer with.

Three kinds of hands exist: those of the product (a database and a QuickBooks client), those of the
simulation, and those of tests. Each has to keep the promises written at the methods below; the
machine's proof of "exactly once" rests on them.

**Crash rule.** The process may die before, during and after any method. Whatever a method promises to
have made durable is there after it returned; what it was doing when it died is there wholly or not at
all. Nothing else may be remembered between two calls: the next process drives a new ``RunMachine``, which
asks for the stored actions and goes on.

**Errors.** A method raises only what it names, and ``LeaseLostError`` where it is fenced. Any other
error (disk full, database locked for good) is not caught by ``drive``: it ends the process' part of the run
like a crash, and the run is resumed later. Nothing has to be tidied up first.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from closebook.core.errors import ClosebookError, ConflictError
from closebook.core.planning.actions import Action

EXISTS_CODES = frozenset({"duplicate-name", "duplicate-number", "duplicate-object", "request-id-used"})
"""Codes of a refused creation that often mean "an earlier try made it": the machine probes before it
believes.
"""

GONE_CODES = frozenset({"object-not-found"})
"""Codes of a refused removal that mean "it is gone already": the machine probes before it believes."""

USED_CODE = "request-id-used"
"""Code of a refused request whose id was used before: it is treated as a request whose reply was lost."""


SINGLE = "s-"
"""How the id of a request begins that carries one action by itself, not as a batch."""


class LeaseLostError(ConflictError):
    """The lease is no longer ours: the fenced call wrote nothing, and this run must not write again."""


class Ending(StrEnum):
    """How the driving of a run ended. The first seven are stored as the run's state by ``finish``."""

    DONE = "done"
    DONE_WITH_ERRORS = "done-with-errors"
    HELD = "held"  # a safety rail; a person decides
    STALE = "stale"  # the plan no longer fits; plan again
    WAITING = "waiting"  # resume later: login lost, far side silent or throttling for too long
    STOPPED = "stopped"  # a person cancelled; resume or plan again
    FAILED = "failed"  # the far side refuses every request for one reason
    BUSY = "busy"  # another run holds the lease: nothing was read or written, ``finish`` is not called
    LEASE_LOST = "lease-lost"  # another runner took over: ``finish`` is not called


class Tally(NamedTuple):
    """How many actions of the run stand where, counted when the driving ended."""

    confirmed: int = 0
    failed: int = 0
    held: int = 0
    remaining: int = 0


class Outcome(NamedTuple):
    """How the driving ended, why, and with which counts.

    ``code`` is a stable word ("" when all went well); ``changes`` say what made the plan stale,
    ``differences`` what verification found; each is a line for a person.
    """

    ending: Ending
    code: str = ""
    reason: str = ""
    changes: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    tally: Tally = Tally()


class ItemResult(NamedTuple):
    """What became of one action.

    ``ok``: the books hold what the action wanted, under ``remote_id`` and ``sync_token``. Otherwise ``code``
    and ``message`` say why not: ``retryable`` when another try may succeed, ``stale`` when the object was
    changed by somebody else since it was read (QuickBooks 5010).
    """

    key: str
    ok: bool
    remote_id: str = ""
    sync_token: str = ""
    code: str = ""
    message: str = ""
    retryable: bool = False
    stale: bool = False


class RunHands(Protocol):
    """The outside world of one run of one company, for one process."""

    def take_lease(self) -> bool:
        """Take the company's lease for this run and this process; False when another live holder has it,
        or when the run has ended meanwhile.

        Durable before it returns. A lease that expired, or that this same holder (a supervised process
        that was started again) had, is taken over. Each taking stores a new token, and the fenced calls
        compare the token: so whoever had the lease before is shut out, whatever it is called. The lease
        ends by the database's clock, and after 300 s: longer than the far side's time-out (120 s) and a
        ``wait`` (60 s). Raises nothing.
        """
        ...

    def keep_lease(self) -> bool:
        """Renew the lease durably; False, and nothing written, when another has it or its time is over.

        A lease that ended is lost even when nobody took it: the process may have slept for days, and has to
        begin again by probing. Raises nothing.
        """
        ...

    def load_actions(self) -> Sequence[Action]:
        """Return all actions of the run in plan order with their stored state, request id, attempts and code.

        Called once, after the lease was taken: what was read before it could be out of date, because another
        process may have moved the run on until then. Raises nothing.
        """
        ...

    def plan_changes(self) -> tuple[str, ...]:
        """Return what changed since the plan was made, a line each; () when the plan still fits.

        Compares staged records, profile and the touched objects in the books with the plan's basis. What this
        run's own confirmed actions changed does not count (the call is repeated when a run is resumed). Reads
        only.
        Raises RetryError, LoginError, RejectedError.
        """
        ...

    def record_intents(self, actions: Sequence[Action]) -> None:
        """Store state INTENDED, ``request_id`` and ``attempts`` of the actions in one local transaction.

        Fenced: the same transaction renews the lease or, when it is lost, writes nothing and raises
        LeaseLostError. Durable before it returns, because the next call sends. A crash right after it leaves
        INTENDED actions: the next process probes them.
        """
        ...

    def send(self, actions: Sequence[Action], request_id: str) -> list[ItemResult]:
        """Send one batch with this request id and return a result for each item that the far side answered.

        Fenced without a write: raises LeaseLostError, and sends nothing, when more than 60 s passed on this
        process' own monotonic clock since it last renewed the lease. The request must be built from the
        actions alone, so that the same batch sent again has the same body. Results may come in any order; an
        item without an answer is left out (the machine probes it).
        Raises UnknownOutcomeError when the request may have been carried out (time-out, connection lost after
        the first byte was sent, 5xx, unreadable reply); RetryError when it certainly was not (429, refused
        connection); LoginError after one refresh did not help; RejectedError or StaleError when the whole
        request was refused. A crash during or after it leaves the actions INTENDED: the next process probes
        them.
        """
        ...

    def room(self) -> int:
        """Return how many actions the next request should carry: 1, or up to a whole batch.

        Asked only by a run with several requests under way, as the other four below. Raises nothing.
        """
        ...

    def launch(self, ticket: int, actions: Sequence[Action], request_id: str) -> None:
        """Begin what ``send`` does, fenced like it, and return without waiting for the answer.

        Waits until the far side's limits allow the request. An id that begins with ``s-`` is sent by itself,
        any other as a batch: so in ``send`` too, whenever it is sent again. Raises LeaseLostError.
        """
        ...

    def landed(self) -> tuple[int, list[ItemResult] | ClosebookError]:
        """Wait for the answer of any launched request; return its ticket and what ``send`` would have
        returned or raised.
        """
        ...

    def probe(self, actions: Sequence[Action]) -> list[ItemResult | None]:
        """Return, in the same order, what the books hold for each action; None where its effect is not seen.

        Create: an object under the action's marker (or, for list objects, its name) made by us → ok with id
        and token, also when a person made it inactive since.
        Update: the object equals the target → ok; it still has the token that the link knows → None; else →
        stale.
        Delete, deactivate: gone or inactive → ok; it still has the link's token → None; else → stale.
        Inactive objects are looked at too. Reads only. Raises RetryError, LoginError, RejectedError.
        """
        ...

    def record_unknown(self, actions: Sequence[Action]) -> None:
        """Store state UNKNOWN, so that it can be seen that a reply was lost. Fenced as record_intents."""
        ...

    def record_results(self, results: Sequence[ItemResult]) -> None:
        """Store what became of a batch in one local transaction, all of it or nothing.

        Fenced as record_intents. ok → CONFIRMED, remote id and token on the action, the link made, changed
        or (delete) removed, a line in the audit log.
        retryable → PLANNED again with its code. Otherwise → FAILED with code and message and a row in the
        error log. Recording the same result twice must not matter. A crash before it leaves the whole batch
        INTENDED.
        """
        ...

    def cancelled(self) -> bool:
        """Tell whether a person asked to stop the run. Asked between batches. Raises nothing."""
        ...

    def wait(self, seconds: int) -> None:
        """Let so many seconds (at most 60) pass. The machine renews the lease after each wait."""
        ...

    def verify(self) -> tuple[str, ...]:
        """Re-read what the run wrote and return the differences from its targets, a line each. Reads only.

        Raises RetryError, LoginError, RejectedError.
        """
        ...

    def finish(self, outcome: Outcome) -> None:
        """Store the run's end (state, counts, reason, an error row per difference). Fenced as record_intents.

        A crash after it leaves a finished run and a lease that expires by itself.
        """
        ...

    def release_lease(self) -> None:
        """Give the lease back if it is still ours. Raises nothing."""
        ...
