"""Matching at once what is sure enough: first what it would do, with the closest calls, then done."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.abilities import Ability
from closebook.apps.matching.selectors.desk import preview_of
from closebook.apps.matching.services.deciding import list_match
from closebook.core.matching.match import ACCEPT
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.matching.acts import undo_offer
from closebook.web.matching.desk import lines_of
from closebook.web.matching.scope import list_of
from closebook.web.sync.words import REFUSALS, tell


class ScoreForm(forms.Form):
    """From which score on a pair needs no look, in hundredths."""

    score = forms.IntegerField(
        label=_("Match from this score on, in hundredths"),
        min_value=80,
        max_value=100,
        initial=ACCEPT // 100,
        help_text=_("At 99 about one in three hundred is wrong; lower finds more and errs more."),
    )


@company_page(Ability.RUN_SYNC)
@require_http_methods(["GET", "POST"])
def match_automatic(request: CompanyRequest, list_id: int) -> HttpResponse:
    """Show what a score would match; match it when the form is sent."""
    match_list = list_of(request, list_id)
    form = ScoreForm(request.POST if request.method == "POST" else request.GET or {"score": ACCEPT // 100})
    score = form.cleaned_data["score"] * 100 if form.is_valid() else ACCEPT
    if request.method == "POST" and form.is_valid():
        try:
            act = list_match(match_list, score, request.user.get_username())
        except REFUSALS as error:
            tell(request, error)
        else:
            undo_offer(request, match_list, act)
        return redirect("match_desk", request.company.pk, match_list.pk)
    preview = preview_of(match_list, score)
    facts = {
        "list": match_list,
        "form": form,
        "score": score // 100,
        "preview": preview,
        "lines": lines_of(match_list, list(preview.calls)),
    }
    return render(request, "web/matching/automatic.html", facts, status=200 if form.is_valid() else 400)
