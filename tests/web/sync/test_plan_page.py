"""What a plan's page says: its sums are those of its actions, and what is held is named beside them."""

from __future__ import annotations

from closebook.apps.sync.codec import gist_of
from closebook.apps.sync.models import ActionRow, Run, WorkerBeat
from closebook.apps.sync.selectors.plans import action_groups
from closebook.apps.sync.services.errors import error_record
from closebook.transport import clock


def test_the_sums_of_a_plan_are_those_of_its_actions(synced):
    run = Run.objects.get()
    rows = list(ActionRow.objects.filter(run=run).order_by("position"))
    assert all((row.what, row.amount_minor) == gist_of(row.target, row.link) for row in rows)
    groups = {(group["action"], group["what"]): group for group in action_groups(run)}
    assert sum(group["count"] for group in groups.values()) == len(rows)
    sales = [row.amount_minor for row in rows if row.what == "sales-receipt"]
    assert groups["create", "sales receipt"]["amount_minor"] == sum(sales)
    assert next(iter(groups)) == (rows[0].kind, rows[0].what.replace("-", " "))


def test_what_is_held_stands_beside_what_may_be_approved(synced, synced_site):
    plan = Run.objects.create(connection=synced.connection, total=1, created_at=clock.now())
    ActionRow.objects.create(run=plan, position=1, key="order:1/sale", kind="hold", what="sales-receipt")
    error_record(
        plan.connection, code="payout-short", cause="12.00 more than its rows", who_acts="user", fixes=[],
        key="day:2026-01-05/payout", held=True,
    )  # fmt: skip
    page = synced_site.get(f"runs/{plan.pk}/")
    assert "1 thing is held" in page
    assert "12.00 more than its rows" in page
    assert "order:1/sale" in synced_site.get(f"runs/{plan.pk}/?does=hold&q=order")
    assert "Nothing fits" in synced_site.get(f"runs/{plan.pk}/?does=create")
    assert "No worker" in page
    WorkerBeat.objects.create(name="one", at=clock.now())
    assert "No worker" not in synced_site.get(f"runs/{plan.pk}/")
