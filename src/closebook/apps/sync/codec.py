"""The core's values as JSON texts in rows, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from sys import intern
from typing import Any

import msgspec
from django.db.models import QuerySet

from closebook.apps.sync import models
from closebook.core.planning.actions import Action, ActionKind, ActionState, FieldChange, Link
from closebook.core.planning.documents import Document, DocumentKind, ListKind, ListObject
from closebook.core.planning.remote import RemoteObject

_ENCODE = msgspec.json.Encoder().encode
_DOCUMENT = msgspec.json.Decoder(Document).decode
_LIST_OBJECT = msgspec.json.Decoder(ListObject).decode
_DIFF = msgspec.json.Decoder(tuple[FieldChange, ...]).decode
_FACTS = msgspec.json.Decoder(dict[str, Any]).decode
_LIST_KINDS = frozenset(kind.value for kind in ListKind)


class _GistLine(msgspec.Struct):
    amount_minor: int


class _Gist(msgspec.Struct):
    """What a summary needs of a target; the rest of its text is passed over."""

    kind: str
    lines: list[_GistLine] = []


class _LinkGist(msgspec.Struct):
    kind: str
    target: str


_GIST = msgspec.json.Decoder(_Gist).decode
_LINK_GIST = msgspec.json.Decoder(_LinkGist).decode


def target_text(target: ListObject | Document | None) -> str:
    """Return a target as text: ``L`` or ``D`` and its JSON; "" for none."""
    if target is None:
        return ""
    return ("D" if isinstance(target, Document) else "L") + _ENCODE(target).decode()


def target_from(text: str) -> ListObject | Document | None:
    """Return the target of a text made by ``target_text``."""
    if not text:
        return None
    if text[0] == "L":
        return _LIST_OBJECT(text[1:])
    document = _DOCUMENT(text[1:])
    # A year's documents name the same few ledger accounts and items a hundred thousand times.
    document.money_account = intern(document.money_account)
    for line in document.lines:
        line.ledger_account, line.item = intern(line.ledger_account), intern(line.item)
    return document


def gist_of(target: str, link: str) -> tuple[str, int]:
    """Return the kind of what an action's texts are about and the minor units that its document moves.

    The link speaks where there is no target. A list object moves nothing; without both the kind is "".
    """
    if not target:
        if not link:
            return "", 0
        before = _LINK_GIST(link)
        return before.kind, gist_of(before.target, "")[1]
    gist = _GIST(target[1:])
    amounts = [line.amount_minor for line in gist.lines]
    if gist.kind == DocumentKind.JOURNAL_ENTRY:
        return gist.kind, sum(amount for amount in amounts if amount > 0)
    return gist.kind, sum(amounts)


def gist_of_action(action: Action) -> tuple[str, int]:
    """Return the same of an action that is at hand."""
    target = action.target or (action.link.target if action.link else None)
    if target is None:
        return action.link.kind.value if action.link else "", 0
    if not isinstance(target, Document):
        return target.kind.value, 0
    amounts = [line.amount_minor for line in target.lines]
    if target.kind is DocumentKind.JOURNAL_ENTRY:
        return target.kind.value, sum(amount for amount in amounts if amount > 0)
    return target.kind.value, sum(amounts)


def diff_from(text: str) -> tuple[FieldChange, ...]:
    """Return the changes of a text in an action's row, () for ""."""
    return _DIFF(text) if text else ()


def kind_from(text: str) -> ListKind | DocumentKind:
    """Return the kind of list object or document that a word names."""
    return ListKind(text) if text in _LIST_KINDS else DocumentKind(text)


def link_from_row(row: models.Link) -> Link:
    """Return the core's link of a stored one."""
    return Link(
        row.key,
        kind_from(row.kind),
        row.remote_id,
        row.sync_token,
        row.posted,
        row.remote,
        tombstone=row.tombstone,
        ours=row.ours,
        target=target_from(row.target),
        theirs=tuple(row.theirs.split(",")) if row.theirs else (),
    )


def link_text(link: Link | None) -> str:
    """Return a link as JSON text, "" for none."""
    if link is None:
        return ""
    facts = {
        "key": link.key,
        "kind": link.kind.value,
        "remote_id": link.remote_id,
        "sync_token": link.sync_token,
        "posted": link.posted,
        "remote": link.remote,
        "tombstone": link.tombstone,
        "ours": link.ours,
        "target": target_text(link.target),
        "theirs": link.theirs,
    }
    return json.dumps(facts, ensure_ascii=False)


def seen_text(found: RemoteObject) -> str:
    """Return what the books hold of a linked object, as JSON text."""
    facts = {
        "fingerprint": found.fingerprint,
        "value": target_text(found.value),
        "active": found.active,
        "deleted": found.deleted,
        "by": found.by,
    }
    return json.dumps(facts, ensure_ascii=False)


def seen_from(row: models.Link) -> RemoteObject:
    """Return what the books hold of a linked object that somebody changed."""
    facts = _FACTS(row.seen)
    facts["value"] = target_from(facts["value"])
    return RemoteObject(kind_from(row.kind), row.remote_id, row.sync_token, **facts)


def link_from(text: str) -> Link | None:
    """Return the link of a text made by ``link_text``."""
    if not text:
        return None
    facts = _FACTS(text)
    facts["kind"] = kind_from(facts["kind"])
    facts["target"] = target_from(facts["target"])
    facts["theirs"] = tuple(facts["theirs"])
    return Link(**facts)


class _Token(msgspec.Struct):
    sync_token: str


_TOKEN = msgspec.json.Decoder(_Token).decode


def link_token(text: str) -> str | None:
    """Return the sync token of a link's text, None for no link; its target is not read."""
    return _TOKEN(text).sync_token if text else None


def action_values(run_id: int, position: int, action: Action) -> tuple[str | int, ...]:
    """Return the column values of an action's row, in the order of ``ACTION_COLUMNS``."""
    return (
        run_id,
        position,
        action.key,
        action.kind.value,
        target_text(action.target),
        link_text(action.link),
        action.reason,
        _ENCODE(action.depends_on).decode() if action.depends_on else "",
        action.request_id,
        action.state.value,
        _ENCODE(action.diff).decode() if action.diff else "",
        action.code,
        action.attempts,
        "",
        "",
        "",
        "",
        *gist_of_action(action),
    )


ACTION_COLUMNS: Sequence[str] = (
    "run_id", "position", "key", "kind", "target", "link", "reason", "depends_on", "request_id", "state",
    "diff", "code", "attempts", "batch_id", "message", "remote_id", "sync_token",
    "what", "amount_minor",
)  # fmt: skip


_ACTION_FACTS = (
    "key", "kind", "target", "link", "reason", "depends_on", "request_id", "state", "diff", "code",
    "attempts", "batch_id",
)  # fmt: skip


def actions_from(rows: QuerySet[models.ActionRow]) -> Iterator[Action]:
    """Yield the core's actions of stored ones, in the order of the rows."""
    for facts in rows.values_list(*_ACTION_FACTS).iterator(2000):
        key, kind, target, link, reason, depends_on, request_id, state, diff, code, attempts, batch = facts
        yield Action(
            key,
            ActionKind(kind),
            target_from(target),
            link_from(link),
            reason,
            tuple(json.loads(depends_on)) if depends_on else (),
            request_id,
            ActionState(state),
            diff_from(diff),
            code,
            attempts,
            batch,
        )
