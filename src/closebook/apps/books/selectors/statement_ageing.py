"""What customers owe and what is owed to vendors: by age, in detail, and as balances."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from closebook.apps.books.selectors.directory import ListObject, list_objects, name_tree
from closebook.apps.books.selectors.documents import documents_of
from closebook.apps.books.selectors.history import posting_sums
from closebook.apps.books.selectors.open_documents import OpenDocument, open_documents
from closebook.apps.books.selectors.posting_lines import MAX_LINES
from closebook.apps.books.selectors.statement_lists import finish, line_table, max_lines
from closebook.apps.books.selectors.statement_names import tree_table
from closebook.apps.books.selectors.statement_request import Request
from closebook.core.ledger.account_types import LedgerAccountType
from closebook.core.reports.ageing import (
    BUCKET_DAYS,
    BUCKETS,
    bucket_of,
    bucket_titles,
    bucketed,
    detail_titles,
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


class Aged(NamedTuple):
    """An open document with its age class."""

    document: OpenDocument
    bucket: int
    past_due_days: int


def _by_due_day(request: Request, side: Side) -> Iterator[tuple[dt.date, list[OpenDocument]]]:
    """Yield the open documents at the end of the range, by due day.

    With the option ``now`` what was applied later counts too.
    """
    accounts, later = request.chart.of_types(side.type), bool(request.options.get("now"))
    found = open_documents(
        request.company_id, accounts, request.day_to, payable=side.payable, settled_later=later
    )
    wanted = request.filters.counterparty
    for due, documents in groupby(found, key=attrgetter("due")):
        yield due, [one for one in documents if not wanted or one.counterparty in wanted]


def _aged(request: Request, side: Side) -> list[Aged]:
    """Return the open documents at the end of the range with their ages, by due day."""
    as_of = request.day_to
    days, count = request.number("bucket-days", BUCKET_DAYS), request.number("buckets", BUCKETS)
    aged = []
    for due, documents in _by_due_day(request, side):
        age, late = bucket_of(due, as_of, days, count), max((as_of - due).days, 0)
        aged += [Aged(one, age, late) for one in documents]
    return aged


def _opens(request: Request, side: Side, keys: Sequence[int]) -> Opens:
    filters = request.filters.narrowed(Dimension.COUNTERPARTY, *keys)
    accounts = request.chart.of_types(side.type)
    return Opens(accounts, None, request.day_to, request.basis, filters, credit_positive=side.payable)


def _summary(request: Request, side: Side) -> Table:
    days, count = request.number("bucket-days", BUCKET_DAYS), request.number("buckets", BUCKETS)
    amounts: list[tuple[int, int, int]] = []
    records: dict[tuple[int, int], list[int]] = {}
    for due, documents in _by_due_day(request, side):
        age = bucket_of(due, request.day_to, days, count)
        amounts += [(one.counterparty, age, one.open_minor) for one in documents]
        for one in documents:
            records.setdefault((one.counterparty, age), []).append(one.record)
    figures = bucketed(amounts, count)

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


def _names(request: Request, aged: Sequence[Aged]) -> dict[int, ListObject]:
    return list_objects(request.company_id, {one.document.counterparty for one in aged})


def _lines(request: Request, aged: Sequence[Aged], who: Mapping[int, ListObject]) -> list[Line]:
    """Return the line of each document, named from ``who``."""
    facts = documents_of(request.company_id, {one.document.record for one in aged})
    lines = []
    for document, _bucket, late in aged:
        name, known = who.get(document.counterparty), facts[document.record]
        lines.append(
            Line(
                day=document.day,
                record=document.record,
                kind=known.title,
                number=known.number,
                name=name.name if name else "",
                name_key=name.key if name else 0,
                name_entity=name.entity if name else "",
                memo=known.memo,
                amount_minor=document.size_minor,
                open_minor=document.open_minor,
                due=known.due,
                past_due_days=late,
                created=known.created,
                changed=known.changed,
            )
        )
    return lines


def _room(request: Request) -> int | None:
    """Return how many documents are shown, None for all: files hold all, however many."""
    most = max_lines(request)
    return most if most < MAX_LINES else None


def _line_total(table: LineTable, label: str, aged: Sequence[Aged]) -> tuple[Cell, ...]:
    amount = sum(one.document.size_minor for one in aged)
    left = sum(one.document.open_minor for one in aged)
    return table.labelled(label, amount=Cell(amount), open=Cell(left))


def _detail(request: Request, side: Side) -> Table:
    days, count = request.number("bucket-days", BUCKET_DAYS), request.number("buckets", BUCKETS)
    least = request.number("past-due-days", 0, least=0)
    aged = [one for one in _aged(request, side) if one.past_due_days >= least]
    table = line_table(request, ("day", "kind", "number", side.name, "due", "amount", "open"))
    rows = []
    parts = [[one for one in aged if one.bucket == count - index] for index in range(count + 1)]
    shown = [one for part in parts for one in part][: _room(request)]
    lines = _lines(request, shown, _names(request, shown))
    for title, members in zip(detail_titles(days, count), parts, strict=True):
        own, lines = lines[: len(members)], lines[len(members) :]
        if own:
            total = _line_total(table, f"Total for {title}", members)
            rows.append(section(table.labelled(title), [Row(table.cells(line)) for line in own], total))
    if rows:
        rows.append(total_only(_line_total(table, "TOTAL", aged), group="grand-total"))
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
    aged = sorted(_aged(request, side), key=lambda one: (one.document.day, one.document.record))
    who = _names(request, aged)
    groups: dict[tuple[str, int], list[Aged]] = {}
    for one in aged:
        owner = who.get(one.document.counterparty)
        groups.setdefault((owner.name, owner.key) if owner else ("", 0), []).append(one)
    ordered = sorted(groups, key=lambda group: (group[0].casefold(), group[1]))
    shown = [one for group in ordered for one in groups[group]][: _room(request)]
    lines, rows = _lines(request, shown, who), []
    for name, key in ordered:
        members = groups[name, key]
        own, lines = lines[: len(members)], lines[len(members) :]
        if own:
            total = _line_total(table, f"Total for {name}", members)
            rows.append(_balance_section(table, (name, key), own, total))
    if rows:
        rows.append(total_only(_line_total(table, "TOTAL", aged), group="grand-total"))
    title = f"{side.entity} Balance Detail"
    return finish(request, f"{side.name}-balance-detail", title, table, rows, cut=False)


def _balance_section(
    table: LineTable, name_key: tuple[str, int], lines: Sequence[Line], total: tuple[Cell, ...]
) -> Row:
    """Return the documents of a name with their running balance."""
    balance = 0
    for line in lines:
        balance += line.open_minor or 0
        line.balance_minor = balance
    name, key = name_key
    return section(table.labelled(name, key or None), [Row(table.cells(one)) for one in lines], total)


def customer_balance_detail(request: Request) -> Table:
    """Return the open documents per customer with a running balance; option: columns."""
    return _balance_detail(request, RECEIVABLE)


def vendor_balance_detail(request: Request) -> Table:
    """Return the open documents per vendor with a running balance; option: columns."""
    return _balance_detail(request, PAYABLE)
