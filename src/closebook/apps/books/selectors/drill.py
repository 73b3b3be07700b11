"""From a figure on a statement to its postings."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from closebook.apps.books.models import BooksCompany
from closebook.apps.books.selectors.chart import chart_of
from closebook.apps.books.selectors.directory import list_objects
from closebook.apps.books.selectors.documents import documents_of
from closebook.apps.books.selectors.history import keys_of
from closebook.apps.books.selectors.open_items import applications, cash_documents, control_documents
from closebook.apps.books.selectors.postings import PostingFilters, PostingRow, postings, postings_total
from closebook.core.reports.ageing import open_items
from closebook.core.reports.cash_basis import CashPosting
from closebook.core.reports.chart import Chart
from closebook.core.reports.opens import Basis, Opens


def open_cell(company_id: int, opens: Opens) -> Iterator[PostingRow]:
    """Yield the postings behind a figure, by range, then day; their sum is the figure (negated if credit
    positive).

    On cash basis a re-dated posting comes on the day and with the amount that count; its entry is 0.
    """
    for part in (opens, *opens.also):
        if part.basis is Basis.CASH:
            yield from _on_cash_basis(company_id, part)
        else:
            yield from _accrual(company_id, part)


@dataclass(frozen=True, slots=True)
class Opened:
    """What lies behind a figure: how many postings, their sum in the figure's sign, and what was applied to
    open documents.
    """

    count: int
    postings_minor: int
    applied_minor: int

    @property
    def figure_minor(self) -> int:
        """Return the figure that follows."""
        return self.postings_minor - self.applied_minor


def opened(company_id: int, opens: Opens) -> Opened:
    """Return number and sum of the postings behind a figure, added up again from the postings."""
    count, total = 0, 0
    for part in (opens, *opens.also):
        if part.basis is Basis.CASH:
            amounts = [row.amount_minor for row in _on_cash_basis(company_id, part)]
            found = (len(amounts), sum(amounts))
        else:
            found = postings_total(company_id, **_filters(part))
        count, total = count + found[0], total + found[1]
    applied = _applied_minor(company_id, opens) if opens.records else 0
    return Opened(count, -total if opens.credit_positive else total, applied)


def _applied_minor(company_id: int, opens: Opens) -> int:
    """Return what was applied to the documents of a figure of open items."""
    documents = control_documents(company_id, opens.ledger_accounts, opens.day_to, control_only=True)
    items = open_items(documents, applications(company_id, opens.day_to), payable=opens.credit_positive)
    wanted = frozenset(opens.records)
    return sum(one.size_minor - one.open_minor for one in items if one.record in wanted)


def _filters(opens: Opens) -> PostingFilters:
    filters = opens.filters
    return {
        "day_from": opens.day_from,
        "day_to": opens.day_to,
        "records": opens.records or None,
        "ledger_accounts": opens.ledger_accounts,
        "counterparties": filters.counterparty or None,
        "items": filters.item or None,
        "classes": filters.klass or None,
        "locations": filters.location or None,
    }


def _accrual(company_id: int, opens: Opens) -> Iterator[PostingRow]:
    return postings(company_id, **_filters(opens))


def _on_cash_basis(company_id: int, opens: Opens) -> Iterator[PostingRow]:
    chart = chart_of(company_id)
    documents, moved = cash_documents(company_id, chart, opens.day_to)
    held = {one.record for one in documents}
    rows = [row for row in _accrual(company_id, opens) if row.record_id not in held]
    accounts = set(opens.ledger_accounts)
    wanted = [
        one
        for one in moved
        if one.posting.ledger_account in accounts
        and (opens.day_from is None or one.day >= opens.day_from)
        and (not opens.records or one.record in opens.records)
        and opens.filters.match(keys_of(one.posting))
    ]
    rows += _rows(company_id, chart, wanted)
    yield from sorted(rows, key=lambda row: (row.day, row.record_id, row.line_no))


def _rows(company_id: int, chart: Chart, moved: Collection[CashPosting]) -> Iterator[PostingRow]:
    facts = documents_of(company_id, {one.record for one in moved})
    names = list_objects(company_id, {key for one in moved for key in keys_of(one.posting).values()})
    home = BooksCompany.objects.only("home_currency").get(pk=company_id).home_currency

    def name(key: int | None) -> str:
        return names[key].name if key in names else ""

    for one in moved:
        document, posting = facts[one.record], one.posting
        yield PostingRow(
            day=one.day,
            entry_id=0,
            line_no=0,
            record_id=one.record,
            entity=document.entity,
            wire_id=document.wire_id,
            doc_number=document.number,
            ledger_account=posting.ledger_account,
            amount_minor=posting.amount_minor,
            foreign_minor=0,
            currency=home,
            counterparty=posting.counterparty or 0,
            item=posting.item or 0,
            klass=posting.klass or 0,
            location=posting.location or 0,
            quantity_micro=0,
            memo=posting.memo,
            line=posting.line,
            superseded=False,
            reverses_id=None,
            ledger_account_name=chart[posting.ledger_account].name,
            counterparty_name=name(posting.counterparty),
            item_name=name(posting.item),
            klass_name=name(posting.klass),
            location_name=name(posting.location),
        )
