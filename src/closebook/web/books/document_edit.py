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
from closebook.apps.books.selectors.records import record_of
from closebook.apps.books.selectors.settling import Settled, open_documents
from closebook.apps.companies.abilities import Ability
from closebook.core.errors import RemoteError, StaleError
from closebook.web.books.books import books_of, record_or_404
from closebook.web.books.document_form import DocumentForm
from closebook.web.books.document_lookup import MOST_OFFERED, offers
from closebook.web.books.document_origin import origin_of, start_of
from closebook.web.books.document_specs import SPECS
from closebook.web.books.document_sums import spread, sums_of
from closebook.web.books.documents import TITLES
from closebook.web.books.kinds import Kind, kind_of
from closebook.web.books.writing import conflict, head_of, written
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.once import once, saved_in_books

_OFFERED = {"customer": "customers", "vendor": "vendors", "payee": "people", "account": "accounts"}
_OFFERED_BY_LINES = {
    "sale": ("items",),
    "cost": ("accounts",),
    "deposit": ("accounts",),
    "journal": ("accounts", "people"),
}


@company_page(Ability.EDIT_BOOKS)
@require_http_methods(["GET", "POST"])
@once("sums", "more", "open")
def document_new(request: CompanyRequest, kind: str) -> HttpResponse:
    """Show an empty form, and post the document that is typed in."""
    books, known = books_of(request), _typed(kind, request)
    if request.method == "POST":
        return _sent(request, books, known, None)
    origin = origin_of(request.GET, books, known)
    start, lines = start_of(request.GET, books, known, origin)
    company_id = request.company.pk
    form = DocumentForm(books, known, company_id=company_id, start=start, first_lines=lines, origin=origin)
    return _show(request, form)


@company_page(Ability.EDIT_BOOKS)
@require_http_methods(["GET", "POST"])
@once("sums", "more", "open")
def document_edit(request: CompanyRequest, kind: str, wire_id: int) -> HttpResponse:
    """Show the form of a stored document, and write what was changed."""
    books, known = books_of(request), _typed(kind, request)
    record = record_or_404(books, known.entity, wire_id)
    if request.method == "POST":
        return _sent(request, books, known, record)
    return _show(request, DocumentForm(books, known, record, company_id=request.company.pk))


def _typed(slug: str, request: CompanyRequest) -> Kind:
    known = kind_of(slug, request)
    if known.entity not in SPECS:
        raise Http404
    return known


def _sent(request: CompanyRequest, books: BooksCompany, kind: Kind, record: Record | None) -> HttpResponse:
    origin = origin_of(request.GET, books, kind) if record is None else None
    form = DocumentForm(books, kind, record, company_id=request.company.pk, data=request.POST, origin=origin)
    if "sums" in request.POST:
        return render(request, "web/books/document_sums.html", {"form": form, "sums": sums_of(form)})
    if "more" in request.POST or "open" in request.POST:
        form.again(request.POST, spread(form) if "open" in request.POST and form.spec.settles else None)
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
    address = reverse("document", args=[request.company.pk, kind.slug, answer["Id"]])
    saved_in_books(request, address)
    return redirect(address)


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


def _show(request: CompanyRequest, form: DocumentForm, status: int = 200) -> HttpResponse:
    fresh = request.method != "POST"
    record = form.record
    token = record.sync_token if record is not None else ""
    facts = {
        "form": form,
        "kind": form.kind,
        "record": record,
        "offers": list(offers(form.books.pk, _wanted(form)).items()),
        "open_documents": _open_documents(form),
        "sums": sums_of(form),
        "list": form.kind.list_page,
        "list_title": TITLES[form.kind.group][0],
        "token": token if fresh else request.POST.get("token", token),
    }
    return render(request, "web/books/document_form.html", facts, status=status)


def _wanted(form: DocumentForm) -> set[str]:
    above = {_OFFERED[one.kind] for one in form.spec.head if one.kind in _OFFERED}
    return above | set(_OFFERED_BY_LINES.get(form.spec.lines, ()))


def _open_documents(form: DocumentForm) -> list[tuple[Settled, str]]:
    """Return what a payment may settle, each with the name of its customer or vendor."""
    if not form.spec.settles:
        return []
    found = open_documents(form.books.pk, form.spec.settles, MOST_OFFERED)
    names = names_of(form.books.pk, {party for _one, party in found if party})
    return [(one, names.get(party, "")) for one, party in found]
