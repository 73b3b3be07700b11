"""A company's endpoints and deliveries."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from closebook.apps.companies.models import Company
from closebook.apps.hooks.models import Delivery, Endpoint
from closebook.apps.hooks.services.replaying import MISSED


def endpoints_of(company: Company) -> QuerySet[Endpoint]:
    """Return a company's endpoints, each with ``missed``, the number of deliveries that did not arrive."""
    missed = Count("deliveries", filter=Q(deliveries__state__in=MISSED))
    return Endpoint.objects.filter(company=company).annotate(missed=missed)


def deliveries_of(endpoint: Endpoint) -> QuerySet[Delivery]:
    """Return an endpoint's deliveries with it, each with ``made``, the number of its attempts."""
    rows = Delivery.objects.filter(endpoint=endpoint).annotate(made=Count("attempts"))
    return _with_endpoint(rows)


def _with_endpoint(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Return the rows with their endpoints, whose secrets stay unread."""
    return rows.select_related("endpoint").defer("endpoint__secret", "endpoint__previous_secret")


def delivery_in(company: Company, number: int) -> Delivery | None:
    """Return a delivery of a company with its endpoint, None for another company's."""
    return _with_endpoint(Delivery.objects.filter(endpoint__company=company)).filter(pk=number).first()
