"""What is taken back at the desk: a task with a timer on it, and what was worked before."""

from __future__ import annotations

import pytest
from django.urls import reverse

from closebook.apps.workforce.models import Task, Timer
from closebook.apps.workforce.selectors.paying import due_of
from tests.apps.workforce.pay_rooms import bill_of
from tests.apps.workforce.rooms import Room, room, task_of
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
