"""The part of a deposit's form that takes money out of Undeposited Funds: a tick for each document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from closebook.apps.books.models import BooksCompany, Record
from closebook.apps.books.selectors.names import names_of
from closebook.apps.qbo.selectors.undeposited import Waiting, waiting_for_deposit
from closebook.connectors.quickbooks.wire import objects
from closebook.core.money import decimal_from_minor
from closebook.web.books.kinds import document_address, title_of

FIELD = "held"
MOST = 200
_ENTITIES = {"ReceivePayment": "Payment"}

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A document that can be deposited, as the form shows it."""

    waiting: Waiting
    title: str
    who: str
    address: str
    taken: bool


class Held:
    """What waits in Undeposited Funds, and what of it a deposit takes; ``errors`` stand above the table."""

    def __init__(
        self,
        books: BooksCompany,
        company_id: int,
        record: Record | None,
        body: Body,
        typed: Sequence[str] | None,
    ) -> None:
        """Read what waits. ``typed`` are the keys that were ticked, None where nothing was sent yet."""
        self.former = {_key(line): line for line in objects(body.get("Line")) if line.get("LinkedTxn")}
        self.waiting = waiting_for_deposit(books.pk, MOST, record.pk if record is not None else 0)
        self.ticked = set(self.former if typed is None else typed)
        self.errors: list[str] = []
        self._books, self._company_id = books, company_id

    @property
    def rows(self) -> list[HeldRow]:
        """Return the documents with their customers' names; one query."""
        names = names_of(self._books.pk, {one.party for one in self.waiting if one.party})
        return [
            HeldRow(
                one,
                title_of(one.entity),
                names.get(one.party, ""),
                document_address(self._company_id, one.entity, one.wire_id),
                one.key in self.ticked,
            )
            for one in self.waiting
        ]

    @property
    def is_cut(self) -> bool:
        """Tell whether more may wait than is shown."""
        return len(self.waiting) == MOST

    @property
    def taken_minor(self) -> int:
        """Return what the ticked documents hold together."""
        return sum(one.amount_minor for one in self.waiting if one.key in self.ticked)

    def is_valid(self) -> bool:
        """Refuse what somebody else deposited, or took back, while the form was open."""
        gone = self.ticked - {one.key for one in self.waiting} - set(self.former)
        if gone:
            self.ticked -= gone
            self.errors = [_("Something that was ticked lies no longer in Undeposited Funds. Look again.")]
        return not gone

    def payload(self, currency: str) -> list[Body]:
        """Return the lines of the wire for all that is ticked; those that were there stay as they are."""
        shown = {one.key for one in self.waiting}
        kept = [line for key, line in self.former.items() if key in self.ticked or key not in shown]
        new = (one for one in self.waiting if one.key in self.ticked and one.key not in self.former)
        return [*kept, *(_line(one, currency) for one in new)]


def _key(line: Body) -> str:
    linked = objects(line["LinkedTxn"])[0]
    word = str(linked.get("TxnType"))
    return f"{_ENTITIES.get(word, word)}:{linked.get('TxnId')}"


def _line(one: Waiting, currency: str) -> Body:
    linked = {"TxnId": one.wire_id, "TxnType": one.entity, "TxnLineId": "0"}
    return {"Amount": decimal_from_minor(one.amount_minor, currency), "LinkedTxn": [linked]}
