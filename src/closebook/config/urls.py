"""Every address of the site."""

from __future__ import annotations

from django.urls import include, path

handler404 = "closebook.web.frame.errors.not_found"
handler500 = "closebook.web.frame.errors.server_error"
urlpatterns = [
    path("", include("closebook.apps.qbo.urls")),
    path("", include("closebook.web.urls")),
]
