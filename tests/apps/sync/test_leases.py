"""One run writes at a time; whoever lost the lease writes nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import F
from django.db.models.functions import Now

from closebook.apps.sync.models import ActionRow, Lease, Run
from closebook.apps.sync.services import work
from closebook.apps.sync.services.access import books_client
from closebook.apps.sync.services.hands import RunDesk
from closebook.core.planning.actions import ActionState
from closebook.core.planning.hands import Ending, LeaseLostError, Outcome
from tests.apps.sync.harness import SHOP, World

OTHER = "Second shop"


@pytest.fixture
def planned(fresh, shop_files) -> tuple[World, Run]:
    fresh.pull(*shop_files)
    run = fresh.plan()
    assert run is not None
    return fresh, Run.objects.select_related("connection__company").get(pk=run.pk)


@pytest.fixture
def client(planned):
    with books_client(planned[0].company()) as made:
        yield made


def expire() -> None:
    Lease.objects.update(expires_at=F("expires_at") - dt.timedelta(hours=1))


def taken(run: Run, client, holder: str) -> RunDesk:
    desk = RunDesk(run, client, holder)
    assert desk.take_lease()
    return desk


def test_a_second_holder_waits_and_says_so(planned, client):
    world, run = planned
    desk = taken(run, client, "first")
    assert not RunDesk(run, client, "second").take_lease()
    standing = work.advance(f"{run.pk}.1")
    assert (standing.finished, standing.word, standing.wait_seconds) == (False, "busy", 5)
    desk.release_lease()
    assert world.apply(run).state == "done"


def test_a_run_of_another_connection_of_the_same_company_waits_too(planned, client, shop_files):
    world, run = planned
    desk = taken(run, client, "first")
    world.command("connect", "etsy", OTHER)
    world.command("pull", OTHER, *shop_files)
    other = world.json("plan", OTHER)["run"]
    standing = work.advance(f"{other}.1")
    assert (standing.finished, standing.word) == (False, "busy")
    assert Run.objects.get(pk=other).state == "planned"
    desk.release_lease()
    assert world.apply(Run.objects.get(pk=other)).state == "done"


@pytest.mark.parametrize("holder", ["second", "first"])
def test_a_lease_taken_over_fences_the_old_holder_even_of_the_same_name(planned, client, holder):
    world, run = planned
    old = taken(run, client, "first")
    actions = list(old.load_actions())
    for action in actions:
        action.state, action.request_id = ActionState.INTENDED, "x"
    expire()
    assert Lease.objects.filter(expires_at__lte=Now()).exists()
    new = taken(run, client, holder)
    before = world.footprint()
    with pytest.raises(LeaseLostError):
        old.record_intents(actions)
    with pytest.raises(LeaseLostError):
        old.finish(Outcome(Ending.DONE))
    assert not old.keep_lease()
    old.release_lease()
    assert Lease.objects.count() == 1, "the new one stays"
    assert set(ActionRow.objects.filter(run=run).values_list("state", flat=True)) == {"planned"}
    assert world.footprint() == before
    assert new.keep_lease()
    new.release_lease()
    assert world.apply(run).state == "done"


def test_nothing_is_sent_under_a_lease_that_was_not_renewed_lately(planned, client, monkeypatch):
    world, run = planned
    desk = taken(run, client, "first")
    actions = [action for action in desk.load_actions() if action.kind == "create" and not action.depends_on][
        :3
    ]
    before = world.footprint()
    monkeypatch.setattr(desk, "_renewed", desk._renewed - 61)
    with pytest.raises(LeaseLostError):
        desk.send(actions, "batch")
    assert world.footprint() == before
    assert desk.keep_lease()
    assert all(result.ok for result in desk.send(actions, "batch"))


def test_a_plan_that_was_replaced_is_not_begun(planned, client):
    world, run = planned
    world.plan()
    assert not RunDesk(run, client, "late").take_lease()
    assert work.advance(f"{run.pk}.1").finished
    assert Run.objects.get(pk=run.pk).state == "replaced"


def test_a_run_that_is_at_work_is_not_replaced_by_a_plan(planned, client):
    world, run = planned
    taken(run, client, "first")
    result = world.json("plan", SHOP, code=3)
    assert result["error"]["code"] == "run-unfinished"
    assert "closebook apply" in result["error"]["remedy"]
