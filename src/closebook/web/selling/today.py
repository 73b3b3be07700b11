"""The salesperson's day: what is planned, due, promised and without a next step, each with what to do."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as translated
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import FollowUp, NextStep, Question
from closebook.apps.selling.selectors.day import closed_on, complaints_due, day_of, sellers
from closebook.apps.selling.selectors.owed import promises_due
from closebook.apps.selling.services.conversations import question_answer, step_done
from closebook.apps.selling.services.follow_ups import follow_up_drop, follow_up_reopen
from closebook.core.errors import InputError
from closebook.core.selling.followups import Rule
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.selling.scope import conversations_seen, person_of_day
from closebook.web.selling.talk_words import KINDS, RULES, why_due
from closebook.web.selling_people.words import STATES


@company_page(Ability.SEE_SELLING)
@require_safe
def today(request: CompanyRequest) -> HttpResponse:
    """Show what one person has to do today; who sees all of selling chooses the person."""
    own, on = request.user.username, clock.today()
    person = person_of_day(request, request.GET.get("person", "")[:150])
    chooses = person_of_day(request, "?") == "?"
    day = day_of(request.company.pk, person, on)
    closed, done = closed_on(request.company.pk, person, on)
    facts = {
        "day": day,
        "complaints": [(one, STATES[one.state]) for one in complaints_due(request.company.pk, person, on)],
        "promised": promises_due(request.company, person, on),
        "currency": request.company.home_currency,
        "on": on,
        "who": person,
        "own": person == own,
        "people": sorted({own, person, *sellers(request.company.pk)}) if chooses else [],
        "planned": [(each, KINDS.get(each.kind, each.kind)) for each in day.planned],
        "coming": [(each, KINDS.get(each.kind, each.kind)) for each in day.coming],
        "due": [(each, RULES[each.item.rule], why_due(each.item)) for each in day.due],
        "closed": [(each, RULES[Rule(each.rule)]) for each in closed],
        "done": done,
    }
    return render(request, "web/selling/today.html", facts)


@company_page(Ability.SELL)
@require_POST
def follow_up_close(request: CompanyRequest) -> HttpResponse:
    """Close a follow-up of the day with a reason."""
    person = person_of_day(request, request.POST.get("person", "")[:150])
    key, reason = request.POST.get("key", ""), request.POST.get("reason", "").replace("\0", "")[:200]
    try:
        made = follow_up_drop(request.company, key, person, clock.today(), reason, request.user.username)
    except InputError as error:
        messages.error(request, said(error))
    else:
        text = translated("Closed: %(customer)s. It stands below, where it can be taken back.")
        messages.success(request, text % {"customer": made.customer.name})
    return back_to_day(request, person)


@company_page(Ability.SELL)
@require_POST
def follow_up_open(request: CompanyRequest) -> HttpResponse:
    """Make a follow-up due again that was closed with a reason."""
    person = person_of_day(request, request.POST.get("person", "")[:150])
    wanted = _number(request.POST.get("follow_up", ""))
    found = FollowUp.objects.filter(company=request.company, person=person, pk=wanted, done=False).first()
    if found is None:
        messages.error(request, translated("This follow-up is not there any more."))
    else:
        follow_up_reopen(request.company, found.pk, request.user.username)
        messages.success(request, translated("It is due again."))
    return back_to_day(request, person)


@company_page(Ability.SELL)
@require_POST
def step_close(request: CompanyRequest) -> HttpResponse:
    """Keep that an agreed step was done, or that it was not after all."""
    wanted = _number(request.POST.get("step", ""))
    seen = conversations_seen(request)
    found = NextStep.objects.filter(company=request.company, conversation__in=seen, pk=wanted).first()
    if found is None:
        messages.error(request, translated("This step is not there any more."))
    else:
        again = request.POST.get("open") == "1"
        step_done(request.company, found.pk, None if again else clock.today())
        text = translated("Open again: %(what)s") if again else translated("Done: %(what)s")
        messages.success(request, text % {"what": found.what})
    return back_to_day(request, request.POST.get("person", "")[:150])


@company_page(Ability.SELL)
@require_POST
def answer_question(request: CompanyRequest) -> HttpResponse:
    """Keep the answer to a customer's question; an empty one makes it open again."""
    wanted = _number(request.POST.get("question", ""))
    seen = conversations_seen(request)
    found = Question.objects.filter(company=request.company, conversation__in=seen, pk=wanted).first()
    if found is None:
        messages.error(request, translated("This question is not there any more."))
    else:
        answer = request.POST.get("answer", "").replace("\0", "").strip()[:2000]
        question_answer(request.company, found.pk, answer, request.user.username if answer else "")
        messages.success(request, translated("Kept."))
    return back_to_day(request, request.POST.get("person", "")[:150])


def back_to_day(request: CompanyRequest, person: str) -> HttpResponse:
    """Return the way back to the page that asked, or to the day of a person."""
    wanted = request.POST.get("back", "")
    if wanted.startswith("/c/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return redirect(wanted)
    address = reverse("today", args=[request.company.pk])
    query = urlencode({"person": person}) if person and person != request.user.username else ""
    return redirect(f"{address}?{query}" if query else address)


def _number(text: str) -> int:
    """Return a row's number out of a form; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
