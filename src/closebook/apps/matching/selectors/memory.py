"""Who is who, as it is remembered: what other programs of ours ask before they make a customer."""

from __future__ import annotations

from closebook.apps.companies.models import Company
from closebook.apps.matching.models import MatchMemory, RowState


def party_matches(company: Company, kind: str, source: str) -> dict[str, str]:
    """Return the record in the books for each id of a source that was matched."""
    rows = MatchMemory.objects.filter(company=company, kind=kind, source=source, word=RowState.MATCHED)
    return dict(rows.values_list("source_id", "remote_id"))
