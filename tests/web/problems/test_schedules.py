"""What is due is planned and what is not due is left alone; people are told once, and only of news."""

from __future__ import annotations

import datetime as dt

from django.core import mail

from closebook.apps.companies.models import Membership, Person
from closebook.apps.sync.models import Run, Schedule
from closebook.apps.sync.services.schedules import schedule_save, schedules_tick
from closebook.core.planning.timetable import Rhythm, Timetable
from closebook.transport import clock
from tests.apps.sync.harness import World

MINUTE = dt.timedelta(minutes=1)


def scheduled(world: World, *, applies: bool = False, mails: bool = True) -> Schedule:
    """Keep a daily schedule with somebody to tell; return it."""
    person, _made = Person.objects.get_or_create(username="ada", email="ada@example.org")
    Membership.objects.get_or_create(person=person, company=world.company(), defaults={"role": "bookkeeper"})
    return schedule_save(
        world.connection,
        Timetable(Rhythm.DAILY, 30, 6),
        applies=applies,
        mails=mails,
        now=clock.now(),
        actor="ada",
    )


def test_a_due_schedule_plans_and_an_undue_one_does_not(fresh, shop_files):
    fresh.pull(*shop_files)
    schedule = scheduled(fresh)
    assert schedule.next_at is not None
    assert schedules_tick(schedule.next_at - MINUTE) == 0
    assert not Run.objects.exists()
    assert schedules_tick(schedule.next_at) == 1
    run = Run.objects.get()
    kept = Schedule.objects.get()
    assert (run.state, run.approved_at) == ("planned", None)
    assert (kept.outcome, kept.run_id) == ("planned", run.pk)
    assert kept.next_at == schedule.next_at + dt.timedelta(days=1)
    assert schedules_tick(schedule.next_at + MINUTE) == 0, "it was done"
    assert [message.to for message in mail.outbox] == [["ada@example.org"]]
    assert f"{run.total} actions are planned" in mail.outbox[0].body
    assert "http" in mail.outbox[0].body


def test_a_plan_that_still_fits_goes_on_waiting_and_nobody_is_told_twice(fresh, shop_files):
    fresh.pull(*shop_files)
    schedule = scheduled(fresh)
    schedules_tick(schedule.next_at)
    schedules_tick(schedule.next_at + dt.timedelta(days=1))
    assert Run.objects.get().state == "planned"
    assert len(mail.outbox) == 1


def test_a_plan_without_holds_is_applied_where_the_owner_wants_it(fresh, shop_files):
    fresh.pull(*shop_files)
    schedule = scheduled(fresh, applies=True)
    schedules_tick(schedule.next_at)
    run = Run.objects.get()
    assert run.approved_at is not None
    assert Schedule.objects.get().outcome == "running"
    assert not mail.outbox
    assert fresh.apply(run).state == "done"
    schedules_tick(schedule.next_at + MINUTE)
    assert Schedule.objects.get().outcome == "done"
    assert [message.subject for message in mail.outbox] == ["Quill prints: done"]
    schedules_tick(schedule.next_at + dt.timedelta(days=1))
    assert Schedule.objects.get().outcome == "nothing"
    assert len(mail.outbox) == 1, "nothing to do is no news"


def test_what_is_held_waits_although_plans_are_applied(synced):
    link = synced.link(kind="sales-receipt")
    synced.delete("SalesReceipt", link.remote_id)
    schedule = scheduled(synced, applies=True)
    before = Run.objects.count()
    schedules_tick(schedule.next_at)
    assert Schedule.objects.get().outcome == "held"
    assert Run.objects.count() == before
    assert [message.subject for message in mail.outbox] == ["Quill prints: held"]
    assert "/errors/holds/" in mail.outbox[0].body
    schedules_tick(schedule.next_at + dt.timedelta(days=1))
    assert len(mail.outbox) == 1


def test_what_fails_is_said_and_tried_again_the_next_time(fresh, shop_files):
    fresh.pull(*shop_files)
    Run.objects.create(connection=fresh.connection, state="running", created_at=clock.now())
    schedule = scheduled(fresh)
    schedules_tick(schedule.next_at)
    kept = Schedule.objects.get()
    assert kept.outcome == "failed"
    assert "is not finished" in kept.word
    assert "is not finished" in mail.outbox[0].body
    Run.objects.update(state="failed")
    schedules_tick(kept.next_at)
    assert Schedule.objects.get().outcome == "planned"


def test_a_schedule_is_set_on_its_page_and_run_at_once(fresh, shop_files, pages):
    browser, path = pages(fresh), f"connections/{fresh.connection.pk}/schedule/"
    assert "It has not run yet" in browser.get(path)
    facts = {"rhythm": "weekly", "weekday": "6", "hour": "6", "minute": "30", "applies": "on"}
    page = browser.post(path, **facts)
    assert "every week on Sunday at 06:30 UTC" in page
    assert "30 6 * * 0" in page
    kept = Schedule.objects.get()
    assert (kept.applies, kept.mails, kept.next_at.weekday()) == (True, False, 6)
    assert "every week on Sunday" in browser.get("schedules/")
    fresh.pull(*shop_files)
    kept.applies = False
    kept.save()
    assert "approve it" in browser.post(f"{path}now/")
    assert Run.objects.get().state == "planned"
    assert not mail.outbox
    page = browser.post(path, **{**facts, "rhythm": "off"})
    assert Schedule.objects.get().next_at is None


def test_bad_times_are_refused_at_their_field(fresh, pages):
    path = f"connections/{fresh.connection.pk}/schedule/"
    facts = {"rhythm": "daily", "weekday": "9", "hour": "24", "minute": "x"}
    page = pages(fresh).post(path, status=400, **facts)
    assert page.count("errorlist") == 3
    assert not Schedule.objects.exists()


def test_only_an_owner_lets_plans_be_applied(fresh, pages):
    path = f"connections/{fresh.connection.pk}/schedule/"
    facts = {"rhythm": "daily", "weekday": "0", "hour": "6", "minute": "0", "applies": "on"}
    pages(fresh, "bookkeeper").post(path, **facts)
    assert Schedule.objects.get().applies is False
    pages(fresh).post(path, **facts)
    pages(fresh, "bookkeeper").post(path, **{**facts, "applies": ""})
    assert Schedule.objects.get().applies is True, "and nobody else takes it back"
