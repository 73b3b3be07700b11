"""What customers owe and what is owed to vendors: by age, in detail, and as balances."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from closebook.apps.books.selectors.directory import list_objects, name_tree
from closebook.apps.books.selectors.documents import DocumentFacts, documents_of
from closebook.apps.books.selectors.history import posting_sums
from closebook.apps.books.selectors.open_items import applications, control_documents
from closebook.apps.books.selectors.statement_lists import finish, line_table
from closebook.apps.books.selectors.statement_names import tree_table
from closebook.apps.books.selectors.statement_request import Request
from closebook.core.ledger.account_types import LedgerAccountType
from closebook.core.reports.ageing import (
    BUCKET_DAYS,
    BUCKETS,
    OpenItem,
    bucket_of,
    bucket_titles,
    bucketed,
    detail_titles,
    open_items,
)
from closebook.core.reports.lines import Line, LineTable
from closebook.core.reports.names import Figures, NameTree
from closebook.core.reports.opens import Dimension, Opens
from closebook.core.reports.table import Cell, Column, Row, Table, section, total_only


@dataclass(frozen=True, slots=True)
class Side:
    """Receivables or payables: their words."""

    payable: bool
    type: LedgerAccountType
    entity: str
    name: str

    @property
    def sign(self) -> int:
        """Return what makes an owed amount positive."""
        return -1 if self.payable else 1


RECEIVABLE = Side(payable=False, type=LedgerAccountType.RECEIVABLE, entity="Customer", name="customer")
PAYABLE = Side(payable=True, type=LedgerAccountType.PAYABLE, entity="Vendor", name="vendor")


@dataclass(frozen=True, slots=True)
class Aged:
    """An open item with the facts of its document and its age class."""

    item: OpenItem
    facts: DocumentFacts
    bucket: int
    past_due_days: int


def _aged(request: Request, side: Side) -> list[Aged]:
    """Return the open items at the end of the range, by due day.

    With the option ``now`` what was applied later counts too.
    """
    as_of = request.day_to
    accounts = request.chart.of_types(side.type)
    documents = control_documents(request.company_id, accounts, as_of, control_only=True)
    until = dt.date.max if request.options.get("now") else as_of
    items = open_items(documents, applications(request.company_id, until), payable=side.payable)
    wanted = request.filters.counterparty
    items = [one for one in items if not wanted or one.counterparty in wanted]
    facts = documents_of(request.company_id, {one.record for one in items})
    days, count = request.number("bucket-days", BUCKET_DAYS), request.number("buckets", BUCKETS)
    aged = []
    for item in items:
        due = facts[item.record].due or item.day
        late = max((as_of - due).days, 0)
        aged.append(Aged(item, facts[item.record], bucket_of(due, as_of, days, count), late))
    return sorted(aged, key=lambda one: (one.facts.due or one.item.day, one.item.record))


def _opens(request: Request, side: Side, keys: Sequence[int]) -> Opens:
    filters = request.filters.narrowed(Dimension.COUNTERPARTY, *keys)
    accounts = request.chart.of_types(side.type)
    return Opens(accounts, None, request.day_to, request.basis, filters, credit_positive=side.payable)


def _summary(request: Request, side: Side) -> Table:
    days, count = request.number("bucket-days", BUCKET_DAYS), request.number("buckets", BUCKETS)
    aged = _aged(request, side)
    figures = bucketed([(one.item.counterparty, one.bucket, one.item.open_minor) for one in aged], count)

    records: dict[tuple[int, int], list[int]] = {}
    for one in aged:
        records.setdefault((one.item.counterparty, one.bucket), []).append(one.item.record)

    def cells(keys: Sequence[int], shown: Figures) -> list[Cell]:
        *ages, whole = shown
        opens = _opens(request, side, keys)
        documents = [
            tuple(record for key in keys for record in records.get((key, age), ()))
            for age in range(len(ages))
        ]
        found = [
            Cell(value, None, replace(opens, records=documents[age]) if documents[age] else None)
            for age, value in enumerate(ages)
        ]
        return [*found, Cell(whole, None, opens)]

    names = name_tree(request.company_id, figures.keys(), "Customer", "Vendor", "Employee")
    tree = NameTree(names, figures, cells, count + 2)
    titles = [*bucket_titles(days, count), "Total"]
    columns = [Column(f"age-{index}", title) for index, title in enumerate(titles[:-1])]
    columns.append(Column("total", "Total"))
    name = f"aged-{'payables' if side.payable else 'receivables'}"
    title = f"A/{'P' if side.payable else 'R'} Aging Summary"
    return tree_table(request, name, title, columns, tree)


def aged_receivables(request: Request) -> Table:
    """Return what customers owe, by age; options: bucket-days, buckets, now."""
    return _summary(request, RECEIVABLE)


def aged_payables(request: Request) -> Table:
    """Return what is owed to vendors, by age; options: bucket-days, buckets, now."""
    return _summary(request, PAYABLE)


def _lines(request: Request, aged: Sequence[Aged]) -> list[Line]:
    who = list_objects(request.company_id, {one.item.counterparty for one in aged})
    lines = []
    for one in aged:
        name = who.get(one.item.counterparty)
        lines.append(
            Line(
                day=one.item.day,
                record=one.item.record,
                kind=one.facts.title,
                number=one.facts.number,
                name=name.name if name else "",
                name_key=name.key if name else 0,
                name_entity=name.entity if name else "",
                memo=one.facts.memo,
                amount_minor=one.item.size_minor,
                open_minor=one.item.open_minor,
                due=one.facts.due,
                past_due_days=one.past_due_days,
                created=one.facts.created,
                changed=one.facts.changed,
            )
        )
    return lines


def _line_total(table: LineTable, label: str, lines: Sequence[Line]) -> tuple[Cell, ...]:
    amount = sum(line.amount_minor or 0 for line in lines)
    left = sum(line.open_minor or 0 for line in lines)
    return table.labelled(label, amount=Cell(amount), open=Cell(left))


def _detail(request: Request, side: Side) -> Table:
    days, count = request.number("bucket-days", BUCKET_DAYS), request.number("buckets", BUCKETS)
    least = request.number("past-due-days", 0, least=0)
    aged = [one for one in _aged(request, side) if one.past_due_days >= least]
    table = line_table(request, ("day", "kind", "number", side.name, "due", "amount", "open"))
    rows, every = [], []
    for index, title in enumerate(detail_titles(days, count)):
        lines = _lines(request, [one for one in aged if one.bucket == count - index])
        every += lines
        if lines:
            total = _line_total(table, f"Total for {title}", lines)
            rows.append(section(table.labelled(title), [Row(table.cells(line)) for line in lines], total))
    if rows:
        rows.append(total_only(_line_total(table, "TOTAL", every), group="grand-total"))
    name = f"aged-{'payables' if side.payable else 'receivables'}-detail"
    return finish(request, name, f"A/{'P' if side.payable else 'R'} Aging Detail", table, rows, cut=False)


def aged_receivables_detail(request: Request) -> Table:
    """Return customers' open documents, oldest first; options: as the summary, columns, past-due-days."""
    return _detail(request, RECEIVABLE)


def aged_payables_detail(request: Request) -> Table:
    """Return vendors' open documents, oldest first; options: those of the summary, columns, past-due-days."""
    return _detail(request, PAYABLE)


def _balance(request: Request, side: Side) -> Table:
    accounts = request.chart.of_types(side.type)
    figures: dict[int, list[int]] = {}
    if accounts:
        sums = posting_sums(
            request.company_id,
            None,
            request.day_to,
            Dimension.COUNTERPARTY,
            request.filters,
            ledger_accounts=accounts,
        )
        for _, key, amount, _ in sums:
            figures.setdefault(key, [0])[0] += side.sign * amount

    def cells(keys: Sequence[int], shown: Figures) -> list[Cell]:
        return [Cell(value, None, _opens(request, side, keys)) for value in shown]

    names = name_tree(request.company_id, figures.keys(), "Customer", "Vendor", "Employee")
    tree = NameTree(names, figures, cells, 1)
    title = f"{side.entity} Balance Summary"
    return tree_table(request, f"{side.name}-balance", title, [Column("total", "Total")], tree)


def customer_balance(request: Request) -> Table:
    """Return what each customer owes at the end of the range."""
    return _balance(request, RECEIVABLE)


def vendor_balance(request: Request) -> Table:
    """Return what is owed to each vendor at the end of the range."""
    return _balance(request, PAYABLE)


def _balance_detail(request: Request, side: Side) -> Table:
    table = line_table(request, ("day", "kind", "number", "due", "amount", "open", "balance"))
    groups: dict[tuple[str, int], list[Line]] = {}
    lines = sorted(_lines(request, _aged(request, side)), key=lambda line: (line.day, line.record))
    for line in lines:
        groups.setdefault((line.name, line.name_key), []).append(line)
    rows = []
    for name, key in sorted(groups, key=lambda group: (group[0].casefold(), group[1])):
        members = groups[name, key]
        balance = 0
        for line in members:
            balance += line.open_minor or 0
            line.balance_minor = balance
        total = _line_total(table, f"Total for {name}", members)
        rows.append(
            section(table.labelled(name, key or None), [Row(table.cells(one)) for one in members], total)
        )
    if rows:
        rows.append(total_only(_line_total(table, "TOTAL", lines), group="grand-total"))
    title = f"{side.entity} Balance Detail"
    return finish(request, f"{side.name}-balance-detail", title, table, rows, cut=False)


def customer_balance_detail(request: Request) -> Table:
    """Return the open documents per customer with a running balance; option: columns."""
    return _balance_detail(request, RECEIVABLE)


def vendor_balance_detail(request: Request) -> Table:
    """Return the open documents per vendor with a running balance; option: columns."""
    return _balance_detail(request, PAYABLE)
