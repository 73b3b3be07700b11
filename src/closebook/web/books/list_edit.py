"""Making and changing customers, vendors, items and ledger accounts, and taking them out of use."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from closebook.apps.books.models import BooksCompany, Record
from closebook.apps.books.selectors.records import record_of
from closebook.apps.companies.abilities import Ability
from closebook.core.errors import RemoteError, StaleError
from closebook.web.books.books import books_of, record_or_404
from closebook.web.books.document_lookup import Labels, offers, resolve
from closebook.web.books.list_kinds import LISTS, AccountForm, ItemForm, ListKind, PersonForm
from closebook.web.books.writing import (
    body_of,
    conflict,
    head_of,
    show_fault,
    written,
)
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.once import once, saved_in_books
from closebook.web.kit.said import said

_Form = PersonForm | ItemForm | AccountForm


@company_page(Ability.EDIT_BOOKS)
@require_http_methods(["GET", "POST"])
@once()
def list_new(request: CompanyRequest, word: str) -> HttpResponse:
    """Show the empty form of a list object, and make what is typed in."""
    books, kind = books_of(request), LISTS[word]
    form = kind.form(_sent(request))
    return _handled(request, books, (word, kind), form, None)


@company_page(Ability.EDIT_BOOKS)
@require_http_methods(["GET", "POST"])
@once()
def list_edit(request: CompanyRequest, word: str, wire_id: int) -> HttpResponse:
    """Show the form of a stored list object, and write what was changed."""
    books, kind = books_of(request), LISTS[word]
    record = record_or_404(books, kind.entity, wire_id)
    body = body_of(record)
    shown = kind.form.shown(body, Labels(books.pk, body, kind.entity))
    form = kind.form(_sent(request), initial=shown)
    for name in ("opening", "opening_day", *(["type"] if kind.entity == "Item" else [])):
        form.fields.pop(name, None)
    return _handled(request, books, (word, kind), form, record)


def _sent(request: CompanyRequest) -> QueryDict | None:
    """Return what was sent, even when that is nothing; None for a form that is only opened."""
    return request.POST if request.method == "POST" else None


def _handled(
    request: CompanyRequest,
    books: BooksCompany,
    which: tuple[str, ListKind],
    form: _Form,
    record: Record | None,
) -> HttpResponse:
    if request.method != "POST":
        return _show(request, books, which, form, record)
    if form.is_valid():
        resolve(books.pk, [form])
    if form.errors:
        return _show(request, books, which, form, record)
    former = body_of(record) if record is not None else {}
    payload = form.payload(former)
    kind = which[1]
    try:
        if record is None:
            made = {name: value for name, value in payload.items() if value not in (None, "")}
            answer = written(request, "create", kind.entity, made)
        else:
            answer = written(request, "update", kind.entity, payload | head_of(record, request))
    except StaleError:
        return _stale(request, which, record, payload)
    except RemoteError as error:
        show_fault(form, error, form.members)
        return _show(request, books, which, form, record)
    name = answer.get("DisplayName") or answer.get("Name", "")
    messages.success(request, _("%(name)s is saved.") % {"name": name})
    address = kind.address(request.company.pk, answer["Id"])
    saved_in_books(request, address)
    return redirect(address)


def _stale(
    request: CompanyRequest, which: tuple[str, ListKind], record: Record | None, payload: dict[str, Any]
) -> HttpResponse:
    word, kind = which
    now = record_of(record.company_id, kind.entity, record.wire_id) if record is not None else None
    if now is None:
        raise Http404
    form_page = reverse(f"{word}-edit", args=[request.company.pk, now.wire_id])
    return conflict(request, now, payload, (kind.address(request.company.pk, now.wire_id), form_page))


def _show(
    request: CompanyRequest,
    books: BooksCompany,
    which: tuple[str, ListKind],
    form: _Form,
    record: Record | None,
) -> HttpResponse:
    fresh = request.method != "POST"
    token = record.sync_token if record is not None else ""
    facts = {
        "form": form,
        "kind": which[1],
        "record": record,
        "name": (form.initial or {}).get("name", ""),
        "page": which[1].address(request.company.pk, record.wire_id) if record is not None else "",
        "list_page": reverse(which[1].list_page, args=[request.company.pk]),
        "offers": list(offers(books.pk, which[1].offers).items()),
        "token": token if fresh else request.POST.get("token", token),
    }
    return render(request, "web/books/list_form.html", facts, status=400 if form.errors else 200)


@company_page(Ability.EDIT_BOOKS)
@require_POST
def list_activity(request: CompanyRequest, word: str, wire_id: int) -> HttpResponse:
    """Take an object out of use or back into it; the message offers to undo that."""
    kind = LISTS[word]
    record = record_or_404(books_of(request), kind.entity, wire_id)
    active = request.POST.get("active") == "true"
    try:
        answer = written(request, "update", kind.entity, {"Active": active} | head_of(record, request))
    except RemoteError as error:
        messages.error(request, said(f"{error.message} {error.remedy}".strip()))
    else:
        _tell(request, str(answer.get("DisplayName") or answer.get("Name", "")), active=active)
    return redirect(kind.address(request.company.pk, record.wire_id))


def _tell(request: CompanyRequest, name: str, *, active: bool) -> None:
    """Leave the message with its undo, a button of the form that the page itself has."""
    text = _("%(name)s is active again.") if active else _("%(name)s is inactive and no longer offered.")
    shown = text % {"name": name.removesuffix(" (deleted)")}
    undo = format_html('<button class="link" form="activity">{}</button>', _("Undo"))
    messages.success(request, format_html("{} {}", shown, undo))
