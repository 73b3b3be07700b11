"""The forecast tried on the past: what it would have said on earlier days, against what came in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.selectors.plan import narrow
from closebook.apps.selling.services.reckoning import HORIZON_DAYS, reckoning_of
from closebook.apps.sync.services.beats import worker_lives
from closebook.core.money import divide_half_up
from closebook.core.selling.forecast import WHOLE
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.frame.errors import refused
from closebook.web.selling_plan.forecast import percent


@company_page(Ability.SEE_SELLING)
@require_safe
def back_test(request: CompanyRequest) -> HttpResponse:
    """Show how the forecast would have done; salespeople see no sums of the whole company."""
    if narrow(request.abilities):
        return refused(request, Ability.MANAGE_SELLING)
    kept = reckoning_of(request.company)
    request.place = "forecast"
    found: dict[str, Any] = {
        "kept": kept,
        "made": kept.facts,
        "currency": request.company.home_currency,
        "days": HORIZON_DAYS,
        "worker_lives": kept.fresh or worker_lives(),
        "trials": [],
    }
    if kept.facts and kept.facts.get("trials"):
        found |= _judged(kept.facts["trials"])
    return render(request, "web/selling_plan/back_test.html", found)


def _judged(trials: list[dict[str, Any]]) -> dict[str, Any]:
    came = sum(one["came"] for one in trials)
    off = [abs(one["expected"] - one["came"]) for one in trials]
    bias = sum(one["expected"] - one["came"] for one in trials)
    return {
        "trials": [_trial(one) for one in reversed(trials)],
        "inside": sum(one["inside"] for one in trials),
        "error": percent(Decimal(sum(off)) / came, "0 %") if came else "–",
        "bias": bias,
        "bias_share": percent(Decimal(abs(bias)) / came, "0 %") if came else "–",
        "tenths": list(_tenths(trials[-1]["reliability"])),
        "tenths_on": dt.date.fromisoformat(trials[-1]["on"]),
        "mean_off": divide_half_up(sum(off), len(off)),
        "narrow_range": 2 * sum(one["inside"] for one in trials) < len(trials),
    }


def _trial(one: dict[str, Any]) -> dict[str, Any]:
    days = {name: dt.date.fromisoformat(one[name]) for name in ("on", "end")}
    errors = {name: f"{Decimal(one[name]) / 1000:.3f}" for name in ("rate_error", "age_error")}
    return one | days | errors | {"difference": one["expected"] - one["came"]}


def _tenths(rows: list[list[int]]) -> Iterator[dict[str, Any]]:
    """Yield what was predicted beside what came, in tenths of the chance."""
    for millionths, part, whole, low, high in rows:
        yield {
            "predicted": percent(Decimal(millionths) / WHOLE),
            "part": part,
            "whole": whole,
            "share": percent(Decimal(part) / whole) if whole else "–",
            "low": percent(Decimal(low) / 1000),
            "high": percent(Decimal(high) / 1000),
        }
