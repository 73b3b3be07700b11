"""Records of the books that a bank statement cleared."""

from __future__ import annotations

from closebook.apps.bank.models import Cleared


def records_cleared(company_id: int) -> frozenset[tuple[str, str]]:
    """Return (entity, id) of the records that stand on a bank account's statement."""
    rows = Cleared.objects.filter(bank_account__company_id=company_id)
    return frozenset(rows.values_list("entity", "wire_id"))
