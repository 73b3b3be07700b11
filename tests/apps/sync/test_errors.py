"""A refused item does not stop the others; it is in the error log with its cause and closes when it is
posted.
"""

from __future__ import annotations

import datetime as dt

from closebook.apps.sync.codec import target_from
from closebook.apps.sync.models import ActionRow, Link, Run
from closebook.core.planning.documents import Document
from tests.apps.sync.harness import SHOP, World


def first_buyer(run: Run) -> ActionRow:
    """Return the creation of the customer of the first receipt."""
    receipt = run.actions.filter(key__endswith="/sale").order_by("position").first()
    return run.actions.get(key=target_from(receipt.target).party)


def documents_of(run: Run, party: str) -> set[str]:
    targets = {row.key: target_from(row.target) for row in run.actions.all()}
    return {key for key, one in targets.items() if isinstance(one, Document) and one.party == party}


def refused_run(world: World, files: list) -> tuple[Run, ActionRow, str]:
    """Plan, let an employee take the first buyer's name, and apply; return the run, the customer's action and
    the id.
    """
    world.pull(*files)
    run = world.plan()
    buyer = first_buyer(run)
    name = target_from(buyer.target).name
    employee = world.make(
        "Employee", DisplayName=name, GivenName=name.split()[0], FamilyName=name.split()[-1]
    )
    return world.apply(run), buyer, employee["Id"]


def test_a_refused_customer_fails_its_documents_and_nothing_else(fresh, shop_files):
    run, buyer, _employee = refused_run(fresh, shop_files)
    mine = documents_of(run, buyer.key)
    errors = {error.key: error for error in fresh.errors()}
    assert run.state == "done-with-errors"
    assert errors.keys() == {buyer.key, *mine}
    assert (errors[buyer.key].code, errors[buyer.key].run_id) == ("duplicate-name", run.pk)
    assert errors[buyer.key].cause
    assert errors[buyer.key].fixes
    assert {errors[key].code for key in mine} == {"dependency-failed"}
    assert all(buyer.key in errors[key].cause for key in mine)
    posted = set(Link.objects.values_list("key", flat=True))
    assert set(run.actions.values_list("key", flat=True)) - posted == {buyer.key, *mine}
    assert not fresh.proofs_hold(run)
    assert not fresh.json("tieout", SHOP, code=3)["ties"]


def test_retry_posts_exactly_what_failed_and_the_errors_close(fresh, shop_files):
    run, buyer, employee = refused_run(fresh, shop_files)
    fresh.edit("Employee", employee, DisplayName="Somebody else", FamilyName="Else", GivenName="Somebody")
    error = next(error for error in fresh.errors() if error.key == buyer.key)
    again = fresh.json("retry", error.pk, "--yes")
    keys = set(ActionRow.objects.filter(run_id=again["run"]).values_list("key", flat=True))
    assert keys == {buyer.key, *documents_of(run, buyer.key)}
    assert again["state"] == "done"
    assert not fresh.errors()
    assert fresh.json("tieout", SHOP)["ties"]
    assert fresh.plan() is None


def test_the_command_line_says_that_a_run_ended_with_errors(fresh, shop_files):
    fresh.pull(*shop_files)
    run = fresh.plan()
    name = target_from(first_buyer(run).target).name
    fresh.make("Employee", DisplayName=name, GivenName=name.split()[0], FamilyName=name.split()[-1])
    done = fresh.json("apply", SHOP, "--yes", code=3)
    assert done["state"] == "done-with-errors"
    assert not all(proof["holds"] for proof in done["proofs"])
    assert "duplicate-name (1)" in fresh.command("errors")
    again = fresh.json("sync", SHOP, "--yes")
    assert again["run"]["state"] == "done", "the next plan knows the name and takes another"
    assert fresh.json("errors")["errors"] == []


def test_a_stranger_of_the_same_name_is_not_taken_for_ours(fresh, shop_files):
    """A person makes a customer of the buyer's name between plan and apply: it stays the person's."""
    fresh.pull(*shop_files)
    run = fresh.plan()
    buyer = first_buyer(run)
    theirs = fresh.make("Customer", DisplayName=target_from(buyer.target).name, Notes="A neighbour")
    assert fresh.apply(run).state == "done-with-errors"
    assert not Link.objects.filter(key=buyer.key).exists()
    again = fresh.sync()
    assert again.state == "done"
    link = Link.objects.get(key=buyer.key)
    assert not (link.ours and link.remote_id == theirs["Id"])
    for each in (again, run):
        fresh.undo(each)
    assert fresh.person().read("Customer", theirs["Id"])["Active"] is True


def test_an_ignored_error_closes_and_is_not_planned_again(fresh, shop_files):
    run, buyer, _employee = refused_run(fresh, shop_files)
    key = min(documents_of(run, buyer.key))
    error = next(error for error in fresh.errors() if error.key == key)
    assert fresh.retry(error, "ignore") is None
    assert key not in {error.key for error in fresh.errors()}
    run = fresh.plan()
    assert key not in set(run.actions.values_list("key", flat=True)) if run else True


def test_a_period_closed_while_a_run_is_at_work_refuses_items_not_the_run(fresh, shop_files, monkeypatch):
    from closebook.apps.books.models import BooksCompany
    from closebook.apps.qbo.services.company import period_close
    from closebook.apps.sync.services.hands import RunDesk
    from closebook.transport import clock

    class Meddled(RunDesk):
        def plan_changes(self):
            found = super().plan_changes()
            period_close(BooksCompany.objects.get(), dt.date(2026, 1, 20), now=clock.now())
            return found

    fresh.pull(*shop_files)
    with monkeypatch.context() as patch:
        patch.setattr("closebook.apps.sync.services.work.RunDesk", Meddled)
        run = fresh.apply(fresh.plan())
    assert run.state == "done-with-errors"
    assert {error.code for error in fresh.errors()} == {"period-closed"}
    period_close(BooksCompany.objects.get(), None, now=clock.now())
    assert fresh.sync().state == "done"
    assert not fresh.errors()
    assert fresh.json("tieout", SHOP)["ties"]
