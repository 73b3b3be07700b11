"""What a subscriber hears of errors, holds and schedules, from the real services that make them."""

from __future__ import annotations

import json

from closebook.apps.hooks.models import Delivery
from closebook.apps.hooks.services.endpoints import endpoint_make
from closebook.apps.sync.models import Run, Schedule
from closebook.apps.sync.services.deciding import decision_keep
from closebook.apps.sync.services.schedules import schedule_run
from closebook.transport import clock
from tests.apps.sync.harness import World
from tests.apps.sync.test_errors import refused_run


def listen(world: World, *events: str) -> None:
    endpoint_make(world.connection.company, "https://example.com/in", events, "", "ada")


def heard(event: str) -> list[dict]:
    return [json.loads(each.body)["data"] for each in Delivery.objects.filter(event=event).order_by("pk")]


def test_an_error_is_told_when_it_opens_and_when_it_closes(fresh, shop_files):
    listen(fresh, "error.opened", "error.resolved")
    _run, buyer, employee = refused_run(fresh, shop_files)
    opened = {fact["key"]: fact for fact in heard("error.opened")}
    assert opened.keys() == {error.key for error in fresh.errors()}
    assert opened[buyer.key]["code"] == "duplicate-name"
    assert opened[buyer.key]["page"].endswith(f"/errors/{opened[buyer.key]['error']}/")
    fresh.edit("Employee", employee, DisplayName="Somebody else", FamilyName="Else", GivenName="Somebody")
    fresh.retry(next(error for error in fresh.errors() if error.key == buyer.key))
    assert {fact["key"] for fact in heard("error.resolved")} == opened.keys()


def test_a_persons_word_on_a_line_is_told_with_who_gave_it(fresh, shop_files):
    _run, buyer, _employee = refused_run(fresh, shop_files)
    listen(fresh, "hold.decided")
    error = next(error for error in fresh.errors() if error.key == buyer.key)
    decision_keep(error, "ignore", "ada")
    (fact,) = heard("hold.decided")
    assert (fact["key"], fact["word"], fact["by"]) == (buyer.key, "ignore", "ada")


def test_a_schedule_that_cannot_plan_is_told_with_its_reason(fresh, shop_files):
    run = fresh.pull(*shop_files) and fresh.plan()
    assert run is not None
    Run.objects.filter(pk=run.pk).update(state="running")
    listen(fresh, "schedule.failed")
    schedule = schedule_run(Schedule.objects.create(connection=fresh.connection, rhythm="day"), clock.now())
    (fact,) = heard("schedule.failed")
    assert fact["reason"] == schedule.word != ""
    assert fact["connection"]["name"] == fresh.connection.name
