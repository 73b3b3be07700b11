"""Work too large for a request: handed over with 202, asked for until it has ended, by a program alone."""

from __future__ import annotations

from typing import Any

import pytest

from closebook.api.writes import REPLAYED
from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.models import Company, Role
from closebook.apps.sync.models import Preparation, PreparationState, Run
from closebook.apps.sync.services import preparing
from closebook.apps.sync.services.preparing import preparation_begin
from closebook.apps.sync.services.wishes import PLAN, Wish
from tests.api.caller import Caller, caller
from tests.jobs.processes import wait_for
from tests.web.sync.test_preparation_worker import worker

pytestmark = pytest.mark.xdist_group("api")
EMPTY = {"run": None, "tried": None, "looked": None, "code": "", "message": "", "remedy": ""}


@pytest.fixture(autouse=True)
def large(settings) -> None:
    """Let every shop count as a large one."""
    settings.CLOSEBOOK_SMALL_ROWS = 0


def handed_over(answer: Any, kind: str) -> str:
    """Return the address to ask for work that waits for a worker."""
    body = answer.json()
    assert answer.status_code == 202, body
    assert (body["kind"], body["state"], body["ended"]) == (kind, "waiting", False)
    assert {name: body[name] for name in EMPTY} == EMPTY
    assert answer["Location"] == f"/api/v1/preparations/{body['preparation']}"
    return answer["Location"]


def worked(till: Caller, address: str) -> dict[str, Any]:
    """Do what a worker does, and return what the address says then."""
    assert preparing.advance(address.rsplit("/", 1)[1]).finished
    body = till.get(address)
    assert body["ended"]
    assert body["ended_at"]
    return body


def test_a_month_is_synchronised_by_a_program_and_a_worker(till, world, shop_months):
    world.pull(shop_months[-1])
    address = handed_over(till.call("POST", f"connections/{world.connection.pk}/sync"), PLAN)
    before = Run.objects.count()
    with worker(world.folder):
        wait_for(lambda: till.get(address)["ended"], 120)
        made = till.get(address)
        assert (made["state"], made["code"]) == ("done", "")
        wait_for(lambda: till.get(f"runs/{made['run']}/progress")["ended"], 120)
    assert till.get(f"runs/{made['run']}")["state"] == "done"
    assert Run.objects.count() == before + 1


def test_a_plan_is_made_once_whatever_is_sent_again(till, world, shop_months):
    world.pull(shop_months[-1])
    path = f"connections/{world.connection.pk}/plan"
    first = till.call("POST", path, key="one")
    address = handed_over(first, PLAN)
    again = till.call("POST", path, key="one")
    assert (again.status_code, again.content, again["Location"]) == (202, first.content, address)
    assert again[REPLAYED] == "true"
    assert handed_over(till.call("POST", path, key="two"), PLAN) == address, "the same wish is the same work"
    other = till.call("POST", f"connections/{world.connection.pk}/sync")
    assert (other.status_code, other.json()["code"]) == (409, "preparation-under-way")
    made = worked(till, address)
    assert Run.objects.get(pk=made["run"]).approved_at is None
    assert till.get(path)["run"] == made["run"]
    assert till.call("POST", path, key="one").content == first.content, "also after it has ended"
    assert Preparation.objects.count() == 1


def test_an_undo_is_looked_at_and_planned(till, world):
    done = Run.objects.get()
    look = f"runs/{done.pk}/undo-preview"
    found = worked(till, handed_over(till.call("GET", look), "look"))["looked"]
    assert Run.objects.count() == 1, "a look leaves nothing behind"
    assert (found["undoes"], found["run"], found["left"]) == (done.pk, None, [])
    assert till.get(look) == found, "what was worked out is kept while nothing changes"
    undo = worked(till, handed_over(till.call("POST", f"runs/{done.pk}/undo", {"approve": True}), "undo"))
    assert Run.objects.get(pk=undo["run"]).approved_at
    assert till.get(f"runs/{undo['run']}")["total"] == found["plan"]["total"]


def test_a_large_undo_is_the_small_one(till, world, settings):
    path = f"runs/{Run.objects.get().pk}/undo-preview"
    large = worked(till, handed_over(till.call("GET", path), "look"))["looked"]
    settings.CLOSEBOOK_SMALL_ROWS = 10_000
    small = till.get(path)
    for each in (small, large):
        each["plan"].pop("run")
    assert large == small


def test_a_profile_is_tried(till, world, settings):
    path = f"connections/{world.connection.pk}/profile"
    changed = {"profile": {**till.get(path)["profile"], "since": "2026-02-01"}}
    address = handed_over(till.call("POST", f"{path}/try", changed, key=""), "trial")
    large = worked(till, address)["tried"]
    settings.CLOSEBOOK_SMALL_ROWS = 10_000
    small = till.call("POST", f"{path}/try", changed, key="")
    assert small.status_code == 200
    assert small.json() == large
    assert large["cut_off"]["rows_before"] > 0
    wrong = till.call("POST", f"{path}/try", {"profile": {**changed["profile"], "modes": 1}}, key="")
    assert wrong.json()["code"] == "wrong-profile", "refused at once, not by a worker"


def test_a_hold_is_decided_and_what_failed_is_tried_again(till, world, settings):
    receipt = world.link(kind="sales-receipt")
    world.delete("SalesReceipt", receipt.remote_id)
    world.plan()
    (hold,) = till.get("holds")["items"]
    error = f"errors/{hold['error']}"
    handed_over(till.call("POST", f"{error}/retry", {}), PLAN)
    till.post(f"preparations/{Preparation.objects.get().pk}/stop")
    address = handed_over(till.call("POST", f"{error}/decide", {"word": "recreate"}), PLAN)
    assert till.get(f"runs/{worked(till, address)['run']}")["total"] == 1


def test_a_refusal_says_what_to_do(till, world, shop_months):
    world.pull(shop_months[-1])
    address = handed_over(till.call("POST", f"connections/{world.connection.pk}/plan"), PLAN)
    Run.objects.update(state="running")
    made = worked(till, address)
    assert (made["state"], made["run"]) == ("refused", None)
    assert made["code"]
    assert made["message"]
    assert made["remedy"]


def test_what_is_stopped_writes_nothing(till, world, shop_months):
    world.pull(shop_months[-1])
    address = handed_over(till.call("POST", f"connections/{world.connection.pk}/plan"), PLAN)
    before = Run.objects.count()
    assert till.post(f"{address}/stop")["state"] == PreparationState.DROPPED
    assert worked(till, address)["state"] == PreparationState.DROPPED
    assert Run.objects.count() == before
    assert till.post(f"{address}/stop")["state"] == PreparationState.DROPPED


def test_it_is_seen_by_those_who_may_alone(till, stranger, world):
    run = Run.objects.get()
    address = handed_over(till.call("GET", f"runs/{run.pk}/undo-preview"), "look")
    assert worked(till, address)["looked"]
    for method, path in (("GET", address), ("POST", f"{address}/stop")):
        assert stranger.call(method, path).status_code == 404
    reader = caller(Company.objects.get(name="My company"), Role.READER)
    assert reader.get(address)["looked"] is None, "what an undo would do is told to those who may have one"
    assert reader.call("POST", f"{address}/stop").status_code == 403
    blind = caller(world.connection.company, abilities={Ability.SEE_BOOKS})
    assert blind.call("GET", address).status_code == 403


def test_a_small_shop_is_answered_at_once(till, world, shop_months, settings):
    settings.CLOSEBOOK_SMALL_ROWS = 10_000
    world.pull(shop_months[-1])
    answer = till.call("POST", f"connections/{world.connection.pk}/plan")
    assert answer.status_code == 200
    assert answer.json()["run"]
    assert not Preparation.objects.exists()


def test_work_of_a_page_is_told_too(till, world):
    made = preparation_begin(Wish(world.connection, PLAN, "ada"))
    assert till.get(f"preparations/{made.pk}")["kind"] == PLAN
