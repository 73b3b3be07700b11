"""What a person changes in the books: asked about once, never overwritten, never made again unasked."""

from __future__ import annotations

import pytest

from closebook.apps.sync.codec import target_from
from closebook.apps.sync.models import Link, Run
from tests.apps.sync.harness import SHOP, World


def sale(world: World, number: int = 0) -> Link:
    return Link.objects.filter(kind="sales-receipt").order_by("key")[number]


def raised(world: World, link: Link) -> dict:
    """Raise the first line of a receipt by 1.00 in the books."""
    body = world.person().read("SalesReceipt", link.remote_id)
    line = {**body["Line"][0], "Amount": body["Line"][0]["Amount"] + 1}
    line["SalesItemLineDetail"] = {**line["SalesItemLineDetail"], "Qty": 1, "UnitPrice": line["Amount"]}
    return world.edit("SalesReceipt", link.remote_id, Line=[line, *body["Line"][1:]])


def quiet(world: World) -> bool:
    return world.plan() is None and not world.holds()


def test_a_changed_memo_stands_without_a_question(synced):
    link = sale(synced)
    synced.edit("SalesReceipt", link.remote_id, PrivateNote="Gift for my aunt")
    run = synced.sync()
    assert [action.kind for action in run.actions.all()] == ["match"]
    assert synced.person().read("SalesReceipt", link.remote_id)["PrivateNote"] == "Gift for my aunt"
    assert (run.state, synced.proofs_hold(run)) == ("done", True)
    assert quiet(synced)


@pytest.mark.parametrize("word", ["keep", "overwrite", "ignore"])
def test_a_changed_amount_is_asked_about_once(synced, word):
    link = sale(synced)
    before = synced.person().read("SalesReceipt", link.remote_id)["TotalAmt"]
    raised(synced, link)
    assert synced.plan() is None
    hold = synced.hold(link.key)
    assert hold.code == "changed-by-person"
    assert f"`closebook retry ERROR --decide {word}`" in hold.fixes
    assert len(hold.fixes) == 3
    assert synced.plan() is None, "a second plan asks the same and writes nothing"
    run = synced.retry(hold, word)
    assert (run is None) == (word == "ignore")
    wanted = before if word == "overwrite" else before + 1
    assert synced.person().read("SalesReceipt", link.remote_id)["TotalAmt"] == wanted
    assert quiet(synced)


def test_an_answer_does_not_answer_the_next_question(synced):
    link = sale(synced)
    raised(synced, link)
    synced.plan()
    synced.retry(synced.hold(link.key), "keep")
    raised(synced, link)
    assert synced.plan() is None
    assert synced.hold(link.key).code == "changed-by-person"


@pytest.mark.parametrize("word", ["recreate", "ignore"])
def test_what_a_person_deleted_comes_back_only_when_asked_for(synced, word):
    link = sale(synced)
    synced.delete("SalesReceipt", link.remote_id)
    for _ in range(3):
        assert synced.plan() is None
        assert synced.hold(link.key).code == "deleted-in-books"
    run = synced.retry(synced.hold(link.key), word)
    found = synced.person().count("SalesReceipt", f"DocNumber = '{target_from(link.target).number}'")
    assert found == (word == "recreate")
    assert (run is not None) == (word == "recreate")
    assert quiet(synced)
    if word == "recreate":
        assert synced.json("tieout", SHOP)["ties"]


def test_a_person_who_takes_a_change_back_is_not_asked(synced):
    link = sale(synced)
    total = synced.person().read("SalesReceipt", link.remote_id)["TotalAmt"]
    old = synced.person().read("SalesReceipt", link.remote_id)["Line"]
    raised(synced, link)
    synced.plan()
    assert synced.holds()
    synced.edit("SalesReceipt", link.remote_id, Line=old)
    assert quiet(synced)
    assert synced.person().read("SalesReceipt", link.remote_id)["TotalAmt"] == total


def test_a_renamed_customer_and_ledger_account_keep_their_names(synced):
    customer = synced.link(kind="customer", key__in=[target_from(sale(synced).target).party])
    income = synced.link(kind="ledger-account", key="ledger-account:sales")
    synced.edit("Customer", customer.remote_id, DisplayName="Aunt Ada", GivenName="Ada")
    body = synced.person().read("Account", income.remote_id)
    synced.edit("Account", income.remote_id, Name="Shop income", AccountType=body["AccountType"])
    assert quiet(synced)
    synced.command("profile", "set", SHOP, "number_prefix=X")
    synced.command("profile", "set", SHOP, "rails.max_changed_percent=100")
    run = synced.sync()
    assert (run.state, run.reason) == ("done", "")
    assert synced.person().read("Customer", customer.remote_id)["DisplayName"] == "Aunt Ada"
    assert synced.person().read("Account", income.remote_id)["Name"] == "Shop income"
    assert synced.json("tieout", SHOP)["ties"]


def test_an_inactive_customer_is_asked_about_when_it_is_needed(synced):
    link = sale(synced)
    party = synced.link(key=target_from(link.target).party)
    synced.edit("Customer", party.remote_id, Active=False)
    assert quiet(synced), "nobody needs it now"
    synced.delete("SalesReceipt", link.remote_id)
    synced.plan()
    synced.retry(synced.hold(link.key), "recreate")
    assert synced.hold(link.key).code == "needs-held"
    asked = synced.hold(party.key)
    assert asked.code == "inactive-in-books"
    synced.edit("Customer", party.remote_id, Active=True)
    run = synced.sync()
    assert run.state == "done"
    assert quiet(synced)


def test_an_edit_made_while_a_run_was_at_work_is_seen_by_the_next_plan(synced, monkeypatch):
    """The edit falls between the check of the plan and the end of the run, and the run does not touch it."""
    from closebook.apps.sync.services.hands import RunDesk

    edited, other = sale(synced, 0), sale(synced, 1)
    synced.edit("SalesReceipt", other.remote_id, PrivateNote="mine")
    run = synced.plan()
    decided = RunDesk.cancelled

    class Meddled(RunDesk):
        def verify(self):
            raised(synced, edited)
            return super().verify()

    monkeypatch.setattr("closebook.apps.sync.services.work.RunDesk", Meddled)
    assert synced.apply(run).state == "done"
    assert decided is RunDesk.cancelled
    assert synced.plan() is None
    assert synced.hold(edited.key).code == "changed-by-person"


def test_a_field_that_a_person_took_over_is_left_out_of_later_writes(synced):
    """The person books a line to a ledger account that no connection knows; a later change of ours leaves it
    there.
    """
    link = Link.objects.filter(kind="expense").order_by("key").first()
    body = synced.person().read("Purchase", link.remote_id)
    account = synced.make("Account", Name="Advertising by hand", AccountType="Expense")
    line = {**body["Line"][0]}
    line["AccountBasedExpenseLineDetail"] = {"AccountRef": {"value": account["Id"]}}
    synced.edit("Purchase", link.remote_id, Line=[line, *body["Line"][1:]])
    synced.plan()
    assert synced.retry(synced.hold(link.key), "keep").state == "done"
    synced.command("profile", "set", SHOP, "number_prefix=X", "rails.max_changed_percent=100")
    assert synced.sync().state == "done"
    found = synced.person().read("Purchase", link.remote_id)
    assert found["Line"][0]["AccountBasedExpenseLineDetail"]["AccountRef"]["value"] == account["Id"]
    assert found["DocNumber"].startswith("X")
    assert quiet(synced)
    assert Run.objects.latest("pk").state == "done"
