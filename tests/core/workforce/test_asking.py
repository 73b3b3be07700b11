"""What is asked about is what the reckoning would count, and nothing is counted that was not asked about."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from closebook.core.workforce.asking import visit_to_ask
from closebook.core.workforce.reckoning import Answer, Class, Level, Reason, Says, Terms, reckon
from closebook.core.workforce.runs import SECOND, subtract, union
from closebook.core.workforce.sites import Scope
from tests.core.workforce.weeks import LISTED, RULES, rule, week_of

SITES = Terms(level=Level.SITES)
ASKING = [replace(each, ask=True) for each in RULES]


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 10**9))
def test_every_counted_visit_was_asked_about_while_it_lasted(seed):
    week = week_of(seed, days=1)
    for timer in week.timers:
        poor = [p for p in reckon([timer], week.spans, ASKING, (), SITES) if p.cls is Class.POOR]
        looks = [visit_to_ask(replace(timer, stop=part.end), week.spans, ASKING) for part in poor]
        asked = union((visit.start, visit.end) for visit in looks if visit)
        assert subtract(union((part.start, part.end) for part in poor), asked) == []


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 10**9), share=st.integers(1, 99))
def test_whoever_says_work_to_a_question_has_none_of_that_visit_counted(seed, share):
    week = week_of(seed, days=1)
    timer = week.timers[0]
    now = timer.start + (timer.stop - timer.start) * share // 100
    found = visit_to_ask(replace(timer, stop=now), week.spans, ASKING)
    if found is None:
        return
    answer = Answer("answer-1", found.start, found.end, Class.POOR, Says.WORK)
    parts = reckon([timer], week.spans, ASKING, [answer], SITES)
    within = [p for p in parts if p.start < found.end and p.end > found.start]
    assert all(p.cls is not Class.POOR for p in within)
    confirmed = [p for p in parts if p.reason is Reason.CONFIRMED]
    assert all(p.about == "answer-1" and p.rule.startswith("house-") for p in confirmed)
    before = reckon([timer], week.spans, ASKING, (), SITES)
    lost = sum(p.length for p in before if p.cls is Class.POOR) - sum(
        p.length for p in parts if p.cls is Class.POOR
    )
    assert lost == sum(p.length for p in confirmed)


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 10**9))
def test_rules_that_do_not_ask_ask_nothing(seed):
    week = week_of(seed, days=1)
    assert all(visit_to_ask(timer, week.spans, RULES) is None for timer in week.timers)


def test_the_nearer_rule_decides_whether_to_ask():
    week = week_of(1, days=1)
    quiet = [rule(domain, scope=Scope.TASK, subject="t0", ask=False) for domain in LISTED]
    for timer in week.timers:
        here = replace(timer, task="t0")
        assert visit_to_ask(here, week.spans, [*ASKING, *quiet]) is None


def test_a_short_visit_is_not_asked_about():
    week = week_of(2, days=1)
    slow = [replace(each, tolerance=3600 * SECOND) for each in ASKING]
    assert all(visit_to_ask(timer, week.spans, slow) is None for timer in week.timers)
