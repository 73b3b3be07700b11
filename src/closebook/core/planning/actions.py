"""Links (what was posted), actions (what to do) and plans (what a person reads before a write)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from closebook.core.planning.documents import Document, DocumentKind, ListKind, ListObject, invoice_of


class ActionKind(StrEnum):
    """What an action does in the books."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"  # takes a document out (undo, or the source took it back)
    DEACTIVATE = "deactivate"  # a list object that we created and nobody uses
    MATCH = "match"  # adopt what the books already hold
    IGNORE = "ignore"  # a person said so, or it lies before the cut-off
    HOLD = "hold"  # a rule or a question stands in the way; nothing is written


class ActionState(StrEnum):
    """How far an action has got. ``UNKNOWN``: sent, but the reply was lost; it is probed before it is sent
    again.
    """

    PLANNED = "planned"
    INTENDED = "intended"
    SENT = "sent"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Link:
    """Connection + key ↔ one object in the books.

    ``posted`` is the fingerprint of what we wrote, ``remote`` that of what the books held when we last looked
    (equal unless a person changed it). ``tombstone`` marks what a person deleted in the books: never made
    again unasked. ``ours`` tells that we created it (else it was matched). ``target`` is what we last wrote
    (None when that is not known any more); ``theirs`` names the fields that a person took over: they keep the
    value of ``target``.
    """

    key: str
    kind: ListKind | DocumentKind
    remote_id: str
    sync_token: str
    posted: str
    remote: str
    tombstone: bool = False
    ours: bool = True
    aliases: tuple[str, ...] = ()
    target: ListObject | Document | None = None
    theirs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a diff, as text for a person."""

    field: str
    before: str
    after: str


@dataclass(slots=True)
class Action:
    """One thing to do. ``request_id`` is derived from run and key, so that it is the same on every try.

    ``batch_id`` is the id of the request that carried it last: by it is found again what was sent together.
    ``target`` is what the books shall hold (None for delete and deactivate); ``link`` what they hold now, or
    for a match what the link shall be; its ``theirs`` and ``tombstone`` are to be stored with the link;
    ``depends_on`` are keys of actions that must be confirmed before. ``code`` is the hold's or error's stable
    word.
    """

    key: str
    kind: ActionKind
    target: ListObject | Document | None
    link: Link | None
    reason: str
    depends_on: tuple[str, ...] = ()
    request_id: str = ""
    state: ActionState = ActionState.PLANNED
    diff: tuple[FieldChange, ...] = ()
    code: str = ""
    attempts: int = 0
    batch_id: str = ""


def followers_first(deletes: Iterable[Action]) -> None:
    """Let the deletion of each invoice wait for those of its payments, and that of an estimate for its
    invoice's.
    """
    waited: dict[str, list[str]] = {}
    actions = list(deletes)
    for action in actions:
        link = action.link
        if link is not None and link.kind is DocumentKind.PAYMENT:
            waited.setdefault(invoice_of(action.key), []).append(action.key)
        elif link is not None and isinstance(link.target, Document) and link.target.follows:
            waited.setdefault(link.target.follows, []).append(action.key)
    for action in actions:
        if action.key in waited:
            action.depends_on = (*action.depends_on, *waited[action.key])


@dataclass(slots=True)
class Plan:
    """All actions of a run in the order in which they are sent, and what they do to the trial balance.

    ``effect`` maps ledger account key to signed minor units (debit positive); ``basis`` is the fingerprint of
    everything the plan rests on (staged records, profile, remote state): another basis at apply time makes it
    stale.
    """

    actions: list[Action]
    effect: dict[str, int]
    basis: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
