"""Addresses of selling, below a company's number."""

from __future__ import annotations

from django.urls import path

from closebook.web.selling.board import board, opportunities
from closebook.web.selling.importing import deals_export, deals_import
from closebook.web.selling.opportunity import opportunity, opportunity_edit, opportunity_new
from closebook.web.selling.to_books import opportunity_books

company_patterns = [
    path("selling/", board, name="board"),
    path("selling/all/", opportunities, name="opportunities"),
    path("selling/new/", opportunity_new, name="opportunity-new"),
    path("selling/import/", deals_import, name="deals-import"),
    path("selling/export/<slug:table>/", deals_export, name="deals-export"),
    path("selling/<int:opportunity_id>/", opportunity, name="opportunity"),
    path("selling/<int:opportunity_id>/books/", opportunity_books, name="opportunity-books"),
    path("selling/<int:opportunity_id>/edit/", opportunity_edit, name="opportunity-edit"),
]
