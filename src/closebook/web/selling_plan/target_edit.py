"""Making a target or a new version of one: its amount, its months, and its parts to the last cent."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import Target
from closebook.apps.selling.selectors.plan import names_known, targets_of
from closebook.apps.selling.services.targets import Part, target_change, target_save
from closebook.core.errors import InputError
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.selling_plan.target_forms import (
    DAYS,
    EQUAL,
    HOPED,
    TYPED,
    PartSet,
    TargetForm,
    parts_typed,
)
from closebook.web.selling_plan.wishes import CERTAIN, OWN, asked_of

_BLANK, _MORE = 3, 8


@company_page(Ability.MANAGE_SELLING)
@require_http_methods(["GET", "POST"])
def target_new(request: CompanyRequest) -> HttpResponse:
    """Show the form of a new target, and keep it as a draft."""
    return _edited(request, None)


@company_page(Ability.MANAGE_SELLING)
@require_http_methods(["GET", "POST"])
def target_edit(request: CompanyRequest, target_id: int) -> HttpResponse:
    """Show the form of a draft, or of a new version of what was agreed, and keep it."""
    return _edited(request, target_seen(request, target_id))


def target_seen(request: CompanyRequest, target_id: int) -> Target:
    """Return a target that the person may see; Http404 for any other."""
    seen = targets_of(request.company, request.user.username, request.abilities)
    one = seen.filter(pk=target_id).select_related("company").first()
    if one is None:
        raise Http404
    return one


def _edited(request: CompanyRequest, base: Target | None) -> HttpResponse:
    asked, company = asked_of(request.GET), request.company
    form = TargetForm(
        request.POST if request.method == "POST" else None,
        company=company, base=base, year=base.year if base else asked.year,
        initial=_known(base) if base else _wished(asked.level),
    )  # fmt: skip
    parts = PartSet(
        _grown(request) if request.method == "POST" else None, prefix="parts", initial=_rows(base),
        form_kwargs={"currency": company.home_currency},
    )  # fmt: skip
    status = 200
    given: list[Part] = []
    if request.method == "POST":
        sound, whole = form.is_valid(), parts.is_valid()
        amount = form.cleaned_data.get("amount")
        given = parts_typed(amount or 0, [row.cleaned_data for row in parts]) if whole else []
        looks = "look" in request.POST or "more" in request.POST
        if sound and whole and not looks:
            try:
                kept = _kept(request, base, form.cleaned_data, given)
            except InputError as error:
                form.add_error(None, said(error))
            else:
                return redirect("target", company.pk, kept.pk)
        status = 200 if looks else 400
    amount = form.cleaned_data.get("amount") if form.is_bound else base.amount_minor if base else None
    given = given or (base and not form.is_bound and [tuple(part) for part in base.parts]) or []
    facts: dict[str, Any] = {
        "form": form,
        "parts": parts,
        "base": base,
        "given": sum(part[3] for part in given),
        "left": (amount or 0) - sum(part[3] for part in given),
        "currency": company.home_currency,
        "known": names_known(company),
        "rest": "rest" in request.POST,
    }
    request.place = "targets"
    return render(request, "web/selling_plan/target_form.html", facts, status=status)


def _kept(request: CompanyRequest, base: Target | None, given: dict[str, Any], parts: list[Part]) -> Target:
    """Return the draft as kept. Raises InputError selling-target while something is left to give."""
    amount = given["amount"]
    left = amount - sum(part[3] for part in parts)
    if parts and left > 0 and "rest" in request.POST:
        parts = [*parts, ("", "", "", left)]
    facts = {"stages": given["stages"], "month_weights": given["weights"], "reason": given.get("reason", "")}
    person = request.user.username
    if base is not None and base.state == "draft":
        return target_change(request.company, base.pk, amount, parts, **facts)
    if base is not None:
        key = {"kind": base.kind, "level": base.level, "person": base.person}
        return target_save(request.company, base.year, amount, parts, person, **key, **facts)
    key = {"level": CERTAIN}
    if given["level"] == HOPED:
        key = {"level": given["name"].strip()}
    elif given["level"] == OWN:
        key |= {"kind": OWN, "person": person}
    return target_save(request.company, given["year"], amount, parts, person, **key, **facts)


def _wished(level: str) -> dict[str, Any]:
    known = {CERTAIN: {"level": CERTAIN}, OWN: {"level": OWN}}
    return {"shape": DAYS} | known.get(level, {"level": HOPED, "name": level})


def _known(base: Target) -> dict[str, Any]:
    weights = base.month_weights
    shape = TYPED if weights and weights != [1] * 12 else EQUAL if weights else DAYS
    return {
        "amount": base.amount_minor,
        "shape": shape,
        "months": " ".join(str(one) for one in weights) if shape == TYPED else "",
        "stages": "\n".join(f"{name} {first}-{last}" for name, first, last in base.stages),
        "reason": base.reason if base.state == "draft" else "",
    }


def _rows(base: Target | None) -> list[dict[str, Any]]:
    known = [
        {"region": region, "person": person, "dealer": dealer, "amount": minor}
        for region, person, dealer, minor in (base.parts if base else [])
    ]
    return [*known, *({} for _n in range(_BLANK))]


def _grown(request: CompanyRequest) -> Any:
    """Return what was typed, with more empty rows when they were asked for."""
    typed = request.POST.copy()
    typed["parts-INITIAL_FORMS"] = "0"
    rows = typed.get("parts-TOTAL_FORMS", "")
    if "more" in typed and rows.isascii() and rows.isdigit():
        typed["parts-TOTAL_FORMS"] = str(int(rows[:4]) + _MORE)
    return typed
