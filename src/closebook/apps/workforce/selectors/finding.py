"""Postings and their applications."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from closebook.apps.companies.models import Company
from closebook.apps.workforce.models import Application, Posting


def postings_of(company: Company) -> QuerySet[Posting]:
    """Return a company's postings, each with ``applied``, the number of its applications."""
    return Posting.objects.filter(company=company).annotate(applied=Count("applications"))


def applications_of(posting: Posting) -> QuerySet[Application]:
    """Return a posting's applications with the people."""
    return Application.objects.filter(posting=posting).select_related("candidate", "posting")


def posting_shown(token: str) -> Posting | None:
    """Return a posting by its public address; None for one that was never opened."""
    rows = Posting.objects.filter(token=token).exclude(state="draft").select_related("company")
    return rows.first()


def application_in(company: Company, number: int) -> Application | None:
    """Return an application of a company with its posting and person, None for another company's."""
    rows = Application.objects.filter(company=company).select_related("candidate", "posting", "company")
    return rows.filter(pk=number).first()


def application_of_link(number: int) -> Application | None:
    """Return an application by the number out of a link whose signature was checked."""
    rows = Application.objects.select_related("candidate", "posting", "company")
    return rows.filter(pk=number).first()


def applications_called(company: Company, words: str) -> QuerySet[Application]:
    """Return a company's applications of people whose name or mail address holds the words."""
    rows = Application.objects.filter(company=company).select_related("candidate")
    return rows.filter(Q(candidate__name__icontains=words) | Q(candidate__email__icontains=words))


def namesakes_of(application: Application) -> QuerySet[Application]:
    """Return applications of the company by somebody of the same name whom mail and telephone do not join."""
    one = application.candidate
    rows = Application.objects.filter(company=application.company_id, candidate__name__iexact=one.name)
    return rows.exclude(candidate=one).select_related("posting").order_by("-pk")[:5]
