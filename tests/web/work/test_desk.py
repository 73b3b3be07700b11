"""Contracts, tasks and time by their pages; an assistant sees only their own."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from closebook.apps.companies.models import Role
from closebook.apps.workforce.models import Contract, ManualTime, Task, Term, Timer, TimerSpan
from closebook.transport import clock
from tests.apps.workforce.rooms import Room, contract_of, person_in, room, task_of, timer_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_of(person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


@pytest.fixture
def desk() -> Room:
    return room()


TERM = {"starts_on": "2026-11-01", "evidence": "timer", "review_days": "5", "hourly_minor": "20"}


def test_a_contract_holds_once_both_have_signed_and_a_change_is_a_new_term(desk):
    Contract.objects.all().delete()
    owner, helper, number = client_of(desk.owner), client_of(desk.assistant), desk.company.pk
    new = reverse("contract-new", args=[number])
    assert owner.post(new, {**TERM, "person": "0"}).status_code == 400
    facts = {**TERM, "person": desk.assistant.pk, "title": "Mail", "zone": "Europe/Amsterdam"}
    owner.post(new, facts)
    made = Contract.objects.get()
    assert made.state == "offered"
    where, sign = [number, made.pk], reverse("term-sign", args=[number, made.pk])
    term = {"term": Term.objects.get().pk}
    owner.post(sign, term)
    made.refresh_from_db()
    assert made.state == "offered"
    helper.post(sign, term)
    made.refresh_from_db()
    assert made.state == "active"
    assert helper.get(reverse("term-new", args=where)).status_code == 403
    owner.post(reverse("term-new", args=where), {**TERM, "hourly_minor": "25"})
    rates = [term.rates.get().hourly_minor for term in Term.objects.order_by("version")]
    assert rates == [2000, 2500]
    assert "I have read this" in helper.get(reverse("contract", args=where)).content.decode()
    assert "I have read this" not in owner.get(reverse("contract", args=where)).content.decode()


def test_a_task_goes_from_asked_to_accepted_with_each_move_by_its_side(desk):
    owner, helper, number = client_of(desk.owner), client_of(desk.assistant), desk.company.pk
    typed = {
        "contract": desk.contract.pk,
        "kind": "email",
        "title": "Sort",
        "description": "Stuff asap.",
        "done_means": "The inbox of the shop is empty.",
    }
    assert owner.post(reverse("task-new", args=[number]), typed).status_code == 400
    owner.post(reverse("task-new", args=[number]), {**typed, "description": "Sort all mail of the shop."})
    task = Task.objects.get()
    where = [number, task.pk]
    move, estimate = reverse("task-move", args=where), reverse("task-estimate", args=where)
    spread = {"low": 10, "likely": 20, "high": 30}
    owner.post(estimate, spread)
    assert helper.post(estimate, {"low": "x"}).status_code == 400
    helper.post(estimate, {**spread, "low": 99})
    task.refresh_from_db()
    assert (task.state, task.waits_for, task.low_minutes) == ("requested", "assistant", None)
    helper.post(estimate, spread)
    helper.post(move, {"to": "agreed"})
    task.refresh_from_db()
    assert (task.state, task.waits_for, task.likely_minutes) == ("estimated", "company", 20)
    owner.post(move, {"to": "agreed"})
    helper.post(move, {"to": "in_progress"})
    helper.post(move, {"to": "delivered", "text": " "})
    helper.post(move, {"to": "delivered", "text": "All sorted, in the folders."})
    owner.post(move, {"to": "sent_back"})
    owner.post(move, {"to": "sent_back", "text": "One mail is left."})
    task.refresh_from_db()
    assert (task.state, task.waits_for) == ("sent_back", "assistant")
    helper.post(move, {"to": "in_progress"})
    helper.post(move, {"to": "delivered", "text": "Now all."})
    owner.post(move, {"to": "", "text": "Thank you."})
    owner.post(move, {"to": "accepted"})
    page = helper.get(reverse("task", args=where)).content.decode()
    for text in ("accepted", "Thank you.", "One mail is left.", "Now all."):
        assert text in page


def test_one_timer_runs_is_seen_paused_and_stopped_and_the_week_adds_up(desk):
    helper, number = client_of(desk.assistant), desk.company.pk
    asked, task = task_of(desk.contract), task_of(desk.contract, "in_progress")
    helper.post(reverse("timer-start", args=[number, asked.pk]))
    assert not Timer.objects.exists()
    start, move = reverse("timer-start", args=[number, task.pk]), reverse("timer-move", args=[number])
    helper.post(start)
    helper.post(start)
    timer = Timer.objects.get()
    assert "●" in helper.get(reverse("home", args=[number])).content.decode()
    helper.post(move, {"to": "paused"})
    helper.post(move, {"to": "running"})
    helper.post(move, {"to": "stopped"})
    timer.refresh_from_db()
    assert timer.state == "stopped"
    assert TimerSpan.objects.filter(ends_at=None).count() == 0
    first, last = TimerSpan.objects.order_by("starts_at")
    midnight = dt.datetime(2026, 11, 10, tzinfo=dt.UTC)
    minute = dt.timedelta(minutes=1)
    for span, begins, lasts in ((first, -30, 45), (last, 60, 15)):
        span.starts_at = midnight + begins * minute
        span.ends_at = span.starts_at + lasts * minute
        span.save()
    page = helper.get(reverse("week", args=[number]), {"week": "2026-11-11"})
    assert page.context["sums"] == ["0:30", "0:30", "", "", "", "", ""]
    assert page.context["total"] == "1:00"
    assert helper.get(reverse("week", args=[number]), {"week": "junk"}).status_code == 200


def test_time_by_hand_needs_a_reason_and_no_minute_counts_twice(desk):
    helper, add = client_of(desk.assistant), reverse("time-add", args=[desk.company.pk])
    task = task_of(desk.contract, "in_progress")
    typed = {"task": task.pk, "starts_at": "2026-11-02T10:00", "minutes": 30, "reason": "A call."}
    for wrong in ({"reason": ""}, {"starts_at": "soon"}, {"starts_at": "2099-01-01T10:00"}, {"task": 0}):
        assert helper.post(add, {**typed, **wrong}).status_code == 400
    assert helper.post(add, typed).status_code == 302
    twice = helper.post(add, {**typed, "starts_at": "2026-11-02T10:29"})
    assert "counted already" in twice.content.decode()
    assert helper.post(add, {**typed, "starts_at": "2026-11-02T10:30"}).status_code == 302
    assert ManualTime.objects.count() == 2


def test_an_assistant_finds_nothing_of_another_and_no_company_of_another(desk):
    other = room("two")
    second = person_in(desk.company, "second", Role.ASSISTANT)
    theirs = contract_of(desk.company, second)
    timer_of(task_of(theirs, "in_progress"))
    foreign = (theirs, theirs.tasks.get()), (other.contract, task_of(other.contract, "in_progress"))
    helper, number = client_of(desk.assistant), desk.company.pk
    for contract, task in foreign:
        assert helper.get(reverse("contract", args=[number, contract.pk])).status_code == 404
        assert helper.post(reverse("term-sign", args=[number, contract.pk])).status_code == 404
        assert helper.get(reverse("task", args=[number, task.pk])).status_code == 404
        for name in ("task-move", "task-estimate", "timer-start"):
            assert helper.post(reverse(name, args=[number, task.pk])).status_code == 404
        typed = {"task": task.pk, "starts_at": "2026-11-02T10:00", "minutes": 30, "reason": "x"}
        assert helper.post(reverse("time-add", args=[number]), typed).status_code == 400
    for name in ("contracts", "tasks", "week"):
        page = helper.get(reverse(name, args=[number])).content.decode()
        assert "second" not in page
        assert "Sort the mail" not in page
    helper.post(reverse("timer-move", args=[number]), {"to": "stopped"})
    assert Timer.objects.get().state == "running"
    owner = client_of(desk.owner)
    assert owner.get(reverse("task", args=[number, foreign[0][1].pk])).status_code == 200
    assert owner.post(reverse("timer-start", args=[number, foreign[0][1].pk])).status_code == 404
    assert owner.get(reverse("task", args=[number, foreign[1][1].pk])).status_code == 404


def test_the_number_of_queries_does_not_grow_with_rows(desk):
    owner, counted, now = client_of(desk.owner), [], clock.now()
    for more in (1, 12):
        for _ in range(more):
            timer = timer_of(task_of(contract_of(desk.company, desk.assistant), "in_progress"), "stopped")
            TimerSpan.objects.create(
                company=desk.company, timer=timer, starts_at=now, ends_at=now, made_at=now
            )
        for name in ("contracts", "tasks", "week"):
            address = reverse(name, args=[desk.company.pk])
            owner.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert owner.get(address).status_code == 200
            counted.append(len(queries))
    assert counted[:3] == counted[3:]
