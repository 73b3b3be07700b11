"""Addresses of targets and forecasts, below a company's number."""

from __future__ import annotations

from django.urls import path

from closebook.web.selling_plan.target_edit import target_edit, target_new
from closebook.web.selling_plan.targets import target, targets
from closebook.web.selling_plan.versions import agree, calendar, compare, drop, withdraw

company_patterns = [
    path("selling/targets/", targets, name="targets"),
    path("selling/targets/new/", target_new, name="target-new"),
    path("selling/targets/calendar/", calendar, name="selling-calendar"),
    path("selling/targets/compare/", compare, name="targets-compare"),
    path("selling/targets/<int:target_id>/", target, name="target"),
    path("selling/targets/<int:target_id>/change/", target_edit, name="target-change"),
    path("selling/targets/<int:target_id>/agree/", agree, name="target-agree"),
    path("selling/targets/<int:target_id>/withdraw/", withdraw, name="target-withdraw"),
    path("selling/targets/<int:target_id>/drop/", drop, name="target-drop"),
]
