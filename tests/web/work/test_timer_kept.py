"""A timer that was left running, and moves that were made without a connection."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from closebook.apps.workforce.models import Timer, TimerSpan
from closebook.apps.workforce.services.timers import timer_start
from closebook.transport import clock
from tests.apps.workforce.rooms import Room, room, task_of
from tests.web.work.test_desk import client_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])


@pytest.fixture
def desk() -> Room:
    return room()


def left(desk: Room, minutes: int) -> Timer:
    """Start a timer that was last seen so long ago, an hour after it began."""
    timer = timer_start(task_of(desk.contract, "in_progress"), desk.assistant)
    seen = clock.now() - dt.timedelta(minutes=minutes)
    Timer.objects.update(seen_at=seen)
    TimerSpan.objects.update(starts_at=seen - dt.timedelta(hours=1))
    timer.refresh_from_db()
    return timer


def test_a_timer_that_was_left_running_asks_and_stops_where_it_was_seen(desk):
    helper, timer = client_of(desk.assistant), left(desk, 90)
    page = reverse("tasks", args=[desk.company.pk])
    assert "Did you work since then?" in helper.get(page).content.decode()
    helper.post(reverse("timer-seen", args=[desk.company.pk]))
    assert "Did you work since then?" in helper.get(page).content.decode(), "a page alone is no answer"
    helper.post(reverse("timer-move", args=[desk.company.pk]), {"to": "recovered"})
    found = Timer.objects.get()
    assert (found.state, found.recovered, TimerSpan.objects.get().ends_at) == ("stopped", True, timer.seen_at)


def test_whoever_worked_on_counts_it_and_a_page_that_is_open_asks_nothing(desk):
    helper, _timer = client_of(desk.assistant), left(desk, 90)
    move, page = reverse("timer-move", args=[desk.company.pk]), reverse("tasks", args=[desk.company.pk])
    helper.post(move, {"to": "seen"})
    assert "Did you work since then?" not in helper.get(page).content.decode()
    Timer.objects.update(seen_at=clock.now() - dt.timedelta(minutes=20))
    helper.post(reverse("timer-seen", args=[desk.company.pk]))
    assert clock.now() - Timer.objects.get().seen_at < dt.timedelta(minutes=1)
    assert "Did you work since then?" not in helper.get(page).content.decode()


def test_moves_without_a_connection_count_from_their_moments_once(desk):
    helper, number = client_of(desk.assistant), desk.company.pk
    task, now = task_of(desk.contract, "in_progress"), clock.now()
    begun, over = now - dt.timedelta(hours=3), now - dt.timedelta(hours=1)
    start, move = reverse("timer-start", args=[number, task.pk]), reverse("timer-move", args=[number])
    early, late = (now + dt.timedelta(hours=hours) for hours in (-48, 1))
    for at in ("yesterday", "0001-01-01T00:00+14:00", early.isoformat(), late.isoformat()):
        helper.post(start, {"at": at})
        assert not Timer.objects.exists()
    for _twice in range(2):
        helper.post(start, {"at": begun.isoformat()})
        helper.post(move, {"to": "stopped", "at": over.isoformat()})
    span = TimerSpan.objects.get()
    assert (span.starts_at, span.ends_at) == (begun, over)
    helper.post(start, {"at": (now - dt.timedelta(hours=2)).isoformat()})
    assert Timer.objects.count() == 1, "a minute counts once"
