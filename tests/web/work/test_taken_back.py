"""What is taken back at the desk: a task with a timer on it, and what was worked before."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from closebook.apps.companies.models import AuditEvent
from closebook.apps.workforce.models import ManualTime, Task, Timer, Timesheet
from closebook.apps.workforce.selectors.paying import due_of
from tests.apps.workforce.pay_rooms import bill_of
from tests.apps.workforce.rooms import Room, room, task_of
from tests.apps.workforce.signed import signed
from tests.web.work.test_desk import client_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])


@pytest.fixture
def desk() -> Room:
    return room()


@pytest.mark.parametrize(
    ("side", "to"), [("owner", "cancelled"), ("owner", "waiting"), ("assistant", "delivered")]
)
def test_a_timer_stops_when_its_task_is_not_in_progress_any_more(desk, side, to):
    task = task_of(desk.contract, "in_progress")
    helper, number = client_of(desk.assistant), desk.company.pk
    helper.post(reverse("timer-start", args=[number, task.pk]))
    client_of(getattr(desk, side)).post(
        reverse("task-move", args=[number, task.pk]), {"to": to, "text": "As it is."}
    )
    timer = Timer.objects.get()
    assert (timer.state, timer.reason, timer.spans.filter(ends_at=None).count()) == ("stopped", to, 0)
    assert "●" not in helper.get(reverse("task", args=[number, task.pk])).content.decode()


def test_what_was_worked_before_a_task_was_taken_back_is_paid(desk):
    bill = bill_of(desk.company, desk.assistant, 4000)
    Task.objects.filter(pk=bill.lines.get().source.task_id).update(state="in_progress")
    assert due_of(bill).payable_minor == 0
    Task.objects.filter(pk=bill.lines.get().source.task_id).update(state="cancelled")
    assert (due_of(bill).payable_minor, due_of(bill).waits) == (4000, ())


def test_time_by_hand_is_taken_back_until_its_week_is_signed(desk):
    helper, owner, number = client_of(desk.assistant), client_of(desk.owner), desk.company.pk
    task = task_of(desk.contract, "in_progress")
    typed = {"task": task.pk, "starts_at": "2026-11-02T10:00", "minutes": 60, "reason": "A call."}
    helper.post(reverse("time-add", args=[number]), typed)
    entry, sheet = ManualTime.objects.get(), Timesheet.objects.get()
    back, where = reverse("time-withdraw", args=[number, sheet.pk]), reverse("sheet", args=[number, sheet.pk])
    assert "Take it back" in helper.get(where).content.decode()
    assert "Take it back" not in owner.get(where).content.decode()
    assert owner.post(back, {"entry": entry.pk}, follow=True).status_code in {200, 403}
    assert helper.post(back, {"entry": 0}).status_code == 404
    Timesheet.objects.update(state="submitted")
    assert "signed already" in helper.post(back, {"entry": entry.pk}, follow=True).content.decode()
    entry.refresh_from_db()
    assert not entry.withdrawn
    Timesheet.objects.update(state="returned")
    helper.post(back, {"entry": entry.pk})
    helper.post(back, {"entry": entry.pk})
    entry.refresh_from_db()
    assert entry.withdrawn
    assert "A call." not in helper.get(where).content.decode()
    assert AuditEvent.objects.filter(action="time-withdrawn").count() == 1
    assert helper.post(reverse("time-add", args=[number]), {**typed, "minutes": 30}).status_code == 302


def test_time_before_the_terms_is_refused(desk):
    signed(desk.contract, starts_on=dt.date(2026, 11, 2))
    task, helper = task_of(desk.contract, "in_progress"), client_of(desk.assistant)
    typed = {"task": task.pk, "starts_at": "2026-11-01T10:00", "minutes": 60, "reason": "A call."}
    add = reverse("time-add", args=[desk.company.pk])
    refused = helper.post(add, typed)
    assert refused.status_code == 400
    assert "No terms that both sides signed" in refused.content.decode()
    assert helper.post(add, {**typed, "starts_at": "2026-11-02T10:00"}).status_code == 302


def test_under_notice_begun_work_goes_on_and_open_tasks_are_named(desk):
    desk.contract.state = "ending"
    desk.contract.save()
    task = task_of(desk.contract, "in_progress")
    number, owner, helper = desk.company.pk, client_of(desk.owner), client_of(desk.assistant)
    draft = {"contract": desk.contract.pk, "channel": "mail", "title": "Last", "target": "a@example.com"}
    assert helper.post(reverse("draft-new", args=[number]), {**draft, "body": "Bye."}).status_code == 302
    where = [number, desk.contract.pk]
    told = owner.post(reverse("contract-move", args=where), {"to": "ended"}, follow=True).content.decode()
    assert "Accept or cancel them first." in told
    assert reverse("task", args=[number, task.pk]) in told


@pytest.mark.parametrize(("minutes", "words"), [(40, ""), (50, "80 % of the limit"), (61, "limit is passed")])
def test_a_weekly_limit_is_seen_by_both_before_and_when_it_is_passed(desk, minutes, words):
    signed(desk.contract, cap_minutes=60, cap_minor=2000)
    task, helper = task_of(desk.contract, "in_progress"), client_of(desk.assistant)
    typed = {"task": task.pk, "starts_at": "2026-11-02T10:00", "minutes": minutes, "reason": "A call."}
    helper.post(reverse("time-add", args=[desk.company.pk]), typed)
    where = [desk.company.pk, Timesheet.objects.get().pk]
    page = helper.get(reverse("sheet", args=where)).content.decode()
    assert page.count("in this week.") == (2 if words else 0)
    assert words in page
    helper.post(reverse("sheet-sign", args=where))
    for client in (client_of(desk.owner), helper):
        assert client.get(reverse("sheet", args=where)).content.decode().count("in this week.") == (
            2 if words else 0
        )
