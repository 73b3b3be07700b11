"""Postings: listed, written, opened and paused, with the applications of each and a list to take in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Posting
from closebook.apps.workforce.selectors.costs import ranges_of
from closebook.apps.workforce.selectors.finding import applications_of, postings_of
from closebook.apps.workforce.services import finding as services
from closebook.apps.workforce.services.applicant_lists import Taken, applicants_import
from closebook.core.errors import ConflictError, HeldError, InputError
from closebook.core.workforce.rate_table import range_of
from closebook.core.workforce.states import POSTING, Who
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.said import said
from closebook.web.work.forms import PostingForm
from closebook.web.work.scope import posting_of
from closebook.web.work.words import KIND_WORDS, MOVE_WORDS, WORK_STATES

FACTS = ("title", "kind", "description", "done_means", "hours_week", "market", "low_minor", "high_minor")
COLUMNS = (
    Column(
        "title",
        _("Title"),
        lambda row: row.title,
        link=lambda row: reverse("posting", args=[row.company_id, row.pk]),
        sort="title",
    ),
    Column("kind", _("Kind of service"), lambda row: KIND_WORDS.get(row.kind, row.kind), sort="kind"),
    Column("state", _("State"), lambda row: WORK_STATES[row.state], sort="state"),
    Column("applied", _("Applications"), lambda row: row.applied, kind="number", sort="applied"),
    Column("low", _("From, per hour"), lambda row: row.low_minor, "money", currency=lambda row: row.currency),
    Column("high", _("To, per hour"), lambda row: row.high_minor, "money", currency=lambda row: row.currency),
)
PEOPLE = (
    Column(
        "name",
        pgettext_lazy("person", "Name"),
        lambda row: row.candidate.name,
        link=lambda row: reverse("application", args=[row.company_id, row.pk]),
        sort="candidate__name",
    ),
    Column("state", _("State"), lambda row: WORK_STATES[row.state], sort="state"),
    Column("country", _("Country"), lambda row: row.candidate.country, sort="candidate__country"),
    Column(
        "wish",
        _("Rate per hour"),
        lambda row: row.wish_minor,
        "money",
        currency=lambda row: row.posting.currency,
        sort="wish_minor",
    ),
    Column("made", _("Received"), lambda row: row.made_at, "time", sort="made_at"),
)
STATES = tuple(
    (word, WORK_STATES[word])
    for word in (
        "received", "screening", "shortlisted", "interview", "trial", "offered", "hired", "declined",
        "withdrawn",
    )
)  # fmt: skip
FAULTS = {
    "no-name": _("there is no name"),
    "bad-mail": _("this is no mail address"),
    "too-long": _("a cell is too long"),
}
_FAULTS_SHOWN = 10


@company_page(Ability.MANAGE_WORK)
@require_safe
def postings(request: CompanyRequest) -> HttpResponseBase:
    """Show the postings, newest first."""
    listing = Listing(
        request,
        "postings",
        postings_of(request.company).order_by("-pk"),
        COLUMNS,
        search=("title", "description"),
        empty=_(
            "Nothing is offered yet. Write what is to be done and when it counts as done; the posting gets a"
            " public page where people apply."
        ),
    )
    return listing.show("web/work/postings.html")


@company_page(Ability.MANAGE_WORK)
@require_http_methods(["GET", "POST"])
def posting_new(request: CompanyRequest) -> HttpResponse:
    """Show the form of a new posting, and make it."""
    return _edited(request, None)


@company_page(Ability.MANAGE_WORK)
@require_http_methods(["GET", "POST"])
def posting_edit(request: CompanyRequest, posting_id: int) -> HttpResponse:
    """Show the form of a posting, and keep what was changed."""
    return _edited(request, posting_of(request, posting_id))


def _edited(request: CompanyRequest, posting: Posting | None) -> HttpResponse:
    currency = posting.currency if posting else request.company.home_currency
    known = {name: getattr(posting, name) for name in FACTS} if posting else {}
    form = PostingForm(request.POST or None, initial=known, currency=currency)
    if request.method == "POST" and form.is_valid():
        facts = {**form.cleaned_data, "currency": currency}
        try:
            made = services.posting_save(request.company, posting, facts, request.user.username)
        except InputError as error:
            form.add_error("high_minor", said(error))
        else:
            return redirect("posting", request.company.pk, made.pk)
    known_rates = ranges_of(request.company)
    market = posting.market if posting else ""
    usual = [(KIND_WORDS[kind], range_of(kind, known_rates, market)) for kind in KIND_WORDS]
    facts = {"form": form, "posting": posting, "usual": usual}
    return render(request, "web/work/posting_form.html", facts, status=400 if form.errors else 200)


@company_page(Ability.MANAGE_WORK)
@require_safe
def posting(request: CompanyRequest, posting_id: int) -> HttpResponseBase:
    """Show a posting, what would make it clearer, its public address and who applied."""
    found = posting_of(request, posting_id)
    advice = services.posting_advice(found)
    facts = {
        "posting": found,
        "unready": found.state == "draft" and any(each.stops for each in advice),
        "state": WORK_STATES[found.state],
        "kind": KIND_WORDS.get(found.kind, found.kind),
        "advice": advice,
        "address": request.build_absolute_uri(reverse("job", args=[found.token])),
        "moves": [(word, MOVE_WORDS[word]) for word in POSTING.moves_from(found.state, Who.COMPANY)],
    }
    listing = Listing(
        request,
        "applications",
        applications_of(found).order_by("-pk"),
        PEOPLE,
        search=("candidate__name", "candidate__email", "letter"),
        choices=(Choice("state", _("State"), "state", STATES),),
        empty=_("Nobody has applied yet. Open the posting and pass its public address on."),
        facts=facts,
    )
    return listing.show("web/work/posting.html")


@company_page(Ability.MANAGE_WORK)
@require_POST
def posting_move(request: CompanyRequest, posting_id: int) -> HttpResponse:
    """Open, pause, fill or close a posting."""
    found = posting_of(request, posting_id)
    try:
        services.posting_move(found, request.POST.get("to", ""), request.user.username)
    except (InputError, ConflictError, HeldError) as error:
        messages.error(request, said(error))
    return redirect("posting", request.company.pk, found.pk)


def _left_out(taken: Taken) -> str:
    rows = [
        translated("row %(row)s, %(why)s") % {"row": row, "why": FAULTS[fault]}
        for row, fault in taken.left_out[:_FAULTS_SHOWN]
    ]
    text = ngettext("%(number)s row was left out: ", "%(number)s rows were left out: ", len(taken.left_out))
    more = " …" if len(taken.left_out) > _FAULTS_SHOWN else ""
    return f"{text % {'number': len(taken.left_out)}}{'; '.join(rows)}{more}"


@company_page(Ability.MANAGE_WORK)
@require_POST
def applicants(request: CompanyRequest, posting_id: int) -> HttpResponse:
    """Take in a list of applicants out of a marketplace."""
    found, file = posting_of(request, posting_id), request.FILES.get("file")
    try:
        data, name = (file.read(), file.name or "") if file else (b"", "")
        taken = applicants_import(found, data, request.user.username, name)
    except InputError as error:
        messages.error(request, said(error))
    else:
        text = translated("%(new)s applied, %(known)s were known.")
        messages.success(request, text % {"new": taken.new, "known": taken.known})
        if taken.left_out:
            messages.warning(request, _left_out(taken))
    return redirect("posting", request.company.pk, found.pk)
