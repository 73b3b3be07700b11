"""The desk: each record of the list beside the one in the books that it seems to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.matching.models import MatchList, MatchPartner, MatchRow, RowState
from closebook.apps.matching.selectors.desk import counts_of, last_act, partners_by_id
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Column
from closebook.web.kit.listing import Listing
from closebook.web.matching.scope import list_of
from closebook.web.matching.words import KIND_WORDS, STATE_TONES, STATE_WORDS, reasons_said, score_said

STATE = "state"


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the desk shows it: what is known of it, its partner, and why."""

    row: MatchRow
    ours: str
    partner: MatchPartner | None
    theirs: str
    score: str
    why: str
    state: str
    tone: str
    inactive: bool


def known_of(facts: dict[str, Any]) -> str:
    """Return what is known of a party in one line."""
    person = f"{facts['first']} {facts['last']}".strip()
    place = ", ".join(part for part in (facts["street"], facts["postcode"], facts["city"]) if part)
    parts = (facts["company"], person, *facts["emails"], *facts["phones"], place, facts["number"])
    shown = [part for part in dict.fromkeys(parts) if part and part != facts["display_name"]]
    return " · ".join(shown)


def lines_of(match_list: MatchList, rows: list[MatchRow]) -> Iterator[Line]:
    """Yield the rows with their partners, which are read together."""
    partners = partners_by_id(match_list, (row.chosen_id or row.proposed_id for row in rows))
    for row in rows:
        shown = row.chosen_id if row.state == RowState.MATCHED else row.proposed_id
        partner = partners.get(shown) if row.state in {RowState.MATCHED, RowState.OPEN} else None
        same = partner is not None and partner.remote_id == row.proposed_id
        yield Line(
            row,
            known_of(row.facts),
            partner,
            known_of(partner.facts) if partner else "",
            score_said(row.score) if same else "",
            reasons_said(row.rule, row.reasons) if same else "",
            str(STATE_WORDS[row.state]),
            STATE_TONES[row.state],
            bool(partner and not partner.facts["active"]),
        )


def _columns(match_list: MatchList) -> tuple[Column, ...]:
    """Return the columns of the export."""
    return (
        Column("name", KIND_WORDS[match_list.kind], lambda row: row.name, sort="name"),
        Column("id", _("Id"), lambda row: row.source_id),
        Column("state", _("State"), lambda row: STATE_WORDS[row.state], sort="state"),
        Column("partner", _("Id in the books"), lambda row: row.chosen_id or row.proposed_id),
        Column(
            "score", _("Score"), lambda row: score_said(row.score) if row.proposed_id else "", sort="score"
        ),
        Column("why", _("Why"), lambda row: reasons_said(row.rule, row.reasons)),
        Column("by", _("Decided by"), lambda row: row.decided_by, sort="decided_by"),
        Column("at", _("When"), lambda row: row.decided_at, kind="time", sort="decided_at"),
    )


@company_page(Ability.SEE_SYNC)
@require_safe
def match_desk(request: CompanyRequest, list_id: int) -> HttpResponseBase:
    """Show the rows in one state, the likeliest first."""
    match_list = list_of(request, list_id)
    state = request.GET.get(STATE, RowState.OPEN)
    rows = match_list.rows.all()
    if state in RowState.values:
        rows = rows.filter(state=state)
    listing = Listing(
        request, "matches", rows, _columns(match_list), search=("name",), order=("-score", "name", "pk"),
        keep=(STATE,),
    )  # fmt: skip
    if not request.GET.get("export"):
        listing.facts = _facts(match_list, listing, state)
    return listing.show("web/matching/desk.html")


def _facts(match_list: MatchList, listing: Listing, state: str) -> dict[str, Any]:
    counts = counts_of(match_list)
    tabs = [(value, STATE_WORDS[value], counts[value]) for value in RowState.values]
    return {
        "list": match_list,
        "kind": KIND_WORDS[match_list.kind],
        "tabs": [*tabs, ("all", _("all"), sum(counts.values()))],
        "state": state,
        "open_count": counts[RowState.OPEN],
        "to_add": counts[RowState.ADDED],
        "lines": lines_of(match_list, list(listing.page)),
        "jobs": match_list.rows.filter(job=True, state=RowState.OPEN).count(),
        "alone": not match_list.partners.exists(),
        "last": last_act(match_list),
        "here": listing.request.get_full_path(),
    }
