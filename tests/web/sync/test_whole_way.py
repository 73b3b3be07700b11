"""From the files to proved books and back, through the pages alone."""

from __future__ import annotations

import json

from django.core.files.uploadedfile import SimpleUploadedFile

from closebook.apps.companies.models import AuditEvent
from closebook.apps.sync.models import ActionRow, Connection, Link, Run, SourceFile, SourceRow
from tests.web.sync.conftest import worked

SHOP = {"name": "Quill prints", "currency": "USD", "mode": "per-sale"}


def steps(site, **start):
    site.post("connections/new/", {"source": "etsy"})
    site.post("connections/new/shop/", SHOP)
    return site.post("connections/new/start/", {"since": "", "opening": "", **start})


def opened(paths):
    return [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]


def test_from_files_to_proved_books_and_back(empty_site, shop_files):
    site = empty_site
    assert "Connect a shop" in site.get("connections/")
    assert "Monthly statement" in site.get("connections/")
    steps(site)
    assert not Connection.objects.exists(), "nothing is made before the last step"
    page = site.follow("connections/new/files/", {"files": opened(shop_files)})
    made = Connection.objects.get()
    assert page.count("staged") == len(shop_files)
    assert SourceFile.objects.count() == len(shop_files)
    assert "Make the first plan" in page

    plan_address = site.post(f"connections/{made.pk}/plan/")
    plan = Run.objects.get()
    assert plan_address == site.address(f"runs/{plan.pk}/")
    page = site.get(f"runs/{plan.pk}/")
    assert "Nothing is in the books yet" in page
    assert "Approve and apply" in page
    assert "No worker has given a sign of life" in page
    assert "sales receipt" in page

    site.post(f"runs/{plan.pk}/apply/")
    assert "waiting for the worker" in site.get(f"runs/{plan.pk}/")
    assert "waiting for the worker" in site.get(f"runs/{plan.pk}/progress/")
    done = worked(plan)
    assert (done.state, all(proof["holds"] for proof in done.proofs)) == ("done", True)
    assert site.client.get(site.address(f"runs/{plan.pk}/progress/"))["HX-Refresh"] == "true"
    page = site.get(f"runs/{plan.pk}/")
    assert page.count('class="tag good">holds') == len(done.proofs)
    assert "approved a plan" in page
    assert AuditEvent.objects.get(action="run-approved").actor == "ada"
    assert "up to date" in site.get("connections/")
    assert "Nothing to do" in site.follow(f"connections/{made.pk}/plan/")

    receipt = ActionRow.objects.filter(run=plan, what="sales-receipt").first()
    page = site.get(f"runs/{plan.pk}/actions/{receipt.pk}/")
    row = SourceRow.objects.get(source_key=json.loads(receipt.target[1:])["source_keys"][0])
    assert site.address(f"connections/rows/{row.pk}/") in page
    assert receipt.key in site.get(f"connections/rows/{row.pk}/")

    page = site.get(f"runs/{plan.pk}/undo/")
    assert "Nothing is taken back yet" in page
    assert Run.objects.count() == 1, "a preview leaves nothing behind"
    undo_address = site.post(f"runs/{plan.pk}/undo/")
    undo = Run.objects.get(kind="undo")
    assert undo_address == site.address(f"runs/{undo.pk}/")
    assert worked(undo).state == "done"
    assert f"undo of run {plan.pk}" in site.get("runs/")
    assert not Link.objects.filter(ours=True).exists()


def test_a_first_day_is_tried_on_the_files_before_the_first_plan(empty_site, shop_files):
    site = empty_site
    steps(site, since="2026-02-01")
    page = site.follow("connections/new/files/", {"files": opened(shop_files)})
    made = Connection.objects.get()
    assert "Rows before, not posted" in page
    assert "Take it on as the opening balance" in page
    page = site.follow(f"connections/{made.pk}/opening/")
    assert "Take it on as the opening balance" not in page
    assert made.profiles.latest("number").body["opening_minor"] != 0
    assert made.profiles.count() == 2


def test_files_may_wait_and_the_steps_come_in_order(empty_site):
    site = empty_site
    assert site.client.get(site.address("connections/new/files/")).status_code == 302
    assert site.client.post(site.address("connections/new/files/")).status_code == 302
    assert not Connection.objects.exists()
    steps(site)
    assert "No file was pulled yet" in site.follow("connections/new/files/")
    assert "There is a connection of this name already" in second(site, SHOP)
    assert "errorlist" in second(site, {**SHOP, "name": "Other", "currency": "EUR"})
    assert Connection.objects.count() == 1


def second(site, facts):
    site.post("connections/new/", {"source": "etsy"})
    return site.post("connections/new/shop/", facts, code=400)


def test_sync_now_plans_and_approves_in_one_go(fresh_site, shop_files):
    made = Connection.objects.get()
    fresh_site.post(f"connections/{made.pk}/upload/", {"files": opened(shop_files)})
    fresh_site.post(f"connections/{made.pk}/sync/")
    assert worked(Run.objects.get()).state == "done"


def test_only_some_of_a_plan(fresh_site, shop_files):
    made = Connection.objects.get()
    fresh_site.post(f"connections/{made.pk}/upload/", {"files": opened(shop_files)})
    fresh_site.post(f"connections/{made.pk}/plan/")
    whole = Run.objects.get()
    order = ActionRow.objects.filter(run=whole, what="sales-receipt").first().key.partition("/")[0]
    assert "This plan has nothing under order:1" in fresh_site.post(
        f"runs/{whole.pk}/only/", {"keys": "1"}, code=400
    )
    fresh_site.post(f"runs/{whole.pk}/only/", {"keys": order.removeprefix("order:")})
    part = Run.objects.latest("pk")
    keys = ActionRow.objects.filter(run=part, what="sales-receipt").values_list("key", flat=True)
    assert [key.partition("/")[0] for key in keys] == [order]
    whole.refresh_from_db()
    assert whole.state == "replaced"
    fresh_site.post(f"runs/{part.pk}/drop/")
    part.refresh_from_db()
    assert part.state == "replaced"
    fresh_site.post(f"runs/{part.pk}/apply/")
    part.refresh_from_db()
    assert part.approved_at is None, "a dropped plan is not approved"


def test_a_plan_that_does_not_fit_any_more_says_what_changed(fresh_site, shop_files):
    made = Connection.objects.get()
    early, late = shop_files[:-1], shop_files[-1:]
    fresh_site.post(f"connections/{made.pk}/upload/", {"files": opened(early)})
    fresh_site.post(f"connections/{made.pk}/plan/")
    plan = Run.objects.get()
    fresh_site.post(f"connections/{made.pk}/upload/", {"files": opened(late)})
    fresh_site.post(f"runs/{plan.pk}/apply/")
    assert worked(plan).state == "stale"
    page = fresh_site.get(f"runs/{plan.pk}/")
    assert "Files were pulled after the plan was made." in page
    assert "Plan again" in page
    fresh_site.post(f"runs/{plan.pk}/again/")
    assert worked_new(fresh_site).state == "done"


def worked_new(site):
    run = Run.objects.latest("pk")
    site.post(f"runs/{run.pk}/apply/")
    return worked(run)


def test_undo_names_what_a_person_changed_and_leaves_it(synced, synced_site):
    run = Run.objects.get(state="done")
    link = Link.objects.filter(kind="sales-receipt").order_by("key").first()
    synced.edit("SalesReceipt", link.remote_id, PrivateNote="Paid twice, I checked")
    page = synced_site.get(f"runs/{run.pk}/undo/")
    assert link.key in page
    assert "Why it stays" in page
    order = Link.objects.filter(kind="sales-receipt").order_by("-key").first().key
    assert order in synced_site.get(f"runs/{run.pk}/undo/?only={order}")
    synced_site.post(f"runs/{run.pk}/undo/", {"only": [order]})
    assert worked(Run.objects.get(kind="undo")).total == 1


def test_a_run_under_way_is_asked_to_stop_and_gone_on_with(fresh_site, shop_files):
    made = Connection.objects.get()
    fresh_site.post(f"connections/{made.pk}/upload/", {"files": opened(shop_files)})
    fresh_site.post(f"connections/{made.pk}/plan/")
    run = Run.objects.get()
    Run.objects.filter(pk=run.pk).update(state="running")
    fresh_site.post(f"runs/{run.pk}/stop/")
    run.refresh_from_db()
    assert "asked to stop" in run.reason
    assert "Run" in fresh_site.follow(f"connections/{made.pk}/plan/"), "it is refused with a message"
    Run.objects.filter(pk=run.pk).update(state="stopped")
    assert "Go on" in fresh_site.get(f"runs/{run.pk}/")
    fresh_site.post(f"runs/{run.pk}/apply/")
    assert worked(run).state == "done"
