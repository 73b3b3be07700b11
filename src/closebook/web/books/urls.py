"""Addresses of the books' lists and documents, below a company's number."""

from __future__ import annotations

from django.urls import path

from closebook.web.books.chart import chart
from closebook.web.books.document import document, document_changes
from closebook.web.books.document_edit import document_edit, document_new
from closebook.web.books.document_files import document_attach, document_file
from closebook.web.books.document_remove import document_remove
from closebook.web.books.documents import documents
from closebook.web.books.list_edit import list_activity, list_edit, list_new
from closebook.web.books.lists import items, list_object, people
from closebook.web.books.registers import register

_ONE = "documents/<slug:kind>/<int:wire_id>"

company_patterns = [
    path("chart/", chart, name="chart"),
    path("chart/new/", list_new, {"word": "ledger-account"}, name="ledger-account-new"),
    path("chart/<int:wire_id>/", register, name="register"),
    path("chart/<int:wire_id>/change/", list_edit, {"word": "ledger-account"}, name="ledger-account-edit"),
    path(
        "chart/<int:wire_id>/activity/",
        list_activity,
        {"word": "ledger-account"},
        name="ledger-account-activity",
    ),
    path("sales/", documents, {"group": "sales"}, name="sales"),
    path("expenses/", documents, {"group": "expenses"}, name="expenses"),
    path("other-documents/", documents, {"group": "others"}, name="other-documents"),
    path("documents/<slug:kind>/new/", document_new, name="document-new"),
    path(f"{_ONE}/", document, name="document"),
    path(f"{_ONE}/change/", document_edit, name="document-edit"),
    path(f"{_ONE}/changes/", document_changes, name="document-changes"),
    path(f"{_ONE}/remove/", document_remove, name="document-remove"),
    path(f"{_ONE}/files/", document_attach, name="document-attach"),
    path(f"{_ONE}/files/<int:file_id>/", document_file, name="document-file"),
    path("customers/", people, {"word": "customer"}, name="customers"),
    path("vendors/", people, {"word": "vendor"}, name="vendors"),
    path("items/", items, name="items"),
    *[
        made
        for word in ("customer", "vendor", "item")
        for made in (
            path(f"{word}s/new/", list_new, {"word": word}, name=f"{word}-new"),
            path(f"{word}s/<int:wire_id>/", list_object, {"word": word}, name=word),
            path(f"{word}s/<int:wire_id>/change/", list_edit, {"word": word}, name=f"{word}-edit"),
            path(f"{word}s/<int:wire_id>/activity/", list_activity, {"word": word}, name=f"{word}-activity"),
        )
    ],
]
