"""A plan is written only as long as it fits: what changed since is listed, and planning again works."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.books.models import BooksCompany
from closebook.apps.qbo.services.company import period_close
from closebook.apps.sync.models import Group, Link, Run
from closebook.transport import clock
from tests.apps.sync.harness import SHOP, World


def close_books(until: dt.date | None) -> None:
    period_close(BooksCompany.objects.get(), until, now=clock.now())


def edited_plan(world: World) -> Run:
    """Return a plan that changes every numbered document."""
    world.command("profile", "set", SHOP, "number_prefix=X", "rails.max_changed_percent=100")
    run = world.plan()
    assert run is not None
    return run


def test_the_command_refuses_with_exit_code_3_and_names_what_changed(fresh, shop_files):
    fresh.pull(*shop_files[:-1])
    fresh.plan()
    fresh.pull(shop_files[-1])
    before = fresh.footprint()
    found = fresh.json("apply", SHOP, "--yes", code=3)
    assert found["state"] == "stale"
    assert "Files were pulled after the plan was made." in found["reason"]
    assert fresh.footprint()[1] == before[1]
    assert fresh.json("sync", SHOP, "--yes")["run"]["state"] == "done"
    assert fresh.json("tieout", SHOP)["ties"]


def test_a_new_profile_makes_the_plan_stale(fresh, shop_files):
    fresh.pull(*shop_files)
    run = fresh.plan()
    fresh.command("profile", "set", SHOP, "customer_policy=one-customer")
    done = fresh.apply(run)
    assert (done.state, done.finished) == ("stale", 0)
    assert "profile has a new version" in done.reason
    assert fresh.sync().state == "done"
    assert Link.objects.filter(kind="customer").count() == 1


def test_a_document_changed_by_a_person_makes_the_plan_stale_even_after_a_crash(synced):
    run = edited_plan(synced)
    link = Link.objects.filter(kind="sales-receipt").order_by("key").first()
    synced.edit("SalesReceipt", link.remote_id, PrivateNote="Do not touch")
    # An earlier process looked, and died before it could say so.
    from closebook.apps.sync.services.access import books_client
    from closebook.apps.sync.services.changes import changes_read

    with books_client(synced.company()) as client:
        changes_read(synced.connection, client)
    done = synced.apply(run)
    assert done.state == "stale"
    assert f"{link.key}: somebody changed it in the books." in done.reason
    assert synced.sync().state == "done"
    assert synced.person().read("SalesReceipt", link.remote_id)["PrivateNote"] == "Do not touch"


def test_a_deleted_document_and_an_inactive_customer_make_the_plan_stale(synced):
    run = edited_plan(synced)
    link = Link.objects.filter(kind="transfer").order_by("key").first()
    customer = Link.objects.filter(kind="customer").order_by("key").first()
    synced.delete("Transfer", link.remote_id)
    synced.edit("Customer", customer.remote_id, Active=False)
    done = synced.apply(run)
    assert done.state == "stale"
    assert f"{link.key}: somebody deleted it in the books." in done.reason
    assert f"{customer.key}: somebody made it inactive in the books." in done.reason


def test_edits_elsewhere_do_not_make_a_plan_stale(synced):
    link = Link.objects.filter(kind="sales-receipt").order_by("key").first()
    synced.edit("SalesReceipt", link.remote_id, PrivateNote="one")
    run = synced.plan()
    other = Link.objects.filter(kind="sales-receipt").order_by("key").last()
    synced.edit("SalesReceipt", other.remote_id, PrivateNote="two")
    assert synced.apply(run).state == "done"
    assert synced.sync().state == "done", "the other edit is met by the next plan"


def test_a_closing_date_set_after_the_plan_makes_it_stale_and_holds_what_is_closed(fresh, shop_files):
    fresh.pull(*shop_files)
    run = fresh.plan()
    close_books(dt.date(2026, 1, 31))
    done = fresh.apply(run)
    assert (done.state, done.finished) == ("stale", 0)
    assert "closed until 2026-01-31" in done.reason
    again = fresh.sync()
    held = {line.code for line in fresh.holds()}
    assert "period-closed" in held
    assert again.state == "done"
    assert not Link.objects.filter(target__contains='"day":"2026-01').exists()
    close_books(None)
    assert fresh.sync().state == "done"
    assert not fresh.holds()
    assert fresh.json("tieout", SHOP)["ties"]


def test_an_undo_in_a_closed_period_is_held_and_named(synced):
    run = Run.objects.get(state="done")
    close_books(dt.date(2026, 1, 31))
    left = synced.json("undo", run.pk, "--plan")["left"]
    closed = [line for line in left if line["code"] == "period-closed"]
    assert closed
    in_january = set(Link.objects.filter(target__contains='"day":"2026-01').values_list("key", flat=True))
    assert {line["key"] for line in closed} == in_january
    synced.undo(run)
    assert set(Link.objects.filter(kind="transfer").values_list("key", flat=True)) <= in_january
    assert synced.json("prove")["holds"]


@pytest.mark.parametrize("what", ["pull", "profile"])
def test_what_changes_while_a_run_is_at_work_is_planned_afterwards(fresh, shop_files, monkeypatch, what):
    from closebook.apps.sync.services.hands import RunDesk

    class Meddled(RunDesk):
        def verify(self):
            if what == "pull":
                fresh.pull(shop_files[-1])
            else:
                fresh.command("profile", "set", SHOP, "customer_policy=one-customer")
            return super().verify()

    fresh.pull(*shop_files[:-1])
    with monkeypatch.context() as patch:
        patch.setattr("closebook.apps.sync.services.work.RunDesk", Meddled)
        assert fresh.apply(fresh.plan()).state == "done"
    assert Group.objects.filter(changed=True).exists()
    fresh.command("profile", "set", SHOP, "rails.max_changed_percent=100")
    assert fresh.sync().state == "done"
    assert fresh.json("tieout", SHOP)["ties"]
