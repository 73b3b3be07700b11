"""Addresses of targets and forecasts, below a company's number."""

from __future__ import annotations

from django.urls import path

from closebook.web.selling_plan.backtest import back_test
from closebook.web.selling_plan.forecast import forecast, forecast_deals, forecast_judge, forecast_ready
from closebook.web.selling_plan.overview import overview
from closebook.web.selling_plan.target_edit import target_edit, target_new
from closebook.web.selling_plan.targets import target, targets
from closebook.web.selling_plan.versions import agree, calendar, compare, drop, withdraw

company_patterns = [
    path("selling/overview/", overview, name="selling-overview"),
    path("selling/targets/", targets, name="targets"),
    path("selling/targets/new/", target_new, name="target-new"),
    path("selling/targets/calendar/", calendar, name="selling-calendar"),
    path("selling/targets/compare/", compare, name="targets-compare"),
    path("selling/targets/<int:target_id>/", target, name="target"),
    path("selling/targets/<int:target_id>/change/", target_edit, name="target-change"),
    path("selling/targets/<int:target_id>/agree/", agree, name="target-agree"),
    path("selling/targets/<int:target_id>/withdraw/", withdraw, name="target-withdraw"),
    path("selling/targets/<int:target_id>/drop/", drop, name="target-drop"),
    path("selling/forecast/", forecast, name="forecast"),
    path("selling/forecast/deals/", forecast_deals, name="forecast-deals"),
    path("selling/forecast/judge/", forecast_judge, name="forecast-judge"),
    path("selling/forecast/ready/", forecast_ready, name="forecast-ready"),
    path("selling/forecast/back-test/", back_test, name="back-test"),
]
