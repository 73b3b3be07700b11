"""Addresses of statements, their postings, certificates and the home's chart, below a company's number."""

from __future__ import annotations

from django.urls import path

from closebook.web.books.certificate import certificate, certificates
from closebook.web.books.charts import home_chart
from closebook.web.books.drill import drill
from closebook.web.books.statements import statement_page, statements, view_drop, view_keep

company_patterns = [
    path("statements/", statements, name="statements"),
    path("statements/views/<int:view_id>/forget/", view_drop, name="view-drop"),
    path("statements/tie-out/", certificates, name="certificates"),
    path("statements/tie-out/<int:connection_id>/<str:month>/", certificate, name="certificate"),
    path("statements/<slug:name>/", statement_page, name="statement"),
    path("statements/<slug:name>/keep/", view_keep, name="view-keep"),
    path("statements/<slug:name>/postings/", drill, name="drill"),
    path("home/chart/", home_chart, name="home-chart"),
]
