"""What a plan has to know about the books: closing date, names in use, and objects that somebody changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from closebook.core.planning.actions import Link
from closebook.core.planning.documents import Document, DocumentKind, ListKind, ListObject

EMPLOYEE = "employee"
"""The kind of a name that is neither customer nor vendor but takes names from both."""


@dataclass(frozen=True, slots=True)
class RemoteObject:
    """One linked object as the books hold it now.

    ``fingerprint`` is made as that of ``Link.remote``; the two differ when a person changed something that we
    own. ``value`` is the object in our terms (None when it cannot be told). ``by`` names who changed it, when
    known.
    """

    kind: ListKind | DocumentKind
    remote_id: str
    sync_token: str
    fingerprint: str
    value: ListObject | Document | None = None
    active: bool = True
    deleted: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class ExistingName:
    """A name in the books. ``kind`` is a ``ListKind`` or ``EMPLOYEE``; ``path`` has colons between parents
    and child.

    ``type`` is a ledger account's or item's type, ``ledger_account`` the path of an item's income account,
    ``bought_account`` of what buying it is spent on, ``email`` a customer's; each "" when not known.
    """

    kind: str
    path: str
    remote_id: str
    sync_token: str = "0"  # noqa: S105 - a version, not a secret
    type: str = ""
    ledger_account: str = ""
    bought_account: str = ""
    email: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class RemoteFacts:
    """The books' side of a plan.

    ``objects`` by (kind, remote id): linked objects that changed, vanished or were made inactive since their
    link was written; those that did not may be left out. ``names``: all names of the four lists. ``numbers``:
    document numbers in use by documents that are not ours, with the remote id of each. ``paid``: keys of
    invoices for which a person received a payment.
    """

    closing_date: dt.date | None = None
    objects: Mapping[tuple[str, str], RemoteObject] = field(default_factory=dict)
    names: Sequence[ExistingName] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)
    paid: frozenset[str] = frozenset()

    def of(self, link: Link) -> RemoteObject | None:
        """Return what is known of a linked object, or None when nothing changed."""
        return self.objects.get((link.kind, link.remote_id)) if self.objects else None

    def is_closed(self, *days: dt.date | None) -> bool:
        """Tell whether any of the days lies in the closed period."""
        closing = self.closing_date
        return closing is not None and any(day is not None and day <= closing for day in days)


def edited(link: Link, state: RemoteObject | None) -> bool:
    """Tell whether a person changed the object since we last looked."""
    return state is not None and not state.deleted and state.fingerprint != link.remote
