"""What the books hold already that decides how a source's invoice is posted: its kind, and its payments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from closebook.core.planning.documents import DocumentKind


@dataclass(frozen=True, slots=True)
class BooksPayment:
    """A payment that a person received in the books against an invoice of ours.

    ``account`` is the path of the ledger account that its money went to, ``account_type`` its type.
    """

    remote_id: str
    day: dt.date
    amount_minor: int
    account: str = ""
    account_type: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """``kinds`` by key: what stands in the books for a sale or a payment; what was posted as a receipt stays
    one, and what was posted as an invoice too. ``payments`` by the key of an invoice: those that a person
    received. ``same`` are the keys of the source's payments that a person said are among those.
    """

    kinds: Mapping[str, DocumentKind] = field(default_factory=dict)
    payments: Mapping[str, tuple[BooksPayment, ...]] = field(default_factory=dict)
    same: frozenset[str] = frozenset()


NOTHING_STANDS = Standing()
"""Books that hold nothing of the connection."""
