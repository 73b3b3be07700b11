"""Payments of an invoice that a person received in the books, against those that the source names.

The source's payment is posted unless it may be the one that a person received: then a person says which it
is. The same payment is not posted again; its money is moved from where the person put it to where the source
holds it. Another one is posted, and what the invoice does not owe any more stays with the customer as credit.
"""

from __future__ import annotations

from dataclasses import dataclass

from closebook.core.commerce.sales import Sale, Tender
from closebook.core.planning.desired import ANOTHER_PAYMENT, PAID_IN_BOOKS, Hold
from closebook.core.planning.documents import Document, DocumentKind, DocumentLine
from closebook.core.planning.making import Making
from closebook.core.planning.naming import digest
from closebook.core.planning.standing import BooksPayment


@dataclass(slots=True)
class Settling:
    """What is open of one invoice while its payments are gone through; ``received`` are those of a person
    that no payment of the source stands for yet.
    """

    making: Making
    sale: Sale
    received: list[BooksPayment]
    open_minor: int

    def held(self, tender: Tender, key: str) -> bool:
        """Hold a payment that may be one of a person's; tell whether it was held."""
        kinds, decided = self.making.standing.kinds, self.making.decisions.get(key)
        if not self.received or key in kinds or decided == ANOTHER_PAYMENT:
            return False
        same = [one for one in self.received if one.amount_minor == tender.amount_minor]
        if not same and tender.amount_minor <= self.open_minor:
            return False
        self.making.holds.append(self._hold(tender, key, (same or self.received)[0]))
        return True

    def _hold(self, tender: Tender, key: str, found: BooksPayment) -> Hold:
        day, received_on, platform = tender.day or self.sale.day, found.day, self.making.profile.platform
        received, amount = self.making.money(found.amount_minor), self.making.money(tender.amount_minor)
        message = (
            f"Order {self.sale.order_ref} was paid in the books on {received_on} by {received}; "
            f"{platform} names a payment of {amount} on {day}. "
            "Say whether it is the same payment or another one."
        )
        return Hold(key, PAID_IN_BOOKS, message, day, tender.amount_minor, (tender.source_key,))

    def is_same(self, tender: Tender, key: str) -> BooksPayment | None:
        """Return the person's payment that a source's is, when a person said so; each stands for one."""
        if key not in self.making.standing.same or not self.received:
            return None
        equal = [one for one in self.received if one.amount_minor == tender.amount_minor]
        found = (equal or self.received)[0]
        self.received.remove(found)
        return found

    def applied(self, tender: Tender) -> int:
        """Return what a payment settles of what is open, and take it off."""
        part = max(min(tender.amount_minor, self.open_minor), 0)
        self.open_minor -= part
        return part


def settling_of(making: Making, sale: Sale, invoice: str) -> Settling:
    """Return the settling of an invoice; what a person received is taken off what is open."""
    received = list(making.standing.payments.get(invoice, ()))
    owed = sale.owed_minor or sale.total_minor
    for one in received:
        amount = making.money(one.amount_minor)
        words = f"Order {sale.order_ref} was paid in the books on {one.day} by {amount}."
        making.notes.append(words)
    return Settling(making, sale, received, owed - sum(one.amount_minor for one in received))


def make_move(making: Making, tender: Tender, found: BooksPayment, key: str, main: str) -> None:
    """Make the transfer that brings the money of a person's payment to where the source holds it."""
    if not found.account:
        return
    start = making.chart.other_account(found.account, found.account_type)
    day = tender.day or found.day
    if start == main:
        return
    own = f"{key}/moved"
    words = f"{making.profile.platform}: a payment received in the books"
    making.trade.append(
        Document(
            DocumentKind.TRANSFER, own, day, making.currency, making.number_of_row("T", day, digest(own)),
            making.memo(words, own), start, (DocumentLine(tender.amount_minor, words, main),),
            other_account=main, source_keys=(tender.source_key,),
        )
    )  # fmt: skip
