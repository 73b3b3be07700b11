"""A won opportunity stands in the books once: sent, changed, paid, taken out, undone, merged."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from closebook.apps.selling.models import Customer, Opportunity
from closebook.apps.selling.selectors.in_books import document_key, in_books, opportunity_of, parties_of
from closebook.apps.selling.services.deals import (
    customer_save,
    opportunity_change,
    opportunity_make,
    opportunity_move,
)
from closebook.apps.selling.services.to_books import deals_plan
from closebook.apps.sync.models import Connection, Link
from closebook.apps.sync.services.planning import plan_make
from closebook.core.errors import HeldError, InputError
from tests.apps.sync.harness import World

DAY = dt.date(2026, 3, 4)
BY = "ada"


def won(world: World, title: str = "Garden wall", minor: int = 125_000, name: str = "Quill & Sons", **facts):
    company = world.company()
    customer = customer_save(company, name.casefold(), name, BY, email="ada@quill.example", **facts)
    one = opportunity_make(company, customer, uuid.uuid4().hex, title, DAY, BY, value_minor=minor)
    return opportunity_move(company, one.pk, "won", DAY, BY, ticked=(), reason="signed", came_minor=minor)


def quoted(world: World, minor: int = 125_000) -> Opportunity:
    """Make an opportunity of which the customer has the quotation."""
    one = won(world, minor=minor)
    facts = {"state": "open", "stage": "quoted", "decided_on": None, "came_minor": 0}
    Opportunity.objects.filter(pk=one.pk).update(**facts)
    return Opportunity.objects.get(pk=one.pk)


def estimates(world: World):
    return list(world.person().query_all("Estimate"))


def invoices(world: World):
    return list(world.person().query_all("Invoice"))


def send(world: World, one: Opportunity, **more):
    run = world.apply(deals_plan(one, BY, **more))
    assert (run.state, run.reason) == ("done", "")
    assert world.proofs_hold(run), run.proofs
    return run


def test_a_won_opportunity_is_an_invoice_of_its_customer_and_back(bare: World):
    before = bare.trial_balance()
    one = won(bare)
    run = deals_plan(one, BY)
    assert {"customer", "invoice", "item"} <= {row.what for row in run.actions.all()}
    assert in_books(one).run == run.pk
    run = bare.apply(run)
    assert (run.state, bare.proofs_hold(run)) == ("done", True)
    (invoice,) = invoices(bare)
    assert (str(invoice["TotalAmt"]), str(invoice["Balance"]), invoice["TxnDate"]) == (
        "1250.00",
        "1250.00",
        "2026-03-04",
    )
    assert invoice["CustomerRef"]["name"] == "Quill & Sons"
    assert invoice["Line"][0]["Description"] == "Garden wall"
    stands = in_books(one)
    assert (stands.remote_id, stands.run, stands.last_run) == (invoice["Id"], None, run.pk)
    assert opportunity_of(Link.objects.get(key=document_key(one))) == one
    undone = bare.undo(run)
    assert (undone.state, bare.trial_balance(), invoices(bare)) == ("done", before, [])
    send(bare, one)
    assert len(invoices(bare)) == 1


def test_sent_twice_it_stands_once(bare: World):
    one = won(bare)
    send(bare, one)
    with pytest.raises(InputError) as caught:
        deals_plan(one, BY)
    assert caught.value.code == "selling-in-books"
    assert len(invoices(bare)) == 1
    assert Connection.objects.filter(connector="deals").count() == 1


@pytest.mark.parametrize("change", ["open", "customer", "amount"])
def test_a_lead_or_what_says_too_little_stays_out(bare: World, change: str):
    one = won(bare)
    facts = {"open": {"state": "open"}, "customer": {"customer": None}, "amount": {"came_minor": 0}}[change]
    Opportunity.objects.filter(pk=one.pk).update(**facts)
    one.refresh_from_db()
    with pytest.raises(InputError) as caught:
        deals_plan(one, BY)
    assert caught.value.code == "selling-not-for-books"
    assert not Connection.objects.exists()


def test_a_later_amount_changes_the_invoice_and_withdrawing_takes_it_out(bare: World):
    one = won(bare)
    send(bare, one)
    one = opportunity_change(one, {"came_minor": 150_000, "title": "Garden wall, higher"}, BY)
    run = deals_plan(one, BY)
    assert [(row.kind, row.what) for row in run.actions.all()] == [("update", "invoice")]
    bare.apply(run)
    (invoice,) = invoices(bare)
    assert (str(invoice["TotalAmt"]), invoice["Line"][0]["Description"]) == ("1500.00", "Garden wall, higher")
    send(bare, one, withdraw=True)
    assert invoices(bare) == []
    assert in_books(one).told is None


def test_several_that_wait_stand_in_one_plan_and_a_plan_left_lying_loses_nothing(bare: World):
    first, second = won(bare), won(bare, "Fence", 30_000, "Bo Finch")
    deals_plan(first, BY)
    run = deals_plan(second, BY)
    assert sorted(row.key for row in run.actions.all() if row.what == "invoice") == sorted(
        map(document_key, (first, second))
    )
    bare.apply(run)
    assert len(invoices(bare)) == 2


def test_the_customer_whom_the_books_know_is_used_whatever_the_name(bare: World):
    theirs = bare.make("Customer", DisplayName="Quill and Sons Ltd")
    one = won(bare, party=theirs["Id"])
    send(bare, one)
    (invoice,) = invoices(bare)
    assert invoice["CustomerRef"]["value"] == theirs["Id"]


def test_the_books_id_of_a_new_customer_is_known_from_then_on(bare: World):
    one = won(bare)
    assert parties_of(bare.company().pk) == {}
    send(bare, one)
    (invoice,) = invoices(bare)
    assert parties_of(bare.company().pk) == {invoice["CustomerRef"]["value"]: one.customer}


def test_a_payment_that_a_person_receives_stays_and_keeps_the_invoice(bare: World):
    one = won(bare)
    send(bare, one)
    (invoice,) = invoices(bare)
    line = {"Amount": "250.00", "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
    bare.make(
        "Payment", CustomerRef=invoice["CustomerRef"], TotalAmt="250.00", TxnDate="2026-03-20", Line=[line]
    )
    assert plan_make(Connection.objects.get(connector="deals")) is None
    assert str(invoices(bare)[0]["Balance"]) == "1000.00"
    with pytest.raises(HeldError) as caught:
        deals_plan(one, BY, withdraw=True)
    assert "a person changed it" in caught.value.message
    assert len(invoices(bare)) == 1


def test_a_deleted_customer_of_selling_leaves_the_invoice_where_it_is(bare: World):
    one = won(bare)
    send(bare, one)
    Customer.objects.all().delete()
    one.refresh_from_db()
    assert in_books(one).remote_id == invoices(bare)[0]["Id"]
    with pytest.raises(InputError):
        deals_plan(one, BY)


def test_what_was_quoted_is_an_estimate_that_posts_nothing_and_is_undone(bare: World):
    before, one = bare.trial_balance(), quoted(bare)
    run = send(bare, one)
    (estimate,) = estimates(bare)
    assert (str(estimate["TotalAmt"]), estimate["TxnStatus"]) == ("1250.00", "Pending")
    assert (bare.trial_balance(), invoices(bare)) == (before, [])
    assert in_books(one).estimate_id == estimate["Id"]
    with pytest.raises(InputError) as caught:
        deals_plan(one, BY)
    assert caught.value.code == "selling-in-books"
    bare.undo(run)
    assert (estimates(bare), in_books(one).estimate_id) == ([], "")


def test_the_invoice_of_a_won_one_follows_its_estimate_and_closes_it(bare: World):
    one = quoted(bare)
    send(bare, one)
    one = opportunity_change(one, {"value_minor": 130_000}, BY)
    send(bare, one)
    assert str(estimates(bare)[0]["TotalAmt"]) == "1300.00"
    one = opportunity_move(bare.company(), one.pk, "won", DAY, BY, reason="signed", came_minor=128_000)
    run = send(bare, one)
    assert [row.what for row in run.actions.all() if row.kind != "match"] == ["invoice"]
    (estimate,), (invoice,) = estimates(bare), invoices(bare)
    assert (estimate["TxnStatus"], str(estimate["TotalAmt"])) == ("Closed", "1300.00")
    assert {"TxnId": estimate["Id"], "TxnType": "Estimate"} in invoice["LinkedTxn"]
    assert plan_make(Connection.objects.get(connector="deals")) is None
    one = opportunity_change(one, {"came_minor": 150_000}, BY)
    send(bare, one)
    (invoice,) = invoices(bare)
    assert str(invoice["TotalAmt"]) == "1500.00"
    assert {"TxnId": estimate["Id"], "TxnType": "Estimate"} in invoice["LinkedTxn"]
    send(bare, one, withdraw=True)
    assert (estimates(bare), invoices(bare)) == ([], [])


def test_an_invoice_that_is_undone_leaves_the_estimate_open_again(bare: World):
    one = quoted(bare)
    first = send(bare, one)
    one = opportunity_move(bare.company(), one.pk, "won", DAY, BY, reason="signed")
    run = send(bare, one)
    bare.undo(run)
    assert (invoices(bare), estimates(bare)[0]["TxnStatus"]) == ([], "Pending")
    bare.undo(first)
    assert estimates(bare) == []


def test_both_taken_out_come_back_together_and_linked(bare: World):
    one = quoted(bare)
    send(bare, one)
    one = opportunity_move(bare.company(), one.pk, "won", DAY, BY, reason="signed")
    send(bare, one)
    run = send(bare, one, withdraw=True)
    assert (estimates(bare), invoices(bare)) == ([], [])
    bare.undo(run)
    (estimate,), (invoice,) = estimates(bare), invoices(bare)
    assert estimate["TxnStatus"] == "Closed"
    assert {"TxnId": estimate["Id"], "TxnType": "Estimate"} in invoice["LinkedTxn"]


def test_an_estimate_that_a_person_deletes_keeps_no_invoice_back(bare: World):
    one = quoted(bare)
    send(bare, one)
    (estimate,) = estimates(bare)
    bare.person().delete("Estimate", {"Id": estimate["Id"], "SyncToken": estimate["SyncToken"]}, "d1")
    one = opportunity_move(bare.company(), one.pk, "won", DAY, BY, reason="signed", came_minor=90_000)
    run = bare.apply(deals_plan(one, BY))
    (invoice,) = invoices(bare)
    assert (str(invoice["TotalAmt"]), invoice["LinkedTxn"], run.state) == ("900.00", [], "done")
    one = opportunity_change(one, {"came_minor": 95_000}, BY)
    bare.apply(deals_plan(one, BY))
    assert str(invoices(bare)[0]["TotalAmt"]) == "950.00"


@pytest.mark.parametrize(
    ("change", "why"), [({"stage": "engaging"}, "leads"), ({"state": "lost"}, "neither")]
)
def test_leads_and_lost_ones_are_no_estimates(bare: World, change: dict[str, str], why: str):
    one = quoted(bare)
    Opportunity.objects.filter(pk=one.pk).update(**change)
    one.refresh_from_db()
    with pytest.raises(InputError, match=why):
        deals_plan(one, BY)
