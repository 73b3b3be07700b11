"""The weekly note: made from the records, changed by its writer, printed, and copied as text."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import Conversation, NextStep, Opportunity
from closebook.apps.selling.selectors.day import sellers
from closebook.apps.selling.selectors.week import Week, week_of_person
from closebook.apps.selling.services.conversations import week_note
from closebook.transport import clock
from closebook.web.books.fields import text_field
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.selling.scope import person_of_day
from closebook.web.selling.talk_words import KINDS, OUTCOMES
from closebook.web.templatetags.kit import day as written
from closebook.web.templatetags.kit import money

_WEEK = dt.timedelta(days=7)


class NoteForm(forms.Form):
    """The text of the week."""

    text = text_field(_("Weekly note"), 8_000, rows=24)


@company_page(Ability.SEE_SELLING)
@require_http_methods(["GET", "POST"])
def selling_week(request: CompanyRequest) -> HttpResponse:
    """Show a person's week as a note; its writer keeps it, or lets it be made from the records again."""
    monday = _monday(request.GET.get("day", ""))
    person = person_of_day(request, request.GET.get("person", "")[:150])
    week = week_of_person(request.company.pk, person, monday)
    writes = person == request.user.username and Ability.SELL in request.abilities
    draft = "\n".join(_lines(week))
    form = NoteForm(request.POST if request.method == "POST" else None, initial={"text": week.note or draft})
    if request.method == "POST" and writes and form.is_valid():
        text = "" if "again" in request.POST else form.cleaned_data["text"].replace("\r\n", "\n")
        week_note(request.company, person, monday, "" if text == draft else text)
        messages.success(request, translated("Kept."))
        return redirect(_address(request, monday, person))
    chooses = person_of_day(request, "?") == "?"
    facts: dict[str, Any] = {
        "week": week, "form": form, "writes": writes, "who": person, "text": week.note or draft,
        "before": _address(request, monday - _WEEK, person),
        "after": _address(request, monday + _WEEK, person) if monday + _WEEK <= clock.today() else "",
        "people": sorted({request.user.username, person, *sellers(request.company.pk)}) if chooses else [],
    }  # fmt: skip
    request.place = "today"
    return render(request, "web/selling/week.html", facts, status=400 if form.errors else 200)


def _monday(text: str) -> dt.date:
    """Return the Monday of the week of a day, of this week for none; Http404 for what is no day."""
    try:
        found = dt.date.fromisoformat(text) if text else clock.today()
    except ValueError as error:
        raise Http404 from error
    found = min(max(found, dt.date(2000, 1, 3)), dt.date(2100, 1, 4))
    return found - dt.timedelta(days=found.weekday())


def _address(request: CompanyRequest, monday: dt.date, person: str) -> str:
    query = {"day": monday.isoformat()}
    if person != request.user.username:
        query["person"] = person
    return f"{reverse('selling-week', args=[request.company.pk])}?{urlencode(query)}"


def _lines(week: Week) -> Iterator[str]:
    """Yield the note line by line, a heading before each part; what is found is the writer's to say."""
    facts = {"first": written(week.monday), "last": written(week.sunday), "person": week.person}
    yield translated("Week from %(first)s to %(last)s, %(person)s") % facts
    parts: tuple[tuple[Promise, list[str]], ...] = (
        (_("Done"), [_counted(week.done), *(_talk(one) for one in week.done)] if week.done else []),
        (_("Won"), [_deal(one) for one in week.won]),
        (_("Lost"), [_deal(one) for one in week.lost]),
        (_("Promised"), [_step(one) for one in week.promised]),
        (_("Planned"), [_talk(one) for one in week.planned]),
        (_("Found"), []),
    )
    for title, lines in parts:
        yield ""
        yield f"{title}:"
        yield from (f"- {line}" for line in lines)
        if not lines:
            yield "–"


def _counted(rows: list[Conversation]) -> str:
    kinds = Counter(one.kind for one in rows)
    said = ", ".join(f"{KINDS.get(kind, kind)} {found}" for kind, found in kinds.most_common())
    words = ngettext("%(found)s conversation", "%(found)s conversations", len(rows)) % {"found": len(rows)}
    return f"{words} ({said})"


def _talk(one: Conversation) -> str:
    words = [str(KINDS.get(one.kind, one.kind)), str(OUTCOMES.get(one.outcome, "")), one.purpose]
    return f"{written(one.day)} · {one.customer.name} · {' · '.join(word for word in words if word)}"


def _deal(one: Opportunity) -> str:
    minor = one.came_minor if one.state == "won" else one.value_minor
    parts = [
        one.title,
        one.customer.name if one.customer else "",
        f"{money(minor, one.currency)} {one.currency}",
    ]
    return " · ".join(part for part in [*parts, one.lost_reason] if part)


def _step(one: NextStep) -> str:
    parts = [one.what, one.conversation.customer.name, written(one.by) if one.by else ""]
    return " · ".join(part for part in [*parts, translated("done") if one.done_on else ""] if part)
