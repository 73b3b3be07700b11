"""What a task has besides its steps: points to tick off, files, and the one that follows when it repeats."""

from __future__ import annotations

import datetime as dt
import secrets
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import ChecklistItem, Task, TaskFile, TaskStep
from closebook.core.errors import InputError
from closebook.core.workforce.checklists import CHECKLISTS, REPEATS, due_after
from closebook.transport import clock

MOST_BYTES = 20 * 1024 * 1024
MOST_ITEMS = 100
_COPIED = ("kind", "title", "description", "done_means", "cap_minutes", "repeats")
_ESTIMATE = ("low_minutes", "likely_minutes", "high_minutes")


def checklist_add(task: Task, name: str, actor: str) -> None:
    """Add the points of a checklist by its name; "" adds none."""
    for text in CHECKLISTS[name].points if name else ():
        item_add(task, text, actor)


@transaction.atomic
def item_add(task: Task, text: str, actor: str) -> ChecklistItem:
    """Return a new point of a task. Raises InputError above a hundred."""
    Task.objects.select_for_update().get(pk=task.pk)
    count = task.items.count()
    if count >= MOST_ITEMS:
        raise InputError("too-many-points", "A task has at most a hundred points.")
    return ChecklistItem.objects.create(
        company_id=task.company_id, task=task, text=text, place=count, actor=actor, made_at=clock.now()
    )


def item_tick(item: ChecklistItem, actor: str, *, done: bool) -> None:
    """Tick a point off, or open it again."""
    item.done_at = clock.now() if done else None
    item.done_by = actor if done else ""
    item.save(update_fields=["done_at", "done_by"])


@transaction.atomic
def file_add(task: Task, file: UploadedFile[Any], actor: str) -> TaskFile:
    """Return a file of a task, kept under a name by chance. Raises InputError for one that is too large."""
    if (file.size or 0) > MOST_BYTES:
        raise InputError("file-too-large", "The file is too large.", remedy="Take one of at most 20 MB.")
    made = TaskFile(company_id=task.company_id, task=task, actor=actor, made_at=clock.now())
    made.name = PurePath((file.name or "").replace("\x00", "").replace("\\", "/")).name[-200:] or "file"
    made.file.save(secrets.token_hex(16), file)
    audit_append(task.company_id, actor, "task-filed", task.title, {"task": task.pk, "file": made.name})
    return made


def repeat_stop(task: Task, actor: str) -> None:
    """Let a task be the last of its row."""
    if Task.objects.filter(pk=task.pk).exclude(repeats="").update(repeats=""):
        audit_append(task.company_id, actor, "task-moved", task.title, {"task": task.pk, "repeats": ""})


def tasks_repeat(now: dt.datetime) -> int:
    """Ask again for what repeats and whose day has come in its assistant's zone; return how many."""
    rows = Task.objects.filter(
        repeats__in=REPEATS,
        followed_by=None,
        contract__state="active",
        due_on__lte=now.date() + dt.timedelta(1),
    )
    numbers = list(rows.exclude(state="cancelled").values_list("pk", flat=True)[:500])
    return sum(_repeated(number, now) for number in numbers)


@transaction.atomic
def _repeated(number: int, now: dt.datetime) -> int:
    task = Task.objects.select_for_update().get(pk=number)
    today = now.astimezone(ZoneInfo(task.contract.zone)).date()
    if Task.objects.filter(follows=task).exists() or task.due_on is None or task.due_on > today:
        return 0
    agreed = task.likely_minutes is not None and task.state not in {"requested", "estimated"}
    facts = {name: getattr(task, name) for name in (*_COPIED, *(_ESTIMATE if agreed else ()))}
    made = Task.objects.create(
        company_id=task.company_id,
        contract=task.contract,
        follows=task,
        due_on=due_after(task.due_on, task.repeats, today),
        state="agreed" if agreed else "requested",
        made_at=now,
        **facts,
    )
    TaskStep.objects.create(company_id=task.company_id, task=made, target=made.state, made_at=now)
    for item in task.items.order_by("place"):
        item_add(made, item.text, "")
    return 1
