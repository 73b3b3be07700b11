"""Documents of sales, refunds, taxes and fees folded into one journal entry per settlement and month."""

from __future__ import annotations

import datetime as dt

from closebook.core.periods import Month
from closebook.core.planning.desired import Hold
from closebook.core.planning.documents import Document, DocumentKind, DocumentLine
from closebook.core.planning.making import Making
from closebook.core.planning.naming import digest, group_of_key, number_of
from closebook.core.planning.profile import Mode, Role
from closebook.core.planning.settlement import Settlements

_ITEM_WORDS = {
    "sale": "Sales",
    "shipping": "Shipping",
    "gift-wrap": "Gift wrap",
    "discount": "Discounts",
    "refund": "Refunds",
    "seller-tax": "Sales tax that the shop remits",
    "tax-in-transit": "Marketplace tax in transit",
}
_RECEIVED = frozenset({DocumentKind.SALES_RECEIPT, DocumentKind.DEPOSIT})

PartName = tuple[int, Month]
"""Position of the settlement, and the month."""


class _Part:
    """The sums of one settlement in one month, by ledger account and what the line says."""

    __slots__ = ("keys", "sums", "troubles")

    def __init__(self) -> None:
        self.sums: dict[tuple[str, str], int] = {}
        self.keys: list[str] = []
        self.troubles: list[Hold] = []


class Folding:
    """Folds the trade of the days that are posted per payout."""

    def __init__(self, making: Making, settlements: Settlements, as_of: dt.date) -> None:
        """Take what was made and how it was settled; ``as_of`` tells which months are over."""
        self.making = making
        self.settlements = settlements
        self.as_of = as_of
        self.waiting_minor = 0
        self._parts: dict[PartName, _Part] = {}
        chart = making.chart
        self._words = {chart.items[role]: words for role, words in _ITEM_WORDS.items()}
        self._words_of_account = {
            chart.refunds: _ITEM_WORDS["refund"],
            chart.tax_in_transit: _ITEM_WORDS["tax-in-transit"],
            chart.seller_tax: _ITEM_WORDS["seller-tax"],
            chart.clearing: "Net into the payment account",
        }
        uses = making.profile.ledger_accounts
        self._rank = {
            uses[role].key: index for index, role in enumerate([*Role, *sorted(set(uses) - set(Role))])
        }

    def run(self) -> list[Document]:
        """Return the documents that are due: those of per-sale days as they are, the others folded.

        A part with a held sale in it is held as a whole. The part of an unfinished month waits for its
        payout.
        """
        kept = []
        for document in self.making.trade:
            if self.making.profile.mode_on(document.day) is Mode.PER_SALE:
                kept.append(document)
            else:
                self._add(document)
        for hold in self.making.holds:
            if self.making.profile.mode_on(hold.day) is Mode.PER_PAYOUT:
                self._part(group_of_key(hold.key), hold.day).troubles.append(hold)
        for name in sorted(self._parts, key=lambda name: (name[0], name[1])):
            document_or_none = self._finish(name)
            if document_or_none is not None:
                kept.append(document_or_none)
        return kept

    def _part(self, group: str, day: dt.date) -> _Part:
        name = (self.settlements.index_of(group, day), Month.of(day))
        return self._parts.get(name) or self._parts.setdefault(name, _Part())

    def _add(self, document: Document) -> None:
        part = self._part(group_of_key(document.key), document.day)
        sums = part.sums
        sign = -1 if document.kind in _RECEIVED else 1
        total = 0
        for line in document.lines:
            words = (
                self._words.get(line.item)
                or self._words_of_account.get(line.ledger_account)
                or line.description
            )
            slot = (line.ledger_account, words)
            amount = sign * line.amount_minor
            total += amount
            sums[slot] = sums.get(slot, 0) + amount
        if document.money_account:
            slot = (document.money_account, self._words_of_account[document.money_account])
            sums[slot] = sums.get(slot, 0) - total
        part.keys += document.source_keys

    def _finish(self, name: PartName) -> Document | None:
        index, month = name
        part, settlement = self._parts[name], self.settlements.all[index]
        payout_day = settlement.payout.day if settlement.payout else None
        if payout_day is None and self.as_of <= month.last_day:
            slot = (self.making.chart.clearing, self._words_of_account[self.making.chart.clearing])
            self.waiting_minor += part.sums.get(slot, 0)
            return None
        day = payout_day if payout_day and Month.of(payout_day) == month else month.last_day
        key = f"settlement:{settlement.name}/{month}"
        if part.troubles:
            self._hold(key, day, part)
            return None
        return self._entry(key, day, month, part)

    def _hold(self, key: str, day: dt.date, part: _Part) -> None:
        held = ", ".join(sorted(group_of_key(hold.key) for hold in part.troubles)[:5])
        count = len(part.troubles)
        message = f"{count} of its documents are held ({held}); a summary is posted whole or not at all."
        difference = sum(hold.difference_minor for hold in part.troubles)
        self.making.holds.append(Hold(key, "settlement-held", message, day, difference, tuple(part.keys)))

    def _entry(self, key: str, day: dt.date, month: Month, part: _Part) -> Document | None:
        slots = sorted((slot for slot, amount in part.sums.items() if amount), key=self._order)
        if not slots:
            return None
        lines = tuple(DocumentLine(part.sums[slot], slot[1], slot[0]) for slot in slots)
        making = self.making
        tag = digest(f"{making.profile.connection}:{key}")
        number = number_of(
            making.profile.number_prefix + "J", f"{month.year % 100:02d}{month.number:02d}", tag
        )
        memo = making.memo(f"{making.profile.platform} settlement, {month}", key)
        return Document(
            DocumentKind.JOURNAL_ENTRY, key, day, making.currency, number, memo, "", lines,
            source_keys=tuple(dict.fromkeys(part.keys)),
        )  # fmt: skip

    def _order(self, slot: tuple[str, str]) -> tuple[int, str]:
        return self._rank.get(slot[0], 0), slot[1]
