"""Addresses of the site's own pages."""

from __future__ import annotations

from django.urls import path

from closebook.web.views import healthz, start

urlpatterns = [
    path("", start, name="start"),
    path("healthz", healthz, name="healthz"),
]
