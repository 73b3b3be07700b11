"""One's own prospects and pitches: a private list with what is to be done next."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Prospect
from closebook.apps.workforce.selectors import offering as selectors
from closebook.apps.workforce.services import prospects as services
from closebook.core.errors import ConflictError, InputError
from closebook.core.workforce.offering import OVER, PROSPECT
from closebook.core.workforce.states import Who
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.numbers import number_of
from closebook.web.kit.said import said
from closebook.web.work.first_pitch import first_pitch
from closebook.web.work.profile_forms import PitchForm, ProspectForm, facts_of
from closebook.web.work.sheets import words_of
from closebook.web.work.words import KIND_WORDS

STATE_WORDS = {
    "noted": pgettext_lazy("prospect", "noted"),
    "pitched": pgettext_lazy("prospect", "pitched"),
    "talking": pgettext_lazy("prospect", "talking"),
    "resting": pgettext_lazy("prospect", "resting"),
    "won": pgettext_lazy("prospect", "won"),
    "lost": pgettext_lazy("prospect", "lost"),
}
COLUMNS = (
    Column("name", _("Business"), lambda row: row.name, sort="name",
           link=lambda row: reverse("prospect", args=[row.company_id, row.pk])),
    Column("contact", _("Whom you speak to"), lambda row: row.contact, sort="contact"),
    Column("kind", _("Kind of service"), lambda row: KIND_WORDS.get(row.kind, row.kind), sort="kind"),
    Column("state", _("State"), lambda row: STATE_WORDS[row.state], "tag", sort="state"),
    Column("next", _("Next step"), lambda row: row.next_step),
    Column("by", pgettext_lazy("day", "By"), lambda row: row.next_on, "day", sort="next_on"),
    Column("reason", _("Reason"), lambda row: row.reason, hidden=True),
    Column("found", _("Where you found it"), lambda row: row.found_at, hidden=True),
)  # fmt: skip
_MOST = 100
_USUAL_DAYS = dt.timedelta(days=7)


@company_page(Ability.DO_TASKS)
@require_safe
def prospects(request: CompanyRequest) -> HttpResponseBase:
    """List one's own prospects, with the steps that are due above them."""
    own = Prospect.objects.filter(company=request.company, person=request.user)
    listing = Listing(
        request,
        "prospects",
        selectors.prospects_of(request.company, request.user),
        COLUMNS,
        search=("name", "contact", "note"),
        choices=(Choice("state", _("State"), "state", tuple(STATE_WORDS.items())),),
        order=("next_on", "name", "pk"),
        empty=_(
            "Nobody yet. Note a business that you would work for, with the next step and its day; what is due"
            " stands above the list. Nobody but you sees it."
        ),
        facts={
            "due": selectors.steps_ahead(request.company, request.user, clock.today())[:_MOST],
            "removed": own.exclude(removed_at=None).order_by("-removed_at")[:_MOST],
            "today": clock.today(),
        },
    )
    return listing.show("web/work/prospects.html")


@company_page(Ability.DO_TASKS)
@require_http_methods(["GET", "HEAD", "POST"])
def prospect_new(request: CompanyRequest) -> HttpResponse:
    """Note a business."""
    return _edited(request, None)


@company_page(Ability.DO_TASKS)
@require_http_methods(["GET", "HEAD", "POST"])
def prospect(request: CompanyRequest, prospect_id: int) -> HttpResponse:
    """Show one of one's own prospects with its pitches, and change it."""
    return _edited(request, _own(request, prospect_id))


def _own(request: CompanyRequest, prospect_id: int) -> Prospect:
    rows = selectors.prospects_of(request.company, request.user).select_related("company")
    found = rows.filter(pk=prospect_id).first()
    if found is None:
        raise Http404
    return found


def _edited(request: CompanyRequest, row: Prospect | None) -> HttpResponse:
    first = {name: getattr(row, name) for name in ProspectForm.base_fields} if row else {}
    form = ProspectForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            pk = row.pk if row else None
            made = services.prospect_save(request.company, request.user, pk, facts_of(form))
        except InputError as error:
            form.add_error("next_on", said(error))
        else:
            messages.success(request, translated("“%(name)s” is kept.") % {"name": made.name})
            return redirect("prospect", request.company.pk, made.pk)
    return _shown(request, row, form, None)


def _shown(
    request: CompanyRequest, row: Prospect | None, form: ProspectForm, pitch: PitchForm | None
) -> HttpResponse:
    facts: dict[str, Any] = {"row": row, "form": form, "today": clock.today()}
    if row is not None:
        moves = PROSPECT.moves_from(row.state, Who.ASSISTANT)
        facts |= {
            "state": STATE_WORDS[row.state],
            "moves": [(one, STATE_WORDS[one]) for one in moves if one != "lost"],
            "may_lose": "lost" in moves,
            "is_over": row.state in OVER,
            "pitches": row.pitches.order_by("-day", "-pk"),
            "pitch_form": pitch or PitchForm(initial=_draft(request, row)),
            "has_profile": selectors.profile_of(request.company, request.user) is not None,
        }
    request.place = "prospects"
    wrong = bool(form.errors or (pitch and pitch.errors))
    return render(request, "web/work/prospect.html", facts, status=400 if wrong else 200)


def _draft(request: CompanyRequest, row: Prospect) -> dict[str, Any]:
    """Return what the form of a pitch begins with: today, and a letter made of the profile."""
    language = request.GET.get("in", "")
    known = {code: code for code in ("en", "nl", "zh-hans")}
    with translation.override(known.get(language, translation.get_language())):
        text = first_pitch(request.company, request.user, row, request.build_absolute_uri)
        return {"day": clock.today(), "channel": pgettext("way to write", "E-mail"), "text": text}


@company_page(Ability.DO_TASKS)
@require_POST
def prospect_moved(request: CompanyRequest, prospect_id: int) -> HttpResponse:
    """Say how it stands with a prospect."""
    found = _own(request, prospect_id)
    try:
        services.prospect_move(found, request.POST.get("to", ""), words_of(request, "reason"))
    except (ConflictError, InputError) as error:
        messages.error(request, said(error))
    return redirect("prospect", request.company.pk, found.pk)


@company_page(Ability.DO_TASKS)
@require_POST
def pitch_new(request: CompanyRequest, prospect_id: int) -> HttpResponse:
    """Keep what was sent to a prospect."""
    found, form = _own(request, prospect_id), PitchForm(request.POST)
    if not form.is_valid():
        first = {name: getattr(found, name) for name in ProspectForm.base_fields}
        return _shown(request, found, ProspectForm(initial=first), form)
    services.pitch_add(found, facts_of(form))
    if not found.next_on:
        facts = {"next_step": translated("Ask what they think"), "next_on": clock.today() + _USUAL_DAYS}
        services.prospect_save(request.company, request.user, found.pk, facts)
    messages.success(request, translated("The pitch is kept."))
    return redirect("prospect", request.company.pk, found.pk)


@company_page(Ability.DO_TASKS)
@require_POST
def pitch_answered(request: CompanyRequest, prospect_id: int) -> HttpResponse:
    """Keep what came back on a pitch."""
    found = _own(request, prospect_id)
    pitch = found.pitches.filter(pk=number_of(request.POST.get("pitch", ""))).first()
    if pitch is None:
        raise Http404
    services.pitch_answered(pitch, words_of(request, "answer"))
    return redirect("prospect", request.company.pk, found.pk)


@company_page(Ability.DO_TASKS)
@require_POST
def prospect_removed(request: CompanyRequest) -> HttpResponse:
    """Take a prospect off one's list, or put it back."""
    rows = Prospect.objects.filter(company=request.company, person=request.user)
    found = rows.filter(pk=number_of(request.POST.get("prospect", ""))).first()
    if found is None:
        raise Http404
    back = request.POST.get("to") == "back"
    services.prospect_remove(found, back=back)
    if back:
        return redirect("prospect", request.company.pk, found.pk)
    messages.success(request, translated("It is taken off; below it can be put back."))
    return redirect("prospects", request.company.pk)
