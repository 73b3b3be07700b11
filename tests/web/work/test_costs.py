"""Usual rates with their source, and what a task is expected to cost and came to."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from closebook.apps.workforce.models import ManualTime, RateRange, Task
from closebook.apps.workforce.services.contracts import term_offer, term_sign
from closebook.transport import clock
from tests.apps.workforce.rooms import Room, room, task_of
from tests.web.work.test_desk import client_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])


@pytest.fixture
def desk() -> Room:
    return room()


def test_a_range_of_ones_own_counts_and_shows_what_to_ask(desk):
    owner, helper, number = client_of(desk.owner), client_of(desk.assistant), desk.company.pk
    page, new = (reverse(name, args=[number]) for name in ("rates", "rate-new"))
    first = helper.get(page).content.decode()
    for text in ("18.75", "25.00", "estimate"):
        assert text in first
    typed = {"kind": "finance", "low_minor": "44", "high_minor": "48"}
    typed |= {"source": "Our own", "as_of": "2027-01-01"}
    assert helper.post(new, typed).status_code == 403
    assert owner.post(new, {**typed, "low_minor": "99"}).status_code == 400
    assert owner.post(new, {**typed, "source": ""}).status_code == 400
    assert not RateRange.objects.exists()
    owner.post(new, typed)
    shown = helper.get(page).content.decode()
    for text in ("44.00", "55.00", "60.00", "Our own"):
        assert text in shown
    other = room("two")
    elsewhere = client_of(other.owner).get(reverse("rates", args=[other.company.pk])).content.decode()
    assert "Our own" not in elsewhere


def test_a_task_shows_what_it_will_cost_and_what_it_came_to(desk):
    day = dt.date(2026, 1, 1)
    facts = {"starts_on": day, "evidence": "none", "hourly_minor": 3000, "rates": {"email": 2400}}
    term_sign(term_offer(desk.contract, facts, desk.owner), desk.assistant)
    task, now = task_of(desk.contract, "in_progress"), clock.now()
    Task.objects.filter(pk=task.pk).update(
        low_minutes=30, likely_minutes=60, high_minutes=90, cap_minutes=100
    )
    ManualTime.objects.create(
        company=desk.company,
        contract=desk.contract,
        task=task,
        starts_at=now - dt.timedelta(minutes=85),
        ends_at=now,
        reason="By telephone",
        made_at=now,
    )
    page = client_of(desk.owner).get(reverse("task", args=[desk.company.pk, task.pk])).content.decode()
    for text in ("12.00 – 24.00 – 36.00 USD", "85 min, 34.00 USD", "80 % of the limit is used"):
        assert text in page
