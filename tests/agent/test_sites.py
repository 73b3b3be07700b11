"""A listed site is asked about once a visit, past its tolerance, where the reckoning would count it."""

from __future__ import annotations

import pytest

from closebook.agent.page import clicked, page
from closebook.agent.upward import wanted_of
from closebook.core.workforce.pausing import Phase, Start, Stop
from closebook.core.workforce.runs import HOUR, MINUTE, SECOND
from tests.agent.test_live import BEGIN, beat


def rule(pattern="facebook.com", verdict="poor", **facts):
    common = {"id": "site-1", "match": "domain", "ask": verdict == "poor", "tolerance": MINUTE}
    return {**common, "pattern": pattern, "verdict": verdict, "scope": "house", "subject": "", **facts}


def tells(*rules, level="sites"):
    task = {"task": "1", "name": "Mail", "kind": "email", "contract": "c7"}
    return {"terms": {"level": level}, "rules": list(rules), "tasks": [task]}


@pytest.fixture
def running(agent, company):
    company.told = tells(rule())
    agent.wanted, agent.counter = wanted_of(company.told), lambda: 0
    agent.do(Start(BEGIN), "1")
    return agent


def browse(agent, first, last, host="facebook.com", app="firefox", **more):
    """Show a site from a second to another, as the watchers tell it, and look each five seconds."""
    for at in range(first, last, 5):
        beat(agent.store, "web", at, 5, url=f"https://{host}/", **more)
        beat(agent.store, "window", at, 5, app=app)
        agent.tick(BEGIN + (at + 5) * SECOND)


def claims(company):
    bodies = [body for path, body in company.taken.values() if path == "prompts"]
    rows = [
        ((b["start"] - BEGIN) // SECOND, (b["end"] - BEGIN) // SECOND, b["says"], b["about"]) for b in bodies
    ]
    return sorted(rows)


def test_a_visit_is_asked_about_past_its_tolerance(running):
    browse(running, 0, 60)
    assert running.sites.question is None
    browse(running, 60, 300)
    asked = running.sites.question
    assert (asked.start, asked.end, asked.about) == (BEGIN, BEGIN + 300 * SECOND, "facebook.com")


def test_the_question_is_told_once_with_its_site(running, told):
    browse(running, 0, 300)
    assert told == ["facebook.com is a listed site. Is it work for this task?"]
    browse(running, 300, 320, host="mail.example")
    browse(running, 320, 400)
    assert len(told) == 1
    browse(running, 400, 700, host="mail.example")
    browse(running, 700, 800)
    assert len(told) == 2


def test_work_is_said_for_the_whole_visit(running, company):
    browse(running, 0, 120)
    assert clicked(running, {"act": "site-work"}, BEGIN + 121 * SECOND) == ""
    assert clicked(running, {"act": "site-work"}, BEGIN + 122 * SECOND) == ""
    browse(running, 120, 240)
    browse(running, 240, 500, host="mail.example")
    running.gather(BEGIN + HOUR)
    assert claims(company) == [(0, 121, "work", "poor"), (121, 240, "work", "poor")]


def test_what_is_left_of_an_answered_visit_is_said_when_the_timer_stops(running, company):
    browse(running, 0, 120)
    clicked(running, {"act": "site-work"}, BEGIN + 121 * SECOND)
    browse(running, 120, 180)
    running.do(Stop(BEGIN + 180 * SECOND))
    running.gather(BEGIN + HOUR)
    assert claims(company) == [(0, 121, "work", "poor"), (121, 180, "work", "poor")]


def test_a_break_is_said_and_taken(running, company):
    browse(running, 0, 120)
    clicked(running, {"act": "site-break"}, BEGIN + 121 * SECOND)
    assert running.live.phase is Phase.BREAK
    running.gather(BEGIN + HOUR)
    assert claims(company) == [(0, 121, "break", "poor")]
    assert company.order.count("timer/pause") == 1


def test_no_work_is_said_and_the_timer_runs_on(running, company):
    browse(running, 0, 120)
    clicked(running, {"act": "site-poor"}, BEGIN + 121 * SECOND)
    assert running.live.phase is Phase.RUNNING
    running.gather(BEGIN + HOUR)
    assert claims(company) == [(0, 121, "break", "poor")]


def test_a_question_without_an_answer_says_nothing_and_may_be_answered_later(running, company):
    browse(running, 0, 120)
    browse(running, 120, 600, host="mail.example")
    assert claims(company) == []
    assert "facebook.com" in page(running, "s", "en")
    clicked(running, {"act": "site-work"}, BEGIN + 600 * SECOND)
    running.gather(BEGIN + HOUR)
    [(start, end, says, about)] = claims(company)
    assert (start, says, about) == (0, "work", "poor")
    assert 120 <= end <= 240
    assert "facebook.com" not in page(running, "s", "en")


@pytest.mark.parametrize(
    ("rules", "level"),
    [
        ([rule(ask=False)], "sites"),
        ([rule()], "presence"),
        ([rule(), rule(verdict="work", scope="task", subject="t1")], "sites"),
        ([rule(), rule(verdict="work", scope="kind", subject="email")], "sites"),
        ([rule(), rule(verdict="neutral", scope="contract", subject="c7")], "sites"),
        ([rule(scope="task", subject="t2")], "sites"),
        ([rule("book.com")], "sites"),
    ],
)
def test_what_is_not_counted_is_not_asked_about(agent, company, rules, level):
    company.told = tells(*rules, level=level)
    agent.wanted, agent.counter = wanted_of(company.told), lambda: 0
    agent.do(Start(BEGIN), "1")
    browse(agent, 0, 300)
    assert agent.sites.question is None


def test_a_rule_of_the_task_is_asked_about_where_the_house_has_none(agent, company):
    company.told = tells(rule(scope="task", subject="t1", tolerance=10 * SECOND))
    agent.wanted, agent.counter = wanted_of(company.told), lambda: 0
    agent.do(Start(BEGIN), "1")
    browse(agent, 0, 30)
    assert agent.sites.question is not None


def test_a_program_is_asked_about_too(agent, company):
    company.told = tells(rule("solitaire", match="app"))
    agent.wanted, agent.counter = wanted_of(company.told), lambda: 0
    agent.do(Start(BEGIN), "1")
    browse(agent, 0, 120, app="solitaire")
    assert agent.sites.question.about == "solitaire"


def test_what_is_private_or_behind_another_window_is_not_asked_about(running):
    running.store.private_add("facebook.com")
    browse(running, 0, 200)
    running.store.private_remove("facebook.com")
    browse(running, 200, 400, incognito=True)
    browse(running, 400, 600, app="writer")
    assert running.sites.question is None


def test_somebody_who_has_left_the_site_is_not_asked(running):
    for at in range(0, 70, 5):
        beat(running.store, "web", at, 5, url="https://facebook.com/")
        beat(running.store, "window", at, 5, app="firefox")
    beat(running.store, "web", 71, 0, url="https://mail.example/")
    running.tick(BEGIN + 75 * SECOND)
    assert running.sites.question is None


def test_a_new_timer_begins_without_the_old_question(running):
    browse(running, 0, 120)
    running.do(Stop(BEGIN + 121 * SECOND))
    assert running.sites.question is not None
    running.do(Start(BEGIN + 130 * SECOND), "1")
    assert running.sites.question is None
