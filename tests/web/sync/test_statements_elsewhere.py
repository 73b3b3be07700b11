"""Statements of books that are kept at QuickBooks Online are read from the service's reports."""

from __future__ import annotations

import re

import pytest

from closebook.apps.companies.models import Company, Role
from closebook.apps.sync.models import BooksAccess
from tests.web.sync.conftest import Site

DAYS = "?from=2026-01-01&to=2026-12-31"


def elsewhere(world) -> Site:
    """Return the pages of the world's company as one whose books are kept by the service."""
    company = world.connection.company
    Company.objects.filter(pk=company.pk).update(embedded=False)
    return Site(company)


def test_the_index_says_where_the_books_are_and_asks_nothing_of_them(synced):
    BooksAccess.objects.all().delete()
    page = elsewhere(synced).get("statements/")
    assert "kept at QuickBooks Online" in page
    found = set(re.findall(r"statements/([a-z-]+)/\"", page)) - {"tie-out"}
    assert found == {"profit-and-loss", "balance-sheet", "trial-balance"}


@pytest.mark.parametrize("name", ["profit-and-loss", "balance-sheet"])
def test_a_statement_says_what_our_own_pages_say(synced, name):
    ours = Site(synced.connection.company).get(f"statements/{name}/{DAYS}&period=custom")
    theirs = elsewhere(synced).get(f"statements/{name}/{DAYS}")
    amounts = re.compile(r"\d[\d,]*\.\d\d(?!\d)")
    assert len(amounts.findall(theirs)) > 5
    assert set(amounts.findall(theirs)) == set(amounts.findall(ours))


def test_the_trial_balance_balances(synced):
    page = elsewhere(synced).get(f"statements/trial-balance/{DAYS}")
    total = re.findall(r'<tr class="depth-\d total">.*?</tr>', page)[-1]
    debit, credit = re.findall(r'<td class="money">([\d,.]+)</td>', total)
    assert debit == credit


def test_other_statements_and_wrong_days(synced):
    site = elsewhere(synced)
    site.get("statements/cash-flow/", code=404)
    site.get("statements/balance-sheet/?from=never&to=2026-99-99")
    site.get("statements/balance-sheet/?from=2026-05-01&to=2026-01-01")


def test_books_that_cannot_be_reached_are_named_with_what_to_do(synced):
    site = elsewhere(synced)
    BooksAccess.objects.all().delete()
    page = site.get("statements/balance-sheet/", code=503)
    assert 'role="alert"' in page
    assert "Try again" in page


def test_who_may_not_see_the_books_sees_none_of_it(synced):
    company = elsewhere(synced).company
    roles = {role: Site(company, role, f"one-{role}") for role in Role.values}
    codes = {role: site.client.get(site.address("statements/")).status_code for role, site in roles.items()}
    assert set(codes.values()) <= {200, 403}
    for role, site in roles.items():
        answer = site.client.get(site.address(f"statements/balance-sheet/{DAYS}"))
        assert answer.status_code == codes[role]
