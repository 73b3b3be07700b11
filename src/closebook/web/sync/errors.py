"""What is wrong, grouped by cause: where it is, who can act, and what can be done with one click."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Case, QuerySet, Value, When
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import Run, SyncError
from closebook.apps.sync.selectors import problems as found
from closebook.apps.sync.selectors.provenance import connections_of
from closebook.apps.sync.services.deciding import decision_keep, retry_plan, retry_plan_all, row_leave_out
from closebook.apps.sync.services.newer_files import VANISHED
from closebook.apps.sync.services.planning import refuse_unfinished
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.numbers import number_of
from closebook.web.kit.said import said
from closebook.web.sync.outcome import linked, plan_words, told
from closebook.web.sync.problem_fixes import can_retry, explained, fixes_of, hints_of, words_for
from closebook.web.sync.problem_words import WHO_ACTS, meaning_of, thing_of

STATES = (("open", _("open")), ("resolved", _("resolved")), ("all", _("all")))


@company_page(Ability.SEE_SYNC)
@require_safe
def errors(request: CompanyRequest) -> HttpResponse:
    """Show what is wrong by cause."""
    return problems_page(request, held=False)


def problems_page(request: CompanyRequest, *, held: bool) -> HttpResponse:
    """Return the page of errors or of holds, narrowed by connection, code and state as the address asks."""
    state = request.GET.get("state", "open")
    rows = found.problems(request.company.pk, held=held, state="" if state == "all" else state)
    rows = narrowed(rows, request.GET.get("connection", ""), request.GET.get("code", ""))
    groups = found.problem_groups(rows)
    facts = {
        "held": held,
        "groups": [_group_shown(request, group) for group in groups],
        "count": sum(group.count for group in groups),
        "connections": connections_of(request.company.pk),
        "codes": [(code, meaning_of(code).title) for code in found.problem_codes(request.company.pk)],
        "states": STATES,
        "state": state,
        "chosen_connection": request.GET.get("connection", ""),
        "chosen_code": request.GET.get("code", ""),
    }
    return render(request, "web/sync/problems.html", facts)


def narrowed(rows: QuerySet[SyncError], connection: str, code: str) -> QuerySet[SyncError]:
    """Return the lines of a connection (its number as text, "" for all) and of a code ("" for all)."""
    if connection.isdecimal():
        rows = rows.filter(connection_id=number_of(connection))
    return rows.filter(code=code) if code else rows


def _group_shown(request: CompanyRequest, group: found.ProblemGroup) -> dict[str, Any]:
    examples = [_line_shown(request, error) for error in group.examples]
    first = group.examples[0]
    may = Ability.RUN_SYNC in request.abilities and group.count > 1 and first.resolved_at is None
    return {
        "group": group,
        "decides": may and first.held and bool(words_for(first)),
        "meaning": meaning_of(group.code),
        "who": WHO_ACTS.get(first.who_acts, first.who_acts),
        "hints": hints_of(first) if not first.held else [],
        "lines": examples,
        "more": group.count - len(examples),
        "bulk": can_retry(first) and Ability.RUN_SYNC in request.abilities and group.count > 1,
    }


def _row_words(error: SyncError) -> str:
    return translated("row {row}").format(row=error.row) if error.row else error.file


def _line_shown(request: CompanyRequest, error: SyncError) -> dict[str, Any]:
    named, explanations = explained(error)
    return {
        "error": error,
        "thing": thing_of(error.key) or _row_words(error),
        "named": named,
        "explanations": explanations,
        "fixes": fixes_of(request, error),
    }


COLUMNS = (
    Column(
        "number",
        _("No."),
        lambda error: error.pk,
        kind="number",
        sort="pk",
        link=lambda error: reverse("error", args=[error.connection.company_id, error.pk]),
    ),
    Column("code", _("Cause"), lambda error: str(meaning_of(error.code).title), sort="code"),
    Column("thing", _("About"), lambda error: thing_of(error.key), sort="key"),
    Column("cause", _("What happened"), lambda error: said(error.cause)),
    Column("connection", _("Connection"), lambda error: error.connection.name, sort="connection__name"),
    Column("file", _("File"), lambda error: error.file, sort="file"),
    Column("row", _("Row"), lambda error: error.row, kind="number", sort="row"),
    Column("field", _("Field"), lambda error: error.field, hidden=True),
    Column("at", _("Since"), lambda error: error.created_at, kind="time", sort="created_at"),
    Column("state", _("State"), lambda error: error.standing, kind="tag", sort="standing"),
)


@company_page(Ability.SEE_SYNC)
@require_safe
def error_list(request: CompanyRequest) -> HttpResponseBase:
    """Show every line of the error log in one list, holds too."""
    rows = found.problems(request.company.pk, state="").annotate(
        standing=Case(
            When(resolved_at__isnull=False, then=Value("resolved")),
            When(held=True, then=Value("held")),
            default=Value("open"),
        )
    )
    shops = tuple((str(each.pk), each.name) for each in connections_of(request.company.pk))
    codes = tuple((code, meaning_of(code).title) for code in found.problem_codes(request.company.pk))
    states = (("open", _("open")), ("held", _("held")), ("resolved", _("resolved")))
    listing = Listing(
        request,
        "errors",
        rows,
        COLUMNS,
        search=("cause", "key", "file", "code"),
        choices=(
            Choice("connection", _("Connection"), "connection_id", shops),
            Choice("code", _("Cause"), "code", codes),
            Choice("state", _("State"), "standing", states),
        ),
        empty=_("Nothing was ever wrong here. What cannot be read, posted or verified is listed."),
    )
    return listing.show("web/sync/error_list.html")


@company_page(Ability.SEE_SYNC)
@require_safe
def error(request: CompanyRequest, error_id: int) -> HttpResponse:
    """Show one error or hold with everything that is known about it."""
    line = _line(request, error_id)
    facts = {
        **_line_shown(request, line),
        "meaning": meaning_of(line.code),
        "who": WHO_ACTS.get(line.who_acts, line.who_acts),
        "hints": [] if line.held or line.code == VANISHED else hints_of(line),
        "diff": found.held_diff(line) if line.key else (),
        "rows": found.rows_behind(line),
        "currency": line.connection.currency,
    }
    return render(request, "web/sync/error.html", facts)


def _line(request: CompanyRequest, error_id: int) -> SyncError:
    line = found.problem(request.company.pk, error_id)
    if line is None:
        raise Http404
    return line


@company_page(Ability.RUN_SYNC)
@require_POST
def error_retry(request: CompanyRequest, error_id: int) -> HttpResponse:
    """Keep the word that was given, if any, and plan again what one line concerns."""
    line, word = _line(request, error_id), request.POST.get("word", "")
    if line.resolved_at is not None or not (word in words_for(line) if word else can_retry(line)):
        messages.error(request, translated("This cannot be done about it any more. Look at it again."))
        return redirect("error", request.company.pk, line.pk)
    with told(request):
        if not line.key:
            row_leave_out(line, request.user.username)
            messages.success(request, translated("The row is left out."))
            return redirect("errors", request.company.pk)
        refuse_unfinished(line.connection, replace=False)
        decision_keep(line, word, request.user.username)
        run = retry_plan(line) if line.code == VANISHED else retry_plan_all([line])
        line.refresh_from_db()
        _say(request, line, run, word)
    return redirect("error", request.company.pk, line.pk)


def _say(request: CompanyRequest, line: SyncError, run: Run | None, word: str) -> None:
    """Say what happens next, and where a word can be taken back."""
    if run is not None:
        words = plan_words(request, run)
    elif line.resolved_at is None:
        words = format_html("{} {}", translated("It is still so:"), said(line.cause))
    else:
        words = format_html("{}", translated("Nothing has to be written; this line is closed."))
    if word and line.code != VANISHED:
        back = linked(reverse("decisions", args=[request.company.pk]), translated("take it back"))
        words = format_html("{} {} ({}).", words, translated("Your word is remembered"), back)
    level = messages.SUCCESS if run is not None or line.resolved_at else messages.WARNING
    messages.add_message(request, level, words)


@company_page(Ability.RUN_SYNC)
@require_POST
def errors_retry(request: CompanyRequest) -> HttpResponse:
    """Plan all open lines of one cause in one connection again, as one plan."""
    held = request.POST.get("held") == "1"
    connection, code = request.POST.get("connection", ""), request.POST.get("code", "")
    rows = narrowed(found.problems(request.company.pk, held=held), connection, code).exclude(key="")
    lines = list(rows) if connection.isdecimal() and code else []
    if not lines or not can_retry(lines[0]):
        messages.error(request, translated("There is nothing of this kind that can be tried again."))
        return redirect("holds" if held else "errors", request.company.pk)
    with told(request):
        refuse_unfinished(lines[0].connection, replace=False)
        run = retry_plan_all(lines)
        if run is not None:
            messages.success(request, plan_words(request, run))
        else:
            messages.success(request, translated("Nothing has to be written."))
    return redirect("holds" if held else "errors", request.company.pk)
