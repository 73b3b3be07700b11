"""One decision for all holds of a cause: counted first, and taken back whole."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import Run, SyncError
from closebook.apps.sync.selectors import problems as found
from closebook.apps.sync.services.deciding import decisions_forget, decisions_keep, retry_plan_all
from closebook.apps.sync.services.planning import refuse_unfinished
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.numbers import number_of
from closebook.web.kit.undo import offer_undo
from closebook.web.sync.errors import narrowed
from closebook.web.sync.outcome import plan_words, told
from closebook.web.sync.problem_fixes import words_for
from closebook.web.sync.problem_words import meaning_of, thing_of

_MOST_SHOWN = 50


class GroupForm(forms.Form):
    """The one word for all, and how many holds there were when it was asked."""

    word = forms.ChoiceField(
        label=gettext_lazy("What is to be done with all of them?"), widget=forms.RadioSelect
    )
    count = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, lines: list[SyncError], data: QueryDict | None) -> None:
        """Offer the words that a single hold of the cause has."""
        super().__init__(data, initial={"count": len(lines)})
        self._now = len(lines)
        field: Any = self.fields["word"]
        field.choices = [
            (word, format_html("{} – {}", words.title, words.effect))
            for word, words in words_for(lines[0]).items()
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse a word about other holds than those that were shown."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if "count" in given and given["count"] != self._now:
            text = _("There are %(count)s of them by now. Look at them again, then decide.")
            self.data = {**self.data, "word": given.get("word", ""), "count": str(self._now)}
            raise forms.ValidationError(text % {"count": self._now})
        return given


@company_page(Ability.RUN_SYNC)
@require_http_methods(["GET", "POST"])
def hold_group(request: CompanyRequest) -> HttpResponse:
    """Show all holds of a cause with their money and the words for them; keep the one that is chosen."""
    connection, code = request.GET.get("connection", ""), request.GET.get("code", "")
    rows = narrowed(found.problems(request.company.pk, held=True), connection, code).exclude(key="")
    lines = list(rows.order_by("pk")) if connection.isdecimal() and code else []
    if not lines or not words_for(lines[0]):
        messages.info(request, _("Nothing of this kind is held any more."))
        return redirect("holds", request.company.pk)
    form = GroupForm(lines, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _decide(request, lines, form.cleaned_data["word"])
        return redirect("holds", request.company.pk)
    return render(
        request, "web/sync/hold_group.html", _facts(lines, form), status=400 if form.errors else 200
    )


def _facts(lines: list[SyncError], form: GroupForm) -> dict[str, Any]:
    amounts = found.held_amounts(lines[0].connection_id, [line.key for line in lines])
    shown = [(line, thing_of(line.key), amounts.get(line.key)) for line in lines[:_MOST_SHOWN]]
    return {
        "form": form,
        "meaning": meaning_of(lines[0].code),
        "connection": lines[0].connection,
        "count": len(lines),
        "money": sum(amounts.values()),
        "unknown": len({line.key for line in lines} - amounts.keys()),
        "lines": shown,
        "more": len(lines) - len(shown),
    }


def _decide(request: CompanyRequest, lines: list[SyncError], word: str) -> None:
    connection = lines[0].connection
    with told(request):
        refuse_unfinished(connection, replace=False)
        at = decisions_keep(lines, word, request.user.username)
        run = retry_plan_all(lines)
        offer_undo(
            request,
            _said(request, lines, word, run),
            reverse("hold-group-take-back", args=[request.company.pk]),
            {"connection": str(connection.pk), "at": at.isoformat()},
        )


def _said(request: CompanyRequest, lines: list[SyncError], word: str, run: Run | None) -> str:
    title = words_for(lines[0])[word].title
    text = _("Decided on %(count)s: %(word)s.") % {"count": len(lines), "word": title}
    return format_html("{} {}", text, plan_words(request, run) if run else _("Nothing has to be written."))


@company_page(Ability.RUN_SYNC)
@require_POST
def hold_group_take_back(request: CompanyRequest) -> HttpResponse:
    """Forget the words that were given at once; what they answered is asked again."""
    connection = request.POST.get("connection", "")
    at: dt.datetime | None
    try:
        at = dt.datetime.fromisoformat(request.POST.get("at", ""))
    except ValueError:
        at = None
    rows = found.decisions_of(request.company.pk).filter(connection_id=number_of(connection))
    kept = list(rows.filter(made_at=at)) if at is not None and at.tzinfo is not None else []
    if not kept:
        messages.error(request, _("These words are not kept any more."))
        return redirect("decisions", request.company.pk)
    with told(request):
        asked = decisions_forget(kept, request.user.username)
        text = _("The words are forgotten; %(count)s are asked again.")
        messages.success(request, text % {"count": asked})
    return redirect("holds", request.company.pk)
