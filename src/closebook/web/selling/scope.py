"""What belongs to the company of a request, and to the salesperson who asks."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from closebook.apps.selling.models import Opportunity
from closebook.apps.selling.selectors.selling import opportunities_of
from closebook.web.frame.access import CompanyRequest


def opportunities_seen(request: CompanyRequest) -> QuerySet[Opportunity]:
    """Return the opportunities that the person may see: a salesperson's own and nobody's, or all."""
    return opportunities_of(request.company.pk, request.user.username, request.abilities)


def opportunity_seen(request: CompanyRequest, opportunity_id: int) -> Opportunity:
    """Return an opportunity that the person may see; Http404 for any other."""
    found = opportunities_seen(request).filter(pk=opportunity_id).first()
    if found is None:
        raise Http404
    return found
