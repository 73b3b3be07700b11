"""Trying a changed profile on what is staged: what its documents would do to the trial balance, against the
profile in force.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from closebook.apps.sync.models import Connection, Decision, Link
from closebook.apps.sync.selectors.profiles import profile_of
from closebook.apps.sync.services.access import books_client
from closebook.apps.sync.services.planning import source_records
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.documents import ENTITY_OF
from closebook.connectors.quickbooks.query import quoted
from closebook.connectors.registry import connector
from closebook.core.commerce.records import Business
from closebook.core.money import minor_from_decimal
from closebook.core.planning.cutoff import CutOff, ForeignPosting, simulate_cut_off
from closebook.core.planning.impact import add_postings
from closebook.core.planning.posting import documents_of
from closebook.core.planning.profile import Profile
from closebook.core.planning.profile_json import profile_from_json
from closebook.transport import clock


def profile_try(connection: Connection, body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a line per ledger account with its sum now and then, in minor units, debit positive. Nothing is
    stored.

    Raises InputError, naming the field, for a profile that cannot be used.
    """
    former, latter = profile_of(connection), profile_from_json(body)
    latter.check()
    business = connector(connection.connector).normalise(source_records(connection))
    decisions = dict(Decision.objects.filter(connection=connection).values_list("key", "word"))
    now, then = (_totals(business, profile, decisions) for profile in (former, latter))
    names = {
        use.key: use.path.replace(":", ": ") for p in (former, latter) for use in p.ledger_accounts.values()
    }
    return [
        {"ledger_account": names.get(key, key), "now_minor": now.get(key, 0), "then_minor": then.get(key, 0)}
        for key in sorted({*now, *then})
    ]


def _totals(business: Business, profile: Profile, decisions: dict[str, str]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for document in documents_of(business, profile, clock.today(), decisions=decisions).documents:
        add_postings(totals, document)
    return totals


def cut_off_try(connection: Connection, body: dict[str, Any]) -> CutOff | None:
    """Return what a changed cut-off day would mean, with what the books hold already; None when it has
    none.
    """
    profile = profile_from_json(body)
    if profile.since is None:
        return None
    business = connector(connection.connector).normalise(source_records(connection))
    with books_client(connection.company) as client:
        foreign = list(foreign_postings(connection, client, profile.since))
    return simulate_cut_off(business.movements, profile.since, foreign)


def foreign_postings(
    connection: Connection, client: QuickBooksClient, since: dt.date
) -> Iterator[ForeignPosting]:
    """Yield the documents in the books from a day on that no connection made, where money came in or
    moved.
    """
    ours: dict[str, set[str]] = {}
    links = Link.objects.filter(connection__company_id=connection.company_id, ours=True)
    for kind, remote_id in links.values_list("kind", "remote_id"):
        ours.setdefault(kind, set()).add(remote_id)
    kinds = {entity: kind.value for kind, entity in ENTITY_OF.items()}
    for entity in ("SalesReceipt", "RefundReceipt", "Invoice", "Payment", "Deposit", "Transfer"):
        mine = ours.get(kinds.get(entity, ""), set())
        for body in client.query_all(entity, f"TxnDate >= {quoted(since.isoformat())}"):
            if str(body["Id"]) not in mine:
                yield _foreign(entity, body, connection.currency)


def _foreign(entity: str, body: dict[str, Any], currency: str) -> ForeignPosting:
    amount = minor_from_decimal(body.get("TotalAmt", body.get("Amount", 0)), currency)
    return ForeignPosting(
        entity,
        str(body["Id"]),
        dt.date.fromisoformat(str(body["TxnDate"])),
        amount,
        number=str(body.get("DocNumber", "")),
        memo=str(body.get("PrivateNote", "")),
    )
