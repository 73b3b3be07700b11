"""Opportunities of another program: a file is looked at with its faults, then taken in; all are exported."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.services.import_jobs import Import, import_keep, import_of, is_long
from closebook.apps.selling.services.importing import export_csv, import_deals, preview
from closebook.apps.sync.services.beats import worker_lives
from closebook.core.errors import InputError
from closebook.core.selling.crm_file import Reading
from closebook.core.selling.crm_table import text_of
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.selling.forms import ImportForm
from closebook.web.selling.words import DEAL_STATES
from closebook.web.templatetags.kit import count

SHOWN = 20
LETTERS = {
    "gb18030": _("The file is not in UTF-8; it was read as Chinese letters (GB18030)."),
    "windows-1252": _("The file is not in UTF-8; it was read as Western letters (Windows-1252)."),
}
"""What is said of a file whose letters were told by how they stand."""
TABLES = (
    ("opportunities", _("Opportunities")),
    ("customers", _("Customers")),
    ("moves", _("Moves through the stages")),
)


@company_page(Ability.MANAGE_SELLING)
@require_http_methods(["GET", "POST"])
def deals_import(request: CompanyRequest) -> HttpResponse:
    """Show what a file holds, row by row with its faults; with ``import`` take it in, whole or not at all."""
    form = ImportForm(request.POST or None, request.FILES or None)
    reading: Reading | None = None
    letters: Promise | str = ""
    if request.method == "POST" and form.is_valid():
        try:
            file = form.cleaned_data["file"]
            found = text_of(file.read(), file.name)
            letters = LETTERS.get(found.encoding, "")
            if "import" in request.POST:
                return _taken_in(request, found.text, file.name)
            reading = preview(found.text, request.company, name=file.name)
        except InputError as error:
            form.add_error("file", said(error))
    request.place = "board"
    # The script shows an answer in the page only when it is none of a failure.
    status = 400 if form.errors and not getattr(request, "htmx", False) else 200
    return render(
        request, "web/selling/import.html", {**_shown(form, reading), "letters": letters}, status=status
    )


def _shown(form: ImportForm, reading: Reading | None) -> dict[str, Any]:
    facts = {"form": form, "reading": reading, "tables": TABLES}
    if reading is None:
        return facts
    deals = [(each, DEAL_STATES.get(each.state, each.state)) for each in reading.deals[:SHOWN]]
    faults = [said(each) for each in reading.faults[:SHOWN]]
    return {**facts, "deals": deals, "faults": faults, "more_faults": len(reading.faults) - len(faults)}


def _taken_in(request: CompanyRequest, text: str, name: str) -> HttpResponse:
    if is_long(text):
        token = import_keep(request.company, text, name, request.user.username)
        return redirect("deals-import-run", request.company.pk, token)
    made = import_deals(text, request.company, request.user.username, name=name)
    messages.success(request, _result(asdict(made)))
    return redirect("opportunities", request.company.pk)


def _result(facts: dict[str, int]) -> str:
    shown = {name: count(number) for name, number in facts.items()}
    return translated("%(added)s added, %(changed)s changed, %(same)s as they were.") % shown


def _run(request: CompanyRequest, token: str) -> Import:
    made = import_of(request.company, token)
    if made is None:
        raise Http404
    return made


@company_page(Ability.MANAGE_SELLING)
@require_safe
def deals_import_run(request: CompanyRequest, token: str) -> HttpResponse:
    """Show how far a long import is, or how it ended."""
    made = _run(request, token)
    request.place = "board"
    facts = {
        "made": made, "token": token, "worker_lives": not made.lives or worker_lives(),
        "result": _result(made.result) if made.result else "",
    }  # fmt: skip
    return render(request, "web/selling/import_run.html", facts)


@company_page(Ability.MANAGE_SELLING)
@require_safe
def deals_import_progress(request: CompanyRequest, token: str) -> HttpResponse:
    """Show how far it is; once it ended, have the page loaded anew."""
    made = _run(request, token)
    answer = render(request, "web/selling/import_progress.html", {"made": made})
    if not made.lives:
        answer["HX-Refresh"] = "true"
    return answer


@company_page(Ability.MANAGE_SELLING)
@require_safe
def deals_export(request: CompanyRequest, table: str) -> HttpResponse:
    """Give a table of selling as a CSV file."""
    try:
        text = export_csv(request.company, table)
    except InputError as error:
        return HttpResponse(said(error), status=404, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{table}.csv"'
    return answer
