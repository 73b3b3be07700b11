"""Tie-out certificates: a month of a connection against the books, on a page for the screen and for paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from closebook.apps.books.selectors.companies import books_of as embedded_books
from closebook.apps.books.selectors.state import books_state
from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import Connection, Preparation, PreparationState
from closebook.apps.sync.services.certifying import (
    Certificate,
    certifiable_months,
    certificate_of,
    tied_kept,
)
from closebook.apps.sync.services.preparing import preparation_begin
from closebook.apps.sync.services.wishes import TIE_OUT, Wish
from closebook.core.errors import HeldError, InputError
from closebook.core.periods import Month
from closebook.web.books.figures import amount
from closebook.web.books.paper import paper
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.sync.preparation import redirect_to_preparation
from closebook.web.sync.words import tell
from closebook.web.templatetags.kit import day


@company_page(Ability.SEE_BOOKS)
@require_safe
def certificates(request: CompanyRequest) -> HttpResponse:
    """Show the months of each connection that can be certified."""
    found = list(certifiable_months(request.company))
    return render(request, "web/books/certificates.html", {"connections": found})


@company_page(Ability.SEE_BOOKS)
@require_safe
def certificate(request: CompanyRequest, connection_id: int, month: str) -> HttpResponse:
    """Show a month's certificate, or give it as a PDF file."""
    connection = get_object_or_404(
        Connection.objects.select_related("company"), pk=connection_id, company=request.company
    )
    try:
        wanted = Month.parse(month)
    except InputError as error:
        raise Http404 from error
    try:
        kept = tied_kept(connection, books_state_of(request)) or _prepared(request, connection)
    except HeldError as error:
        tell(request, error)
        return redirect("certificates", request.company.pk)
    if kept.state != PreparationState.DONE:
        return redirect_to_preparation(request, kept)
    made = certificate_of(connection, wanted, kept)
    printer = request.user.get_full_name() or request.user.username
    if request.GET.get("export") == "pdf":
        return _pdf(made, printer)
    context = {"made": made, "printer": printer, "verdict": verdict(made), "parts": list(_parts(made))}
    return render(request, "web/books/certificate.html", context)


def books_state_of(request: CompanyRequest) -> str:
    """Return the state of the company's books in a word, "" for books elsewhere."""
    return books_state() if embedded_books(request.company.realm_id) else ""


def _prepared(request: CompanyRequest, connection: Connection) -> Preparation:
    """Return a new tie-out: every document is read from the books again, by a worker when there are many."""
    state = books_state_of(request)
    return preparation_begin(Wish(connection, TIE_OUT, request.user.get_username(), books_state=state))


def verdict(made: Certificate) -> str:
    """Return the certificate's word on the month."""
    if not made.rows:
        return _("Neither the files nor the books have anything in this month.")
    if made.ties:
        return _("Source and books agree to the cent.")
    if made.gaps:
        return _("Not everything of the source is in these figures.")
    return _("Source and books do not agree; the differences are shown.")


def _parts(made: Certificate) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the proofs below the table: titles with lines of words and figures."""
    currency = made.connection.currency
    lines = [
        (_("Held by %(platform)s for the shop") % {"platform": made.platform}, made.unsettled_minor),
        (_("Clearing account in the books"), made.clearing_minor),
        (_("Difference"), made.difference_minor),
    ]
    if made.waiting_minor:
        lines.append((_("Not due to be posted yet"), made.waiting_minor))
    title = _("The clearing account, as of %(day)s") % {"day": day(made.at.date())}
    yield title, [(words, amount(minor, currency)) for words, minor in lines]
    counted = _("%(explained)s of %(payouts)s") % {"explained": made.explained, "payouts": made.payouts}
    yield _("Payouts of the month"), [(_("Explained to the cent by the rows that they clear"), counted)]


def _pdf(made: Certificate, printer: str) -> HttpResponse:
    connection, currency = made.connection, made.connection.currency
    facts: dict[str, Any] = {
        "company": connection.company.name,
        "title": _("Tie-out certificate"),
        "connection": connection.name,
        "month": f"{made.month}, {currency}",
        "page": _("Page"),
        "verdict": verdict(made),
        "heads": [_("Kind"), _("Source"), _("Books"), _("Difference")],
        "rows": [
            [
                said(row.kind),
                *(amount(m, currency) for m in (row.source_minor, row.books_minor, row.difference_minor)),
            ]
            for row in made.rows
        ],
        "parts": [{"title": title, "rows": rows} for title, rows in _parts(made)],
        "foot": [
            *map(said, made.gaps),
            *map(said, made.doubts),
            _("Printed %(at)s UTC by %(printer)s.")
            % {"at": f"{made.at:%Y-%m-%d %H:%M:%S}", "printer": printer},
            _("Last line of the audit log: %(number)s, digest %(digest)s.")
            % {"number": made.audit_number, "digest": made.audit_digest or "–"},
        ],
    }
    name = f"tie-out-{connection.pk}-{made.month}.pdf"
    return HttpResponse(
        paper("certificate", facts),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
