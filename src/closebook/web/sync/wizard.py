"""Connecting a shop in small steps. The answers wait in the session until the last step makes it all."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import Connection
from closebook.apps.sync.selectors.profiles import profile_of
from closebook.apps.sync.services.connecting import connection_create, profile_fit, profile_save
from closebook.apps.sync.services.trying import cut_off_try
from closebook.connectors.base import TILL
from closebook.connectors.base import Ability as Can
from closebook.connectors.registry import connector
from closebook.core.planning.cutoff import CutOff
from closebook.core.planning.profile_json import profile_to_json
from closebook.founding import currency_ensure
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.once import once, saving
from closebook.web.sync.files import files_take, pulled_take
from closebook.web.sync.scope import connection_of
from closebook.web.sync.wizard_forms import ShopForm, SourceForm, StartForm
from closebook.web.sync.words import REFUSALS, connector_title, tell

_OVERLAPS = 50


def _answers(request: CompanyRequest) -> dict[str, Any]:
    """Return what was answered so far for this company."""
    found: dict[str, Any] = request.session.get(f"connecting-{request.company.pk}", {})
    return found


def _keep(request: CompanyRequest, **more: Any) -> None:
    request.session[f"connecting-{request.company.pk}"] = {**_answers(request), **more}


def _step(request: CompanyRequest, number: int, form: forms.Form, **facts: Any) -> HttpResponse:
    facts.update(form=form, number=number, answers=_answers(request))
    status = 400 if form.errors else 200
    return render(request, f"web/sync/wizard_{number}.html", facts, status=status)


@company_page(Ability.CHANGE_CONNECTIONS)
@require_http_methods(["GET", "POST"])
def source(request: CompanyRequest) -> HttpResponse:
    """Ask where the business comes from."""
    form = SourceForm(request.POST or None, initial=_answers(request))
    if request.method == "POST" and form.is_valid():
        _keep(request, source=form.cleaned_data["source"])
        return redirect("connection_new_shop", request.company.pk)
    return _step(request, 1, form)


@company_page(Ability.CHANGE_CONNECTIONS)
@require_http_methods(["GET", "POST"])
def shop(request: CompanyRequest) -> HttpResponse:
    """Ask for name, currency and what is posted."""
    if "source" not in _answers(request):
        return redirect("connection_new", request.company.pk)
    initial = {"currency": request.company.home_currency, "mode": "per-sale", **_answers(request)}
    till = connector(_answers(request)["source"]).info.kind == TILL
    form = ShopForm(request.company, request.POST or None, initial=initial, till=till)
    if request.method == "POST" and form.is_valid():
        _keep(request, **{"mode": "per-sale", **form.cleaned_data})
        return redirect("connection_new_start", request.company.pk)
    return _step(request, 2, form, connector=connector_title(_answers(request)["source"]), till=till)


@company_page(Ability.CHANGE_CONNECTIONS)
@require_http_methods(["GET", "POST"])
def start(request: CompanyRequest) -> HttpResponse:
    """Ask from which day on is posted."""
    answers = _answers(request)
    if "name" not in answers:
        return redirect("connection_new", request.company.pk)
    form = StartForm(answers["currency"], request.POST or None, initial=answers)
    if request.method == "POST" and form.is_valid():
        since = form.cleaned_data["since"]
        _keep(request, since=since.isoformat() if since else "", opening=form.cleaned_data["opening"])
        return redirect("connection_new_files", request.company.pk)
    return _step(request, 3, form)


@company_page(Ability.CHANGE_CONNECTIONS)
@require_http_methods(["GET", "POST"])
@once()
def files(request: CompanyRequest) -> HttpResponse:
    """Ask for the first files, and make the connection: the last step."""
    answers = _answers(request)
    if "since" not in answers:
        return redirect("connection_new", request.company.pk)
    if request.method == "POST":
        return _finish(request, answers)
    info = connector(answers["source"]).info
    facts = {
        "streams": info.streams,
        "connector": connector_title(answers["source"]),
        "pulls": Can.PULL in info.abilities,
    }
    return _step(request, 4, forms.Form(), **facts)


def _finish(request: CompanyRequest, answers: dict[str, Any]) -> HttpResponse:
    try:
        with saving(request) as use:
            made, note = _connected(request, answers)
            profile_fit(made)
            use.address = reverse("connection", args=[request.company.pk, made.pk])
    except REFUSALS as error:
        tell(request, error)
        return redirect("connection_new_shop", request.company.pk)
    del request.session[f"connecting-{request.company.pk}"]
    messages.success(request, " ".join(part for part in (_("%s is connected.") % made.name, note) if part))
    if request.POST.get("fetch"):
        return redirect("connection_access", request.company.pk, made.pk)
    if request.FILES:
        files_take(request, made)
        return redirect("connection_first", request.company.pk, made.pk)
    return redirect("connection", request.company.pk, made.pk)


def _connected(request: CompanyRequest, answers: dict[str, Any]) -> tuple[Connection, str]:
    """Return the new connection, and what was changed about the books for it."""
    note = currency_ensure(request.company, answers["currency"])
    made = connection_create(
        request.company,
        answers["name"],
        answers["source"],
        answers["currency"],
        mode=answers["mode"],
        since=dt.date.fromisoformat(answers["since"]) if answers["since"] else None,
        opening=answers["opening"],
    )
    facts = {name: answers[name] for name in ("source", "currency", "mode", "since", "opening")}
    audit_append(request.company.pk, request.user.get_username(), "connection-made", made.name, facts)
    return made, note


@company_page(Ability.CHANGE_CONNECTIONS)
@require_safe
def first(request: CompanyRequest, connection_id: int) -> HttpResponse:
    """Show what was understood of the first files, and what the first day means for them and the books."""
    chosen = connection_of(request, connection_id)
    facts = {"connection": chosen, **pulled_take(request, chosen)}
    cut_off = _cut_off(request, chosen)
    if cut_off:
        facts["cut_off"] = cut_off
        facts["overlaps"] = cut_off.overlaps[:_OVERLAPS]
        facts["opening_differs"] = cut_off.held_minor not in {0, profile_of(chosen).opening_minor}
    return render(request, "web/sync/first.html", facts)


def _cut_off(request: CompanyRequest, chosen: Connection) -> CutOff | None:
    try:
        return cut_off_try(chosen, profile_to_json(profile_of(chosen)))
    except REFUSALS as error:
        tell(request, error)
        return None


@company_page(Ability.CHANGE_CONNECTIONS)
@require_POST
def opening(request: CompanyRequest, connection_id: int) -> HttpResponse:
    """Take what the files say was held at the first day as the opening balance."""
    chosen = connection_of(request, connection_id)
    cut_off = _cut_off(request, chosen)
    if cut_off:
        body = profile_to_json(profile_of(chosen))
        profile_save(chosen, {**body, "opening_minor": cut_off.held_minor})
        facts = {"opening_minor": cut_off.held_minor}
        audit_append(request.company.pk, request.user.get_username(), "profile-saved", chosen.name, facts)
        messages.success(request, _("The opening balance was taken on."))
    return redirect("connection_first", request.company.pk, chosen.pk)
