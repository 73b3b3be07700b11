"""From a figure on a statement to its postings."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from closebook.apps.books.models import BooksCompany
from closebook.apps.books.selectors.chart import chart_of
from closebook.apps.books.selectors.directory import list_objects
from closebook.apps.books.selectors.documents import documents_of
from closebook.apps.books.selectors.history import keys_of
from closebook.apps.books.selectors.open_items import cash_documents
from closebook.apps.books.selectors.postings import PostingRow, postings
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


def _accrual(company_id: int, opens: Opens) -> Iterator[PostingRow]:
    filters = opens.filters
    yield from postings(
        company_id,
        day_from=opens.day_from,
        day_to=opens.day_to,
        records=opens.records or None,
        ledger_accounts=opens.ledger_accounts,
        counterparties=filters.counterparty or None,
        items=filters.item or None,
        classes=filters.klass or None,
        locations=filters.location or None,
    )


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
