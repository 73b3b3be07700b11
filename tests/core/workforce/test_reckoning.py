"""The invariants of the reckoning: an exact partition, blind to order, fair in each direction."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from closebook.core.errors import InputError
from closebook.core.workforce.evidence import ACTIVE, AWAY, MEETING, Span, SpanKind, held_future
from closebook.core.workforce.reckoning import (
    Answer,
    Class,
    IdleFrom,
    Level,
    Reason,
    Says,
    Source,
    Terms,
    TimerRun,
    reckon,
)
from closebook.core.workforce.runs import HOUR, MINUTE, SECOND, union
from closebook.core.workforce.sites import Scope, Verdict
from tests.core.workforce.weeks import LISTED, RULES, WORKING, rule, scrambled, week_of

few = settings(max_examples=150, deadline=None, print_blob=True)
SITES = Terms(level=Level.SITES)


def lengths(segments):
    found = dict.fromkeys(Class, 0)
    for segment in segments:
        found[segment.cls] += segment.length
    return found


@st.composite
def timers(draw):
    at, found = 0, []
    for number in range(draw(st.integers(1, 4))):
        at += draw(st.integers(0, 400)) * SECOND
        stop = at + draw(st.integers(0, 1500)) * SECOND + draw(st.integers(0, 3))
        source = draw(st.sampled_from([Source.TIMER, Source.TIMER, Source.TIMER, Source.ENTERED]))
        found.append(TimerRun(f"t{number}", at, stop, task=draw(st.sampled_from("ab")), source=source))
        at = stop
    return found


@st.composite
def spans(draw, most=25):
    found = []
    for _ in range(draw(st.integers(0, most))):
        kind = draw(st.sampled_from(SpanKind))
        value = {
            SpanKind.AFK: st.sampled_from([ACTIVE, AWAY, AWAY]),
            SpanKind.WEB: st.sampled_from([*LISTED, "m.facebook.com", *WORKING, "private"]),
            SpanKind.WINDOW: st.sampled_from(["firefox", "firefox", "excel", "game"]),
            SpanKind.CALL: st.sampled_from([MEETING, "meet.example", "other.example"]),
        }[kind]
        start = draw(st.integers(-300, 5000)) * SECOND + draw(st.integers(0, 2))
        length = draw(st.sampled_from([1, 4, 30, 70, 200, 600])) * SECOND
        device = draw(st.sampled_from(["laptop", "desk"]))
        found.append(Span(device, kind, start, start + length, draw(value)))
    return found


@st.composite
def answers(draw):
    found = []
    for number in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, 4000)) * SECOND
        about = draw(st.sampled_from([Class.IDLE, Class.POOR, Class.UNKNOWN]))
        says, approved = draw(st.sampled_from(Says)), draw(st.booleans())
        found.append(Answer(f"a{number}", start, start + 300 * SECOND, about, says, approved))
    return found


@st.composite
def terms(draw):
    return Terms(
        level=draw(st.sampled_from([Level.SITES, Level.SITES, Level.PRESENCE, Level.TIMER])),
        threshold=draw(st.sampled_from([60, 180, 600])) * SECOND,
        idle_from=draw(st.sampled_from(IdleFrom)),
        call_hosts=("meet.example",),
        private_is_work=draw(st.booleans()),
    )


@given(timers(), spans(), answers(), terms())
@few
def test_the_segments_part_every_timer_exactly(timers, spans, answers, terms):
    segments = reckon(timers, spans, RULES, answers, terms)
    for timer in timers:
        own = [s for s in segments if s.timer == timer.id]
        assert sum(s.length for s in own) == timer.stop - timer.start
        at = timer.start
        for segment in own:
            assert segment.start == at
            assert segment.length > 0
            at = segment.end
        assert at == timer.stop
    assert sum(lengths(segments).values()) == sum(t.stop - t.start for t in timers)


@given(timers(), spans(), answers(), terms(), st.integers(0, 1000))
@few
def test_order_and_repetition_of_evidence_change_nothing(timers, spans, answers, terms, seed):
    once = reckon(timers, spans, RULES, answers, terms)
    assert reckon(timers, scrambled(spans, seed), RULES, answers[::-1], terms) == once


@given(timers(), spans(), terms(), spans(most=4))
@few
def test_more_input_never_lowers_what_is_worked(timers, spans, terms, more):
    extra = [Span(s.device, SpanKind.AFK, s.start, s.end, ACTIVE) for s in more]
    before = lengths(reckon(timers, spans, RULES, (), terms))[Class.WORKED]
    assert lengths(reckon(timers, [*spans, *extra], RULES, (), terms))[Class.WORKED] >= before


@given(
    timers(),
    spans(),
    st.sampled_from([*LISTED, "m.facebook.com"]),
    st.sampled_from(Scope),
    st.integers(1, 200),
)
@few
def test_a_wider_allow_list_never_raises_poor(timers, spans, domain, scope, tolerance):
    subject = "a" if scope is Scope.TASK else ""
    rules = [*RULES[:1], rule(LISTED[1], tolerance=tolerance * SECOND)]
    allow = rule(domain, Verdict.WORK, scope, subject=subject)
    before = lengths(reckon(timers, spans, rules, (), SITES))[Class.POOR]
    assert lengths(reckon(timers, spans, [*rules, allow], (), SITES))[Class.POOR] <= before


@given(timers(), spans(), st.sampled_from(IdleFrom), st.integers(10, 900), st.integers(1, 900))
@few
def test_a_higher_threshold_never_raises_idle(timers, spans, idle_from, low, more):
    idle = [
        lengths(reckon(timers, spans, (), (), Terms(threshold=t * SECOND, idle_from=idle_from)))[Class.IDLE]
        for t in (low, low + more)
    ]
    assert idle[1] <= idle[0]


@given(timers(), spans(), terms())
@few
def test_evidence_outside_the_timers_counts_for_nothing(timers, spans, terms):
    running = union((t.start, t.stop) for t in timers if t.source is Source.TIMER)
    inside = [
        Span(s.device, s.kind, max(s.start, a), min(s.end, b), s.value)
        for s in spans
        for a, b in running
        if max(s.start, a) < min(s.end, b)
    ]
    whole = reckon(timers, spans, RULES, (), terms)
    cut = reckon(timers, inside, RULES, (), terms)
    assert whole == cut


@pytest.mark.parametrize("seed", range(12))
def test_a_made_up_week_is_reckoned_as_it_was(seed):
    week = week_of(seed)
    found = lengths(reckon(week.timers, scrambled(week.spans, seed), RULES, (), SITES))
    for cls, length in week.lengths().items():
        assert abs(found[cls] - length) <= 90 * SECOND * len(week.timers), (seed, cls)
    plain = week_of(seed, sites=False)
    assert lengths(reckon(plain.timers, scrambled(plain.spans, seed))) == plain.lengths(), seed


def afk(start, end, value=AWAY, device="laptop"):
    return Span(device, SpanKind.AFK, start * SECOND, end * SECOND, value)


HOUR_LONG = [TimerRun("t", 0, HOUR)]


def test_sleep_of_a_night_inside_a_timer_is_one_idle_segment():
    segments = reckon([TimerRun("t", 0, 8 * HOUR)], [afk(-1800, 8 * 3600 + 1800)])
    assert [(s.cls, s.reason, s.length) for s in segments] == [(Class.IDLE, Reason.AWAY, 8 * HOUR)]


def test_idle_counts_from_the_threshold_where_the_contract_says_so():
    seen = [afk(0, 1000, ACTIVE), afk(1000, 2000), afk(2000, 3600, ACTIVE)]
    kind = reckon(HOUR_LONG, seen, terms=Terms(idle_from=IdleFrom.THRESHOLD))
    assert [(s.reason, s.length // SECOND) for s in kind] == [
        (Reason.INPUT, 1000), (Reason.WITHIN_THRESHOLD, 180), (Reason.AWAY, 820), (Reason.INPUT, 1600),
    ]  # fmt: skip
    assert lengths(reckon(HOUR_LONG, seen))[Class.IDLE] == 1000 * SECOND


def test_a_second_device_with_input_keeps_the_time_worked():
    segments = reckon(HOUR_LONG, [afk(0, 3600), afk(0, 3600, ACTIVE, "desk")])
    assert lengths(segments)[Class.WORKED] == HOUR


def test_no_evidence_is_unknown_and_a_window_alone_proves_nothing():
    segments = reckon(HOUR_LONG, [Span("laptop", SpanKind.WINDOW, 0, HOUR, "excel")])
    assert [s.cls for s in segments] == [Class.UNKNOWN]


def test_calls_and_meetings_are_worked_though_nobody_types():
    call = Span("laptop", SpanKind.CALL, 0, 20 * MINUTE, "meet.example")
    met = Span("desk", SpanKind.CALL, 20 * MINUTE, 30 * MINUTE, MEETING)
    other = Span("desk", SpanKind.CALL, 30 * MINUTE, 40 * MINUTE, "video.example")
    segments = reckon(HOUR_LONG, [afk(0, 3600), call, met, other], terms=Terms(call_hosts=("meet.example",)))
    assert [(s.reason, s.length // MINUTE) for s in segments] == [
        (Reason.CALL, 20), (Reason.MEETING, 10), (Reason.AWAY, 30),
    ]  # fmt: skip
    assert call.key in segments[0].evidence


def visit(seconds, host="facebook.com", app="firefox"):
    return [
        afk(0, 3600, ACTIVE),
        Span("laptop", SpanKind.WEB, 0, seconds * SECOND, host),
        Span("laptop", SpanKind.WINDOW, 0, HOUR, app),
    ]


def test_a_listed_site_counts_beyond_its_tolerance_with_rule_and_evidence():
    seen = visit(61)
    first = reckon(HOUR_LONG, seen, RULES, (), SITES)[0]
    assert (first.cls, first.rule, first.about) == (Class.POOR, RULES[0].name, "facebook.com")
    assert {seen[1].key, seen[2].key} == set(first.evidence)
    assert lengths(reckon(HOUR_LONG, visit(60), RULES, (), SITES))[Class.POOR] == 0


def test_a_tab_behind_another_program_is_no_visit():
    assert not lengths(reckon(HOUR_LONG, visit(600, app="excel"), RULES, (), SITES))[Class.POOR]


def test_the_rules_of_the_task_beat_those_of_the_house():
    allow = rule("facebook.com", Verdict.WORK, Scope.TASK, subject="social")
    timers = [TimerRun("a", 0, HOUR // 2, task="social"), TimerRun("b", HOUR // 2, HOUR, task="books")]
    segments = reckon(timers, visit(3600), [*RULES, allow], (), SITES)
    assert [(s.timer, s.cls) for s in segments] == [("a", Class.WORKED), ("b", Class.POOR)]


def test_a_rule_counts_only_while_it_is_valid():
    late = [rule("facebook.com", valid_from=20 * MINUTE, valid_to=40 * MINUTE)]
    segments = reckon(HOUR_LONG, visit(3600), late, (), SITES)
    assert [(s.cls, s.length // MINUTE) for s in segments] == [
        (Class.WORKED, 20), (Class.POOR, 20), (Class.WORKED, 20),
    ]  # fmt: skip


def test_a_yes_makes_a_visit_worked_and_stays_visible():
    yes = Answer("p1", 0, 10 * MINUTE, Class.POOR, Says.WORK)
    segments = reckon(HOUR_LONG, visit(1200), RULES, [yes], SITES)
    assert [(s.cls, s.reason, s.about) for s in segments[:2]] == [
        (Class.WORKED, Reason.CONFIRMED, "p1"),
        (Class.POOR, Reason.LISTED_SITE, "facebook.com"),
    ]


def test_claimed_time_counts_when_it_is_approved_and_stays_claimable_until_then():
    seen = [afk(0, 1800), afk(1800, 3600, ACTIVE)]
    claim = Answer("c", 0, 30 * MINUTE, Class.IDLE, Says.WORK)
    assert reckon(HOUR_LONG, seen, answers=[claim])[0].cls is Class.IDLE
    approved = Answer("c", 0, 30 * MINUTE, Class.IDLE, Says.WORK, approved=True)
    first = reckon(HOUR_LONG, seen, answers=[approved])[0]
    assert (first.cls, first.reason, first.about) == (Class.MANUAL, Reason.CLAIMED, "c")


def test_a_timer_alone_is_believed_where_no_more_is_agreed():
    assert [s.reason for s in reckon(HOUR_LONG, [afk(0, 3600)], terms=Terms(level=Level.TIMER))] == [
        Reason.TIMER
    ]


def test_overlapping_times_are_refused():
    with pytest.raises(InputError, match="overlap"):
        reckon([TimerRun("a", 0, 10), TimerRun("b", 9, 20)], [])


def test_evidence_of_the_future_is_held():
    usable, held = held_future([afk(0, 10), afk(10, 20)], 15 * SECOND)
    assert (len(usable), len(held)) == (1, 1)
