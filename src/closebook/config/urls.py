"""Every address of the site."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern

handler404 = "closebook.web.frame.errors.not_found"
handler500 = "closebook.web.frame.errors.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("closebook.apps.qbo.urls")),
    # Not ``include``, which loads the pages at once: a command that only speaks the protocol needs none.
    URLResolver(RoutePattern("api/v1/"), "closebook.api.urls"),
    URLResolver(RoutePattern(""), "closebook.web.urls"),
]
