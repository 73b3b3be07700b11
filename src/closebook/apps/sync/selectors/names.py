"""Names for people behind keys."""

from __future__ import annotations

from closebook.apps.sync.models import Connection
from closebook.apps.sync.selectors.profiles import profile_of
from closebook.core.planning.profile import RECEIVABLE


def ledger_account_names(connection: Connection) -> dict[str, str]:
    """Return the names of a profile's ledger accounts by key, a child after its parent, such as ``Etsy: The
    Shop``.
    """
    profile = profile_of(connection)
    uses = [*profile.ledger_accounts.values(), profile.ledger_account(RECEIVABLE)]
    return {use.key: use.path.replace(":", ": ") for use in uses}
