"""Gathering further figures of a summary: products of deals, leads, regular visits and hot prospects."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from closebook.apps.companies.models import Company
from closebook.apps.selling.models import AnnualReport, Conversation, Customer, Opportunity
from closebook.core.selling.followups import INTERVALS, revisits_kept
from closebook.core.selling.summary.gathered import Product

MILLION = 1_000_000


def products_of_deals(company: Company, start: dt.date, end: dt.date) -> dict[str, Product]:
    """Return what the won deals of each product brought; a deal is one piece."""
    won = Opportunity.objects.filter(company=company, state="won", decided_on__range=(start, end))
    rows = won.order_by().values_list("product").annotate(Sum("came_minor"), Count("pk"))
    return {product: Product(minor, pieces * MILLION) for product, minor, pieces in rows}


def activity_of(report: AnnualReport, until: dt.date) -> dict[str, Any]:
    """Return leads by identity and source, (made, due) regular visits, and (won, all) hot prospects."""
    customers = _of(report, Customer.objects.filter(company=report.company), "region", "owner")
    deals = Opportunity.objects.filter(company=report.company, opened_on__range=(report.start, until))
    return {
        "leads": _leads(_of(report, deals, "customer__region", "owner"), report.start),
        "revisits": _revisits(customers, report.start, until),
        "hot": _hot(customers),
    }


def _of(report: AnnualReport, rows: QuerySet[Any], region: str, person: str) -> QuerySet[Any]:
    rows = rows.filter(**{region: report.region}) if report.region else rows
    return rows.filter(**{person: report.person}) if report.person else rows


def _leads(deals: QuerySet[Opportunity], start: dt.date) -> list[tuple[str, str]]:
    """Return the opportunities of customers with whom there was none before; a customer counts once."""
    earlier = Opportunity.objects.filter(customer=OuterRef("customer"), opened_on__lt=start)
    new = deals.filter(Q(customer=None) | ~Exists(earlier)).order_by("opened_on", "pk")
    found: dict[str, str] = {}
    for customer, key, source in new.values_list("customer_id", "key", "source"):
        found.setdefault(f"customer {customer}" if customer else f"deal {key}", source)
    return list(found.items())


def _revisits(customers: QuerySet[Customer], start: dt.date, until: dt.date) -> tuple[int, int] | None:
    wanted = customers.filter(Q(revisit_days__gt=0) | Q(grade__in=list(INTERVALS)))
    talks = Conversation.objects.filter(state="done", day__lte=until, customer__in=wanted)
    days: dict[int, list[dt.date]] = defaultdict(list)
    for customer, day in talks.values_list("customer_id", "day"):
        days[customer].append(day)
    done = due = 0
    for pk, own, grade in wanted.filter(pk__in=days).values_list("pk", "revisit_days", "grade"):
        made, all_due = revisits_kept(days[pk], own or INTERVALS[grade], start, until)
        done, due = done + made, due + all_due
    return (done, due) if due else None


def _hot(customers: QuerySet[Customer]) -> tuple[int, int] | None:
    hot = customers.filter(hot=True)
    won = Opportunity.objects.filter(customer=OuterRef("pk"), state="won")
    became = hot.filter(Q(first_invoice__isnull=False) | Q(kind="customer") | Exists(won))
    whole = hot.count()
    return (became.count(), whole) if whole else None
