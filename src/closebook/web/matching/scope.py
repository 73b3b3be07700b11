"""What belongs to the company of a request; everything else is not found."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from closebook.apps.matching.models import MatchList, MatchRow
from closebook.apps.sync.models import MatchReading
from closebook.web.frame.access import CompanyRequest


def list_of(request: CompanyRequest, list_id: int) -> MatchList:
    """Return a list of the company."""
    return get_object_or_404(MatchList, pk=list_id, company=request.company)


def row_of(match_list: MatchList, row_id: int) -> MatchRow:
    """Return a row of a list."""
    return get_object_or_404(MatchRow, pk=row_id, match_list=match_list)


def reading_of(request: CompanyRequest, reading_id: int) -> MatchReading:
    """Return the reading of a list of the company."""
    rows = MatchReading.objects.select_related("match_list").defer("parties")
    return get_object_or_404(rows, pk=reading_id, company=request.company)
