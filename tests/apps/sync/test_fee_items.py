"""Fees as service items: proposed with the plan and made with it, changed back, held when they clash."""

from __future__ import annotations

import pytest

from closebook.connectors.quickbooks.wire import reference
from tests.apps.sync.harness import SHOP

RAILS = ("rails.max_changed_percent=100",)
NAME = "Etsy transaction fees"


def switched(world, policy="by-item"):
    world.command("profile", "set", SHOP, f"fee_policy={policy}", *RAILS)
    return world.plan()


def item(world, name=NAME):
    return next(iter(world.person().query_all("Item", f"Name = '{name}'")), None)


def spent(world):
    """Return how many expense lines there are by detail type."""
    counts: dict[str, int] = {}
    for body in world.person().query_all("Purchase"):
        for line in body["Line"]:
            counts[line["DetailType"]] = counts.get(line["DetailType"], 0) + 1
    return counts


def test_service_items_are_proposed_made_and_taken_back(synced):
    before, lines = synced.trial_balance(), spent(synced)
    assert lines.keys() == {"AccountBasedExpenseLineDetail"}
    run = switched(synced)
    proposed = [row.key for row in run.actions.all() if (row.kind, row.what) == ("create", "item")]
    assert "item:etsy transaction fees" in proposed
    run = synced.apply(run)
    assert (run.state, run.reason) == ("done", "")
    assert synced.proofs_hold(run), run.proofs
    made = item(synced)
    assert (made["Type"], "IncomeAccountRef" in made) == ("Service", False)
    assert made["ExpenseAccountRef"]["name"] == "Etsy fees:Transaction fees"
    assert spent(synced) == {"ItemBasedExpenseLineDetail": lines["AccountBasedExpenseLineDetail"]}
    assert synced.trial_balance() == before
    assert synced.plan() is None
    undone = synced.undo(run)
    assert (undone.state, undone.reason) == ("done", "")
    assert (spent(synced), synced.trial_balance()) == (lines, before)


def test_changed_back_the_lines_name_ledger_accounts_again(synced):
    before, lines = synced.trial_balance(), spent(synced)
    synced.apply(switched(synced))
    run = synced.apply(switched(synced, "by-ledger-account"))
    assert (run.state, synced.proofs_hold(run)) == ("done", True)
    assert (spent(synced), synced.trial_balance()) == (lines, before)


@pytest.mark.parametrize("role", ["ExpenseAccountRef", "IncomeAccountRef"])
def test_an_item_of_that_name_is_used_only_if_it_is_bought_on_the_same_ledger_account(synced, role):
    (fees,) = synced.person().query_all("Account", "FullyQualifiedName = 'Etsy fees:Transaction fees'")
    (income,) = synced.person().query_all("Account", "Name = 'Sales'")
    account = fees if role == "ExpenseAccountRef" else income
    theirs = synced.make("Item", Name=NAME, Type="Service", **{role: reference(account["Id"])})
    run = switched(synced)
    said = {row.key: (row.kind, row.code) for row in run.actions.all() if row.what == "item"}
    if role == "IncomeAccountRef":
        assert said["item:etsy transaction fees"] == ("hold", "other-ledger-account")
        return
    assert said["item:etsy transaction fees"][0] == "match"
    run = synced.apply(run)
    assert synced.proofs_hold(run), run.proofs
    used = {
        line["ItemBasedExpenseLineDetail"]["ItemRef"]["value"]
        for body in synced.person().query_all("Purchase")
        for line in body["Line"]
    }
    assert theirs["Id"] in used


def test_two_kinds_of_one_item_need_one_ledger_account(synced):
    words = ("fee_policy=by-item", "items.fee:listing=Etsy fees")
    said = synced.json("profile", "set", SHOP, *words, code=2)["error"]
    assert (said["code"], "another ledger account" in said["message"]) == ("wrong-profile", True)
