"""What belongs to the company of a request; everything else is not found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.shortcuts import get_object_or_404

from closebook.apps.companies.models import Company
from closebook.apps.matching.models import MatchList, MatchRow
from closebook.apps.matching.services.deciding import WordFinder
from closebook.apps.sync.services.access import books_client
from closebook.connectors.quickbooks.parties import names_in_use, who_has_name
from closebook.web.frame.access import CompanyRequest


def list_of(request: CompanyRequest, list_id: int) -> MatchList:
    """Return a list of the company."""
    return get_object_or_404(MatchList, pk=list_id, company=request.company)


def row_of(match_list: MatchList, row_id: int) -> MatchRow:
    """Return a row of a list."""
    return get_object_or_404(MatchRow, pk=row_id, match_list=match_list)


MANY = 10
"""Names that are asked for one by one; for more, the lists are read once."""


@contextmanager
def name_finder(company: Company, kind: str, names: int) -> Iterator[WordFinder]:
    """Give a fresh look into the books for who has a name, for so many names."""
    with books_client(company) as client:
        used = names_in_use(client, kind) if names > MANY else {}

        def who(name: str) -> Sequence[tuple[str, str]]:
            if names > MANY:
                return used.get(name.casefold(), [])
            return list(who_has_name(client, name, kind))

        yield who
