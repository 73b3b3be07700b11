"""Gathering what a summary is computed from: opportunities, targets, complaints, conversations and books."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import msgspec

from closebook.apps.books.selectors.companies import books_of
from closebook.apps.selling.models import (
    ActionPoint,
    AnnualReport,
    Complaint,
    Conversation,
    Customer,
    Diagnosis,
    Opportunity,
    Promise,
    Target,
)
from closebook.apps.selling.selectors.dealers import grades_on
from closebook.apps.selling.selectors.from_books import Ledger
from closebook.apps.selling.selectors.gathering_more import activity_of, products_of_deals
from closebook.apps.selling.selectors.in_books import parties_of
from closebook.core.selling.checks import Item
from closebook.core.selling.figures import same_days_before
from closebook.core.selling.figures_counts import FirstInvoice
from closebook.core.selling.identities import shared
from closebook.core.selling.summary.gathered import (
    Aim,
    Coached,
    Complained,
    Decided,
    Gathered,
    Met,
    Sale,
    TargetPart,
)
from closebook.core.selling.summary.report import Scope


def gathered_of(report: AnnualReport, today: dt.date) -> Gathered:
    """Return what a summary is computed from: a final one's own snapshot, else what there is today."""
    if report.state == "final":
        return msgspec.convert(report.snapshot, Gathered)
    company = report.company
    scope = Scope(
        company.name, company.home_currency, report.start, report.end, today, report.person, report.region
    )
    facts = _sold(report, scope) | _aims(report) | _counted(report, today)
    return Gathered(scope=scope, items=_items(report), working_days=_weekdays(scope), **facts)


def _weekdays(scope: Scope) -> list[dt.date]:
    year = dt.date(scope.start.year, 1, 1)
    days = (year + dt.timedelta(n) for n in range(366))
    return [day for day in days if day.weekday() < 5 and day.year == scope.start.year]


def _sold(report: AnnualReport, scope: Scope) -> dict[str, Any]:
    days, before = (report.start, scope.until), same_days_before(report.start, scope.until)
    books = books_of(report.company.realm_id) if report.company.embedded else None
    found: dict[str, Any] = {"source": "deals"}
    if books is not None:
        ledger = Ledger(books, parties_of(report.company_id))
        if total := ledger.total(*days):
            found = {"source": "books", "sales_minor": total}
            found |= {"sales": ledger.sales(*days), "sales_before": ledger.sales(*before)}
            if not (report.person or report.region):
                costs = ledger.costs(*days)
                found |= {"receivables": ledger.receivables(*days), "expenses": costs.expenses}
                found["gross_minor"] = costs.gross_minor
                found |= {"products": ledger.products(*days), "products_before": ledger.products(*before)}
                found["received"] = ledger.received(*days, scope.drawn)
    if found["source"] == "deals":
        found |= {"sales": _won(report, *days), "sales_before": _won(report, *before)}
        for name, period in (("products", days), ("products_before", before)):
            found[name] = {} if report.person or report.region else products_of_deals(report.company, *period)
    return _only(report, found)


def _only(report: AnnualReport, found: dict[str, Any]) -> dict[str, Any]:
    """Keep the sales of the report's person and region; their sum is then the whole."""
    for name in ("sales", "sales_before"):
        found[name] = [
            row for row in found[name]
            if report.person in ("", row.person) and report.region in ("", row.region)
        ]  # fmt: skip
    if report.person or report.region or "sales_minor" not in found:
        found["sales_minor"] = sum(row.minor for row in found["sales"])
    return found


def _won(report: AnnualReport, start: dt.date, end: dt.date) -> list[Sale]:
    rows = Opportunity.objects.filter(company=report.company, state="won", decided_on__range=(start, end))
    found = []
    for one in rows.select_related("customer").order_by("pk"):
        day, customer = one.decided_on, one.customer
        whose = [(name, share) for name, share in one.shares] or [(one.owner, 1)]
        place = (str(customer), customer.region) if customer else ("", "")
        for person, minor in shared(one.came_minor, whose):
            found.append(Sale(f"{day:%Y-%m}", place[0], minor, place[1], person, one.pk))
    return found


def _aims(report: AnnualReport) -> dict[str, Any]:
    years = (report.start.year, report.start.year + 1)
    known = Target.objects.filter(company=report.company, measure="sales", year__in=years)
    rows = list(known.exclude(state="draft").order_by("version"))
    year = [one for one in rows if one.year == report.start.year]
    found: dict[str, Any] = {}
    whole = (report.start.month, report.start.day, report.end.month, report.end.day) == (1, 1, 12, 31)
    for one in year if whole else ():
        if (one.kind, one.level) == ("company", "certain"):
            found["target"] = _aim(report, one)
            found.setdefault("first_target_minor", found["target"].minor)
        if (one.kind, one.level) == ("own", "certain") and one.person in ("", report.person or report.by):
            found["own_target_minor"] = one.amount_minor
    for one in rows:
        if one.year == report.start.year + 1 and one.kind == "company":
            if one.level == "certain":
                found["plan"] = _aim(report, one)
            else:
                found["hoped"] = found.get("hoped", {}) | {one.level: one.amount_minor}
    return found


def _aim(report: AnnualReport, target: Target) -> Aim:
    parts = [TargetPart(*part) for part in target.parts]
    chosen = [p for p in parts if report.person in ("", p.person) and report.region in ("", p.region)]
    narrow = report.person or report.region
    return Aim(sum(p.minor for p in chosen) if narrow else target.amount_minor, chosen, target.pk)


def _counted(report: AnnualReport, today: dt.date) -> dict[str, Any]:
    days = (report.start, report.end)
    own = {"customer__region": report.region} if report.region else {}
    deals = Opportunity.objects.filter(
        company=report.company, decided_on__range=days, state__in=("won", "lost"), **own
    )
    met = Conversation.objects.filter(company=report.company, day__range=days, state="done", **own)
    bad = Complaint.objects.filter(company=report.company, received__range=days, **own)
    customers = Customer.objects.filter(company=report.company, first_invoice__range=days)
    if report.region:
        customers = customers.filter(region=report.region)
    if report.person:
        deals, met = deals.filter(owner=report.person), met.filter(person=report.person)
        bad, customers = bad.filter(owner=report.person), customers.filter(owner=report.person)
    talks = _talks(list(met.order_by("day", "pk")))
    return {
        "decided": [Decided(one.pk, one.decided_on, one.state, one.owner) for one in deals if one.decided_on],
        "met": talks,
        "staff": len({one.person for one in talks}),
        "complaints": [_complained(one) for one in bad],
        "firsts": [
            FirstInvoice(one.key, one.first_invoice, one.size) for one in customers if one.first_invoice
        ],
        "dealers": _dealers(report, report.end),
        "dealers_before": _dealers(report, report.start - dt.timedelta(days=1)),
        "coached": _coached(report, days),
        **activity_of(report, min(report.end, today)),
    }


def _talks(rows: list[Conversation]) -> list[Met]:
    last = {one.customer_id: one.pk for one in rows}
    return [
        Met(one.pk, one.day, one.kind, one.person, one.outcome == "refused", last[one.customer_id] != one.pk)
        for one in rows
    ]


def _complained(one: Complaint) -> Complained:
    closed = one.closed_on is not None
    in_time = bool(one.closed_on and (one.plan_by is None or one.closed_on <= one.plan_by))
    return Complained(one.pk, one.cause, closed, in_time, one.verdict)


def _dealers(report: AnnualReport, day: dt.date) -> dict[str, str]:
    rows = Customer.objects.filter(company=report.company, kind="dealer")
    found = grades_on(rows.filter(region=report.region) if report.region else rows, day)
    return {key: grade for key, grade in found.items() if grade}


def _coached(report: AnnualReport, days: tuple[dt.date, dt.date]) -> Coached:
    shared_ones = Diagnosis.objects.filter(
        company=report.company, conversation__day__range=days, own=False, state__in=("shared", "answered")
    )
    points = ActionPoint.objects.filter(diagnosis__in=shared_ones)
    if report.person:
        points = points.filter(person=report.person)
        shared_ones = shared_ones.filter(conversation__person=report.person)
    states = list(points.values_list("state", "helped"))
    tried = [helped for state, helped in states if state == "tried"]
    return Coached(shared_ones.count(), len(states), len(tried), sum(bool(helped) for helped in tried))


def _items(report: AnnualReport) -> list[Item]:
    written = [Item(one.kind, one.text, one.where, one.facts) for one in report.items.order_by("pk")]
    promised = Promise.objects.filter(company=report.company, year=report.start.year).order_by("pk")
    kept = [
        Item("promise", one.text, "R13", {"state": one.state, "why": one.why})
        for one in promised
        if report.person in ("", one.person)
    ]
    return [replace(one) for one in (*written, *kept)]
