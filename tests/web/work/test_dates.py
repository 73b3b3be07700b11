"""Appointments with free times, and the calendar that programs read at a secret address."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from closebook.apps.companies.models import Membership, Role
from closebook.apps.workforce.models import Appointment, Feed, Task
from closebook.core.workforce.free_times import free_times
from closebook.core.workforce.runs import HOUR, ms_of
from closebook.transport import clock
from tests.apps.workforce.rooms import Room, contract_of, person_in, room, task_of
from tests.web.work.test_desk import client_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])


@pytest.fixture
def desk() -> Room:
    return room()


def typed(desk: Room, **facts: str) -> dict[str, object]:
    day = (clock.now() + dt.timedelta(days=3)).date()
    sent = {"contract": desk.contract.pk, "title": "Call with Ann", "starts_at": f"{day}T10:00"}
    return {**sent, "minutes": "30", **facts}


def test_free_times_leave_out_what_is_taken_nights_and_weekends():
    zone = ZoneInfo("Europe/Amsterdam")
    friday = dt.datetime(2027, 3, 26, 8, 10, tzinfo=dt.UTC)
    eleven = ms_of(dt.datetime(2027, 3, 26, 8, tzinfo=dt.UTC))
    found = free_times([(eleven, eleven + 2 * HOUR)], friday, 4, 60, zone)
    shown = [f"{at.astimezone(zone):%a %H:%M}" for at in found]
    assert shown == ["Fri 11:00", "Fri 13:00", "Mon 09:00", "Mon 13:00"]


def test_an_appointment_is_booked_once_and_cancelled(desk):
    owner, helper, page = (
        client_of(desk.owner),
        client_of(desk.assistant),
        reverse("dates", args=[desk.company.pk]),
    )
    assert owner.post(page, typed(desk, starts_at="2020-01-01T10:00")).status_code == 400
    assert owner.post(page, typed(desk, minutes="0")).status_code == 400
    owner.post(page, typed(desk, with_name="Ann", place="https://meet.example.org/3"))
    again = helper.post(page, typed(desk))
    assert again.status_code == 400
    assert "Another appointment lies there." in again.content.decode()
    made = Appointment.objects.get()
    assert "https://meet.example.org/3" in helper.get(page).content.decode()
    other = room("two")
    elsewhere = reverse("appointment-end", args=[other.company.pk, made.pk])
    assert client_of(other.owner).post(elsewhere).status_code == 404
    second = person_in(desk.company, "second", Role.ASSISTANT)
    contract_of(desk.company, second)
    end = reverse("appointment-end", args=[desk.company.pk, made.pk])
    assert client_of(second).post(end).status_code == 404
    helper.post(end)
    assert helper.post(page, typed(desk)).status_code == 302


def test_a_calendar_program_reads_ones_own_dates_until_the_address_is_renewed(desk):
    owner, helper, number = client_of(desk.owner), client_of(desk.assistant), desk.company.pk
    owner.post(reverse("dates", args=[number]), typed(desk))
    task = task_of(desk.contract, "in_progress")
    Task.objects.filter(pk=task.pk).update(due_on=dt.date(2027, 1, 4))
    theirs = task_of(contract_of(desk.company, person_in(desk.company, "second", Role.ASSISTANT)))
    Task.objects.filter(pk=theirs.pk).update(due_on=dt.date(2027, 1, 5))
    helper.post(reverse("feed-renew", args=[number]))
    old = reverse("feed", args=[Feed.objects.get().token])
    assert old in helper.get(reverse("dates", args=[number])).content.decode()
    assert old not in owner.get(reverse("dates", args=[number])).content.decode()
    answer = Client().get(old)
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert sorted(str(event["summary"]) for event in events) == ["Call with Ann", "Sort the mail"]
    assert answer["Content-Type"].startswith("text/calendar")
    helper.post(reverse("feed-renew", args=[number]))
    assert Client().get(old).status_code == 404
    new = reverse("feed", args=[Feed.objects.get().token])
    assert Client().get(new).status_code == 200
    Membership.objects.filter(person=desk.assistant).delete()
    assert Client().get(new).status_code == 404
