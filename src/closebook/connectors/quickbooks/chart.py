"""The chart of accounts of the books, as a posting profile names it.

Source: QuickBooks Online Accounting API, Account: FullyQualifiedName, AccountType, AccountSubType.
"""

from __future__ import annotations

from collections.abc import Iterator

from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.core.ledger.account_types import LedgerAccountType
from closebook.core.planning.profile import LedgerAccountUse

_TYPES = {kind.value for kind in LedgerAccountType}


def ledger_account_uses(client: QuickBooksClient) -> Iterator[LedgerAccountUse]:
    """Yield each active ledger account of the books; one of a type that no profile can use is left out."""
    for body in client.query_all("Account"):
        kind, path = str(body.get("AccountType")), str(body.get("FullyQualifiedName") or body["Name"])
        if kind in _TYPES:
            parent, _colon, name = path.rpartition(":")
            yield LedgerAccountUse(
                name, LedgerAccountType(kind), str(body.get("AccountSubType") or ""), parent
            )
