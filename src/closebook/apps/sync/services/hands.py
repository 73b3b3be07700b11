"""The hands of the run machine: the database for what must last, the QuickBooks client for the books."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction

from closebook.apps.sync.codec import actions_from
from closebook.apps.sync.models import LISTS, Run
from closebook.apps.sync.services import leases, results
from closebook.apps.sync.services.added import additions_proofs, additions_settle
from closebook.apps.sync.services.cleaning_up import cleanup_settle
from closebook.apps.sync.services.flying import Flying
from closebook.apps.sync.services.freshness import plan_changes
from closebook.apps.sync.services.outbox import Outbox
from closebook.apps.sync.services.probing import probe
from closebook.apps.sync.services.tying import gaps_of, posted_tie_out, proofs_of, undo_proofs
from closebook.apps.sync.services.verifying import verify
from closebook.connectors.quickbooks.batch import MAX_ITEMS
from closebook.connectors.quickbooks.calls import BATCH_KIND
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.core.errors import ClosebookError
from closebook.core.planning.actions import Action
from closebook.core.planning.hands import SINGLE, ItemResult, LeaseLostError, Outcome
from closebook.transport import clock

_SEND_SECONDS = 60
_SOON_SECONDS = 0.12  # a turn of a single request: a batch is worth waiting for so long
_LONG_SECONDS = 5


class RunDesk:
    """Implements ``RunHands`` for one run and one process, named ``holder``."""

    def __init__(self, run: Run, client: QuickBooksClient, holder: str) -> None:
        """Keep the run; its actions and links are read once the lease is held."""
        self.run, self.client, self.holder = run, client, holder
        self.outbox = Outbox(run, ())
        self.flying = Flying()
        self._batches = run.connection.company.books_access.batches
        self._token = ""
        self._renewed = 0.0

    def take_lease(self) -> bool:
        """Take the company's lease for this run and process, and keep that the run is under way."""
        began = clock.monotonic_seconds()
        with transaction.atomic():
            self._token = leases.lease_take(self.run, self.holder)
            if self._token:
                results.run_begun(self.run)
        self._renewed = began
        return bool(self._token)

    def keep_lease(self) -> bool:
        """Renew the lease."""
        began = clock.monotonic_seconds()
        kept = leases.lease_renew(self.run.pk, self._token)
        if kept:
            self._renewed = began
        return kept

    @contextmanager
    def _fenced(self) -> Iterator[None]:
        """Open a transaction that renews the lease, or is refused with LeaseLostError."""
        began = clock.monotonic_seconds()
        with transaction.atomic():
            leases.lease_fence(self.run.pk, self._token)
            yield
        self._renewed = began

    def load_actions(self) -> Sequence[Action]:
        """Return the run's actions as they are stored now; what was linked so far is read too."""
        actions = list(actions_from(self.run.actions.order_by("position")))
        self.outbox = Outbox(self.run, actions)
        return actions

    def plan_changes(self) -> tuple[str, ...]:
        """Return what changed since the plan was made."""
        return plan_changes(self.run, self.client)

    def record_intents(self, actions: Sequence[Action]) -> None:
        """Store the intents of a batch, fenced by the lease."""
        with self._fenced():
            results.intents_store(self.run.pk, actions)

    def record_unknown(self, actions: Sequence[Action]) -> None:
        """Store that the reply to these actions was lost."""
        with self._fenced():
            results.states_store(self.run.pk, actions)

    def send(self, actions: Sequence[Action], request_id: str) -> list[ItemResult]:
        """Send one batch and return what the far side answered; LeaseLostError when the lease was not renewed
        lately.
        """
        if clock.monotonic_seconds() - self._renewed > _SEND_SECONDS:
            raise LeaseLostError("lease-old", "Too much time passed since the lease was renewed.")
        return self.outbox.send(self.client, actions, request_id)

    def room(self) -> int:
        """Return 30 where a batch may go as soon as a single request, else 1."""
        if not self._batches:
            return 1
        pacer = self.client.pacer
        return MAX_ITEMS if pacer.delay(BATCH_KIND) <= pacer.delay() + _SOON_SECONDS else 1

    def launch(self, ticket: int, actions: Sequence[Action], request_id: str) -> None:
        """Wait for the turn of a request, then hand it to a thread; LeaseLostError when the lease is gone."""
        items = [self.outbox.item(action, self.client) for action in actions]
        waited = self.client.pacer.wait("" if request_id.startswith(SINGLE) else BATCH_KIND, write=True)
        if waited > _LONG_SECONDS and not self.keep_lease():
            raise LeaseLostError("lease-lost", "Another runner took over this run.")
        if clock.monotonic_seconds() - self._renewed > _SEND_SECONDS:
            raise LeaseLostError("lease-old", "Too much time passed since the lease was renewed.")
        client = self.client.prepaid()
        self.flying.begin(ticket, lambda: self.outbox.sent(client, actions, items, request_id))

    def landed(self) -> tuple[int, list[ItemResult] | ClosebookError]:
        """Wait for the answer to any launched request."""
        return self.flying.landed()

    def close(self) -> None:
        """Wait for the threads to end; what their requests brought is found by probing later."""
        self.flying.close()

    def probe(self, actions: Sequence[Action]) -> list[ItemResult | None]:
        """Look in the books for what these actions wanted."""
        return probe(self.client, self.outbox, actions)

    def record_results(self, found: Sequence[ItemResult]) -> None:
        """Store what became of a batch: states, links, errors and a line of the audit log, in one
        transaction.
        """
        with self._fenced():
            results.results_store(self.run, self.outbox, found)
        self.outbox.remember(found)

    def cancelled(self) -> bool:
        """Tell whether a person asked to stop."""
        return Run.objects.filter(pk=self.run.pk, reason=results.STOP_ASKED).exists()

    def wait(self, seconds: int) -> None:
        """Let time pass."""
        clock.sleep_seconds(seconds)

    def verify(self) -> tuple[str, ...]:
        """Re-read what the run wrote, compare it with what it wanted, and keep the proofs with the run."""
        differences = verify(self.run, self.client, self.outbox)
        if self.run.undoes is not None:
            self.run.proofs = undo_proofs(self.run, self.run.undoes, differences)
        elif self.run.connection.connector == LISTS:
            self.run.proofs = additions_proofs(self.run, differences)
        else:
            tied = posted_tie_out(self.run.connection, self.client)
            gaps = gaps_of(self.run.connection)
            self.run.proofs = proofs_of(tied, self.run.connection.currency, clock.today(), gaps)
        self.run.save(update_fields=["proofs"])
        return differences

    def finish(self, outcome: Outcome) -> None:
        """Store the run's end."""
        with self._fenced():
            results.outcome_store(self.run, outcome)
            if self.run.connection.connector == LISTS:
                additions_settle(self.run)
                cleanup_settle(self.run)

    def release_lease(self) -> None:
        """Give the lease back."""
        leases.lease_release(self.run.pk, self._token)
