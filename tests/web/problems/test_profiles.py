"""The posting profile on its pages: bad values answered at their field, tried, saved, compared, restored."""

from __future__ import annotations

import re
from typing import Any

import pytest

from closebook.apps.companies.models import AuditEvent
from tests.apps.sync.harness import World
from tests.web.problems.conftest import Pages


def address(world: World) -> str:
    return f"connections/{world.connection.pk}/profile/"


def typed(world: World, browser: Pages) -> dict[str, Any]:
    """Return what the form holds when nobody typed anything."""
    answer = browser.client.get(f"/c/{browser.company.pk}/{address(world)}")
    form = answer.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


def field_error(page: str, name: str) -> str:
    found = re.search(rf'<ul class="errorlist" id="id_{re.escape(name)}_error">(.*?)</ul>', page, re.DOTALL)
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("number_prefix", "TOOLONG", "one to three letters"),
        ("account_clearing", "Checking", "two of clearing, bank and card"),
        ("account_income", "Sa::les", "no colon"),
        ("account_income", "Checking", "is of the type Bank"),
        ("item_sale", "", "required"),
        ("customer", "Etsy", "same name as the customer"),
        ("since", "not a day", "valid date"),
        ("opening", "twelve", "an amount of money"),
        ("opening", "12.50", "day since which it counts"),
        ("rails_max_removed", "-1", "greater than or equal to 0"),
        ("customer_policy", "nobody", "valid choice"),
        ("mode_0", "weekly", "valid choice"),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field_and_what_was_typed_is_kept(
    fresh, pages, field, value, said
):
    browser = pages(fresh)
    facts = {**typed(fresh, browser), "vendor": "Etsy", "do": "save", field: value}
    page = browser.post(address(fresh), status=400, **facts)
    place = "vendor" if field == "customer" else field
    assert said in field_error(page, place), page
    assert not value or f'value="{value}"' in page or field in {"customer_policy", "mode_0"}
    assert fresh.connection.profiles.count() == 1


def test_a_range_that_ends_before_it_starts_is_refused(fresh, pages):
    browser = pages(fresh)
    facts = {"mode_1": "per-payout", "start_1": "2026-03-01", "end_1": "2026-02-01", "do": "save"}
    page = browser.post(address(fresh), status=400, **{**typed(fresh, browser), **facts})
    assert "ends before it starts" in page.lower()


def test_a_profile_is_tried_saved_compared_and_restored(synced, pages):
    browser = pages(synced)
    former = synced.connection.profiles.get(number=1).body
    change = {"mode_1": "per-payout", "start_1": "2026-02-01", "end_1": "", "account_income": "Shop sales"}
    facts = {**typed(synced, browser), **change}
    before = synced.footprint()
    page = browser.post(address(synced), **facts, do="try")
    assert "Tried, not saved" in page
    assert "Journal entries" in page
    assert "Shop sales" in page
    assert 'value="Shop sales"' in page
    assert synced.connection.profiles.count() == 1
    assert synced.footprint() == before
    assert "Version 2 is in force" in browser.post(address(synced), **facts, do="save")
    body = synced.connection.profiles.get(number=2).body
    assert body["modes"][-1] == {"mode": "per-payout", "start": "2026-02-01", "end": None}
    assert body["ledger_accounts"]["income"] == {**former["ledger_accounts"]["income"], "name": "Shop sales"}
    changed = {name for name in body if body[name] != former[name]}
    assert changed == {"version", "modes", "ledger_accounts"}
    page = browser.get(f"{address(synced)}versions/", **{"from": "1", "to": "2"})
    assert "<del>Sales (Income)</del><ins>Shop sales (Income)</ins>" in page
    assert "per payout 2026-02-01" in page
    assert "Version 3 is in force" in browser.post(f"{address(synced)}versions/1/restore/")
    assert synced.connection.profiles.get(number=3).body == {**former, "version": 3}
    assert "Nothing differs" in browser.post(f"{address(synced)}versions/1/restore/")
    actors = AuditEvent.objects.filter(action="profile-changed").values_list("actor", flat=True)
    assert list(actors) == [browser.person.username] * 2
    browser.post(f"{address(synced)}versions/99/restore/", status=404)


def test_nothing_typed_makes_no_version(fresh, pages):
    browser = pages(fresh)
    page = browser.post(address(fresh), **typed(fresh, browser), do="save")
    assert "Nothing differs" in page
    assert fresh.connection.profiles.count() == 1


def test_a_ledger_account_of_the_books_keeps_its_type_and_a_child_joins_its_parent(fresh, pages):
    browser = pages(fresh)
    fresh.make("Account", Name="Costs", AccountType="Cost of Goods Sold")
    assert '<option value="Costs">' in browser.get(address(fresh))
    facts = {**typed(fresh, browser), "account_fee:listing": "costs", "do": "save"}
    browser.post(address(fresh), **facts)
    use = fresh.connection.profiles.latest("number").body["ledger_accounts"]["fee:listing"]
    assert (use["name"], use["type"], use["parent"]) == ("Costs", "Cost of Goods Sold", "")
    facts = {**typed(fresh, browser), "account_fee:ads": "Costs: Ads", "do": "save"}
    page = browser.post(address(fresh), status=400, **facts)
    assert "is of the type Cost of Goods Sold" in field_error(page, "account_fee:ads")


def test_a_form_over_an_older_version_is_refused(fresh, pages):
    browser = pages(fresh)
    older = {**typed(fresh, browser), "customer": "First", "do": "save"}
    browser.post(address(fresh), **older)
    page = browser.post(address(fresh), status=400, **{**older, "customer": "Second"})
    assert "Somebody saved version 2 meanwhile" in page
    assert fresh.connection.profiles.latest("number").body["customer"] == "First"


def test_a_trial_without_files_says_what_is_missing(fresh, pages):
    browser = pages(fresh)
    assert "no rows yet" in browser.post(address(fresh), **typed(fresh, browser), do="try")


def test_only_who_may_change_connections_opens_the_editor(fresh, pages):
    reader = pages(fresh, "reader")
    reader.get(address(fresh), status=403)
    assert "There is one version" in reader.get(f"{address(fresh)}versions/")
