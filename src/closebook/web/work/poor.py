"""Time on listed sites by week and person: sites, minutes, share, answers; the assistant sees it first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Proposal, Reckoning, Segment
from closebook.apps.workforce.selectors.said_work import SaidWork, said_work
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Column
from closebook.web.kit.listing import Listing
from closebook.web.work.sheets import sees_all
from closebook.web.work.strip import ANSWER_WORDS
from closebook.web.work.words import KIND_WORDS


def _week(request: CompanyRequest) -> dt.date:
    try:
        day = dt.date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        day = clock.today()
    day = min(max(day, dt.date(2000, 1, 3)), dt.date(2100, 1, 4))
    return day - dt.timedelta(days=day.weekday())


def _rows(request: CompanyRequest, newest: Iterable[Reckoning]) -> QuerySet[Proposal]:
    """Return what days propose about listed sites: one's own, or everybody's that were released.

    What an older reckoning proposed and the newest does not counts no more.
    """
    rows = Proposal.objects.filter(company=request.company, klass="poor")
    rows = rows.filter(reckoning__in=[row.pk for row in newest])
    rows = rows.select_related("contract__person", "reply", "ruling")
    if sees_all(request):
        return rows.exclude(reckoning__released_at=None)
    return rows.filter(contract__person=request.user)


def _newest(request: CompanyRequest, first: dt.date) -> list[Reckoning]:
    """Return the newest reckoning of each day and contract of the week."""
    known = Reckoning.objects.filter(company=request.company, first__gte=first)
    known = known.filter(first__lt=first + dt.timedelta(days=7)).order_by("pk")
    rows = known.select_related("contract__person")
    return list({(row.contract_id, row.first): row for row in rows}.values())


def _said(request: CompanyRequest, newest: Iterable[Reckoning]) -> list[tuple[SaidWork, Promise | str]]:
    """Return what was said to be work, as far as the person may see it, with the kind of service in words."""
    everything, own = sees_all(request), request.user.pk
    seen = [
        row for row in newest if row.contract.person_id == own or (everything and row.released_at is not None)
    ]
    return [(row, KIND_WORDS.get(row.kind, row.kind)) for row in said_work(seen)]


def _totals(newest: Iterable[Reckoning]) -> dict[int, dt.timedelta]:
    """Return each contract's time in the week."""
    found: dict[int, dt.timedelta] = {}
    parts = Segment.objects.filter(reckoning__in=[row.pk for row in newest])
    for contract, start, end in parts.values_list("reckoning__contract_id", "starts_at", "ends_at"):
        found[contract] = found.get(contract, dt.timedelta()) + (end - start)
    return found


def _columns(totals: Mapping[int, dt.timedelta]) -> tuple[Column, ...]:
    def share(row: Proposal) -> str:
        whole = totals.get(row.contract_id, dt.timedelta()) // dt.timedelta(minutes=1)
        return f"{100 * row.minutes // whole} %" if whole else ""

    return (
        Column("day", _("Day"), lambda row: row.day, "day", sort="day"),
        Column(
            "person",
            _("Assistant"),
            lambda row: row.contract.person.username,
            sort="contract__person__username",
        ),
        Column("site", _("Site"), lambda row: row.about, sort="about"),
        Column("minutes", _("Minutes"), lambda row: row.minutes, "number", sort="minutes"),
        Column("share", _("Share of the week"), share),
        Column("state", _("State"), lambda row: ANSWER_WORDS[row.state], sort="state"),
        Column("answer", _("Answer"), lambda row: row.reply.text if hasattr(row, "reply") else ""),
        Column("decided", _("Decided by"), lambda row: row.ruling.actor if hasattr(row, "ruling") else ""),
    )


@company_page(Ability.SEE_COMPANY)
@require_safe
def poor_time(request: CompanyRequest) -> HttpResponseBase:
    """Show a week's time on listed sites."""
    first, week = _week(request), dt.timedelta(days=7)
    newest = _newest(request, first)
    listing = Listing(
        request,
        "time-on-listed-sites",
        _rows(request, newest),
        _columns(_totals(newest)),
        search=("about", "contract__person__username"),
        order=("contract__person__username", "day", "pk"),
        empty=_("No time on listed sites in this week."),
        facts={
            "first": first,
            "last": first + dt.timedelta(days=6),
            "before": first - week,
            "after": first + week,
            "said": _said(request, newest),
        },
        keep=("week",),
    )
    request.place = "sheets"
    return listing.show("web/work/poor.html")
