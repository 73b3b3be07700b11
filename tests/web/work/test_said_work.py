"""What was said of a listed site at the machine stands in the day and in the report, and is paid."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from closebook.apps.workforce.models import Proposal, Segment, SiteRule
from closebook.apps.workforce.selectors.reckoned import latest_of
from closebook.apps.workforce.services.days import sheet_for
from closebook.apps.workforce.services.keeping import workforce_tick
from closebook.apps.workforce.services.proposing import day_release
from closebook.core.workforce.evidence import Span, SpanKind
from closebook.transport import clock
from tests.apps.workforce.rooms import room, task_of
from tests.apps.workforce.signed import listed, machine, signed, yesterday
from tests.apps.workforce.test_machines import moved, told
from tests.apps.workforce.test_settling import DAY
from tests.web.work.test_desk import client_of

pytestmark = pytest.mark.django_db(databases=["default", "books"])


@pytest.fixture
def desk():
    found = room()
    signed(found.contract)
    return found


def visited(desk, *answers, sites=("facebook.com",), late=False):
    """An hour from nine with input, ten minutes of it on each site, and what was said of some minutes."""
    for site in sites:
        listed(desk, site, ask=True)
    task, sender = task_of(desk.contract, "in_progress"), machine(desk)
    moved(sender, "start", 0, task)
    pieces = [(SpanKind.AFK, 0, 60, "active"), (SpanKind.WINDOW, 0, 60, "firefox")]
    pieces += [(SpanKind.WEB, 5 + 12 * n, 15 + 12 * n, site) for n, site in enumerate(sites)]
    spans = [Span("laptop", kind, yesterday(a), yesterday(b), value) for kind, a, b, value in pieces]
    told(
        sender,
        [
            {"key": s.key, "kind": s.kind.value, "start": s.start, "end": s.end, "value": s.value}
            for s in spans
        ],
    )
    moved(sender, "stop", 60)
    if late:
        workforce_tick(clock.now())
    for start, end, says in answers:
        body = {"start": yesterday(start), "end": yesterday(end), "about": "poor", "says": says}
        assert sender.post("prompts", body) == {"news": True}
    workforce_tick(clock.now())


def classes() -> dict[str, int]:
    found: dict[str, int] = {}
    latest = Segment.objects.order_by("-reckoning").first().reckoning
    for part in latest.segments.all():
        found[part.reason] = found.get(part.reason, 0) + (part.ends_at - part.starts_at).seconds // 60
    return found


def shown(client, desk, name, *where, **query) -> str:
    answer = client.get(reverse(name, args=[desk.company.pk, *where]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_work_is_paid_and_stands_in_day_and_report_with_its_rule(desk):
    visited(desk, (5, 15, "work"))
    assert classes() == {"input": 50, "confirmed": 10}
    assert not Proposal.objects.exists()
    helper, owner = client_of(desk.assistant), client_of(desk.owner)
    sheet = sheet_for(desk.contract, DAY)
    day = shown(helper, desk, "sheet-day", sheet.pk, DAY.isoformat())
    assert "said at the machine: work" in day
    assert "rule facebook.com" in day
    week = {"week": DAY.isoformat()}
    assert "Said to be work" in shown(helper, desk, "poor-time", **week)
    assert "Said to be work" not in shown(owner, desk, "poor-time", **week)
    day_release(latest_of(desk.contract, DAY))
    report = shown(owner, desk, "poor-time", **week)
    assert "means=domain-work&amp;subject=kind-" in report
    assert "Allow it" not in shown(helper, desk, "poor-time", **week)


def test_no_work_stays_proposed_and_says_so(desk):
    visited(desk, (5, 15, "break"))
    assert classes() == {"input": 50, "listed_site": 10}
    assert Proposal.objects.get().state == "made"
    sheet = sheet_for(desk.contract, DAY)
    day = shown(client_of(desk.assistant), desk, "sheet-day", sheet.pk, DAY.isoformat())
    assert "said at the machine: no work" in day


def test_an_answer_that_comes_late_takes_the_proposal_back(desk):
    visited(desk, (5, 15, "work"), late=True)
    assert classes() == {"input": 50, "confirmed": 10}
    helper, sheet = client_of(desk.assistant), sheet_for(desk.contract, DAY)
    assert "It is proposed" not in shown(helper, desk, "sheet-day", sheet.pk, DAY.isoformat())
    assert not Proposal.objects.filter(state="made").exists()
    report = shown(helper, desk, "poor-time", week=DAY.isoformat())
    assert "waits for the assistant" not in report
    assert "Said to be work" in report


def test_part_of_a_visit_may_be_work(desk):
    visited(desk, (5, 9, "work"))
    assert classes() == {"input": 50, "confirmed": 4, "listed_site": 6}
    assert Proposal.objects.get().minutes == 6


@pytest.mark.parametrize("name", ["poor-time", "sheet-day"])
def test_many_answers_cost_no_more_questions_than_one(desk, name):
    visited(desk, (0, 60, "work"), sites=("a.example", "b.example", "c.example", "d.example"))
    helper, counts = client_of(desk.assistant), []
    where = [sheet_for(desk.contract, DAY).pk, DAY.isoformat()] if name == "sheet-day" else []
    shown(helper, desk, name, *where, week=DAY.isoformat())
    for keep in (4, 1):
        parts = Segment.objects.filter(reason="confirmed").order_by("pk")
        Segment.objects.filter(pk__in=[part.pk for part in parts[keep:]]).delete()
        with CaptureQueriesContext(connection) as asked:
            text = shown(helper, desk, name, *where, week=DAY.isoformat())
        assert text.count(".example</td>" if name == "poor-time" else "said at the machine: work") == keep
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_rule_asks_is_for_a_task_and_begins_from_the_report(desk):
    owner, task = client_of(desk.owner), task_of(desk.contract, "in_progress")
    new = reverse("site-rule-new", args=[desk.company.pk])
    form = owner.get(new, {"value": "facebook.com", "means": "domain-work", "subject": "kind-email"})
    assert b'value="facebook.com"' in form.content
    assert b'value="kind-email" selected' in form.content
    typed = {"value": "reddit.com", "means": "domain-poor", "tolerance": "30", "subject": f"task-{task.pk}"}
    owner.post(new, {**typed, "ask": "on", "note": "Asked for by both."})
    rule = SiteRule.objects.get()
    assert (rule.task, rule.ask, rule.note) == (task, True, "Asked for by both.")
    assert "Asked for by both." in shown(client_of(desk.assistant), desk, "site-rules")
    owner.post(new, {**typed, "means": "domain-work", "ask": "on"})
    assert SiteRule.objects.order_by("-pk").first().ask is False
    assert owner.post(new, {**typed, "subject": "task-999999"}).status_code == 400
    assert rule.starts_on > dt.date(2026, 1, 1)
