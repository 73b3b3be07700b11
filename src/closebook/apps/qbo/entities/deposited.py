"""What a transaction has put into Undeposited Funds and a deposit can take out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from closebook.apps.qbo import store
from closebook.apps.qbo.entities.links import type_word
from closebook.apps.qbo.entities.posted import posted_on

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context

UNDEPOSITED = "undeposited-funds"


@dataclass(frozen=True, slots=True)
class Held:
    """A transaction's amount in Undeposited Funds, in its own currency and in home currency; a refund's is
    negative.
    """

    pk: int
    wire_id: str
    word: str
    party: int | None
    amount_minor: int
    home_minor: int


def held_of(ctx: Context, record: Record, currency: str) -> Held | None:
    """Return what a transaction holds in Undeposited Funds, None when nothing, or not in this currency."""
    body = store.body_of(record)
    own = body.get("CurrencyRef", {}).get("value", ctx.home_currency)
    found = posted_on(ctx, record.pk, ctx.ledger_account(UNDEPOSITED).pk)
    if own != currency or found is None:
        return None
    home, foreign = found
    amount = home if own == ctx.home_currency else foreign
    return Held(record.pk, record.wire_id, type_word(record.entity, body), record.party, amount, home)
