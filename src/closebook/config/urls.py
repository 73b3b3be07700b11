"""Every address of the site."""

from __future__ import annotations

from django.urls import include, path

handler500 = "closebook.apps.qbo.views.server_error"
urlpatterns = [
    path("", include("closebook.apps.qbo.urls")),
    path("", include("closebook.web.urls")),
]
