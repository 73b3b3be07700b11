"""What belongs to the company of a request; everything else is not found."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from closebook.apps.sync.models import LISTS, ActionRow, Connection, Preparation, Run, SourceFile, SourceRow
from closebook.web.frame.access import CompanyRequest


def connection_of(request: CompanyRequest, connection_id: int) -> Connection:
    """Return a connection of the company."""
    rows = Connection.objects.select_related("company")
    rows = rows.exclude(connector=LISTS)
    return get_object_or_404(rows, pk=connection_id, company=request.company)


def run_of(request: CompanyRequest, run_id: int) -> Run:
    """Return a run of the company."""
    rows = Run.objects.select_related("connection__company").defer("basis")
    return get_object_or_404(rows, pk=run_id, connection__company=request.company)


def run_in_short(request: CompanyRequest, run_id: int) -> Run:
    """Return a run of the company with no more than its progress needs."""
    rows = Run.objects.only("state", "approved_at", "started_at", "finished", "total")
    return get_object_or_404(rows, pk=run_id, connection__company=request.company)


def action_of(request: CompanyRequest, run_id: int, action_id: int) -> ActionRow:
    """Return an action of a run of the company."""
    rows = ActionRow.objects.select_related("run__connection__company")
    return get_object_or_404(rows, pk=action_id, run=run_id, run__connection__company=request.company)


def file_of(request: CompanyRequest, file_id: int) -> SourceFile:
    """Return a file that was pulled into a connection of the company."""
    rows = SourceFile.objects.select_related("connection")
    return get_object_or_404(rows, pk=file_id, connection__company=request.company)


def row_of(request: CompanyRequest, row_id: int) -> SourceRow:
    """Return a source row of the company."""
    rows = SourceRow.objects.select_related("file", "connection")
    return get_object_or_404(rows, pk=row_id, connection__company=request.company)


def preparation_of(request: CompanyRequest, preparation_id: int) -> Preparation:
    """Return work before a run of the company, without its answer."""
    rows = Preparation.objects.select_related("connection").defer("answer")
    return get_object_or_404(rows, pk=preparation_id, connection__company=request.company)
