"""The statements: their index, the page of each, and views of them that somebody keeps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.books.selectors.span import first_day, last_day
from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.selectors.views import views_of
from closebook.apps.companies.services.views import view_delete, view_save
from closebook.core.errors import InputError
from closebook.web.books.catalogue import GROUPS, KINDS
from closebook.web.books.sheet import PAGE_LINES, Sheet
from closebook.web.books.statement_files import FORMS, statement_file
from closebook.web.books.statements_elsewhere import elsewhere_index, elsewhere_page
from closebook.web.books.wishes import BASIS_WORDS, BY_WORDS, COMPARE_WORDS, CUSTOM, PERIOD_WORDS
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said

MOST_COLUMNS = 60


class ViewForm(forms.Form):
    """The name under which a view is kept."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)


@company_page(Ability.SEE_BOOKS)
@require_safe
def statements(request: CompanyRequest) -> HttpResponse:
    """Show all statements, and the views that were kept."""
    if not request.company.embedded:
        return elsewhere_index(request)
    context = {"groups": GROUPS, "views": views_of(request.company)}
    return render(request, "web/books/statements.html", context)


@company_page(Ability.SEE_BOOKS)
@require_safe
def statement_page(request: CompanyRequest, name: str) -> HttpResponseBase:
    """Show a statement as the address asks for it, or give it as a file."""
    if not request.company.embedded:
        return elsewhere_page(request, name)
    wrong = None
    try:
        sheet = Sheet.of(request.company, name, request.GET.dict())
        if form := request.GET.get("export"):
            return statement_file(sheet, form)
        context = _context(sheet)
    except InputError as error:
        wrong = error
        sheet = Sheet.of(request.company, name, {})
        context = _context(sheet)
    views = [view for view in views_of(request.company) if view.statement == name]
    context |= {"views": views, "wrong": wrong, "form": ViewForm()}
    return render(request, "web/books/statement.html", context, status=400 if wrong else 200)


def _context(sheet: Sheet) -> dict[str, Any]:
    """Return what the page shows of a statement."""
    table, wishes, kind = sheet.table(PAGE_LINES), sheet.wishes, sheet.kind
    wide = len(table.columns) > MOST_COLUMNS
    lines = [] if wide else sheet.shown(table)
    return {
        "sheet": sheet,
        "kind": kind,
        "wishes": wishes,
        "table": table,
        "lines": lines,
        "wide": wide,
        "cut": table.cut or table.short or len(lines) >= PAGE_LINES,
        "empty": None if table.has_data else _reach(sheet),
        "periods": [
            (words, wishes.during(word).query(), word == wishes.period)
            for word, words in PERIOD_WORDS.items()
        ],
        "custom": wishes.period == CUSTOM,
        "bases": BASIS_WORDS.items() if kind.has_basis else (),
        "columns_by": [(word, BY_WORDS[word]) for word in kind.by],
        "comparisons": COMPARE_WORDS.items() if kind.compares else (),
        "exports": {form: f"?{wishes.query()}&export={form}" for form in FORMS},
    }


def _reach(sheet: Sheet) -> dict[str, Any]:
    """Return the days from which to which the books have postings, for a statement that shows none."""
    return {"first": first_day(sheet.books.pk), "last": last_day(sheet.books.pk)}


@company_page(Ability.SEE_BOOKS)
@require_POST
def view_keep(request: CompanyRequest, name: str) -> HttpResponse:
    """Keep the wishes for a statement under a name."""
    if name not in KINDS:
        raise Http404
    form = ViewForm(request.POST)
    back = reverse("statement", args=[request.company.pk, name])
    try:
        query = Sheet.of(request.company, name, request.POST.dict()).wishes.query()
    except InputError as error:
        messages.error(request, said(error))
        return redirect(back)
    if not form.is_valid():
        messages.error(request, _("Give the view a name of at most 80 letters."))
    else:
        view = view_save(request.company, form.cleaned_data["name"], name, query)
        messages.success(request, _("Kept as “%(name)s”.") % {"name": view.name})
    return redirect(f"{back}?{query}")


@company_page(Ability.SEE_BOOKS)
@require_POST
def view_drop(request: CompanyRequest, view_id: int) -> HttpResponse:
    """Forget a view; nothing but its name and address is lost."""
    view = view_delete(request.company, view_id)
    if view is None:
        raise Http404
    messages.success(request, _("“%(name)s” is forgotten.") % {"name": view.name})
    return redirect(f"{reverse('statement', args=[request.company.pk, view.statement])}?{view.query}")
