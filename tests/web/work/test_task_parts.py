"""Checklists, files and repeating of tasks."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from closebook.apps.workforce.models import ChecklistItem, Task, TaskFile
from closebook.apps.workforce.services.task_parts import item_add, tasks_repeat
from closebook.core.workforce.checklists import CHECKLISTS
from tests.apps.workforce.rooms import Room, room, task_of
from tests.web.work.test_desk import client_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])
ASKED = {
    "title": "Sort the mail", "kind": "email", "done_means": "The inbox of the shop is empty.",
    "description": "Sort the mail of the shop into folders by customer.",
}  # fmt: skip


@pytest.fixture
def desk() -> Room:
    return room()


def test_a_checklist_comes_with_the_task_and_is_ticked_off(desk):
    owner, helper, number = client_of(desk.owner), client_of(desk.assistant), desk.company.pk
    new = reverse("task-new", args=[number])
    typed = {**ASKED, "contract": desk.contract.pk, "checklist": "mail", "repeats": "weekly"}
    assert owner.post(new, typed).status_code == 400
    owner.post(new, {**typed, "due_on": "2026-11-20"})
    task = Task.objects.get()
    assert list(task.items.values_list("text", flat=True)) == list(CHECKLISTS["mail"].points)
    helper.post(reverse("item-new", args=[number, task.pk]), {"text": "The labels are printed."})
    tick = reverse("item-tick", args=[number, task.pk, ChecklistItem.objects.last().pk])
    for done_by in (desk.assistant.username, ""):
        helper.post(tick)
        assert ChecklistItem.objects.last().done_by == done_by
    dutch = helper.get(reverse("task", args=[number, task.pk]), headers={"accept-language": "nl"})
    assert CHECKLISTS["mail"].points[0] not in dutch.content.decode()


def test_files_lie_on_the_task_and_are_saved_not_shown(desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    owner, helper, number = client_of(desk.owner), client_of(desk.assistant), desk.company.pk
    task = task_of(desk.contract, "in_progress")
    add = reverse("task-file-new", args=[number, task.pk])
    assert "Choose a file first." in helper.post(add, follow=True).content.decode()
    helper.post(add, {"file": SimpleUploadedFile("..\\a/list.html", b"<script>1</script>")})
    row = TaskFile.objects.get()
    assert row.name == "list.html"
    answer = owner.get(reverse("task-file", args=[number, task.pk, row.pk]))
    assert answer.getvalue() == b"<script>1</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert "sandbox" in answer["Content-Security-Policy"]
    other = room("two")
    theirs = client_of(other.owner)
    assert theirs.get(reverse("task-file", args=[other.company.pk, task.pk, row.pk])).status_code == 404
    elsewhere = task_of(other.contract)
    assert theirs.get(reverse("task-file", args=[other.company.pk, elsewhere.pk, row.pk])).status_code == 404
    assert theirs.post(reverse("item-tick", args=[other.company.pk, elsewhere.pk, 1])).status_code == 404


def test_a_task_repeats_once_a_period_until_it_is_stopped(desk):
    now = dt.datetime(2027, 3, 3, 9, tzinfo=dt.UTC)
    task = task_of(desk.contract, "accepted")
    Task.objects.filter(pk=task.pk).update(
        repeats="monthly", due_on=dt.date(2027, 1, 31), low_minutes=10, likely_minutes=20, high_minutes=30
    )
    item_add(task, "The inbox is empty.", "ada")
    assert (tasks_repeat(now), tasks_repeat(now)) == (1, 0)
    made = Task.objects.latest("pk")
    assert (made.due_on, made.state, made.likely_minutes) == (dt.date(2027, 3, 31), "agreed", 20)
    assert made.items.get().text == "The inbox is empty."
    end = reverse("task-repeat-end", args=[desk.company.pk, made.pk])
    assert client_of(desk.assistant).post(end).status_code == 403
    client_of(desk.owner).post(end)
    assert tasks_repeat(now + dt.timedelta(days=60)) == 0


def test_a_day_comes_in_the_assistants_zone_and_not_under_a_suspended_contract(desk):
    evening = dt.datetime(2027, 3, 2, 17, tzinfo=dt.UTC)
    task = task_of(desk.contract, "in_progress")
    Task.objects.filter(pk=task.pk).update(repeats="daily", due_on=dt.date(2027, 3, 3))
    assert tasks_repeat(evening) == 0
    desk.contract.zone, desk.contract.state = "Asia/Shanghai", "suspended"
    desk.contract.save()
    assert tasks_repeat(evening) == 0
    desk.contract.state = "active"
    desk.contract.save()
    assert tasks_repeat(evening) == 1
    assert Task.objects.latest("pk").state == "requested"
