"""What lies in Undeposited Funds and waits for a deposit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from closebook.apps.books.database import books_connection
from closebook.apps.books.models import LedgerAccount
from closebook.apps.qbo.models import SystemAccount

ROLE, SUB_TYPE = "undeposited-funds", "UndepositedFunds"
ENTITIES = ("Payment", "SalesReceipt", "RefundReceipt", "JournalEntry", "Transfer")
"""The kinds of documents that a deposit can take out of Undeposited Funds."""

_WAITING = f"""
    SELECT r.entity, r.wire_id, r.doc_number, r.txn_date, r.party, SUM(p.amount_minor)
    FROM posting p JOIN journal_entry e ON e.id = p.entry_id AND NOT e.superseded AND e.reverses_id IS NULL
        JOIN books_record r ON r.id = e.record_id AND r.deleted_at IS NULL
    WHERE p.company_id = %s AND p.ledger_account = %s AND p.currency = ''
        AND r.entity IN ({", ".join(["%s"] * len(ENTITIES))})
        AND NOT EXISTS (
            SELECT 1 FROM books_recordlink l JOIN books_record s ON s.id = l.source_id
            WHERE l.target_id = r.id AND s.entity = 'Deposit' AND s.deleted_at IS NULL AND s.id <> %s)
    GROUP BY r.entity, r.wire_id, r.doc_number, r.txn_date, r.party, r.id HAVING SUM(p.amount_minor) <> 0
    ORDER BY CASE WHEN EXISTS (SELECT 1 FROM books_recordlink o WHERE o.target_id = r.id AND o.source_id = %s)
        THEN 0 ELSE 1 END, r.txn_date, r.id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document whose money lies in Undeposited Funds, in minor units of the home currency; a refund's is
    negative. ``party`` is the key of its customer, 0 for none.
    """

    entity: str
    wire_id: str
    number: str
    day: dt.date
    party: int
    amount_minor: int

    @property
    def key(self) -> str:
        """Return the word by which a form names it."""
        return f"{self.entity}:{self.wire_id}"


def waiting_for_deposit(company_id: int, most: int, deposit: int = 0) -> list[Waiting]:
    """Return at most so many documents in home currency that no deposit holds, the oldest first.

    What the deposit of the primary key ``deposit`` holds itself is returned too, before the others.
    """
    account = _account(company_id)
    if account is None:
        return []
    with books_connection().cursor() as cursor:
        cursor.execute(_WAITING, [company_id, account, *ENTITIES, deposit, deposit, most])
        return [
            Waiting(entity, wire_id, number, _day(day), party or 0, int(amount))
            for entity, wire_id, number, day, party, amount in cursor.fetchall()
        ]


def _account(company_id: int) -> int | None:
    """Return the key of the ledger account; the role is given to it only at its first use."""
    roles = SystemAccount.objects.filter(company=company_id, role=ROLE).values_list("record", flat=True)
    named = LedgerAccount.objects.filter(company=company_id, sub_type=SUB_TYPE).order_by("pk")
    return roles.first() or named.values_list("pk", flat=True).first()


def _day(value: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
