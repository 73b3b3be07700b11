"""A run is taken back whole, and what a person did since stays and is named."""

from __future__ import annotations

from closebook.apps.sync.codec import target_from
from closebook.apps.sync.models import Link, Run
from closebook.apps.sync.services.undoing import references
from tests.apps.sync.harness import SHOP


def test_an_undo_leaves_and_names_what_a_person_changed(synced):
    run = Run.objects.get(state="done")
    link = Link.objects.filter(kind="sales-receipt").order_by("key").first()
    synced.edit("SalesReceipt", link.remote_id, PrivateNote="Paid twice, I checked")
    left = synced.left(run)
    target = target_from(link.target)
    assert left[link.key] == "left-changed-by-person"
    assert left[target.party] == "left-in-use"
    assert left[target.money_account] == "left-in-use"
    undone = synced.undo(run)
    assert undone.state == "done"
    assert all(proof["holds"] for proof in undone.proofs)
    assert "keep a part of the run" in undone.proofs[1]["text"]
    assert synced.person().read("SalesReceipt", link.remote_id)["PrivateNote"] == "Paid twice, I checked"
    assert synced.person().read("Customer", synced.link(key=target.party).remote_id)["Active"] is True
    assert synced.person().count("SalesReceipt") == 1
    assert sum(synced.trial_balance().values()) == 0


def test_lists_that_a_persons_own_invoice_uses_stay_active(synced):
    run = Run.objects.get(state="done")
    receipt = target_from(Link.objects.filter(kind="sales-receipt").order_by("key").first().target)
    item = next(line.item for line in receipt.lines if line.item)
    customer, sold = synced.link(key=receipt.party), synced.link(key=item)
    detail = {"ItemRef": {"value": sold.remote_id}}
    line = {"Amount": 5, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    invoice = synced.make("Invoice", CustomerRef={"value": customer.remote_id}, Line=[line])
    assert synced.undo(run).state == "done"
    assert set(Link.objects.filter(ours=True).values_list("key", flat=True)) == {customer.key, sold.key}
    for entity, link in (("Customer", customer), ("Item", sold)):
        assert synced.person().read(entity, link.remote_id)["Active"] is True
    assert synced.person().read("Invoice", invoice["Id"])["TotalAmt"] == 5
    again = synced.sync()
    assert (again.state, synced.proofs_hold(again)) == ("done", True)


def test_a_ledger_account_with_a_persons_item_or_child_stays(synced):
    run = Run.objects.get(state="done")
    fees = synced.link(kind="ledger-account", key__contains="fees", ours=True)
    parent = synced.link(kind="ledger-account", key="ledger-account:etsy")
    cost = {"value": fees.remote_id}
    own = {"value": synced.link(key="ledger-account:sales").remote_id}
    synced.make("Item", Name="By hand", Type="Service", IncomeAccountRef=own, ExpenseAccountRef=cost)
    bank = synced.person().read("Account", parent.remote_id)
    synced.make(
        "Account", Name="Reserve", AccountType=bank["AccountType"], SubAccount=True,
        ParentRef={"value": parent.remote_id},
    )  # fmt: skip
    left = synced.left(run)
    assert left == {fees.key: "left-in-use", parent.key: "left-in-use"}
    assert synced.undo(run).state == "done"
    assert not synced.trial_balance()


def test_what_is_undone_is_proposed_again_and_never_posted_unread(synced, balance):
    run = Run.objects.get(state="done")
    assert synced.json("undo", run.pk, "--yes")["state"] == "done"
    assert not synced.trial_balance()
    again = synced.sync()
    assert (again.state, synced.proofs_hold(again)) == ("done", True)
    assert synced.trial_balance() == balance
    assert synced.undo(again).state == "done"
    assert synced.json("undo", again.pk, "--plan")["total"] == 0


def test_a_later_run_is_taken_back_before_the_earlier_one(synced):
    first = Run.objects.get(state="done")
    before = synced.trial_balance()
    synced.command("profile", "set", SHOP, "number_prefix=X", "rails.max_changed_percent=100")
    second = synced.sync()
    codes = set(synced.left(first).values())
    assert "left-changed-by-later-run" in codes
    assert synced.undo(second).state == "done"
    assert synced.trial_balance() == before
    assert synced.undo(first).state == "done"
    assert not synced.trial_balance()


def test_an_undo_is_stale_when_a_person_changed_something_after_its_plan(synced):
    made = synced.undo_planned(Run.objects.get(state="done"))
    link = Link.objects.filter(kind="sales-receipt").order_by("key").first()
    synced.edit("SalesReceipt", link.remote_id, PrivateNote="Mine")
    done = synced.apply(made)
    assert (done.state, done.finished) == ("stale", 0)
    assert link.key in done.reason


def test_looking_at_an_undo_keeps_the_saved_plan_and_what_was_read(synced):
    synced.command("profile", "set", SHOP, "number_prefix=X", "rails.max_changed_percent=100")
    plan, run = synced.plan(), Run.objects.get(state="done")
    link = Link.objects.filter(kind="sales-receipt").order_by("key").first()
    synced.edit("SalesReceipt", link.remote_id, PrivateNote="Mine")
    shown = synced.json("undo", run.pk, "--plan")
    assert link.key in {line["key"] for line in shown["left"]}
    assert Run.objects.count() == 2
    assert Run.objects.get(pk=plan.pk).state == "planned"
    assert Link.objects.get(pk=link.pk).seen


def test_references_are_told_apart_by_their_kind():
    body = {
        "CustomerRef": {"value": "1"},
        "DepositToAccountRef": {"value": "2"},
        "Line": [
            {"SalesItemLineDetail": {"ItemRef": {"value": "3"}, "ItemAccountRef": {"value": "4"}}},
            {"JournalEntryLineDetail": {"Entity": {"Type": "Vendor", "EntityRef": {"value": "5"}}}},
            {"AccountBasedExpenseLineDetail": {"AccountRef": {"value": "6"}, "ClassRef": {"value": "7"}}},
        ],
    }
    found = set(references("SalesReceipt", body))
    assert found == {
        ("Customer", "1"), ("Account", "2"), ("Item", "3"), ("Account", "4"), ("Vendor", "5"),
        ("Account", "6"),
    }  # fmt: skip
    assert list(references("Account", {"ParentRef": {"value": "8"}})) == [("Account", "8")]
