"""Addresses of connections, files and runs, below a company's number."""

from __future__ import annotations

from django.urls import path

from closebook.web.sync import (
    clean_up,
    connections,
    files,
    overlap,
    preparation,
    run,
    run_acts,
    runs,
    service_access,
    source_row,
    tax,
    undo,
    wizard,
)
from closebook.web.sync.actions import run_action

company_patterns = [
    path("connections/", connections.connections, name="connections"),
    path("connections/new/", wizard.source, name="connection_new"),
    path("connections/new/shop/", wizard.shop, name="connection_new_shop"),
    path("connections/new/start/", wizard.start, name="connection_new_start"),
    path("connections/new/files/", wizard.files, name="connection_new_files"),
    path("connections/<int:connection_id>/", connections.connection, name="connection"),
    path("connections/<int:connection_id>/first/", wizard.first, name="connection_first"),
    path("connections/<int:connection_id>/clean-up/", clean_up.clean_up, name="connection_clean_up"),
    path("connections/<int:connection_id>/overlap/", overlap.overlap, name="connection_overlap"),
    path("connections/<int:connection_id>/opening/", wizard.opening, name="connection_opening"),
    path("connections/<int:connection_id>/upload/", files.upload, name="connection_upload"),
    path("connections/<int:connection_id>/plan/", connections.plan, name="connection_plan"),
    path("connections/<int:connection_id>/sync/", connections.sync_now, name="connection_sync"),
    path("connections/<int:connection_id>/access/", service_access.access, name="connection_access"),
    path("connections/<int:connection_id>/access/back/", service_access.consent, name="connection_consent"),
    path("connections/<int:connection_id>/access/drop/", service_access.drop, name="connection_access_drop"),
    path("connections/<int:connection_id>/fetch/", service_access.fetch, name="connection_fetch"),
    path("connections/files/<int:file_id>/", files.source_file, name="source_file"),
    path("connections/rows/<int:row_id>/", source_row.source_row, name="source_row"),
    path("preparations/<int:preparation_id>/", preparation.preparation, name="preparation"),
    path(
        "preparations/<int:preparation_id>/progress/",
        preparation.preparation_progress,
        name="preparation_progress",
    ),
    path("preparations/<int:preparation_id>/stop/", preparation.preparation_end, name="preparation_end"),
    path("runs/", runs.runs, name="runs"),
    path("runs/<int:run_id>/", run.run, name="run"),
    path("runs/<int:run_id>/progress/", run.progress, name="run_progress"),
    path("runs/<int:run_id>/actions/<int:action_id>/", run_action, name="run_action"),
    path("runs/<int:run_id>/apply/", run_acts.run_apply, name="run_apply"),
    path("runs/<int:run_id>/drop/", run_acts.run_drop_it, name="run_drop"),
    path("runs/<int:run_id>/stop/", run_acts.run_stop, name="run_stop"),
    path("runs/<int:run_id>/again/", run_acts.run_again, name="run_again"),
    path("runs/<int:run_id>/tax/", tax.run_tax, name="run_tax"),
    path("runs/<int:run_id>/only/", run_acts.run_only, name="run_only"),
    path("runs/<int:run_id>/undo/", undo.run_undo, name="run_undo"),
]

public_patterns = [path("hooks/<int:connection_id>/", service_access.call, name="service_call")]
"""Where services call; each call is signed."""
