"""Numbers, amounts and times at the desk that nobody can mean: told at the form, never a failure."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.urls import reverse

from closebook.apps.workforce.models import Appointment, Interview, ManualTime, Posting, Task, Timer
from closebook.apps.workforce.services.finding import apply, posting_move, posting_save
from closebook.transport import clock
from tests.apps.workforce.rooms import Room, contract_of, room, task_of
from tests.web.work.test_desk import client_of
from tests.web.work.test_hiring import FACTS

pytestmark = pytest.mark.django_db(databases=["default", "books"])
TOO_FAR = ("0001-01-01T00:00", "9999-12-31T23:59")
LEFT_OUT = "2027-03-28T02:30"
"""When the clocks of Amsterdam go forward."""


@pytest.fixture
def desk() -> Room:
    cache.clear()
    made = room()
    made.contract.zone = "Europe/Amsterdam"
    made.contract.save()
    return made


@pytest.mark.parametrize("rates", [("-5", "-1"), ("0", "9,999,999,999.00")])
def test_a_rate_is_an_amount_that_can_be_meant(desk, rates):
    owner, new = client_of(desk.owner), reverse("posting-new", args=[desk.company.pk])
    typed = {"title": "Mail", "kind": "email", "description": "x", "done_means": "y", "hours_week": "5"}
    low, high = rates
    assert owner.post(new, {**typed, "low_minor": low, "high_minor": high}).status_code == 400
    assert not Posting.objects.exists()
    posting = posting_move(posting_save(desk.company, None, FACTS, "ada"), "open", "ada")
    job = reverse("job", args=[posting.token])
    sent = {"name": "Zoë 🎉", "email": "z@example.com", "letter": "Hello."}
    assert owner.post(job, {**sent, "wish_minor": low if low != "0" else high}).status_code == 400
    assert owner.post(job, {**sent, "wish_minor": "0"}).status_code == 302


@pytest.mark.parametrize("starts_at", [*TOO_FAR, LEFT_OUT])
def test_a_time_that_no_clock_shows_is_told(desk, starts_at):
    owner, helper, number = client_of(desk.owner), client_of(desk.assistant), desk.company.pk
    posting = posting_move(posting_save(desk.company, None, FACTS, "ada"), "open", "ada")
    ann = apply(posting, {"name": "Ann", "email": "ann@example.com"})[0]
    type(ann).objects.update(state="shortlisted")
    typed = {"starts_at": starts_at, "minutes": "30"}
    words = "clocks go forward" if starts_at == LEFT_OUT else "too far away"
    told = owner.post(
        reverse("interview-new", args=[number, ann.pk]), {**typed, "zone": "Europe/Amsterdam"}, follow=True
    )
    assert words in told.content.decode()
    booked = owner.post(
        reverse("dates", args=[number]), {**typed, "contract": desk.contract.pk, "title": "Call"}
    )
    task = task_of(desk.contract, "in_progress")
    entered = helper.post(reverse("time-add", args=[number]), {**typed, "task": task.pk, "reason": "A call."})
    for answer in (booked, entered):
        assert answer.status_code == 400
        assert words in answer.content.decode()
    assert not Interview.objects.exists()
    assert not Appointment.objects.exists()
    assert not ManualTime.objects.exists()


def test_minutes_are_below_a_year(desk):
    owner, helper, number = client_of(desk.owner), client_of(desk.assistant), desk.company.pk
    typed = {
        "contract": desk.contract.pk, "kind": "email", "title": "Sort", "cap_minutes": "9" * 20,
        "description": "Sort all mail of the shop.", "done_means": "The inbox of the shop is empty.",
    }  # fmt: skip
    assert owner.post(reverse("task-new", args=[number]), typed).status_code == 400
    task = task_of(desk.contract, "requested")
    spread = {"low": "0", "likely": "0", "high": "9" * 17}
    assert helper.post(reverse("task-estimate", args=[number, task.pk]), spread).status_code == 400
    task.refresh_from_db()
    assert task.state == "requested"
    assert Task.objects.count() == 1


def test_time_by_hand_is_in_the_zone_of_its_own_contract(desk):
    other = contract_of(desk.company, desk.assistant)
    assert other.zone == "UTC"
    task = task_of(desk.contract, "in_progress")
    typed = {"task": task.pk, "starts_at": "2026-11-02T10:00", "minutes": 30, "reason": "A call."}
    client_of(desk.assistant).post(reverse("time-add", args=[desk.company.pk]), typed)
    assert ManualTime.objects.get().starts_at.hour == 9


@pytest.mark.parametrize("paused", [False, True])
def test_a_start_that_was_kept_offline_counts_no_minute_twice(desk, paused):
    task, helper, number = task_of(desk.contract, "in_progress"), client_of(desk.assistant), desk.company.pk
    start, move = reverse("timer-start", args=[number, task.pk]), reverse("timer-move", args=[number])
    hour = dt.timedelta(hours=1)
    if paused:
        helper.post(start, {"at": (clock.now() - 5 * hour).isoformat()})
        helper.post(move, {"to": "paused", "at": (clock.now() - 4 * hour).isoformat()})
    ManualTime.objects.create(
        company=desk.company, contract=desk.contract, task=task, starts_at=clock.now() - 2 * hour,
        ends_at=clock.now() - hour, reason="A call.", made_at=clock.now(),
    )  # fmt: skip
    where, typed = (move, {"to": "running"}) if paused else (start, {})
    told = helper.post(where, {**typed, "at": (clock.now() - 3 * hour).isoformat()}, follow=True)
    assert "counted already" in told.content.decode()
    assert not Timer.objects.filter(state="running").exists()
    helper.post(where, {**typed, "at": (clock.now() - hour / 2).isoformat()})
    assert Timer.objects.get().state == "running"
