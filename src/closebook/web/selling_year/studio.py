"""The studio of a yearly summary: sections, the text with live figures, and what the checks say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import AnnualReport, SummaryTemplate
from closebook.apps.selling.selectors.gathering import gathered_of
from closebook.apps.selling.services import summary as services
from closebook.apps.selling.services.templates import template_of
from closebook.core.errors import ClosebookError, ConflictError, InputError
from closebook.core.selling.summary.compose import WRITTEN, report_of
from closebook.core.selling.summary.entered import ENTERED
from closebook.core.selling.summary.report import SECTIONS, Report
from closebook.core.selling.summary.speech import LANGUAGES, Speech
from closebook.transport import clock
from closebook.web.books.fields import day_field
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.selling_year.files import FORMATS
from closebook.web.selling_year.files.word import word
from closebook.web.selling_year.judged import BROKEN_WORDS, CHECK_WORDS, notes_on
from closebook.web.selling_year.phrases import phrases, speech
from closebook.web.selling_year.shown import figure_of, shown_blocks
from closebook.web.selling_year.template import TemplateForm

MOST_LETTERS = 20_000
LANGUAGE_NAMES = {"en": "English", "nl": "Nederlands", "zh-hans": "中文"}
FACTS = {
    "problem": ("root", "link", "size"), "case": ("situation", "done", "result", "elsewhere"),
    "cause": ("figure", "category"), "goal": ("measure", "resource", "due"), "focus": ("problem",),
    **ENTERED,
}  # fmt: skip


class BeginForm(forms.Form):
    """Which days, and whose."""

    start = day_field(gettext_lazy("From"))
    end = day_field(gettext_lazy("To"))
    person = forms.CharField(label=gettext_lazy("Only this salesperson"), max_length=150, required=False)
    region = forms.CharField(label=gettext_lazy("Only this region"), max_length=80, required=False)


@company_page(Ability.MANAGE_SELLING)
@require_http_methods(["GET", "POST"])
def summaries(request: CompanyRequest) -> HttpResponse:
    """Show the summaries, and begin one."""
    year = clock.today().year - 1
    days = {"start": dt.date(year, 1, 1), "end": dt.date(year, 12, 31)}
    form = BeginForm(request.POST or None, initial=days)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.summary_begin(request.company, by=request.user.username, **form.cleaned_data)
            return redirect("summary", request.company.pk, made.pk)
        except InputError as error:
            form.add_error("end", said(error))
    rows = AnnualReport.objects.filter(company=request.company).order_by("-start", "-version", "-pk")[:100]
    template = SummaryTemplate.objects.filter(company=request.company).defer("data").first()
    facts = {"form": form, "rows": rows, "template": template, "template_form": TemplateForm()}
    return render(request, "web/selling_year/summaries.html", facts, status=400 if form.errors else 200)


def _one(request: CompanyRequest, pk: int) -> AnnualReport:
    found = (
        AnnualReport.objects.filter(company=request.company, pk=pk).select_related("company", "first").first()
    )
    if found is None:
        raise Http404
    return found


def _language(request: CompanyRequest) -> str:
    wanted = request.GET.get("language") or get_language() or "en"
    return wanted if wanted in LANGUAGES else "en"


@company_page(Ability.MANAGE_SELLING)
@require_safe
def summary(request: CompanyRequest, pk: int) -> HttpResponse:
    """Show a section of a summary, the list of sections, and the checks."""
    one = _one(request, pk)
    section = request.GET.get("section", "R1")
    if section not in SECTIONS:
        raise Http404
    given = gathered_of(one, clock.today())
    report, language = report_of(given), _language(request)
    spoken = speech(report, language)
    facts = _sections(report, spoken, section) | {
        "one": one, "language": language, "languages": LANGUAGE_NAMES, "formats": list(FORMATS),
        "draft": spoken.draft(section), "own": one.texts.get(language, {}).get(section),
        "kinds": _kinds(section, language),
        "written": [item for item in one.items.order_by("pk") if section in WRITTEN.get(item.kind, ())],
        "notes": [(note, CHECK_WORDS[note.check]) for note in notes_on(given, report)],
        "broken": [BROKEN_WORDS[each.what] for each in report.broken],
        "changes": _changes(one, language),
    }  # fmt: skip
    return render(request, "web/selling_year/summary.html", facts)


def _sections(report: Report, spoken: Speech, section: str) -> dict[str, Any]:
    names = [(name, spoken.phrase(name), bool(report.section(name).blocks)) for name in SECTIONS]
    blocks = shown_blocks(spoken, report.section(section).blocks)
    return {"sections": names, "section": section, "heading": spoken.phrase(section), "blocks": blocks}


def _kinds(section: str, language: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    words = phrases(language)
    kinds = [kind for kind, places in WRITTEN.items() if section in places and kind != "promise"]
    plural = {
        "case": "cases", "focus": "focus", "market": "market", "duty": "duties", "supply": "supplies",
        "outlets": "outlets",
    }  # fmt: skip
    facts = {kind: [f"fact-{name}" for name in FACTS.get(kind, ())] for kind in kinds}
    return [
        (kind, words[plural.get(kind, f"{kind}s")], [(name, words[name]) for name in facts[kind]])
        for kind in kinds
    ]


def _changes(one: AnnualReport, language: str) -> list[tuple[str, str, str]]:
    if one.first is None:
        return []
    today = clock.today()
    then, now = (speech(report_of(gathered_of(each, today)), language) for each in (one.first, one))
    names = [name for name, _then, _now in services.changes_since_first(one, today)]
    return [(now.phrase(name), then.cell(name).text, now.cell(name).text) for name in names]


@company_page(Ability.MANAGE_SELLING)
@require_POST
def summary_change(request: CompanyRequest, pk: int, what: str) -> HttpResponse:
    """Write a text, add or drop an item, finish the summary, or begin its next version."""
    one, posted = _one(request, pk), {name: str(value) for name, value in request.POST.items()}
    section, language = (
        posted[name] if posted.get(name) in known else otherwise
        for name, known, otherwise in (("section", SECTIONS, "R1"), ("language", LANGUAGES, "en"))
    )
    try:
        _refuse_words(posted.values())
        if what == "write":
            text = None if "again" in posted else posted.get("text", "")
            services.summary_write(request.company, pk, language, section, text)
            messages.success(request, _("The text is kept."))
        elif what == "item":
            facts = {
                name.removeprefix("fact-"): value for name, value in posted.items() if name[:5] == "fact-"
            }
            where = posted.get("where", "")
            services.item_add(
                request.company, pk, posted.get("kind", ""), posted.get("text", ""), facts, where
            )
        elif what == "drop" and posted.get("item", "").isdigit():
            services.item_drop(request.company, pk, int(posted["item"]))
        elif what == "finish":
            services.summary_finish(request.company, pk, clock.now(), clock.today(), request.user.username)
            messages.success(request, _("The summary is final; its figures stay as they are."))
        elif what == "again":
            one = services.summary_again(request.company, pk, request.user.username)
    except ConflictError as error:
        why = [str(BROKEN_WORDS[name]) for name in error.changes if name in BROKEN_WORDS]
        messages.error(request, " ".join([said(error), *why]))
    except ClosebookError as error:
        messages.error(request, said(error))
    return redirect(
        f"{reverse('summary', args=[request.company.pk, one.pk])}?section={section}&language={language}"
    )


def _refuse_words(texts: Iterable[str]) -> None:
    """Refuse what no summary holds. Raises InputError."""
    if any(len(text) > MOST_LETTERS or "\0" in text for text in texts):
        raise InputError(
            "summary-text",
            _("This text is too long, or holds a character that cannot be kept."),
            remedy=_("Shorten it to 20,000 letters, or type it again."),
        )


@company_page(Ability.MANAGE_SELLING)
@require_safe
def summary_file(request: CompanyRequest, pk: int, form: str) -> HttpResponse:
    """Give a summary as a file in a language."""
    one = _one(request, pk)
    if form not in FORMATS:
        raise Http404
    language = _language(request)
    media_type, made = FORMATS[form]
    report = report_of(gathered_of(one, clock.today()))
    document = speech(report, language).document(one.texts.get(language, {}))
    content = word(document, template_of(request.company)) if form == "docx" else made(document)
    name = f"summary-{one.start}-{one.end}-v{one.version}-{language}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)


@company_page(Ability.MANAGE_SELLING)
@require_safe
def summary_figure(request: CompanyRequest, pk: int) -> HttpResponse:
    """Show what a figure is, and the records that it was made of."""
    one, name = _one(request, pk), request.GET.get("id", "")
    report = report_of(gathered_of(one, clock.today()))
    if name not in report.figures:
        raise Http404
    facts = figure_of(request.company, report, name, speech(report, _language(request)))
    return render(request, "web/selling_year/figure.html", {"one": one, **facts})
