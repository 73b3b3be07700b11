"""What a record's live entry has posted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context
    from closebook.core.ledger.entry import JournalEntry

_ENTRY = "posted-entry"
_ON = """
    SELECT count(*), coalesce(sum(p.amount_minor), 0), coalesce(sum(p.foreign_minor), 0)
    FROM journal_entry e JOIN posting p ON p.entry_id = e.id
    WHERE e.record_id = %s AND NOT e.superseded AND e.reverses_id IS NULL AND p.ledger_account = %s
"""


def remember(ctx: Context, record: Record, entry: JournalEntry | None) -> None:
    """Keep in memory what a record has just posted: the journal gets it only when the item has succeeded."""
    ctx.memo[(_ENTRY, record.pk)] = entry


def posted_on(
    ctx: Context, record_pk: int, ledger_account: int, line: str | None = None
) -> tuple[int, int] | None:
    """Return (home, foreign) minor units that a record has posted on a ledger account, None when nothing.

    ``line`` narrows it to the postings of one line.
    """
    entry: JournalEntry | None = ctx.memo.get((_ENTRY, record_pk))
    if entry is not None:
        found = [p for p in entry.postings if p.ledger_account == ledger_account and line in {None, p.line}]
        sums = sum(p.amount_minor for p in found), sum(p.foreign_minor or 0 for p in found)
        return sums if found else None
    statement, values = _ON, [record_pk, ledger_account]
    if line is not None:
        ctx.cursor.execute(f"{statement} AND p.line = %s", [*values, line])
    else:
        ctx.cursor.execute(statement, values)
    number, home, foreign = ctx.cursor.fetchone()
    return (int(home), int(foreign)) if number else None
