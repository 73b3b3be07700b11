"""What a summary takes from the embedded books: sales by customer and month, receivables, costs."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum

from closebook.apps.books.database import BOOKS, books_connection, day_of
from closebook.apps.books.models import BooksCompany, LedgerAccount, RecordLink
from closebook.apps.books.models import Record as BooksRecord
from closebook.apps.books.selectors.balances import balances, balances_by_month, opening
from closebook.apps.books.selectors.chart import chart_of
from closebook.apps.books.selectors.directory import list_objects
from closebook.apps.books.selectors.name_sums import name_sums
from closebook.apps.books.selectors.sold import quantities_sold
from closebook.apps.selling.models import Customer
from closebook.core.ledger.account_types import LedgerAccountType as Type
from closebook.core.periods import Month
from closebook.core.reports.chart import Chart
from closebook.core.reports.opens import Dimension
from closebook.core.selling.receivables import Movement
from closebook.core.selling.summary.gathered import Product, Received, Sale

_MOVED = """
    SELECT r.entity, CAST(sum(p.amount_minor) AS bigint)
    FROM posting p JOIN journal_entry e ON e.id = p.entry_id JOIN books_record r ON r.id = e.record_id
    WHERE p.company_id = %s AND p.day >= %s AND p.day <= %s AND p.ledger_account IN ({marks})
    GROUP BY r.entity
"""
_DAYS = """
    SELECT day, counterparty, CAST(-sum(amount_minor) AS bigint) FROM posting
    WHERE company_id = %s AND day >= %s AND day <= %s AND ledger_account IN ({marks})
    GROUP BY day, counterparty ORDER BY day, counterparty
"""
_KINDS = {"Invoice": "invoiced", "CreditMemo": "credited", "Payment": "collected"}


@dataclass(frozen=True, slots=True)
class Costs:
    """Expenses by ledger account and gross profit, in minor units."""

    expenses: Mapping[str, int]
    gross_minor: int


class Ledger:
    """Reads one company's books for a summary."""

    def __init__(self, books: BooksCompany, customers: Mapping[str, Customer]) -> None:
        """Keep the books, and our customers by the id under which the books know them."""
        self._books, self._customers, self._currency = books.pk, customers, books.home_currency
        self._chart: Chart = chart_of(books.pk)
        self._income = self._chart.of_types(Type.INCOME)

    def total(self, start: dt.date, end: dt.date) -> int:
        """Return net sales of a period: what the income accounts took."""
        found = balances(self._books, start, end)
        return -sum(found[key].net_minor for key in self._income if key in found)

    def sales(self, start: dt.date, end: dt.date) -> list[Sale]:
        """Return net sales by month and customer; what has no customer is nobody's."""
        rows = name_sums(self._books, Dimension.COUNTERPARTY, start, end, ledger_accounts=self._income)
        named = Counter[tuple[str, int]]()
        for _account, key, day, minor in rows if self._income else ():
            named[str(Month.of(day)), key] -= minor
        whole = Counter[str]()
        for key, months in balances_by_month(self._books, start, end).items():
            for month, balance in months.items() if key in self._income else ():
                whole[str(month)] -= balance.net_minor
        return list(self._with_names(named, whole))

    def _with_names(self, named: Counter[tuple[str, int]], whole: Counter[str]) -> Iterator[Sale]:
        objects = list_objects(self._books, {key for _month, key in named})
        for (month, key), minor in sorted(named.items()):
            whole[month] -= minor
            found = objects.get(key)
            ours = self._customers.get(found.wire_id) if found else None
            name = found.name if found else ""
            yield Sale(month, name, minor, ours.region if ours else "", ours.owner if ours else "", key)
        for month, minor in sorted(whole.items()):
            if minor:
                yield Sale(month, "", minor)

    def by_customer(self, start: dt.date, end: dt.date) -> dict[int, int]:
        """Return net sales of a period by the number of our customer; others are left out."""
        if not self._income:
            return {}
        rows = name_sums(self._books, Dimension.COUNTERPARTY, start, end, ledger_accounts=self._income)
        objects = list_objects(self._books, {key for _account, key, _day, _minor in rows})
        found = Counter[int]()
        for _account, key, _day, minor in rows:
            ours = self._customers.get(objects[key].wire_id) if key in objects else None
            if ours is not None:
                found[ours.pk] -= minor
        return dict(found)

    def products(self, start: dt.date, end: dt.date) -> dict[str, Product]:
        """Return what was sold of each item; sales without an item stand under "", so that all add up."""
        if not self._income:
            return {}
        minor = Counter[int]()
        for _account, key, _day, amount in name_sums(
            self._books, Dimension.ITEM, start, end, ledger_accounts=self._income
        ):
            minor[key] -= amount
        objects, sold = list_objects(self._books, set(minor)), quantities_sold(self._books, start, end)
        found: dict[str, Product] = {}
        for key, amount in minor.items():
            item = objects.get(key)
            name, micro = (item.name, sold.get(item.wire_id, 0)) if item else ("", 0)
            one = found.get(name, Product(0))
            found[name] = Product(one.minor + amount, one.micro + micro)
        rest = self.total(start, end) - sum(minor.values())
        if rest:
            found[""] = Product(found.get("", Product(0)).minor + rest)
        return found

    def received(self, start: dt.date, end: dt.date, until: dt.date) -> Received | None:
        """Return the invoices of a period and what was received on them by a day.

        What a payment only passes on from a credit note is not received. None where several currencies are
        owed, which cannot be added.
        """
        accounts = self._chart.of_types(Type.RECEIVABLE)
        others = LedgerAccount.objects.using(BOOKS).filter(record__in=accounts)
        if others.exclude(currency=self._currency).exists():
            return None
        dated = {"entity": "Invoice", "deleted_at": None, "txn_date__range": (start, end)}
        invoices = BooksRecord.objects.using(BOOKS).filter(company=self._books, **dated)
        paid = RecordLink.objects.using(BOOKS).filter(
            company=self._books,
            source__entity="Payment",
            source__deleted_at=None,
            source__txn_date__lte=until,
        )
        on_invoices = paid.filter(target__in=invoices)
        passed = paid.filter(target__entity="CreditMemo", source__in=on_invoices.values("source_id"))
        received = _sum(on_invoices, "amount_minor") - _sum(passed, "amount_minor")
        return Received(_sum(invoices, "total_minor"), received)

    def sales_by_day(self, start: dt.date, end: dt.date) -> list[tuple[dt.date, Sale]]:
        """Return net sales by day and customer; what has no customer is nobody's."""
        if not self._income:
            return []
        sql = _DAYS.format(marks=", ".join(["%s"] * len(self._income)))
        with books_connection().cursor() as cursor:
            cursor.execute(sql, [self._books, start.isoformat(), end.isoformat(), *self._income])
            rows = [(day_of(day), key, int(minor)) for day, key, minor in cursor.fetchall()]
        objects = list_objects(self._books, {key for _day, key, _minor in rows if key})
        found = []
        for day, key, minor in rows:
            known = objects.get(key)
            ours = self._customers.get(known.wire_id) if known else None
            place = (ours.region, ours.owner) if ours else ("", "")
            found.append((day, Sale(str(Month.of(day)), known.name if known else "", minor, *place, key)))
        return found

    def receivables(self, start: dt.date, end: dt.date) -> Movement | None:
        """Return how receivables moved; None when nothing was ever owed."""
        accounts = self._chart.of_types(Type.RECEIVABLE)
        before, after = opening(self._books, start), opening(self._books, end + dt.timedelta(days=1))
        sums = self._moved(accounts, start, end)
        begin, close = (sum(at[key].net_minor for key in accounts if key in at) for at in (before, after))
        if not (begin or close or sums):
            return None
        other = sum(minor for name, minor in sums.items() if name not in _KINDS)
        return Movement(begin, sums["Invoice"], -sums["CreditMemo"], -sums["Payment"], -other, close)

    def _moved(self, accounts: tuple[int, ...], start: dt.date, end: dt.date) -> Counter[str]:
        if not accounts:
            return Counter()
        sql = _MOVED.format(marks=", ".join(["%s"] * len(accounts)))
        with books_connection().cursor() as cursor:
            cursor.execute(sql, [self._books, start.isoformat(), end.isoformat(), *accounts])
            return Counter({entity: int(minor) for entity, minor in cursor.fetchall()})

    def costs(self, start: dt.date, end: dt.date) -> Costs:
        """Return expenses by ledger account, and sales less the cost of goods."""
        found = balances(self._books, start, end)
        goods = sum(
            found[key].net_minor for key in self._chart.of_types(Type.COST_OF_GOODS_SOLD) if key in found
        )
        kinds = {
            self._chart[key].name: found[key].net_minor
            for key in self._chart.of_types(Type.EXPENSE)
            if key in found and found[key].net_minor
        }
        return Costs(kinds, self.total(start, end) - goods)


def _sum(rows: QuerySet[Any], name: str) -> int:
    return rows.aggregate(found=Sum(name))["found"] or 0
