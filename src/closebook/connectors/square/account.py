"""The records of Square's API as the business of a till.

Booked is what was completed: an authorisation is no sale. The day is the one of the location's clock. The
fee is read from the payment; where that has none yet, from the entry of its payout, never from both.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from closebook.connectors.square import feeds
from closebook.connectors.square.entries import Settled, settled
from closebook.connectors.square.money import amount_of, is_gift_card, local_day, money_of, zone_named
from closebook.connectors.square.orders import Paid, sale_of
from closebook.connectors.square.returns import returns_of
from closebook.connectors.square.service import Json, objects
from closebook.core.commerce.records import Buyer, FeeKind, Movement, MovementKind, SourceRecord
from closebook.core.commerce.sales import DisputeLoss, Return, Sale, Tender, TenderKind, TillBusiness

_COMPLETED = "COMPLETED"
_LOST = frozenset({"LOST", "ACCEPTED"})
_NOT_OUT = frozenset({"DRAFT", "SCHEDULED", "CANCELED", "FAILED"})
_UNPAID = frozenset({"UNPAID", "PARTIALLY_PAID", "PAYMENT_PENDING"})
_NO_DAY = dt.date(2000, 1, 1)
_KINDS = {"CASH": TenderKind.CASH, "EXTERNAL": TenderKind.OTHER}
_ADJUSTED = frozenset({"ADJUST_INCREMENT", "ADJUST_DECREMENT", "CLEAR_BALANCE"})
ByKey = dict[str, SourceRecord]


class Account:
    """All records of one Square account."""

    def __init__(self, streams: dict[str, ByKey]) -> None:
        """Read the records of every feed."""
        of = {feed.name: feeds.bodies(streams.get(feed.name, {}).values()) for feed in feeds.FEEDS}
        self.payments: dict[str, Json] = of[feeds.PAYMENTS]
        self.refunds: dict[str, Json] = of[feeds.REFUNDS]
        self.orders: dict[str, Json] = of[feeds.ORDERS]
        self._of = of
        self._zones = {
            key: zone_named(str(body.get("timezone", ""))) for key, body in of[feeds.LOCATIONS].items()
        }

    def business(self) -> TillBusiness:
        """Return sales, returns, payouts and movements."""
        sales, returns = self._sales(), self._returns()
        settled_ = settled(self._of[feeds.PAYOUTS], self._of[feeds.ENTRIES], self.day, self._amount)
        movements = [*self._receipts(settled_), *settled_.movements]
        movements.sort(key=lambda row: (row.day, row.source_key, row.kind))
        return TillBusiness(
            movements,
            dict(sales),
            [],
            [],
            returns=returns,
            payouts=settled_.payouts,
            losses=self._losses(settled_),
            notes=self._notes(settled_),
        )

    def day(self, moment: str, location: str) -> dt.date:
        """Return the day of a moment as the location's clock shows it."""
        zone = self._zones.get(location) or zone_named("Etc/UTC")
        return local_day(moment, zone) or _NO_DAY

    def sale_ref(self, payment_id: str) -> str:
        """Return the reference of the sale that a payment belongs to, "" when it is not known."""
        body = self.payments.get(payment_id)
        return str(body.get("order_id") or payment_id) if body else ""

    def payment_day(self, body: Json) -> dt.date:
        """Return the day of a payment; one taken offline has the day on which it was taken."""
        offline = body.get("offline_payment_details")
        taken = str(offline.get("client_created_at", "")) if isinstance(offline, dict) else ""
        return self.day(taken or str(body.get("created_at", "")), str(body.get("location_id", "")))

    def tender(self, key: str, body: Json, amount: int) -> Tender:
        """Return what a payment was made with."""
        word = str(body.get("source_type", ""))
        if is_gift_card(body):
            return Tender(TenderKind.GIFT_CARD, amount, "gift card", key)
        name = word.replace("_", " ").lower()
        external = body.get("external_details")
        if word == "EXTERNAL" and isinstance(external, dict):
            name = str(external.get("type") or name).replace("_", " ").lower()
        return Tender(_KINDS.get(word, TenderKind.PLATFORM), amount, name, key)

    def completed(self) -> dict[str, Json]:
        """Return the payments that were completed, in their order of time."""
        found = [(key, body) for key, body in self.payments.items() if body.get("status") == _COMPLETED]
        return dict(sorted(found, key=lambda pair: (str(pair[1].get("created_at", "")), pair[0])))

    def _sales(self) -> dict[str, Sale]:
        paid: dict[str, Paid] = {}
        for key, body in self.completed().items():
            ref = self.sale_ref(key)
            total, currency = money_of(body.get("total_money") or body.get("amount_money"))
            day = self.payment_day(body)
            one = paid.setdefault(ref, Paid(ref, day, currency))
            one.day, one.currency = max(one.day, day), currency
            one.tenders.append(replace(self.tender(key, body, total), day=day))
            one.tip_minor += amount_of(body.get("tip_money"))
            one.keys.append(key)
            one.customer = str(body.get("customer_id") or one.customer)
            one.location = self._location_name(str(body.get("location_id", "")))
        self._add_invoices(paid)
        skus = self._skus()
        found = {}
        for ref, one in paid.items():
            order = self.orders.get(ref)
            customer = one.customer or str((order or {}).get("customer_id") or "")
            found[ref] = sale_of(one, order, self._buyer(customer), skus)
        return found

    def _add_invoices(self, paid: dict[str, Paid]) -> None:
        """Tell the day of each sale's invoice; add the sales whose invoice is out and not paid yet."""
        for body in self._of[feeds.INVOICES].values():
            ref, status = str(body.get("order_id") or ""), str(body.get("status") or "")
            order = self.orders.get(ref)
            if order is None or status in _NOT_OUT:
                continue
            location = str(body.get("location_id") or order.get("location_id") or "")
            day = self.day(str(body.get("created_at", "")), location)
            if ref not in paid and status in _UNPAID and order.get("state") == "OPEN":
                _total, currency = money_of(order.get("total_money"))
                paid[ref] = Paid(ref, day, currency, keys=[str(body.get("id", ""))])
                paid[ref].location = self._location_name(location)
            if ref in paid:
                paid[ref].invoiced = day

    def _returns(self) -> list[Return]:
        return returns_of(self)

    def _amount(self, word: str, ref: str) -> int | None:
        """Return what a payment or refund is over, None when it is not among the records."""
        body = (self.refunds if word == "REFUND" else self.payments).get(ref)
        if body is None:
            return None
        return amount_of(body.get("amount_money") if word == "REFUND" else body.get("total_money"))

    def _receipts(self, settled_: Settled) -> list[Movement]:
        """Return what payments, refunds and their fees do to the balance."""
        found = []
        for key, body in self.completed().items():
            ref, day = self.sale_ref(key), self.payment_day(body)
            total, currency = money_of(body.get("total_money"))
            if self.tender(key, body, total).kind is TenderKind.PLATFORM:
                found.append(Movement(key, MovementKind.SALE, None, day, total, currency, ref, "Payment"))
                found += self._fees(key, body, (day, currency, ref), settled_.fees.get(key, 0))
        for key, body in self.refunds.items():
            payment = str(body.get("payment_id", ""))
            whole = self.payments.get(payment, body)
            amount, currency = money_of(body.get("amount_money"))
            if (
                body.get("status") != _COMPLETED
                or self.tender(key, whole, amount).kind is not TenderKind.PLATFORM
            ):
                continue
            ref = self.sale_ref(payment)
            day = self.day(str(body.get("created_at", "")), str(body.get("location_id", "")))
            found.append(Movement(key, MovementKind.REFUND, None, day, -amount, currency, ref, "Refund"))
            found += self._fees(key, body, (day, currency, ref), settled_.fees.get(key, 0))
        return found

    def _fees(self, key: str, body: Json, where: tuple[dt.date, str, str], of_entry: int) -> list[Movement]:
        """Return the fees of a payment or refund: positive is taken, negative given back."""
        day, currency, ref = where
        location = str(body.get("location_id", ""))
        found = []
        for fee in objects(body.get("processing_fee")):
            later = fee.get("type") == "ADJUSTMENT" and fee.get("effective_at")
            on = self.day(str(fee["effective_at"]), location) if later else day
            found.append((on, amount_of(fee.get("amount_money")), FeeKind.PROCESSING))
        if not found and of_entry:
            found.append((day, of_entry, FeeKind.PROCESSING))
        if body.get("app_fee_money"):
            found.append((day, amount_of(body["app_fee_money"]), FeeKind.OTHER))
        return [
            Movement(key, MovementKind.FEE, kind, on, -amount, currency, ref, "Processing fee")
            for on, amount, kind in found
            if amount
        ]

    def _losses(self, settled_: Settled) -> list[DisputeLoss]:
        found = []
        for key, body in self._of[feeds.DISPUTES].items():
            if body.get("state") in _LOST and key in settled_.disputed:
                amount, currency = money_of(body.get("amount_money"))
                day = self.day(str(body.get("updated_at", "")), str(body.get("location_id", "")))
                found.append(DisputeLoss(key, day, amount, currency, key))
        return found

    def _notes(self, settled_: Settled) -> list[str]:
        waiting = [
            key
            for key, body in self.completed().items()
            if self.tender(key, body, 0).kind is TenderKind.PLATFORM
            and not body.get("processing_fee")
            and key not in settled_.fees
        ]
        notes = []
        if waiting:
            notes.append(
                f"{len(waiting)} payments have no fee yet: Square names it some hours later. "
                "They are read again."
            )
        adjusted = [one for one in self._of[feeds.GIFT_CARDS].values() if one.get("type") in _ADJUSTED]
        if adjusted:
            notes.append(
                f"{len(adjusted)} gift cards were adjusted by hand in Square; no money moved, "
                "and nothing is posted."
            )
        return notes

    def _location_name(self, location: str) -> str:
        return str(self._of[feeds.LOCATIONS].get(location, {}).get("name") or "")

    def zones_by_name(self) -> dict[str, str]:
        """Return the zone of each location by its name."""
        return {
            str(body.get("name", "")): str(body.get("timezone", ""))
            for body in self._of[feeds.LOCATIONS].values()
        }

    def _skus(self) -> dict[str, str]:
        found = {}
        for body in self._of[feeds.CATALOGUE].values():
            data = body.get("item_data")
            for one in objects(data.get("variations")) if isinstance(data, dict) else []:
                inner = one.get("item_variation_data")
                found[str(one.get("id", ""))] = str(inner.get("sku") or "") if isinstance(inner, dict) else ""
        return found

    def _buyer(self, customer: str) -> Buyer:
        body = self._of[feeds.CUSTOMERS].get(customer)
        if body is None:
            return Buyer("", customer)
        names = (str(body.get("given_name") or ""), str(body.get("family_name") or ""))
        name = " ".join(part for part in names if part) or str(body.get("company_name") or "")
        found = body.get("address")
        place: Json = found if isinstance(found, dict) else {}
        lines = (str(place.get(part) or "") for part in ("address_line_1", "address_line_2"))
        return Buyer(
            name or str(body.get("email_address") or ""),
            customer,
            str(body.get("email_address") or ""),
            ", ".join(line for line in lines if line),
            str(place.get("locality") or ""),
            str(place.get("administrative_district_level_1") or ""),
            str(place.get("postal_code") or ""),
            str(place.get("country") or ""),
        )
