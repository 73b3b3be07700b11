"""A pull from Square: what is new or changed since the last one, over all locations, in windows of a year.

Square is consistent only after some seconds, sales taken offline arrive up to 72 hours late, and the fee of
a payment hours later. So each pull looks back over the last three days, reads payments without a fee and
refunds under way again by their id, and orders that are not found at once by theirs. Source: Square API,
list and search calls.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from closebook.connectors.base import PullFrom, PullPage
from closebook.connectors.square import feeds
from closebook.connectors.square.money import is_gift_card
from closebook.connectors.square.service import Json, Service, objects
from closebook.core.commerce.records import SourceRecord
from closebook.core.errors import RejectedError

_OVERLAP = dt.timedelta(hours=72)
_PAYOUT_OVERLAP = dt.timedelta(days=14)
_YEAR = dt.timedelta(days=365)
_FIRST_DAY = dt.date(2013, 1, 1)
_LIMIT, _ORDER_LIMIT, _BATCH, _LOCATIONS = "100", 500, 100, 10
_FEW_CUSTOMERS = 40
_FEE_DAYS = dt.timedelta(days=30)
_OPEN_REFUNDS = frozenset({"PENDING"})
_PAID_BY_SQUARE = frozenset({"CARD", "BANK_ACCOUNT", "WALLET", "BUY_NOW_PAY_LATER", "SQUARE_ACCOUNT"})
Windows = list[tuple[str, str]]


def pulled(service: Service, start: PullFrom) -> Iterator[PullPage]:
    """Yield what is new since the last pull; the last page has the state to be kept."""
    pull = _Pull(service, start)
    yield PullPage(pull.of_locations())
    if not pull.locations:
        return
    for records in (
        pull.of_payments(),
        pull.of_refunds(),
        pull.of_orders(),
        pull.of_payouts(),
        pull.of_lists(),
    ):
        yield from (PullPage(page) for page in _pages(records))
    yield PullPage([], pull.state())


def _pages(records: Iterable[SourceRecord]) -> Iterator[list[SourceRecord]]:
    page: list[SourceRecord] = []
    for record in records:
        page.append(record)
        if len(page) == 1000:
            yield page
            page = []
    if page:
        yield page


class _Pull:
    """One pull with what it learns on the way."""

    def __init__(self, service: Service, start: PullFrom) -> None:
        self.service = service
        self.start = start
        self.was: dict[str, Any] = dict(start.state)
        self.locations: list[str] = []
        self._without_fee: dict[str, str] = {}
        self._open_refunds: list[str] = []
        self._orders_wanted: set[str] = set()
        self._customers: set[str] = set()
        self._order_of: dict[str, str] = {}
        self._payouts: dict[str, str] = {}

    def state(self) -> dict[str, Any]:
        """Return what the next pull goes on from."""
        return {
            "until": _text(self.start.now),
            "without_fee": self._without_fee,
            "open_refunds": self._open_refunds,
            "payouts": self._payouts,
            "locations": self.locations,
        }

    def of_locations(self) -> list[SourceRecord]:
        found = self.service.get("locations").get("locations")
        bodies = objects(found)
        self.locations = sorted(str(one["id"]) for one in bodies)
        return [feeds.record_of(feeds.LOCATIONS, one) for one in bodies]

    def of_payments(self) -> Iterator[SourceRecord]:
        """Yield payments of all locations changed since, then those whose fee was not there the last time."""
        seen = set[str]()
        for location in self.locations:
            for begin, end in self._windows(_OVERLAP, location):
                params = {"location_id": location, "limit": _LIMIT, "sort_order": "ASC"}
                names = ("updated_at_begin_time", "updated_at_end_time")
                if not self._goes_on(location):
                    names = ("begin_time", "end_time")
                query = {**params, names[0]: begin, names[1]: end}
                for body in self.service.all_of("payments", "payments", query):
                    seen.add(str(body["id"]))
                    yield self._payment(body)
        for ref in self.was.get("without_fee", {}):
            if ref not in seen:
                found = self._one(f"payments/{ref}", "payment")
                if found:
                    yield self._payment(found)

    def _payment(self, body: Json) -> SourceRecord:
        ref, order = str(body["id"]), str(body.get("order_id") or "")
        if order:
            self._orders_wanted.add(order)
        if body.get("customer_id"):
            self._customers.add(str(body["customer_id"]))
        self._order_of[ref] = order or ref
        by_square = body.get("source_type") in _PAID_BY_SQUARE and not is_gift_card(body)
        by_square = by_square and body.get("status") == "COMPLETED"
        made = _moment(str(body.get("created_at", ""))) or self.start.now
        if by_square and not body.get("processing_fee") and self.start.now - made < _FEE_DAYS:
            self._without_fee[ref] = str(body.get("created_at", ""))
        return feeds.record_of(feeds.PAYMENTS, body, group=f"order:{order or ref}")

    def of_refunds(self) -> Iterator[SourceRecord]:
        """Yield refunds made since, then those that were under way the last time."""
        seen = set[str]()
        for begin, end in self._windows(_OVERLAP):
            for location in self.locations:
                query = {"location_id": location, "limit": _LIMIT, "begin_time": begin, "end_time": end}
                for body in self.service.all_of("refunds", "refunds", query):
                    seen.add(str(body["id"]))
                    yield self._refund(body)
        for ref in self.was.get("open_refunds", []):
            if ref not in seen:
                found = self._one(f"refunds/{ref}", "refund")
                if found:
                    yield self._refund(found)

    def _refund(self, body: Json) -> SourceRecord:
        if body.get("order_id"):
            self._orders_wanted.add(str(body["order_id"]))
        if body.get("status") in _OPEN_REFUNDS:
            self._open_refunds.append(str(body["id"]))
        sale = self._order_of.get(str(body.get("payment_id", "")))
        return feeds.record_of(feeds.REFUNDS, body, group=f"order:{sale}" if sale else "")

    def of_orders(self) -> Iterator[SourceRecord]:
        """Yield orders changed since, and by id those of payments and refunds that the search does not
        know.
        """
        seen = set[str]()
        for begin, end in self._windows(_OVERLAP):
            for place in range(0, len(self.locations), _LOCATIONS):
                body = _order_search(self.locations[place : place + _LOCATIONS], begin, end)
                for one in self.service.search("orders/search", "orders", body):
                    seen.add(str(one["id"]))
                    yield self._order(one)
        missing = sorted(self._orders_wanted - seen)
        for place in range(0, len(missing), _BATCH):
            ids = {"order_ids": missing[place : place + _BATCH]}
            for one in objects(self.service.post("orders/batch-retrieve", ids).get("orders")):
                yield self._order(one)

    def _order(self, body: Json) -> SourceRecord:
        if body.get("customer_id"):
            self._customers.add(str(body["customer_id"]))
        sources = [str(one.get("source_order_id") or "") for one in objects(body.get("returns"))]
        sale = next(filter(None, sources), str(body["id"]))
        return feeds.record_of(feeds.ORDERS, body, group=f"order:{sale}")

    def of_payouts(self) -> Iterator[SourceRecord]:
        """Yield payouts of all locations, and the entries of those that were not known before."""
        known: dict[str, str] = self.was.get("payouts", {})
        for location in self.locations:
            for begin, end in self._windows(_PAYOUT_OVERLAP, location):
                query = {"location_id": location, "limit": _LIMIT, "begin_time": begin, "end_time": end}
                for body in self.service.all_of("payouts", "payouts", query):
                    yield from self._payout(body, known)

    def _payout(self, body: Json, known: dict[str, str]) -> Iterator[SourceRecord]:
        ref, status = str(body["id"]), str(body.get("status", ""))
        group = f"payout:{ref}"
        yield feeds.record_of(feeds.PAYOUTS, body, group=group)
        if body.get("type") != "SIMPLE" and known.get(ref) != status:
            for entry in self.service.all_of(
                f"payouts/{ref}/payout-entries", "payout_entries", {"limit": _LIMIT}
            ):
                yield feeds.record_of(feeds.ENTRIES, entry, group=group)
        made = _moment(str(body.get("created_at", "")))
        if made and self.start.now - made < 2 * _PAYOUT_OVERLAP:
            self._payouts[ref] = status

    def of_lists(self) -> Iterator[SourceRecord]:
        """Yield customers of what came, the catalogue, disputes, gift card activities and invoices."""
        yield from self._of_customers()
        for body in self.service.all_of("catalog/list", "objects", {"types": "ITEM,TAX,DISCOUNT,CATEGORY"}):
            yield feeds.record_of(feeds.CATALOGUE, body)
        for body in self.service.all_of("disputes", "disputes"):
            ref = str(body.get("id") or body.get("dispute_id", ""))
            yield feeds.record_of(feeds.DISPUTES, body, key=ref)
        for begin, end in self._windows(_OVERLAP):
            query = {"begin_time": begin, "end_time": end}
            for body in self.service.all_of("gift-cards/activities", "gift_card_activities", query):
                yield feeds.record_of(feeds.GIFT_CARDS, body)
        for location in self.locations:
            for body in self.service.all_of(
                "invoices", "invoices", {"location_id": location, "limit": _LIMIT}
            ):
                order = str(body.get("order_id") or "")
                yield feeds.record_of(feeds.INVOICES, body, group=f"order:{order}" if order else "")

    def _of_customers(self) -> Iterator[SourceRecord]:
        if len(self._customers) > _FEW_CUSTOMERS:
            for body in self.service.all_of("customers", "customers", {"limit": _LIMIT}):
                yield feeds.record_of(feeds.CUSTOMERS, body)
            return
        for ref in sorted(self._customers):
            found = self._one(f"customers/{ref}", "customer")
            if found:
                yield feeds.record_of(feeds.CUSTOMERS, found)

    def _one(self, path: str, member: str) -> Json:
        """Return one object, an empty one when there is none any more."""
        try:
            found = self.service.get(path).get(member)
        except RejectedError as error:
            if error.status != 404:
                raise
            return {}
        return found if isinstance(found, dict) else {}

    def _goes_on(self, location: str = "") -> bool:
        """Tell whether the last pull knew a location, so that what changed since is enough."""
        known = self.was.get("locations", [])
        return bool(self.was.get("until")) and (
            location in known if location else set(self.locations) <= set(known)
        )

    def _windows(self, overlap: dt.timedelta, location: str = "") -> Windows:
        """Return the spans of at most a year that have to be read, oldest first."""
        until = _moment(str(self.was.get("until", ""))) if self._goes_on(location) else None
        if until is not None:
            begin = until - overlap
        else:
            first = self.start.first_day or _FIRST_DAY
            begin = dt.datetime(first.year, first.month, first.day, tzinfo=dt.UTC) - overlap
        found = []
        while begin < self.start.now:
            end = min(begin + _YEAR, self.start.now + dt.timedelta(minutes=5))
            found.append((_text(begin), _text(end)))
            begin = end
        return found


def _order_search(locations: list[str], begin: str, end: str) -> Json:
    """Return a search of finished and open orders; filter and sort name the same field, as Square asks."""
    span = {"updated_at": {"start_at": begin, "end_at": end}}
    return {
        "location_ids": locations,
        "limit": _ORDER_LIMIT,
        "query": {
            "filter": {"date_time_filter": span, "state_filter": {"states": ["COMPLETED", "OPEN"]}},
            "sort": {"sort_field": "UPDATED_AT", "sort_order": "ASC"},
        },
    }


def _text(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _moment(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None
