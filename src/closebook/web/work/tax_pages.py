"""Tax forms: the payee's own page, and a payee's page for whoever pays; each reading is noted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import AccessLog, Payee, TaxPaper
from closebook.apps.workforce.selectors.tax_list import country_of, rails_out, standing_of
from closebook.apps.workforce.services import payees
from closebook.apps.workforce.services import tax_papers as papers
from closebook.core.errors import InputError
from closebook.core.workforce.tax_forms import RAILS_OUT, w8_until
from closebook.core.workforce.tax_papers import W8BEN, W8BENE, W9, Match
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.templatetags.kit import here
from closebook.web.work.pay_words import MATCH_WORDS, MISSING_WORDS, NEXT_WORDS, PAPER_WORDS, READ_WORDS
from closebook.web.work.tax_page_forms import CLASS_WORDS, PAPERS, MatchForm, TaxForm, TaxSettingForm

_READS = 50
_SHOWN = ("legal_name", "trade_name", "address", "country", "performed_in", "letter", "tin_kind")


@company_page(Ability.DO_TASKS)
@sensitive_post_parameters("tin")
@require_http_methods(["GET", "POST"])
def my_tax(request: CompanyRequest) -> HttpResponse:
    """Show a person's own tax form with what comes next, and keep a new one."""
    known = payees.payee_of(request.company, request.user)

    def keep(form: TaxForm) -> HttpResponse:
        payee = payees.payee_for(request.company, request.user)
        return _kept(request, payee, form, redirect("my-tax", request.company.pk))

    return _page(request, known, "web/work/my_tax.html", keep)


@company_page(Ability.APPROVE_PAY)
@sensitive_post_parameters("tin")
@require_http_methods(["GET", "POST"])
def tax_payee(request: CompanyRequest, payee_id: int) -> HttpResponse:
    """Show a payee's tax forms to whoever pays; one without a login gets them kept here."""
    payee = _payee(request, payee_id)

    def keep(form: TaxForm) -> HttpResponse:
        if papers.has_login(payee):
            raise Http404
        return _kept(request, payee, form, redirect("tax-payee", request.company.pk, payee.pk))

    return _page(request, payee, "web/work/tax_payee.html", keep)


def _kept(request: CompanyRequest, payee: Payee, form: TaxForm, after: HttpResponse) -> HttpResponse:
    """Keep a form and go on. Raises InputError with what is wrong."""
    facts = dict(form.cleaned_data)
    papers.paper_keep(payee, facts, facts.pop("file"), request.user.username)
    messages.success(request, _("The form is kept. Older ones stay below."))
    return after


def _page(
    request: CompanyRequest, payee: Payee | None, template: str, keep: Callable[[TaxForm], HttpResponse]
) -> HttpResponse:
    kind, current = _kind(request, payee), papers.paper_of(payee) if payee else None
    kept = current is not None and current.kind == kind and bool(papers.paper_shown(current)["tin_end"])
    form = TaxForm(
        request.POST if request.method == "POST" else None, request.FILES or None, paper=kind,
        number_kept=kept, initial=_initial(payee, kind),
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            return keep(form)
        except InputError as error:
            form.add_error("tin" if error.code.startswith("tin-") else None, said(error))
    facts = {"form": form, "kind": kind, "kinds": PAPERS, "match": MatchForm(), **_facts(request, payee)}
    return render(request, template, facts, status=400 if form.errors else 200)


def _kind(request: CompanyRequest, payee: Payee | None) -> str:
    """Return which form is asked for: the chosen one, else the kind that is kept, else by the country."""
    asked = request.POST.get("paper") or request.GET.get("paper") or ""
    if asked in PAPER_WORDS:
        return asked
    paper = papers.paper_of(payee) if payee else None
    if paper is not None:
        return paper.kind
    if payee is None or payee.country in {"", "US"}:
        return W9
    return W8BENE if payee.agency_id is not None else W8BEN


def _initial(payee: Payee | None, kind: str) -> dict[str, Any]:
    """Return what a new form begins with: names and places of the present one, never its number."""
    paper = papers.paper_of(payee) if payee else None
    shown = papers.paper_shown(paper)
    found = {name: shown[name] for name in (*_SHOWN, "classification") if name in shown}
    if payee is not None and not found:
        found = {"legal_name": payee.name, "country": payee.country}
    return {**found, "country": found.get("country") or ("US" if kind == W9 else ""), "paper": kind}


def _facts(request: CompanyRequest, payee: Payee | None) -> dict[str, Any]:
    """Return what a page shows of a payee's forms and of who read them."""
    asked = country_of(request.company) == "US"
    if payee is None:
        return {"asked": asked, "next": NEXT_WORDS["paper"], "missing": MISSING_WORDS["paper"], "rows": []}
    standing, rows = standing_of(payee, clock.today()), papers.papers_of(payee)
    gone = papers.deletion_of(rows)
    reads = AccessLog.objects.filter(payee=payee).order_by("-pk")[:_READS]
    titles = {str(row.pk): PAPER_WORDS[row.kind] for row in rows}
    current = standing.paper
    return {
        "asked": asked,
        "payee": payee,
        "login": papers.has_login(payee),
        "standing": standing,
        "next": NEXT_WORDS[standing.next_step],
        "missing": MISSING_WORDS.get(standing.missing, ""),
        "current": current,
        "known": _known(current) if current else None,
        "rows": [_row(row, gone) for row in rows],
        "years": papers.years_kept(request.company),
        "reads": [(read, *_read(read.what, titles)) for read in reads],
    }  # fmt: skip


def _row(paper: TaxPaper, gone: dict[int, dt.date]) -> tuple[Any, ...]:
    """Return a form with its title, the number's end, the answers to it and its last day."""
    answers = sorted(paper.matches.all(), key=lambda one: -one.pk)
    told = [(each, MATCH_WORDS[each.result]) for each in answers]
    return paper, PAPER_WORDS[paper.kind], papers.paper_shown(paper)["tin_end"], told, gone.get(paper.pk)


def _known(paper: TaxPaper) -> dict[str, Any]:
    shown = papers.paper_shown(paper)
    names = here().territories
    return {
        **dict.fromkeys(_SHOWN, ""),
        **shown,
        "until": w8_until(paper.signed_on) if paper.kind != W9 and paper.signed_on else None,
        "title": PAPER_WORDS[paper.kind],
        "country_name": names.get(shown.get("country") or "", ""),
        "performed_name": names.get(shown.get("performed_in") or "", ""),
        "class": CLASS_WORDS[shown["classification"]] if shown.get("classification") else "",
    }


def _read(what: str, titles: dict[str, str]) -> tuple[Any, str]:
    thing, _blank, number = what.partition(" ")
    return READ_WORDS.get(thing, thing), titles.get(number, "")


def _payee(request: CompanyRequest, payee_id: int) -> Payee:
    rows = Payee.objects.filter(company=request.company, pk=payee_id)
    found = rows.select_related("candidate", "agency", "company").first()
    if found is None:
        raise Http404
    return found


@company_page(Ability.APPROVE_PAY)
@require_POST
def tax_number(request: CompanyRequest, payee_id: int) -> HttpResponse:
    """Show the whole number of a payee's present form once; that it was read is noted."""
    payee = _payee(request, payee_id)
    paper = papers.paper_of(payee)
    if paper is None:
        raise Http404
    number = papers.number_read(paper, request.user.username)
    answer = render(request, "web/work/tax_number.html", {"payee": payee, "number": number, "paper": paper})
    answer["Cache-Control"] = "no-store"
    return answer


@company_page(Ability.APPROVE_PAY)
@require_POST
def tax_match(request: CompanyRequest, payee_id: int) -> HttpResponse:
    """Keep what the tax office said of a payee's name and number."""
    payee, form = _payee(request, payee_id), MatchForm(request.POST)
    paper = papers.paper_of(payee)
    if paper is None:
        raise Http404
    if not form.is_valid():
        messages.error(request, _("Choose an answer and type its day."))
        return redirect("tax-payee", request.company.pk, payee.pk)
    given = form.cleaned_data
    try:
        papers.match_keep(paper, Match(given["result"]), given["checked_on"], request.user.username)
    except InputError as error:
        messages.error(request, said(error))
    else:
        messages.success(request, _("Saved."))
    return redirect("tax-payee", request.company.pk, payee.pk)


@company_page(Ability.APPROVE_PAY)
@require_POST
def tax_file(request: CompanyRequest, paper_id: int) -> HttpResponse:
    """Give the file of a payee's form to whoever pays."""
    rows = TaxPaper.objects.filter(company=request.company, pk=paper_id)
    return _given(request, rows.select_related("payee").first(), "tax-payee")


@company_page(Ability.DO_TASKS)
@require_POST
def my_tax_file(request: CompanyRequest, paper_id: int) -> HttpResponse:
    """Give a person the file of their own form."""
    own = TaxPaper.objects.filter(company=request.company, payee__candidate__person=request.user)
    rows = own.filter(pk=paper_id)
    return _given(request, rows.select_related("payee").first(), "my-tax")


def _given(request: CompanyRequest, paper: TaxPaper | None, back: str) -> HttpResponse:
    """Return a file to be kept and not shown by the browser, under a name that tells no number."""
    if paper is None:
        raise Http404
    try:
        content = papers.file_read(paper, request.user.username)
    except InputError as error:
        messages.error(request, said(error))
        return redirect(back, request.company.pk, *([paper.payee_id] if back == "tax-payee" else []))
    name = f"{PAPER_WORDS[paper.kind]}-{paper.pk}.{paper.media}"
    return HttpResponse(
        content,
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "no-store",
        },
    )


@company_page(Ability.MANAGE_COMPANY)
@require_http_methods(["GET", "POST"])
def tax_setting(request: CompanyRequest) -> HttpResponse:
    """Show what the company decides about tax forms, and keep it."""
    shown = {
        "country": country_of(request.company),
        "rails": [rail for rail in rails_out(request.company) if rail not in RAILS_OUT],
        "years": papers.years_kept(request.company),
    }
    form = TaxSettingForm(request.POST or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        papers.tax_setting_save(
            request.company, given["country"], given["rails"], given["years"], request.user.username
        )
        messages.success(request, _("Saved."))
        return redirect("tax-forms", request.company.pk)
    return render(request, "web/work/tax_setting.html", {"form": form}, status=400 if form.errors else 200)
