"""An export of the assistant's own ActivityWatch gives the same minutes as the company's reckoning."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from closebook.apps.workforce.models import ManualTime, Segment
from closebook.apps.workforce.services.importing import export_reckoned
from closebook.connectors.activitywatch.files import read_export
from closebook.core.workforce.runs import MINUTE, moment_of, ms_of
from tests.apps.workforce.rooms import room, task_of
from tests.apps.workforce.signed import at, listed, machine, signed, yesterday
from tests.apps.workforce.test_machines import moved, told
from tests.web.work.test_desk import client_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])


@pytest.fixture
def desk():
    found = room()
    signed(found.contract)
    listed(found)
    return found


def export() -> bytes:
    """Return an export of an hour: thirty minutes of input, ten away, twenty of input with ten on a site."""
    pieces = {
        ("afk", "afkstatus"): [
            (0, 30, {"status": "not-afk"}), (30, 10, {"status": "afk"}), (40, 20, {"status": "not-afk"}),
        ],
        ("window", "currentwindow"): [(0, 60, {"app": "Firefox", "title": "x"})],
        ("web", "web.tab.current"): [(45, 10, {"url": "https://m.facebook.com/a", "title": "b"})],
    }  # fmt: skip
    return json.dumps(
        {
            "buckets": {
                name: {
                    "type": type_,
                    "hostname": "laptop",
                    "events": [
                        {"timestamp": at(start).isoformat(), "duration": 60 * length, "data": data}
                        for start, length, data in events
                    ],
                }
                for (name, type_), events in pieces.items()
            }
        }
    ).encode()


def sums(parts) -> dict[str, int]:
    found: dict[str, int] = {}
    for cls, length in parts:
        found[cls] = found.get(cls, 0) + length // MINUTE
    return found


def test_a_replay_gives_the_same_minutes(desk):
    task, sender = task_of(desk.contract, "in_progress"), machine(desk)
    moved(sender, "start", 0, task)
    spans = read_export(export()).spans
    told(
        sender,
        [{"key": s.key, "kind": s.kind, "start": s.start, "end": s.end, "value": s.value} for s in spans],
    )
    moved(sender, "stop", 60)
    stored = sums((p.klass, ms_of(p.ends_at) - ms_of(p.starts_at)) for p in Segment.objects.all())
    replayed = export_reckoned(task, export(), (yesterday(0), yesterday(60)))
    assert sums((p.cls.value, p.length) for p in replayed) == stored == {"worked": 40, "idle": 10, "poor": 10}


def test_an_export_is_taken_in_once_as_time_by_hand(desk):
    task, helper = task_of(desk.contract, "in_progress"), client_of(desk.assistant)
    where = reverse("time-import", args=[desk.company.pk])
    typed = {
        "task": task.pk, "starts_at": f"{at(0):%Y-%m-%dT%H:%M}", "ends_at": f"{at(60):%Y-%m-%dT%H:%M}",
        "reason": "The timer was forgotten.",
    }  # fmt: skip

    def sent(content=None, **more):
        file = SimpleUploadedFile("a.json", export() if content is None else content)
        return helper.post(where, {**typed, **more, "file": file}, follow=True)

    assert "breaks off" in sent(content=export()[:-9]).content.decode()
    for bad in ({"content": b"{}"}, {"ends_at": typed["starts_at"]}, {"starts_at": "soon"}, {"task": 0}):
        assert sent(**bad).status_code == 400
    foreign = task_of(room("two").contract, "in_progress")
    assert sent(task=foreign.pk).status_code == 400
    page = sent().content.decode()
    assert "0:40:00 was entered" in page
    rows = ManualTime.objects.order_by("starts_at")
    lengths = [(row.ends_at - row.starts_at).seconds // 60 for row in rows]
    assert sum(lengths) == 40
    assert "counted already" in sent().content.decode()
    assert ManualTime.objects.count() == len(lengths)
    assert moment_of(yesterday(0)) == rows[0].starts_at


def test_an_away_that_begins_at_the_pause_is_dated_back(desk):
    task = task_of(desk.contract, "in_progress")
    content, run = export(), (yesterday(0), yesterday(60))
    found = sums((p.cls.value, p.length) for p in export_reckoned(task, content, run, late=True))
    assert found == {"worked": 37, "idle": 13, "poor": 10}
