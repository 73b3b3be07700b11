"""From the board into the books and the summary, and from each of them back."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from closebook.apps.companies.models import Role
from closebook.apps.selling.models import Opportunity
from closebook.apps.selling.selectors.gathering import gathered_of
from closebook.apps.selling.services.deals import opportunity_move
from closebook.apps.selling.services.summary import summary_begin
from closebook.apps.sync.models import Run
from closebook.core.selling.receivables import Movement
from tests.apps.selling.test_to_books import won
from tests.apps.sync.harness import World
from tests.web.sync.conftest import Site, other_company, worked

YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@pytest.fixture
def site(bare: World) -> Site:
    return Site(bare.company())


def sent(site: Site, one: Opportunity) -> Run:
    """Send an opportunity by its page, approve the plan by its page, and let the worker do it."""
    plan = site.follow(f"selling/{one.pk}/books/")
    assert "Opportunities" in plan
    assert ("Accounts Receivable (A/R)" in plan, "ledger-account:" in plan.partition("Actions")[0]) == (
        True,
        False,
    )
    run = Run.objects.latest("pk")
    site.post(f"runs/{run.pk}/apply/")
    return worked(run)


def test_a_deal_won_on_the_board_opens_its_invoice_and_its_summary_and_each_opens_it(bare: World, site: Site):
    one = won(bare, region="North", owner="ann")
    page = site.get(f"selling/{one.pk}/")
    assert "Send to the books" in page
    assert sent(site, one).state == "done"
    report = summary_begin(bare.company(), *YEAR, "ada")
    page = site.get(f"selling/{one.pk}/")
    assert "Send to the books" not in page
    invoice = re.search(r'href="(/c/\d+/(documents/invoice/\d+)/)"', page)
    assert invoice
    assert f"/summaries/{report.pk}/" in page
    document = site.get(f"{invoice[2]}/")
    assert f'href="/c/{site.company.pk}/selling/{one.pk}/"' in document
    figure = site.get(f"summaries/{report.pk}/figure/?id=F3")
    assert "1,250.00" in figure
    assert f'href="/c/{site.company.pk}/selling/{one.pk}/"' in figure


def test_what_the_books_hold_is_what_the_summary_says_by_region_and_person(bare: World, site: Site):
    north, south = (
        won(bare, "Wall", 125_000, "Quill", region="North", owner="ann"),
        won(bare, "Fence", 30_000, "Bo Finch", region="South", owner="bob"),
    )
    for one in (north, south):
        sent(site, one)
    (finch,) = bare.person().query_all("Customer", "DisplayName = 'Bo Finch'")
    bare.make(
        "CreditMemo",
        CustomerRef={"value": finch["Id"]},
        TxnDate="2026-04-01",
        Line=[{
            "Amount": "50.00", "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": next(iter(bare.person().query_all("Item")))["Id"]}},
        }],
    )  # fmt: skip
    found = gathered_of(summary_begin(bare.company(), *YEAR, "ada"), dt.date(2027, 1, 5))
    assert found.source == "books"
    assert found.sales_minor == 150_000
    by_place = {(row.region, row.person, row.month): row.minor for row in found.sales}
    assert by_place == {
        ("North", "ann", "2026-03"): 125_000,
        ("South", "bob", "2026-03"): 30_000,
        ("South", "bob", "2026-04"): -5_000,
    }
    assert found.receivables is not None
    assert found.receivables == Movement(0, 155_000, 5_000, 0, 0, 150_000)
    only = summary_begin(bare.company(), *YEAR, "ada", region="South")
    assert gathered_of(only, dt.date(2027, 1, 5)).sales_minor == 25_000


def test_a_change_is_told_and_sent_and_what_is_lost_again_is_taken_out(bare: World, site: Site):
    one = won(bare)
    sent(site, one)
    Opportunity.objects.filter(pk=one.pk).update(came_minor=130_000)
    assert "It changed since it was sent" in site.get(f"selling/{one.pk}/")
    sent(site, one)
    assert "It changed since" not in site.get(f"selling/{one.pk}/")
    opportunity_move(bare.company(), one.pk, "lost", dt.date(2026, 5, 1), "ada", reason="withdrew")
    assert "not won any more" in site.get(f"selling/{one.pk}/")
    site.follow(f"selling/{one.pk}/books/", {"withdraw": "1"})
    run = Run.objects.latest("pk")
    site.post(f"runs/{run.pk}/apply/")
    assert worked(run).state == "done"
    assert not list(bare.person().query_all("Invoice"))


def test_a_quotation_is_sent_by_its_page_and_becomes_the_invoice(bare: World, site: Site):
    one = won(bare)
    Opportunity.objects.filter(pk=one.pk).update(state="open", stage="quoted", decided_on=None, came_minor=0)
    assert "Send as an estimate" in site.get(f"selling/{one.pk}/")
    assert "estimate" in site.follow(f"selling/{one.pk}/books/")
    run = Run.objects.latest("pk")
    site.post(f"runs/{run.pk}/apply/")
    assert worked(run).state == "done"
    page = site.get(f"selling/{one.pk}/")
    estimate = re.search(r'href="/c/\d+/(documents/estimate/\d+/)"', page)
    assert ("Send as an estimate" in page, estimate is not None) == (False, True)
    assert f'href="/c/{site.company.pk}/selling/{one.pk}/"' in site.get(estimate[1])
    opportunity_move(bare.company(), one.pk, "won", dt.date(2026, 3, 9), "ada", reason="signed")
    assert "sending it makes an invoice of the estimate" in site.get(f"selling/{one.pk}/")
    sent(site, Opportunity.objects.get(pk=one.pk))
    page = site.get(f"selling/{one.pk}/")
    assert ("Invoice " in page, "Estimate " in page, "It changed" in page) == (True, True, False)


def test_a_lead_has_no_button_and_is_refused_with_the_reason(bare: World, site: Site):
    one = won(bare)
    Opportunity.objects.filter(pk=one.pk).update(state="open", stage="engaging")
    assert "Send to the books" not in site.get(f"selling/{one.pk}/")
    assert "stay out of the books" in site.follow(f"selling/{one.pk}/books/")
    assert not Run.objects.exists()


def test_who_may_not_run_the_sync_sees_who_does(bare: World, site: Site):
    one = won(bare, owner="mia")
    one.owner = "mia"
    one.save()
    manager = Site(site.company, Role.SALES_MANAGER, "mia")
    page = manager.get(f"selling/{one.pk}/")
    assert "A bookkeeper or the owner sends it" in page
    manager.post(f"selling/{one.pk}/books/", code=403)
    stranger = Site(other_company(), Role.OWNER, "eve")
    stranger.post(f"selling/{one.pk}/books/", code=404)


def test_the_connection_is_shown_with_its_profile_and_takes_no_files(bare: World, site: Site):
    one = won(bare)
    run = sent(site, one)
    page = site.get(f"connections/{run.connection_id}/")
    assert "Sent from selling" in page
    assert 'type="file"' not in page
    assert "Sales by quotation" in site.get(f"connections/{run.connection_id}/profile/")
