"""The buyers and items that a connection's files and services name, as parties to be matched."""

from __future__ import annotations

from collections.abc import Iterable

from closebook.apps.sync.models import Connection
from closebook.apps.sync.services.planning import source_records
from closebook.connectors.registry import connector
from closebook.core.commerce.records import Buyer, Order
from closebook.core.matching.party import Party


def connection_parties(connection: Connection, kind: str) -> list[Party]:
    """Return the customers or items of a connection's orders, each once; [] for vendors, which a shop does
    not know. A buyer is known by the source's id, else the e-mail, else the name; the newest order tells.
    """
    orders = connector(connection.connector).normalise(source_records(connection)).orders.values()
    if kind == "customer":
        return _buyers(orders)
    return _items(orders) if kind == "item" else []


def _buyers(orders: Iterable[Order]) -> list[Party]:
    found: dict[str, Party] = {}
    for order in sorted(orders, key=lambda one: (one.day, one.order_ref)):
        party = _party(order.buyer)
        if party is not None:
            found[party.id] = party
    return list(found.values())


def _party(buyer: Buyer) -> Party | None:
    name = " ".join(buyer.name.split())
    key = buyer.username or buyer.email.casefold() or name.casefold()
    if not key:
        return None
    return Party(
        key[:200],
        name or buyer.username or buyer.email,
        emails=(buyer.email,) if buyer.email else (),
        street=buyer.street,
        city=buyer.city,
        postcode=buyer.postal_code,
        country=buyer.country,
    )


def _items(orders: Iterable[Order]) -> list[Party]:
    found: dict[str, Party] = {}
    for order in orders:
        for line in order.lines:
            key = line.sku or line.listing_ref or line.title.casefold()
            if key:
                found.setdefault(key[:200], Party(key[:200], line.title[:500] or key, number=line.sku))
    return list(found.values())
