"""Addresses of a company's API tokens."""

from __future__ import annotations

from django.urls import path

from closebook.web.people.tokens import token, token_end, token_new, tokens

company_patterns = [
    path("api/", tokens, name="tokens"),
    path("api/new/", token_new, name="token-new"),
    path("api/<int:token_id>/", token, name="token"),
    path("api/<int:token_id>/revoke/", token_end, name="token-revoke"),
]
