"""Coaching: diagnoses that a person may see, open action points, and conversations to look back at."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import ActionPoint, Conversation
from closebook.apps.selling.selectors.coaching import (
    conversations_to_coach,
    open_points,
    points_of,
    without_diagnosis,
)
from closebook.apps.selling.services.coaching import point_tried
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing
from closebook.web.selling.coaching_words import DIAGNOSIS_STATES, KINDS, TRIED, tried_words
from closebook.web.selling.scope import diagnoses_seen, diagnosis_link

SHOWN = 8
_ID_DIGITS = 19
WAITING = (
    Column(
        "customer",
        _("Customer"),
        lambda row: row.customer.name,
        link=lambda row: reverse("diagnosis", args=[row.company_id, row.pk]),
        sort="customer__name",
    ),
    Column("day", _("Day"), lambda row: row.day, "day", sort="day"),
    Column("kind", _("Kind"), lambda row: KINDS.get(row.kind, row.kind), sort="kind"),
    Column("person", _("Salesperson"), lambda row: row.person, sort="person"),
    Column("purpose", _("Purpose"), lambda row: row.purpose),
)
DIAGNOSES = (
    Column(
        "customer",
        _("Customer"),
        lambda row: row.conversation.customer.name,
        link=diagnosis_link,
        sort="conversation__customer__name",
    ),
    Column("day", _("Conversation"), lambda row: row.conversation.day, "day", sort="conversation__day"),
    Column("person", _("Salesperson"), lambda row: row.conversation.person, sort="conversation__person"),
    Column("by", _("By"), lambda row: row.by, sort="by"),
    Column("own", _("Kind"), lambda row: _("self-check") if row.own else _("diagnosis")),
    Column("state", _("State"), lambda row: DIAGNOSIS_STATES[row.state], sort="state"),
)


@company_page(Ability.SEE_SELLING)
@require_safe
def coaching(request: CompanyRequest) -> HttpResponseBase:
    """Show what to try next, the last diagnoses, and the conversations that have none yet."""
    person, company = request.user.username, request.company.pk
    points = points_of(company, person)
    seen = diagnoses_seen(request).order_by("-made_at", "-pk")
    answered = points.exclude(state__in=("open", "dropped")).order_by("-pk")[:SHOWN]
    listing = Listing(
        request,
        "conversations",
        without_diagnosis(company, person, request.abilities),
        WAITING,
        search=("customer__name", "person", "purpose"),
        choices=(Choice("kind", _("Kind"), "kind", tuple(KINDS.items())),),
        order=("-day", "-pk"),
        empty=_(
            "Every conversation has its diagnosis. One that was held and kept shows up here, so that you can"
            " look back at it in five minutes: what won commitment, and what to try next time."
        ),
        facts={
            "open": open_points(company, person),
            "buttons": [(key, words) for key, (_state, _helped, words) in TRIED.items()],
            "answered": [(one, tried_words(one.state, helped=one.helped)) for one in answered],
            "diagnoses": [(one, DIAGNOSIS_STATES[one.state]) for one in seen[:SHOWN]],
            "more": seen.count() > SHOWN,
            "takes_part": bool({Ability.SELL, Ability.COACH} & request.abilities),
        },
    )
    return listing.show("web/selling/coaching.html")


@company_page(Ability.SEE_SELLING)
@require_safe
def diagnoses(request: CompanyRequest) -> HttpResponseBase:
    """List every diagnosis that the person may see, the last conversation first."""
    listing = Listing(
        request,
        "diagnoses",
        diagnoses_seen(request),
        DIAGNOSES,
        search=("conversation__customer__name", "conversation__person", "by"),
        choices=(Choice("state", _("State"), "state", tuple(DIAGNOSIS_STATES.items())),),
        order=("-conversation__day", "-pk"),
        empty=_("No diagnosis yet that you may see."),
    )
    request.place = "coaching"
    return listing.show("web/selling/diagnoses.html")


@company_page(Ability.SEE_SELLING)
@require_POST
def point_answer(request: CompanyRequest) -> HttpResponse:
    """Keep what became of an action point, or open it again; Http404 for one that is not the person's."""
    point = _point(request)
    state, helped, _words = TRIED.get(request.POST.get("tried", ""), ("open", None, ""))
    point_tried(request.company, point.pk, state, helped=helped)
    back = conversations_to_coach(request.company.pk, request.user.username, request.abilities)
    wanted = request.POST.get("conversation", "")
    found: Conversation | None = back.filter(pk=int(wanted)).first() if _is_id(wanted) else None
    if found:
        return redirect("diagnosis", request.company.pk, found.pk)
    return redirect("coaching", request.company.pk)


def _point(request: CompanyRequest) -> ActionPoint:
    """Return an action point of the person's own, or for coaches of a diagnosis that they may see."""
    wanted = request.POST.get("point", "")
    found = ActionPoint.objects.filter(company=request.company, pk=int(wanted) if _is_id(wanted) else 0)
    own = points_of(request.company.pk, request.user.username)
    seen = diagnoses_seen(request)
    mine = found.filter(pk__in=own.values("pk")) | found.filter(diagnosis__in=seen.values("pk"))
    one = mine.first()
    if one is None or not {Ability.SELL, Ability.COACH} & request.abilities:
        raise Http404
    return one


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < _ID_DIGITS
