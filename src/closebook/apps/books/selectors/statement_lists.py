"""Detailed statements: general ledger, detail of profit and loss, transaction list, journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from closebook.apps.books.selectors.documents import DocumentFacts, documents_between
from closebook.apps.books.selectors.history import keys_of, read_history
from closebook.apps.books.selectors.posting_lines import (
    MAX_LINES,
    Dated,
    Words,
    dated_postings,
    line_of,
    posting_lines,
    words_for,
)
from closebook.apps.books.selectors.statement_request import Request
from closebook.core.errors import InputError
from closebook.core.reports.balance_sheet import year_start
from closebook.core.reports.chart import RETAINED_EARNINGS
from closebook.core.reports.document_lists import (
    JOURNAL_COLUMNS,
    TRANSACTION_COLUMNS,
    Group,
    GroupOf,
    journal,
    transaction_list,
)
from closebook.core.reports.fiscal import DAY, PERIOD_WORDS, period_around, period_title
from closebook.core.reports.general_ledger import (
    DETAIL_COLUMNS,
    GENERAL_LEDGER_COLUMNS,
    Ledger,
    general_ledger,
    profit_and_loss_detail,
)
from closebook.core.reports.history import NO_KEY, edges_of
from closebook.core.reports.lines import Line, LineTable
from closebook.core.reports.opens import Basis, Dimension, Opens
from closebook.core.reports.table import Row, Table

MAX_POSTINGS = 2_000_000
NO_POSTING = frozenset({"Estimate", "PurchaseOrder", "TimeActivity"})


def line_table(request: Request, default: Sequence[str]) -> LineTable:
    """Return the columns asked for by the option ``columns``, or the default ones."""
    wanted = [key for key in request.options.get("columns", "").split(",") if key]
    table = LineTable(wanted)
    return table if table.keys else LineTable(default)


def max_lines(request: Request) -> int:
    """Return the limit of lines: the option ``max-lines`` or that of all lists."""
    return request.number("max-lines", MAX_LINES)


def finish(request: Request, name: str, title: str, table: LineTable, rows: list[Row], *, cut: bool) -> Table:
    """Return the table of a detailed statement."""
    return Table(
        name,
        title,
        table.columns(),
        rows,
        request.company.home_currency,
        request.day_from,
        request.day_to,
        request.basis,
        has_data=bool(rows),
        cut=cut,
    )


def _openings(request: Request) -> dict[int, int]:
    """Return the balances on the eve of the range; former net income counts into Retained Earnings."""
    eve, chart = request.day_from - DAY, request.chart
    before = year_start(request.day_from, request.start_month) - DAY
    history = read_history(
        request.company_id,
        edges_of([eve, before]),
        opened=True,
        chart=chart,
        basis=request.basis,
        filters=request.filters,
    )
    keys = history.ledger_accounts()
    found = {key: history.closing(NO_KEY, key, eve) for key in keys}
    retained = chart.need(RETAINED_EARNINGS)
    rolled = sum(history.closing(NO_KEY, key, before) for key in chart.profit_and_loss() if key in keys)
    found[retained] = found.get(retained, 0) + rolled
    return found


def _wanted_accounts(request: Request) -> frozenset[int]:
    """Return the ledger accounts of the option ``ledger-accounts``, all when it is not given."""
    text = request.options.get("ledger-accounts", "")
    return frozenset(int(key) for key in text.split(",") if key) or frozenset(request.chart.accounts)


def _ledger(request: Request, default: Sequence[str], openings: Mapping[int, int]) -> tuple[Ledger, bool]:
    found = posting_lines(request, max_lines(request))
    wanted = _wanted_accounts(request)
    lines: dict[int, list[Line]] = {}
    for line in found.lines:
        if line.ledger_account in wanted:
            lines.setdefault(line.ledger_account, []).append(line)

    def opens(keys: tuple[int, ...]) -> Opens:
        return Opens(keys, request.day_from, request.day_to, request.basis, request.filters)

    shown = {key: amount for key, amount in openings.items() if key in wanted}
    return Ledger(request.chart, line_table(request, default), lines, opens, shown), found.cut


def general_ledger_statement(request: Request) -> Table:
    """Return the general ledger; options: columns, ledger-accounts (keys), max-lines."""
    ledger, cut = _ledger(request, GENERAL_LEDGER_COLUMNS, _openings(request))
    return finish(request, "general-ledger", "General Ledger", ledger.table, general_ledger(ledger), cut=cut)


def profit_and_loss_detail_statement(request: Request) -> Table:
    """Return profit and loss with its postings; options: columns, max-lines."""
    ledger, cut = _ledger(request, DETAIL_COLUMNS, {})
    rows = profit_and_loss_detail(ledger)
    table = finish(request, "profit-and-loss-detail", "Profit and Loss Detail", ledger.table, rows, cut=cut)
    table.has_data = any(ledger.lines.get(key) for key in request.chart.profit_and_loss())
    return table


def journal_statement(request: Request) -> Table:
    """Return every entry with its debits and credits; options: columns, max-lines."""
    found = posting_lines(request, max_lines(request))
    table = line_table(request, JOURNAL_COLUMNS)
    return finish(request, "journal", "Journal", table, journal(table, found.lines), cut=found.cut)


def _main(words: Words, members: Sequence[Dated]) -> Dated:
    """Return the posting that stands for a document: the largest on a money or open-items account."""
    front = {*words.chart.money(), *words.chart.control()}
    first = [one for one in members if one.posting.ledger_account in front] or members
    return max(first, key=lambda one: abs(one.posting.amount_minor))


def _document_line(words: Words, members: Sequence[Dated]) -> Line:
    main = _main(words, members)
    line = line_of(words, main, {one.posting.ledger_account for one in members if one is not main})
    document = words.documents[main.record]
    party = words.names.get(document.party or line.name_key)
    if party:
        line.name, line.name_key, line.name_entity = party.name, party.key, party.entity
    line.memo = document.memo or line.memo
    return line


def _plain_line(words: Words, document: DocumentFacts) -> Line:
    """Return the line of a document without postings."""
    party = words.names.get(document.party)
    return Line(
        day=document.day,
        record=document.record,
        kind=document.title,
        number=document.number,
        name=party.name if party else "",
        name_key=party.key if party else 0,
        name_entity=party.entity if party else "",
        memo=document.memo,
        amount_minor=document.total_minor,
        due=document.due,
        posting=document.entity not in NO_POSTING,
        created=document.created,
        changed=document.changed,
    )


def _document_lines(request: Request, limit: int) -> tuple[list[Line], bool]:
    documents = documents_between(request.company_id, request.day_from, request.day_to, limit + 1)
    entries = _entries(request, documents)
    shown = [one for one in documents[:limit] if _passes(request, one, entries.get(one.record, ()))]
    words = words_for(request, [one for document in shown for one in entries.get(document.record, ())])
    words.names = {**words.names, **request.named({one.party for one in shown})}
    words.documents = {one.record: one for one in shown}
    lines = [
        _document_line(words, entries[one.record]) if one.record in entries else _plain_line(words, one)
        for one in shown
    ]
    return lines, len(documents) > limit


def _entries(request: Request, documents: Sequence[DocumentFacts]) -> dict[int, list[Dated]]:
    """Return the postings of documents that are in order of time, per record."""
    last = documents[-1].day if documents else request.day_from
    live = replace(request, basis=Basis.ACCRUAL, day_to=last)
    found = groupby(dated_postings(live, MAX_POSTINGS), key=lambda one: one.record)
    return {record: list(members) for record, members in found}


def _passes(request: Request, document: DocumentFacts, members: Iterable[Dated]) -> bool:
    """Tell whether a document passes the filters: its party does, or one of its postings."""
    filters, options = request.filters, request.options
    kinds = [kind for kind in options.get("kinds", "").split(",") if kind]
    if kinds and document.title not in kinds and document.entity not in kinds:
        return False
    if options.get("number", document.number) != document.number:
        return False
    accounts = [int(key) for key in options.get("ledger-accounts", "").split(",") if key]
    if accounts and not any(one.posting.ledger_account in accounts for one in members):
        return False
    used = filters.used()
    by_party = used == (Dimension.COUNTERPARTY,) and document.party in filters.counterparty
    return not used or by_party or any(filters.match(keys_of(one.posting)) for one in members)


_GROUPS: Mapping[str, GroupOf] = {
    "name": lambda line: Group.named(line.name, line.name_key),
    "ledger-account": lambda line: Group.named(line.ledger_account_name, line.ledger_account),
    "kind": lambda line: Group.named(line.kind),
    "location": lambda line: Group.named(line.location, line.location_key),
}
_GROUP_ENTITIES = {"customer": "Customer", "vendor": "Vendor", "employee": "Employee"}


def _group_of(request: Request, word: str) -> GroupOf | None:
    """Return what gives the group of a line, None for no groups."""
    if word in PERIOD_WORDS:
        return lambda line: _period_group(request, word, line.day)
    if entity := _GROUP_ENTITIES.get(word):
        return lambda line: (
            Group.named(line.name, line.name_key) if line.name_entity == entity else Group.named("")
        )
    if word and word not in _GROUPS:
        raise InputError("unknown-group", f"Transactions cannot be grouped by {word!r}.")
    return _GROUPS.get(word)


def _period_group(request: Request, word: str, day: dt.date) -> Group:
    start = period_around(word, day, request.start_month).start
    return Group(start.isoformat(), period_title(word, day, request.start_month))


def transaction_list_statement(request: Request) -> Table:
    """Return a row per document; options: columns, group-by, kinds, number, ledger-accounts, max-lines."""
    lines, cut = _document_lines(request, max_lines(request))
    table = line_table(request, TRANSACTION_COLUMNS)
    lines = sort_lines(table, lines, request.options)
    rows = transaction_list(table, lines, _group_of(request, request.options.get("group-by", "")))
    return finish(request, "transaction-list", "Transaction List by Date", table, rows, cut=cut)


def sort_lines(table: LineTable, lines: list[Line], options: Mapping[str, str]) -> list[Line]:
    """Return lines in the order of the option ``sort-by`` (a shown column), the other way with
    ``descending``.
    """
    descending = bool(options.get("descending"))
    if (word := options.get("sort-by", "")) in table.keys:
        cell = table.made[table.keys.index(word)].cell
        return sorted(lines, key=lambda line: _sortable(cell(line).value), reverse=descending)
    return lines[::-1] if descending else lines


def _sortable(value: int | str | dt.date | None) -> tuple[int, str]:
    if isinstance(value, int):
        return (value, "")
    return (0, value.isoformat() if isinstance(value, dt.date) else (value or "").casefold())
