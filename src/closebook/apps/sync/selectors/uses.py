"""Which ledger accounts of the books a company's connections post to, by what they are for."""

from __future__ import annotations

from collections.abc import Callable

from closebook.apps.companies.models import Company
from closebook.apps.sync.models import Connection, Link
from closebook.apps.sync.selectors.profiles import profile_of


def ledger_accounts_for(company: Company, wanted: Callable[[str], bool]) -> dict[str, str]:
    """Return the books' ids of the ledger accounts whose role is wanted, each with its role.

    A ledger account that is not in the books yet is left out.
    """
    found: dict[str, str] = {}
    for connection in Connection.objects.filter(company=company).order_by("pk"):
        uses = profile_of(connection).ledger_accounts
        roles = {use.key: role for role, use in uses.items() if wanted(role)}
        links = Link.objects.filter(connection=connection, key__in=roles)
        found |= {remote_id: roles[key] for key, remote_id in links.values_list("key", "remote_id")}
    return found
