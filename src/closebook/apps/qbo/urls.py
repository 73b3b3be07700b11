"""Addresses of the protocol."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from closebook.apps.qbo import oauth_views, views

urlpatterns: list[URLPattern] = [
    re_path(r"^v3/company/(?P<realm>[^/]+)/(?P<rest>.*)$", views.company),
    re_path(r"^v3/files/(?P<realm>[^/]+)/(?P<wire_id>\d+)$", views.temporary_file),
    re_path(r"^connect/oauth2/?$", oauth_views.authorize, name="qbo-authorize"),
    re_path(r"^oauth2/v1/tokens/bearer/?$", oauth_views.token),
    re_path(r"^v2/oauth2/tokens/revoke/?$", oauth_views.revoke),
    re_path(r"^v1/openid_connect/userinfo/?$", oauth_views.userinfo),
    re_path(r"^op/v1/jwks/?$", oauth_views.keys),
    re_path(r"^\.well-known/openid_(sandbox_)?configuration/?$", oauth_views.discovery),
]
