"""Names for people behind keys."""

from __future__ import annotations

from closebook.apps.sync.models import Connection
from closebook.apps.sync.selectors.profiles import profile_of


def ledger_account_names(connection: Connection) -> dict[str, str]:
    """Return the names of a profile's ledger accounts by key, a child after its parent, such as ``Etsy: The
    Shop``.
    """
    return {use.key: use.path.replace(":", ": ") for use in profile_of(connection).ledger_accounts.values()}
