"""What a person does with a plan or a run: approve, drop, stop, plan again, plan only a part."""

from __future__ import annotations

import re

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import UNFINISHED, ActionRow, Run
from closebook.apps.sync.services.work import run_approve, run_drop, run_enqueue, run_stop_ask
from closebook.core.planning.naming import group_of_key
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.sync.connections import planned
from closebook.web.sync.scope import run_of


@company_page(Ability.RUN_SYNC)
@require_POST
def run_apply(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Approve a plan, or go on with a run that paused, and hand it to the worker."""
    chosen = run_of(request, run_id)
    if chosen.state in UNFINISHED:
        run_approve(chosen, request.user.get_username())
        run_enqueue(chosen)
    else:
        messages.error(request, _("This plan is not open any more. Plan again."))
    return _to(request, chosen)


@company_page(Ability.RUN_SYNC)
@require_POST
def run_drop_it(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Drop a plan that was not approved."""
    chosen = run_of(request, run_id)
    if not run_drop(chosen, request.user.get_username()):
        messages.error(request, _("This plan was approved already; stop the run, or take it back."))
        return _to(request, chosen)
    messages.success(
        request, _("The plan was dropped; nothing was written. The next plan proposes it again.")
    )
    return redirect("connection", request.company.pk, chosen.connection_id)


@company_page(Ability.RUN_SYNC)
@require_POST
def run_stop(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Ask a run to stop before its next batch."""
    chosen = run_of(request, run_id)
    if run_stop_ask(chosen, request.user.get_username()):
        messages.success(request, _("The run stops before its next batch; what is written stays."))
    else:
        messages.info(request, _("The run is not under way, so there is nothing to stop."))
    return _to(request, chosen)


@company_page(Ability.RUN_SYNC)
@require_POST
def run_again(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Plan the connection of a run again."""
    chosen = run_of(request, run_id)
    return planned(request, chosen.connection_id)


class OnlyForm(forms.Form):
    """The business keys to which a plan is restricted, checked against the plan."""

    keys = forms.CharField(
        label=gettext_lazy("Orders, days or keys"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "One a line: an order number, a day such as 2026-03-04, or a key from the list. What they need,"
            " such as a customer, comes along; what waits for them too."
        ),
    )

    def __init__(self, run: Run, *args: object, **options: object) -> None:
        """Keep the run whose actions are chosen from."""
        super().__init__(*args, **options)  # type: ignore[arg-type]  # Django's own arguments
        self._run = run

    def clean_keys(self) -> frozenset[str]:
        """Return the business keys; those that the plan has not are named."""
        wanted = {business_key(word) for word in str(self.cleaned_data["keys"]).split("\n") if word.strip()}
        known = {
            group_of_key(key) for key in ActionRow.objects.filter(run=self._run).values_list("key", flat=True)
        }
        if missing := sorted(wanted - known):
            raise forms.ValidationError(
                _("This plan has nothing under %(keys)s."), params={"keys": ", ".join(missing[:10])}
            )
        return frozenset(wanted)


def business_key(word: str) -> str:
    """Return the business key that a person means.

    >>> business_key(" 3900112233 "), business_key("2026-03-04"), business_key("order:39/sale")
    ('order:3900112233', 'day:2026-03-04', 'order:39')
    """
    text = word.strip()
    if text.isdigit():
        return f"order:{text}"
    return f"day:{text}" if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else group_of_key(text)


@company_page(Ability.RUN_SYNC)
@require_http_methods(["GET", "POST"])
def run_only(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Ask for a part of a plan, and plan that alone; the rest is proposed again later."""
    chosen = run_of(request, run_id)
    form = OnlyForm(chosen, request.POST or None, initial={"keys": request.GET.get("key", "")})
    if request.method == "POST" and form.is_valid():
        return planned(request, chosen.connection_id, form.cleaned_data["keys"])
    facts = {"run": chosen, "connection": chosen.connection, "form": form}
    return render(request, "web/sync/run_only.html", facts, status=400 if form.errors else 200)


def _to(request: CompanyRequest, chosen: Run) -> HttpResponse:
    return redirect("run", request.company.pk, chosen.pk)
