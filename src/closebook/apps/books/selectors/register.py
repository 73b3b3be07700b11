"""The register of a ledger account: its postings with the balance after each, a page at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from closebook.apps.books.database import books_connection, day_of
from closebook.apps.books.selectors.names import names_of

_BLOCK = 2_000
_LIVE = """
    posting p JOIN journal_entry e ON e.id = p.entry_id
    WHERE p.company_id = %s AND p.ledger_account = %s AND p.day >= %s AND p.day <= %s
        AND NOT e.superseded AND e.reverses_id IS NULL
"""
_PAGE = f"""
    WITH shown AS (
        SELECT p.day, p.entry_id, p.line_no, p.amount_minor, p.counterparty, p.memo, e.record_id FROM {_LIVE}
        ORDER BY p.day {{order}}, p.entry_id {{order}}, p.line_no {{order}} LIMIT %s OFFSET %s
    ), earliest AS (SELECT day, entry_id, line_no FROM shown ORDER BY day, entry_id, line_no LIMIT 1)
    SELECT s.day, s.entry_id, s.line_no, s.amount_minor, s.counterparty, s.memo, r.entity, r.wire_id,
        r.doc_number,
        CAST(coalesce((
            SELECT sum(amount_minor) FROM posting
            WHERE company_id = %s AND ledger_account = %s AND day < (SELECT day FROM earliest)
        ), 0) + coalesce((
            SELECT sum(p.amount_minor) FROM posting p JOIN journal_entry e ON e.id = p.entry_id
            JOIN earliest f ON p.day = f.day
            WHERE p.company_id = %s AND p.ledger_account = %s AND NOT e.superseded AND e.reverses_id IS NULL
                AND (p.entry_id < f.entry_id OR (p.entry_id = f.entry_id AND p.line_no < f.line_no))
        ), 0) + sum(s.amount_minor) OVER (
            ORDER BY s.day, s.entry_id, s.line_no ROWS UNBOUNDED PRECEDING
        ) AS bigint)
    FROM shown s JOIN books_record r ON r.id = s.record_id
    ORDER BY s.day {{order}}, s.entry_id {{order}}, s.line_no {{order}}
"""


@dataclass(slots=True)
class RegisterRow:
    """One posting. Amounts are minor units of the home currency; ``balance_minor`` is that of the account
    after it, positive on its natural side.
    """

    day: dt.date
    entry_id: int
    line_no: int
    amount_minor: int
    counterparty: int
    memo: str
    entity: str
    wire_id: str
    number: str
    balance_minor: int
    counterparty_name: str = ""

    @property
    def debit_minor(self) -> int | None:
        """Return the amount of a debit, None for a credit."""
        return self.amount_minor if self.amount_minor >= 0 else None

    @property
    def credit_minor(self) -> int | None:
        """Return the amount of a credit, positive; None for a debit."""
        return -self.amount_minor if self.amount_minor < 0 else None


@dataclass(frozen=True)
class RegisterRows:
    """The live postings of a ledger account in a range of days: counted, cut and ordered as a queryset is.

    The balances are summed by the database for the rows that are asked for and no others; what lies before
    them is read as one sum.
    """

    company_id: int
    ledger_account: int
    day_from: dt.date = dt.date.min
    day_to: dt.date = dt.date.max
    credit_positive: bool = False
    falling: bool = True
    ordered: bool = True

    def order_by(self, *names: str) -> RegisterRows:
        """Return the rows by day, the latest first when the first name begins with a minus."""
        return replace(self, falling=names[0].startswith("-"))

    def count(self) -> int:
        """Return how many postings there are."""
        with books_connection().cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {_LIVE}", self._range())
            return int(cursor.fetchone()[0])

    def __len__(self) -> int:
        """Return how many postings there are."""
        return self.count()

    def __getitem__(self, part: slice) -> list[RegisterRow]:
        """Return the rows from one place to another, in order."""
        start, stop = part.start or 0, part.stop if part.stop is not None else self.count()
        return self._read(start, max(stop - start, 0))

    def __iter__(self) -> Iterator[RegisterRow]:
        """Yield all rows, block by block."""
        for start in range(0, self.count(), _BLOCK):
            yield from self._read(start, _BLOCK)

    def _range(self) -> list[Any]:
        days = [self.day_from.isoformat(), self.day_to.isoformat()]
        return [self.company_id, self.ledger_account, *days]

    def _read(self, start: int, most: int) -> list[RegisterRow]:
        own = [self.company_id, self.ledger_account]
        sql = _PAGE.format(order="DESC" if self.falling else "ASC")
        with books_connection().cursor() as cursor:
            cursor.execute(sql, [*self._range(), most, start, *own, *own])
            rows = [RegisterRow(day_of(day), *facts) for day, *facts in cursor.fetchall()]
        names = names_of(self.company_id, {row.counterparty for row in rows if row.counterparty})
        for row in rows:
            row.counterparty_name = names.get(row.counterparty or 0, "")
            row.balance_minor = -row.balance_minor if self.credit_positive else row.balance_minor
        return rows
