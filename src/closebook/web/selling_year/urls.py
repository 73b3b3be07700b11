"""Addresses of the yearly summary, below a company's number."""

from __future__ import annotations

from django.urls import path

from closebook.web.selling_year.studio import (
    summaries,
    summary,
    summary_change,
    summary_figure,
    summary_file,
)
from closebook.web.selling_year.template import summary_template

company_patterns = [
    path("summaries/", summaries, name="summaries"),
    path("summaries/template/", summary_template, name="summary-template"),
    path("summaries/<int:pk>/", summary, name="summary"),
    path("summaries/<int:pk>/figure/", summary_figure, name="summary-figure"),
    path("summaries/<int:pk>/file/<slug:form>/", summary_file, name="summary-file"),
    path("summaries/<int:pk>/<slug:what>/", summary_change, name="summary-change"),
]
