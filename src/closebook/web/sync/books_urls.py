"""Addresses of the books' login: below a company's number, and the one to which Intuit returns."""

from __future__ import annotations

from django.urls import path

from closebook.apps.sync.services.app_keys import CALLBACK_PATH, WEBHOOK_PATH
from closebook.web.sync import books_connect, books_login, books_webhook

company_patterns = [
    path("quickbooks/", books_login.books_login, name="books_login"),
    path("quickbooks/keys/<slug:environment>/", books_connect.books_keys, name="books_keys"),
    path("quickbooks/consent/<slug:environment>/", books_connect.books_consent, name="books_consent"),
    path("quickbooks/disconnect/", books_login.books_disconnect_it, name="books_disconnect"),
    path("quickbooks/batches/", books_login.books_batches, name="books_batches"),
]
public_patterns = [
    path(CALLBACK_PATH.lstrip("/"), books_connect.books_callback, name="books_callback"),
    path(WEBHOOK_PATH.lstrip("/"), books_webhook.books_webhook, name="books_webhook"),
]
