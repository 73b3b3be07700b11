"""Takes a transaction that is voided or deleted out of those that settle or continue it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from closebook.apps.qbo import store
from closebook.apps.qbo.entities import links
from closebook.apps.qbo.services import write

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context
    from closebook.apps.qbo.wire import Body

SETTLING = frozenset({"Payment", "BillPayment"})


class Settling(Protocol):
    """What both kinds of payments can do besides what all transactions can."""

    def without_target(self, ctx: Context, source: Record, target: Record) -> None:
        """Take a document off a payment."""

    def repost(self, ctx: Context, source: Record) -> None:
        """Reckon a payment's entry anew."""


def settling(entity: str) -> Settling:
    """Return the kind of payment of a name."""
    from closebook.apps.qbo.registry import ENTITIES  # the registry lists this module's users

    return cast("Settling", ENTITIES[entity])


def unlink_sources(ctx: Context, target: Record) -> None:
    """Take a transaction out of all that link to it: payments keep their total and have more unapplied."""
    sources = list(dict.fromkeys(link.source for link in links.incoming(ctx, target.pk)))
    with links.leaving(ctx, target.pk):
        for pk in sources:
            source = store.by_pk(ctx.cursor, ctx.company_id, pk)
            if source is not None:
                _unlink(ctx, source, target)


def _unlink(ctx: Context, source: Record, target: Record) -> None:
    if source.entity in SETTLING:
        settling(source.entity).without_target(ctx, source, target)
        return
    body = store.body_of(source)
    write.touch(
        ctx,
        source,
        {
            "LinkedTxn": _without(body.get("LinkedTxn"), target),
            "Line": [_plain(line, target) for line in body["Line"]],
        },
    )
    write.remove_links(ctx, "source_id = %s AND target_id = %s", [source.pk, target.pk])


def _plain(line: Body, target: Record) -> Body:
    if not line.get("LinkedTxn"):
        return line
    return {**line, "LinkedTxn": _without(line["LinkedTxn"], target)}


def _without(entries: list[Body] | None, target: Record) -> list[Body]:
    return [entry for entry in entries or [] if not points_at(entry, target)]


def points_at(entry: Body, target: Record) -> bool:
    """Tell whether an entry of LinkedTxn names a record; time has a number series of its own."""
    is_time = entry.get("TxnType") == "TimeActivity"
    return entry.get("TxnId") == target.wire_id and is_time == (target.entity == "TimeActivity")
