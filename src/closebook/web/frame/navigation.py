"""The navigation of a company: what stands in it, and what each role sees of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closebook.apps.companies.abilities import Ability


@dataclass(frozen=True, slots=True)
class Place:
    """One entry: its title, the name of its address, the ability that it needs, and the section it stands in.

    ``key`` is the letter that follows ``g`` on the keyboard. Who has the ability ``unless`` does not see it.
    """

    title: Promise
    url_name: str
    ability: Ability
    section: Promise | str
    key: str = ""
    unless: Ability | None = None

    def address(self, company_id: int) -> str:
        """Return the address within a company."""
        return reverse(self.url_name, args=[company_id])


_SYNC, _BOOKS, _SELLING, _WORK, _COMPANY = _("Sync"), _("Books"), _("Selling"), _("Work"), _("Company")

PLACES = (
    Place(_("Home"), "home", Ability.SEE_COMPANY, "", "h"),
    Place(_("Connections"), "connections", Ability.SEE_SYNC, _SYNC, "c"),
    Place(_("Runs"), "runs", Ability.SEE_SYNC, _SYNC, "r"),
    Place(_("Errors and holds"), "errors", Ability.SEE_SYNC, _SYNC, "e"),
    Place(_("Matching"), "match_lists", Ability.SEE_SYNC, _SYNC, "m"),
    Place(_("Profiles and schedules"), "schedules", Ability.SEE_SYNC, _SYNC, "s"),
    Place(_("QuickBooks Online"), "books_login", Ability.SEE_SYNC, _SYNC, "q"),
    Place(_("Bank"), "bank", Ability.SEE_BOOKS, _BOOKS, "b"),
    Place(_("Statements"), "statements", Ability.SEE_BOOKS, _BOOKS, "t"),
    Place(_("Chart of accounts"), "chart", Ability.SEE_BOOKS, _BOOKS, "a"),
    Place(_("Sales"), "sales", Ability.SEE_BOOKS, _BOOKS, "o"),
    Place(_("Expenses"), "expenses", Ability.SEE_BOOKS, _BOOKS, "x"),
    Place(_("Other documents"), "other-documents", Ability.SEE_BOOKS, _BOOKS, "d"),
    Place(_("Customers"), "customers", Ability.SEE_BOOKS, _BOOKS, "u"),
    Place(_("Vendors"), "vendors", Ability.SEE_BOOKS, _BOOKS, "v"),
    Place(_("Items"), "items", Ability.SEE_BOOKS, _BOOKS, "i"),
    Place(_("Today"), "today", Ability.SEE_SELLING, _SELLING, "7"),
    Place(_("Opportunities"), "board", Ability.SEE_SELLING, _SELLING, "1"),
    Place(_("Coaching"), "coaching", Ability.SEE_SELLING, _SELLING),
    Place(_("The week"), "selling-overview", Ability.MANAGE_SELLING, _SELLING),
    Place(_("Targets"), "targets", Ability.SEE_SELLING, _SELLING),
    Place(_("Prospects and dealers"), "seller-customers", Ability.SEE_SELLING, _SELLING, "8"),
    Place(_("Complaints"), "complaints", Ability.SEE_SELLING, _SELLING, "9"),
    Place(_("Money to collect"), "owed", Ability.SEE_SELLING, _SELLING, "0"),
    Place(_("Forecast"), "forecast", Ability.SEE_SELLING, _SELLING),
    Place(_("Sales summaries"), "summaries", Ability.MANAGE_SELLING, _SELLING, "2"),
    Place(_("Tasks"), "tasks", Ability.DO_TASKS, _WORK, "f"),
    Place(_("Approvals"), "drafts", Ability.DO_TASKS, _WORK, "y"),
    Place(_("Calendar"), "dates", Ability.DO_TASKS, _WORK, "3"),
    Place(_("Time"), "week", Ability.DO_TASKS, _WORK, "z"),
    Place(_("Timesheets"), "sheets", Ability.DO_TASKS, _WORK, "4"),
    Place(_("Machines"), "machines", Ability.DO_TASKS, _WORK),
    Place(_("Contracts"), "contracts", Ability.DO_TASKS, _WORK, "n"),
    Place(_("Assistants' bills"), "assistant-bills", Ability.APPROVE_PAY, _WORK, "5"),
    Place(_("Hiring"), "postings", Ability.MANAGE_WORK, _WORK, "j"),
    Place(_("Payment runs"), "pay-runs", Ability.APPROVE_PAY, _WORK, "6"),
    Place(_("Payment details"), "my-pay", Ability.DO_TASKS, _WORK),
    Place(_("Finding work"), "prospects", Ability.DO_TASKS, _WORK, unless=Ability.MANAGE_WORK),
    Place(_("People"), "people", Ability.MANAGE_PEOPLE, _COMPANY, "p"),
    Place(_("API"), "tokens", Ability.SEE_COMPANY, _COMPANY, "k"),
    Place(_("Webhooks"), "webhooks", Ability.MANAGE_COMPANY, _COMPANY, "w"),
    Place(_("Audit log"), "audit", Ability.SEE_AUDIT, _COMPANY, "l"),
    Place(_("Company"), "company", Ability.MANAGE_COMPANY, _COMPANY),
)
"""Every entry, in the order in which they stand."""


def places_for(abilities: frozenset[Ability]) -> Iterator[Place]:
    """Yield the entries that somebody with these abilities may open."""
    return (p for p in PLACES if p.ability in abilities and p.unless not in abilities)
