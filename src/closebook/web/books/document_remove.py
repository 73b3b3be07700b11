"""Deleting and voiding documents: asked first, with what it does to the books."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from closebook.apps.books.models import Record
from closebook.apps.books.selectors.postings import postings
from closebook.apps.books.selectors.records import linked_documents
from closebook.apps.companies.abilities import Ability
from closebook.apps.qbo.registry import ENTITIES
from closebook.core.errors import ClosebookError, RemoteError, StaleError
from closebook.web.books.books import books_of, record_or_404
from closebook.web.books.kinds import Kind, kind_of, title_of
from closebook.web.books.writing import head_of, written
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said


@company_page(Ability.EDIT_BOOKS)
@require_http_methods(["GET", "POST"])
def document_remove(request: CompanyRequest, kind: str, wire_id: int) -> HttpResponse:
    """Say what deleting and voiding do to the books, and do what is chosen."""
    books, known = books_of(request), kind_of(kind, request)
    record = record_or_404(books, known.entity, wire_id)
    operation = request.POST.get("operation", "")
    if request.method != "POST" or operation not in _possible(known):
        return _ask(request, record, known)
    try:
        written(request, "void" if operation == "void" else "delete", known.entity, head_of(record, request))
    except StaleError:
        stale = _("Somebody changed it after you opened this page. Look at it again, then choose.")
        return _ask(request, record_or_404(books, known.entity, wire_id), known, stale, 409)
    except RemoteError as error:
        return _ask(request, record, known, _said(error), 400)
    number = record.doc_number or record.wire_id
    if operation == "void":
        messages.success(
            request, _("%(title)s %(number)s is voided.") % {"title": known.title, "number": number}
        )
        return redirect("document", request.company.pk, kind, wire_id)
    messages.success(
        request, _("%(title)s %(number)s is deleted.") % {"title": known.title, "number": number}
    )
    return redirect(known.list_page, request.company.pk)


def _said(error: ClosebookError) -> str:
    return said(f"{error.message} {error.remedy}".strip())


def _possible(kind: Kind) -> list[str]:
    """Return which of delete and void the books allow for a kind."""
    entity = ENTITIES.get(kind.entity)
    if entity is None:
        return []
    return ["delete"] * entity.deletable + ["void"] * entity.voidable


def _ask(
    request: CompanyRequest, record: Record, kind: Kind, problem: str = "", status: int = 200
) -> HttpResponse:
    facts = {
        "record": record,
        "kind": kind,
        "possible": _possible(kind),
        "postings": list(postings(record.company_id, records=[record.pk])),
        "currency": record.company.home_currency,
        "links": [(one.record, title_of(one.record.entity)) for one in linked_documents(record)],
        "problem": problem,
    }
    return render(request, "web/books/document_remove.html", facts, status=status)
