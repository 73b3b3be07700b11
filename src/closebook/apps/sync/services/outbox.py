"""Turning actions into the items of a batch, and the answers into results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from closebook.apps.sync.models import Link, Run
from closebook.apps.sync.services.manners import Writer
from closebook.apps.sync.services.ownership import says_the_same, without_theirs
from closebook.connectors.quickbooks.alone import sent_alone
from closebook.connectors.quickbooks.batch import BatchAnswer, BatchItem
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.documents import entity_of, revision
from closebook.connectors.quickbooks.faults import NotFoundError
from closebook.core.errors import InvariantError, RetryError, StaleError, UnknownOutcomeError
from closebook.core.planning.actions import Action, ActionKind
from closebook.core.planning.actions import Link as CoreLink
from closebook.core.planning.documents import DocumentKind, ListKind, is_estimate
from closebook.core.planning.hands import SINGLE, ItemResult

_REFERRED = frozenset(
    {*(kind.value for kind in ListKind), DocumentKind.INVOICE.value, DocumentKind.ESTIMATE.value}
)

_RISING = frozenset({DocumentKind.INVOICE, DocumentKind.ESTIMATE})


def invoice_token(client: QuickBooksClient, link: CoreLink, outbox: Outbox) -> str:
    """Return the version by which a linked object is changed: an invoice's own rises with each payment, an
    estimate's with its invoice, so it is read, and taken when nobody else changed what we wrote.
    """
    if link.kind not in _RISING or link.target is None:
        return link.sync_token
    try:
        body = client.read(entity_of(link.kind), link.remote_id)
    except NotFoundError:
        return link.sync_token
    entity, payload = outbox.writer.wire(link.target, outbox.resolve_ours)
    ours = says_the_same(entity, body, payload, link.theirs)
    return str(body.get("SyncToken", "")) if ours else link.sync_token


class Outbox:
    """The actions of a run by key, and the remote ids of the list objects and invoices that they point at."""

    def __init__(self, run: Run, actions: Sequence[Action]) -> None:
        """Read the links of what is pointed at once; later ones come through ``remember``."""
        self.run = run
        self.actions = {action.key: action for action in actions}
        self.remedies: dict[str, str] = {}
        self.writer = Writer(run.connection.company_id)
        links = Link.objects.filter(connection_id=run.connection_id, kind__in=_REFERRED, tombstone=False)
        self._ids: dict[str, str] = dict(links.values_list("key", "remote_id"))

    def resolve(self, key: str) -> str:
        """Return the remote id of a list object or invoice; InvariantError when it is not linked yet."""
        if key not in self._ids:
            raise InvariantError("not-linked", f"{key} is used before it is in the books.")
        return self._ids[key]

    def remember(self, found: Sequence[ItemResult]) -> None:
        """Learn the remote ids of list objects and invoices that were just confirmed."""
        for result in found:
            action = self.actions.get(result.key)
            if result.ok and action and action.target and action.target.kind.value in _REFERRED:
                self._ids[result.key] = result.remote_id

    def item(self, action: Action, client: QuickBooksClient | None = None) -> BatchItem:
        """Return the wire operation of an action; ``client`` reads an invoice's present version, which rises
        with its payments.
        """
        if action.kind is ActionKind.CREATE:
            if action.target is None:
                raise InvariantError("no-target", f"{action.key} is to be made of nothing.")
            entity, payload = self.writer.wire(action.target, self.resolve)
            return BatchItem("create", entity, payload)
        link = action.link
        if link is None:
            raise InvariantError("no-link", f"{action.key} is to be changed, but is not linked.")
        token = invoice_token(client, link, self) if client else link.sync_token
        head = {"Id": link.remote_id, "SyncToken": token}
        entity = entity_of(link.kind)
        if action.kind is ActionKind.DELETE:
            return BatchItem("delete", entity, {**self._whole(link), **head})
        if action.kind is ActionKind.DEACTIVATE:
            return BatchItem("update", entity, {**head, "sparse": True, "Active": False})
        if action.target is None:
            raise InvariantError("no-target", f"{action.key} is to be changed into nothing.")
        entity, payload = self.writer.wire(action.target, self.resolve_ours)
        ours = without_theirs(revision(payload, link.remote_id, token), link.theirs)
        return BatchItem("update", entity, ours)

    def _whole(self, link: CoreLink) -> dict[str, Any]:
        """Return what the deletion of a transfer has to repeat of it; nothing for other documents."""
        if link.kind is not DocumentKind.TRANSFER or link.target is None:
            return {}
        return self.writer.wire(link.target, self.resolve_ours)[1]

    def resolve_ours(self, key: str) -> str:
        """Return the remote id of a key; "" for what is never sent: what a person put in, an estimate that is
        gone.
        """
        gone = is_estimate(key) and key not in self._ids
        return self.resolve(key) if key and not gone else ""

    def send(self, client: QuickBooksClient, actions: Sequence[Action], request_id: str) -> list[ItemResult]:
        """Send a batch; items whose outcome the far side left open are left out of the result."""
        return self.sent(client, actions, [self.item(action, client) for action in actions], request_id)

    def sent(
        self,
        client: QuickBooksClient,
        actions: Sequence[Action],
        items: Sequence[BatchItem],
        request_id: str,
    ) -> list[ItemResult]:
        """Send what was made ready: as a batch, or by itself when the id says so."""
        if request_id.startswith(SINGLE):
            answers = [sent_alone(client, items[0], request_id)]
        else:
            answers = client.batch(items, request_id)
        found = (self._result(action, answer) for action, answer in zip(actions, answers, strict=True))
        return [result for result in found if result is not None]

    def _result(self, action: Action, answer: BatchAnswer) -> ItemResult | None:
        error = answer.error
        if error is None:
            body = answer.body or {}
            remote_id = str(body.get("Id") or (action.link.remote_id if action.link else ""))
            return ItemResult(
                action.key, ok=True, remote_id=remote_id, sync_token=str(body.get("SyncToken", ""))
            )
        if isinstance(error, UnknownOutcomeError):
            return None
        self.remedies[action.key] = error.remedy
        return ItemResult(
            action.key,
            ok=False,
            code=error.code,
            message=error.message,
            retryable=isinstance(error, RetryError),
            stale=isinstance(error, StaleError),
        )
