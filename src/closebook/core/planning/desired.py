"""What the books should hold for a piece of business, and what is held back with its reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from closebook.core.planning.documents import Document, ListObject

POST_ANYWAY = "post-anyway"
"""The decision to post a payout although the rows do not explain it, or a row of an unknown type."""
OTHER_CURRENCY = "other-currency"
"""The hold of a row that is in another currency than the payment account."""
PAID_IN_BOOKS = "paid-in-books"
"""The hold of a source's payment of an invoice for which a person received a payment in the books."""
SAME_PAYMENT = "same-payment"
"""The decision that the source's payment is the one that a person received."""
ANOTHER_PAYMENT = "another-payment"
"""The decision that both payments were made."""

DECISIONS: dict[str, tuple[str, ...]] = {
    "order-differs": ("statement-only", "ignore"),
    "payout-short": ("post-anyway", "ignore"),
    "payout-not-checked": ("post-anyway", "ignore"),
    "deleted-in-books": ("recreate", "ignore"),
    "inactive-in-books": ("recreate",),
    "changed-by-person": ("keep", "overwrite", "ignore"),
    "both-changed": ("keep", "overwrite", "ignore"),
    "negative-sale": ("ignore",),
    "other-currency": ("ignore",),
    "number-taken": ("ignore",),
    "period-closed": ("ignore",),
    "total-differs": ("ignore",),
    "tax-differs": ("ignore",),
    "partly-paid": ("ignore",),
    PAID_IN_BOOKS: (SAME_PAYMENT, ANOTHER_PAYMENT, "ignore"),
    "unknown-entry": ("post-anyway", "ignore"),
}
"""The words by which a person can resolve a held action, by its code."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A document that is not made because something does not add up or is not known.

    ``code`` is a stable word; ``message`` says in plain words what differs; ``difference_minor`` is the
    difference in minor units (source minus expected). ``DECISIONS`` has the words that resolve it.
    """

    key: str
    code: str
    message: str
    day: dt.date
    difference_minor: int = 0
    source_keys: tuple[str, ...] = ()


@dataclass(slots=True)
class Desired:
    """What the books should hold: list objects (parents first), documents, holds, and notes for the person
    who reviews.

    ``waiting_minor`` is the money of movements that are not due to be posted yet (the open settlement of an
    unfinished month, posted per payout).
    """

    list_objects: list[ListObject] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    waiting_minor: int = 0
