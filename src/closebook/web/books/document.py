"""The page of one document: its facts, lines, postings, links, files, history and where it came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from closebook.apps.books.models import Record
from closebook.apps.books.selectors.directory import list_objects, wire_ids
from closebook.apps.books.selectors.postings import postings
from closebook.apps.books.selectors.record_rows import documents_listed
from closebook.apps.books.selectors.records import attachments_of, linked_documents
from closebook.apps.books.selectors.versions import versions_of
from closebook.apps.companies.abilities import Ability
from closebook.apps.qbo.registry import ENTITIES
from closebook.apps.selling.selectors.in_books import opportunity_of
from closebook.apps.sync.selectors.provenance import rows_of
from closebook.apps.sync.selectors.record_runs import link_of
from closebook.connectors.quickbooks.wire import decode, entry
from closebook.core.money import minor_from_decimal
from closebook.transport import clock
from closebook.web.books.books import books_of, record_or_404
from closebook.web.books.differences import differences
from closebook.web.books.document_history import history_of
from closebook.web.books.document_lines import lines_of
from closebook.web.books.kinds import KINDS, document_address, kind_of, title_of
from closebook.web.books.list_kinds import LISTS
from closebook.web.books.writing import body_of
from closebook.web.frame.access import CompanyRequest, company_page

_MOST_ROWS = 20
_MOST_POSTINGS = 500


@company_page(Ability.SEE_BOOKS)
@require_safe
def document(request: CompanyRequest, kind: str, wire_id: int) -> HttpResponse:
    """Show a document of the company's books."""
    books, known = books_of(request), kind_of(kind, request)
    record = record_or_404(books, known.entity, wire_id)
    body = body_of(record)
    currency = str(entry(body, "CurrencyRef").get("value") or books.home_currency)
    row = documents_listed(books.pk, [record.entity], clock.today()).get(pk=record.pk)
    link = link_of(request.company.pk, record.entity, record.wire_id)
    entity = ENTITIES.get(record.entity)
    places = list(rows_of(link)) if link is not None else []
    facts = {
        "record": record,
        "kind": known,
        "row": row,
        "party_page": _party_page(request.company.pk, record),
        "currency": currency,
        "home_currency": books.home_currency,
        "facts": list(_facts(body, currency)),
        "lines": lines_of(body, currency),
        "postings": _postings(record),
        "links": _links(request.company.pk, record),
        "files": [(one, decode(one.body.encode())) for one in attachments_of(record)],
        "history": history_of(request.company.pk, record, link),
        "link": link,
        "deal": opportunity_of(link) if link and Ability.SEE_SELLING in request.abilities else None,
        "source_rows": places[:_MOST_ROWS],
        "more_places": max(len(places) - _MOST_ROWS, 0),
        "removable": entity is not None and (entity.deletable or entity.voidable),
        "list": known.list_page,
        "next": _next(record, body),
    }
    return render(request, "web/books/document.html", facts)


def _next(record: Record, body: dict[str, Any]) -> tuple[str, str, str] | None:
    """Return what is usually made of a document next: the kind, the query of its form, the words."""
    if record.balance_minor and record.entity in {"Invoice", "CreditMemo"}:
        query = f"invoice={record.wire_id}" if record.entity == "Invoice" else f"customer={_party_id(body)}"
        return (
            "payment",
            query,
            _("Receive payment") if record.entity == "Invoice" else _("Use it on invoices"),
        )
    if record.balance_minor and record.entity in {"Bill", "VendorCredit"}:
        query = f"bill={record.wire_id}" if record.entity == "Bill" else f"vendor={_party_id(body)}"
        return "billpayment", query, _("Pay this bill") if record.entity == "Bill" else _("Use it on bills")
    if record.entity == "Estimate" and body.get("TxnStatus") in {"Pending", "Accepted"}:
        return "invoice", f"from={record.wire_id}", _("Make an invoice of it")
    if record.entity == "PurchaseOrder" and body.get("POStatus") == "Open":
        return "bill", f"from={record.wire_id}", _("Make a bill of it")
    return None


def _party_id(body: dict[str, Any]) -> str:
    return str((entry(body, "CustomerRef") or entry(body, "VendorRef")).get("value", ""))


@company_page(Ability.SEE_BOOKS)
@require_safe
def document_changes(request: CompanyRequest, kind: str, wire_id: int) -> HttpResponse:
    """Show what differs between two versions of a document; without a wish, between the last two."""
    books, known = books_of(request), kind_of(kind, request)
    record = record_or_404(books, known.entity, wire_id)
    versions = {version.token: version for version in versions_of(record)}
    after = _token(request, "to", record.sync_token)
    before = _token(request, "from", max(after - 1, 0))
    if before not in versions or after not in versions:
        raise Http404
    old, new = (decode(versions[token].body.encode()) for token in (before, after))
    facts = {
        "record": record,
        "kind": known,
        "before": versions[before],
        "after": versions[after],
        "tokens": sorted(versions),
        "differences": differences(old, new),
    }
    return render(request, "web/books/document_changes.html", facts)


def _party_page(company_id: int, record: Record) -> str:
    """Return the address of the customer or vendor of a document, "" without one."""
    party = list_objects(record.company_id, [record.party or 0]).get(record.party or 0)
    kind = {"Customer": LISTS["customer"], "Vendor": LISTS["vendor"]}.get(party.entity if party else "")
    return kind.address(company_id, party.wire_id) if kind and party else ""


def _token(request: CompanyRequest, name: str, otherwise: int) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else otherwise


def _facts(body: dict[str, Any], currency: str) -> Iterator[tuple[str, str, int | None]]:
    """Yield word, text and amount (None for none) of the facts at a document's head."""
    for member, word in (
        ("DepositToAccountRef", pgettext("ledger account", "Received on")),
        ("AccountRef", _("Paid from")),
        ("FromAccountRef", _("From")),
        ("ToAccountRef", _("To")),
        ("PaymentMethodRef", _("Payment method")),
        ("SalesTermRef", _("Terms")),
    ):
        if text := str(entry(body, member).get("name") or ""):
            yield word, text, None
    for member, word in (("PaymentRefNum", _("Reference")), ("PrivateNote", _("Memo"))):
        if body.get(member):
            yield word, str(body[member]), None
    if body.get("UnappliedAmt"):
        yield _("Not applied"), "", minor_from_decimal(body["UnappliedAmt"], currency)


def _postings(record: Record) -> list[dict[str, Any]]:
    """Return the live postings of a record with the wire id of each ledger account."""
    rows = []
    for row in postings(record.company_id, records=[record.pk]):
        rows.append(row)
        if len(rows) == _MOST_POSTINGS:
            break
    ids = wire_ids(record.company_id, {row.ledger_account for row in rows})
    return [
        {
            "row": row,
            "account": ids.get(row.ledger_account, ""),
            "debit": row.amount_minor if row.amount_minor >= 0 else None,
            "credit": -row.amount_minor if row.amount_minor < 0 else None,
        }
        for row in rows
    ]


def _links(company_id: int, record: Record) -> list[dict[str, Any]]:
    return [
        {
            "record": one.record,
            "title": title_of(one.record.entity),
            "address": document_address(company_id, one.record.entity, one.record.wire_id),
            "amount": one.amount_minor,
        }
        for one in linked_documents(record)
        if one.record.entity in KINDS
    ]
