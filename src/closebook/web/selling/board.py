"""The board of open opportunities by stage, and the list of all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import Opportunity
from closebook.core.selling.opportunities import STAGES, age_of
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing
from closebook.web.selling.scope import opportunities_seen
from closebook.web.selling.words import AGES, CATEGORIES, DEAL_STATES, stage_word, tone_of_age


def _name(row: Opportunity) -> str:
    return row.customer.name if row.customer else ""


MOST_CARDS = 40
_LIMITS = {stage.code: stage.old_after_days for stage in STAGES}
_LIMIT = 30
COLUMNS = (
    Column(
        "title",
        _("Title"),
        lambda row: row.title,
        link=lambda row: reverse("opportunity", args=[row.company_id, row.pk]),
        sort="title",
    ),
    Column("customer", _("Customer"), _name, sort="customer__name"),
    Column("owner", _("Salesperson"), lambda row: row.owner, sort="owner"),
    Column("state", _("State"), lambda row: DEAL_STATES[row.state], sort="state"),
    Column("stage", _("Stage"), lambda row: stage_word(row.stage), sort="stage"),
    Column(
        "value", _("Value"), lambda row: row.value_minor, "money", currency=lambda row: row.currency,
        sort="value_minor",
    ),
    Column(
        "came", _("Brought"), lambda row: row.came_minor or None, "money", currency=lambda row: row.currency,
        sort="came_minor", hidden=True,
    ),
    Column("currency", _("Currency"), lambda row: row.currency, hidden=True),
    Column("next", _("Next step"), lambda row: row.next_step, "day", sort="next_step"),
    Column("opened", _("Opened"), lambda row: row.opened_on, "day", sort="opened_on", hidden=True),
    Column("decided", _("Decided"), lambda row: row.decided_on, "day", sort="decided_on"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """An open opportunity as the board shows it."""

    row: Opportunity
    age: Promise
    tone: str
    days: int
    overdue: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A stage with its first cards; sums of all of them by currency, in minor units."""

    title: str
    count: int
    sums: list[tuple[str, int]]
    cards: list[Card]

    @property
    def more(self) -> int:
        """Return how many cards are not shown."""
        return self.count - len(self.cards)


@company_page(Ability.SEE_SELLING)
@require_safe
def board(request: CompanyRequest) -> HttpResponse:
    """Show what is open, a column for each stage: first what has no next step, then what is overdue."""
    rows = opportunities_seen(request).filter(state="open")
    lanes = list(_lanes(rows))
    facts = {"lanes": lanes, "any": any(lane.count for lane in lanes), "today": clock.today()}
    return render(request, "web/selling/board.html", facts)


def _lanes(rows: QuerySet[Opportunity]) -> Iterator[Lane]:
    known = [stage.code for stage in STAGES]
    sums = rows.order_by().values("stage", "currency").annotate(found=Count("pk"), value=Sum("value_minor"))
    totals: dict[str, list[Any]] = {}
    for each in sums:
        totals.setdefault(each["stage"], []).append(each)
    for code in [*known, *sorted(set(totals) - set(known))]:
        parts = totals.get(code, [])
        first = rows.filter(stage=code).order_by(F("next_step").asc(nulls_first=True), "-value_minor", "pk")
        yield Lane(
            stage_word(code),
            sum(each["found"] for each in parts),
            [(each["currency"], each["value"]) for each in parts],
            [_card(row) for row in first[:MOST_CARDS]] if parts else [],
        )


def _card(row: Opportunity) -> Card:
    today = clock.today()
    since = row.entered or today
    age = age_of(since, today, _LIMITS.get(row.stage, _LIMIT)).value
    late = row.next_step is None or row.next_step < today
    return Card(row, AGES[age], tone_of_age(age), (today - since).days, late)


@company_page(Ability.SEE_SELLING)
@require_safe
def opportunities(request: CompanyRequest) -> HttpResponseBase:
    """List every opportunity that the person may see, the last opened first."""
    listing = Listing(
        request,
        "opportunities",
        opportunities_seen(request),
        COLUMNS,
        search=("title", "customer__name", "owner", "product", "key"),
        choices=(
            Choice("state", _("State"), "state", tuple(DEAL_STATES.items())),
            Choice("stage", _("Stage"), "stage", tuple((one.code, stage_word(one.code)) for one in STAGES)),
            Choice("category", _("How sure"), "category", tuple(CATEGORIES.items())),
        ),
        order=("-opened_on", "-pk"),
        empty=_(
            "No opportunity yet. Type one in, or import those of another program; the board then shows what"
            " is open, and what is to be done next."
        ),
    )
    return listing.show("web/selling/opportunities.html")
