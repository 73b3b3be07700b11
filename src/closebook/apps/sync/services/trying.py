"""Trying a changed profile on what is staged: what its documents would do to the trial balance, against the profile in force."""

from __future__ import annotations

from typing import Any

from closebook.apps.sync.models import Connection, Decision
from closebook.apps.sync.selectors.profiles import profile_of
from closebook.apps.sync.services.planning import source_records
from closebook.connectors.registry import connector
from closebook.core.commerce.records import Business
from closebook.core.planning.impact import add_postings
from closebook.core.planning.posting import documents_of
from closebook.core.planning.profile import Profile
from closebook.core.planning.profile_json import profile_from_json
from closebook.transport import clock


def profile_try(connection: Connection, body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a line per ledger account with its sum now and then, in minor units, debit positive. Nothing is stored.

    Raises InputError, naming the field, for a profile that cannot be used.
    """
    former, latter = profile_of(connection), profile_from_json(body)
    latter.check()
    business = connector(connection.connector).normalise(source_records(connection))
    decisions = dict(Decision.objects.filter(connection=connection).values_list("key", "word"))
    now, then = (_totals(business, profile, decisions) for profile in (former, latter))
    names = {use.key: use.path.replace(":", ": ") for p in (former, latter) for use in p.ledger_accounts.values()}
    return [
        {"ledger_account": names.get(key, key), "now_minor": now.get(key, 0), "then_minor": then.get(key, 0)}
        for key in sorted({*now, *then})
    ]


def _totals(business: Business, profile: Profile, decisions: dict[str, str]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for document in documents_of(business, profile, clock.today(), decisions=decisions).documents:
        add_postings(totals, document)
    return totals
