"""Addresses of matching, below a company's number."""

from __future__ import annotations

from django.urls import path

from closebook.web.matching import acts, adding, automatic, desk, lists, row

company_patterns = [
    path("matching/", lists.match_lists, name="match_lists"),
    path("matching/new/", lists.match_new, name="match_new"),
    path("matching/readings/<int:reading_id>/", lists.match_reading, name="match_reading"),
    path(
        "matching/readings/<int:reading_id>/progress/",
        lists.match_reading_progress,
        name="match_reading_progress",
    ),
    path("matching/<int:list_id>/", desk.match_desk, name="match_desk"),
    path("matching/<int:list_id>/decide/", acts.match_decide, name="match_decide"),
    path("matching/<int:list_id>/undo/", acts.match_undo, name="match_undo"),
    path("matching/<int:list_id>/automatic/", automatic.match_automatic, name="match_automatic"),
    path("matching/<int:list_id>/additions/", adding.match_additions, name="match_additions"),
    path("matching/<int:list_id>/rows/<int:row_id>/", row.match_row, name="match_row"),
]
