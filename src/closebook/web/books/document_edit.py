"""Typing documents in, and changing them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from closebook.apps.books.models import BooksCompany, Record
from closebook.apps.books.selectors.names import names_of
from closebook.apps.books.selectors.records import open_invoices, record_of
from closebook.apps.companies.abilities import Ability
from closebook.core.errors import RemoteError, StaleError
from closebook.transport import clock
from closebook.web.books.books import books_of, record_or_404
from closebook.web.books.document_form import DocumentForm
from closebook.web.books.document_lookup import MOST_OFFERED, offers
from closebook.web.books.document_specs import SPECS
from closebook.web.books.kinds import Kind, kind_of
from closebook.web.books.writing import conflict, head_of, request_id_new, request_id_of, written
from closebook.web.frame.access import CompanyRequest, company_page

_OFFERED = {"customer": "customers", "vendor": "vendors", "payee": "people", "account": "accounts"}
_OFFERED_BY_LINES = {
    "sale": ("items",),
    "cost": ("accounts",),
    "deposit": ("accounts",),
    "journal": ("accounts", "people"),
}


@company_page(Ability.EDIT_BOOKS)
@require_http_methods(["GET", "POST"])
def document_new(request: CompanyRequest, kind: str) -> HttpResponse:
    """Show an empty form, and post the document that is typed in."""
    books, known = books_of(request), _typed(kind)
    if request.method == "POST":
        return _sent(request, books, known, None)
    start, lines = _start(request, books, known)
    return _show(request, DocumentForm(books, known, start=start, first_lines=lines))


@company_page(Ability.EDIT_BOOKS)
@require_http_methods(["GET", "POST"])
def document_edit(request: CompanyRequest, kind: str, wire_id: int) -> HttpResponse:
    """Show the form of a stored document, and write what was changed."""
    books, known = books_of(request), _typed(kind)
    record = record_or_404(books, known.entity, wire_id)
    if request.method == "POST":
        return _sent(request, books, known, record)
    return _show(request, DocumentForm(books, known, record))


def _typed(slug: str) -> Kind:
    known = kind_of(slug)
    if known.entity not in SPECS:
        raise Http404
    return known


def _sent(request: CompanyRequest, books: BooksCompany, kind: Kind, record: Record | None) -> HttpResponse:
    form = DocumentForm(books, kind, record, data=request.POST)
    if "more" in request.POST:
        form.more(request.POST)
        return _show(request, form)
    if not form.is_valid():
        return _show(request, form, 400)
    payload = form.payload()
    try:
        if record is None:
            answer = written(request, "create", kind.entity, payload)
        else:
            answer = written(request, "update", kind.entity, payload | head_of(record, request))
    except StaleError:
        return _stale(request, kind, record, payload)
    except RemoteError as error:
        form.show_fault(error)
        return _show(request, form, 400)
    number = answer.get("DocNumber") or answer.get("Id", "")
    text = _("%(title)s %(number)s is saved.") % {"title": kind.title, "number": number}
    messages.success(request, text)
    return redirect("document", request.company.pk, kind.slug, answer["Id"])


def _stale(
    request: CompanyRequest, kind: Kind, record: Record | None, payload: dict[str, Any]
) -> HttpResponse:
    """Show both versions; the record is read again, as it may have changed since the form was checked."""
    now = record_of(record.company_id, kind.entity, record.wire_id) if record is not None else None
    if now is None:
        raise Http404
    where = [request.company.pk, kind.slug, now.wire_id]
    return conflict(
        request, now, payload, (reverse("document", args=where), reverse("document-edit", args=where))
    )


def _start(
    request: CompanyRequest, books: BooksCompany, kind: Kind
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what a new form begins with: today, and for a payment the invoice that it was opened from."""
    start: dict[str, Any] = {"day": clock.today()}
    wanted = request.GET.get("invoice", "")
    invoice = (
        record_of(books.pk, "Invoice", wanted) if kind.entity == "Payment" and wanted.isdecimal() else None
    )
    if invoice is None:
        return start, []
    amount = invoice.balance_minor or 0
    who = names_of(books.pk, [invoice.party] if invoice.party else []).get(invoice.party or 0, "")
    line = {"invoice": invoice.doc_number or f"#{invoice.wire_id}", "amount": amount}
    return {**start, "customer": who, "amount": amount}, [line]


def _show(request: CompanyRequest, form: DocumentForm, status: int = 200) -> HttpResponse:
    fresh = request.method != "POST"
    record = form.record
    token = record.sync_token if record is not None else ""
    facts = {
        "form": form,
        "kind": form.kind,
        "record": record,
        "offers": list(offers(form.books.pk, _wanted(form)).items()),
        "invoices": _invoices(form),
        "request_id": request_id_new() if fresh else request_id_of(request),
        "token": token if fresh else request.POST.get("token", token),
    }
    return render(request, "web/books/document_form.html", facts, status=status)


def _wanted(form: DocumentForm) -> set[str]:
    above = {_OFFERED[one.kind] for one in form.spec.head if one.kind in _OFFERED}
    return above | set(_OFFERED_BY_LINES.get(form.spec.lines, ()))


def _invoices(form: DocumentForm) -> list[tuple[Record, str]]:
    """Return the open invoices that a payment may settle, each with its customer's name."""
    if form.spec.lines != "applied":
        return []
    found = open_invoices(form.books.pk, MOST_OFFERED)
    names = names_of(form.books.pk, {one.party for one in found if one.party})
    return [(one, names.get(one.party or 0, "")) for one in found]
