"""Connections, runs and errors of one company; whatever is another company's is not there."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from closebook.apps.companies.models import Company
from closebook.apps.sync.models import LISTS, Connection, Preparation, Run, SyncError


def connections_in(company: Company) -> QuerySet[Connection]:
    """Return a company's connections with ``open_errors`` and ``open_holds``."""
    still_open = Q(syncerror__resolved_at=None, syncerror__pk__isnull=False)
    return (
        Connection.objects.filter(company=company)
        .exclude(connector=LISTS)
        .select_related("company")
        .annotate(
            open_errors=Count("syncerror", filter=still_open & Q(syncerror__held=False)),
            open_holds=Count("syncerror", filter=still_open & Q(syncerror__held=True)),
        )
    )


def runs_in(company: Company) -> QuerySet[Run]:
    """Return a company's runs."""
    return Run.objects.filter(connection__company=company).select_related("connection__company")


def preparations_in(company: Company) -> QuerySet[Preparation]:
    """Return a company's work before runs."""
    return Preparation.objects.filter(connection__company=company).select_related("connection")


def errors_in(company: Company) -> QuerySet[SyncError]:
    """Return a company's lines of the error log, open and closed."""
    return SyncError.objects.filter(connection__company=company).select_related("connection__company")
