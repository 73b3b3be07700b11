"""Heartbeats to spans, conventions, clocks, hosts and rules, days."""

from __future__ import annotations

import datetime as dt
import random

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from publicsuffixlist import PublicSuffixList

from closebook.core.workforce.days import day_of, day_run, split_days
from closebook.core.workforce.evidence import (
    ACTIVE,
    AWAY,
    Beat,
    Offset,
    Span,
    SpanKind,
    clock_offset,
    day_hash,
    from_last_input,
    merged,
    presence_of,
    shifted,
    spans_of_beats,
)
from closebook.core.workforce.reckoning import Terms, TimerRun, reckon
from closebook.core.workforce.runs import HOUR, SECOND, intersect, ms_of, subtract, total, union
from closebook.core.workforce.sites import Match, Scope, Verdict, host_of, matches, registrable, rule_for
from tests.core.workforce.weeks import rule, week_of

many = settings(max_examples=200, deadline=None, print_blob=True)
runs = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


@given(runs, runs)
@many
def test_runs_are_sets_of_time(left, right):
    def points(pairs):
        return {p for a, b in pairs for p in range(a, b)}

    one, two = union(left), union(right)
    assert points(intersect(one, two)) == points(left) & points(right)
    assert points(subtract(one, two)) == points(left) - points(right)
    assert total(one) == len(points(left))


@given(
    st.lists(st.tuples(st.integers(0, 600), st.integers(0, 60), st.sampled_from("ab"))), st.integers(0, 99)
)
@many
def test_heartbeats_may_come_late_and_twice(facts, seed):
    beats = [Beat(start * SECOND, length * SECOND, value) for start, length, value in facts]
    again = [*beats, *beats[: len(beats) // 2]]
    random.Random(seed).shuffle(again)
    assert spans_of_beats("d", SpanKind.WEB, again) == spans_of_beats("d", SpanKind.WEB, beats)


def test_equal_heartbeats_join_up_to_the_pulse_inclusive():
    beats = [Beat(0, 0, "a"), Beat(80_000, 0, "a"), Beat(160_001, 5, "a")]
    spans = spans_of_beats("d", SpanKind.WEB, beats)
    assert [(s.start, s.end) for s in spans] == [(0, 80_000), (160_001, 160_006)]


def test_a_break_between_two_inputs_stays_a_break():
    beats = [Beat(0, 100_000, ACTIVE), Beat(100_001, 184_000, AWAY), Beat(284_001, 1000, ACTIVE)]
    assert [s.value for s in spans_of_beats("d", SpanKind.AFK, beats)] == [ACTIVE, AWAY, ACTIVE]


def test_both_conventions_of_away_give_the_same_reckoning():
    threshold = 180 * SECOND
    for seed in range(6):
        week = week_of(seed, sites=False)
        late = []
        for span in merged(week.spans, 5 * SECOND):
            if span.value == AWAY and span.end - span.start > threshold:
                late.append(Span("laptop", SpanKind.AFK, span.start, span.start + threshold, ACTIVE))
                late.append(Span("laptop", SpanKind.AFK, span.start + threshold, span.end, AWAY))
            else:
                late.append(span)
        first = reckon(week.timers, week.spans, terms=Terms())
        second = reckon(week.timers, from_last_input(late, threshold), terms=Terms())
        assert [(s.start, s.end, s.cls) for s in first if s.cls == "idle"] == [
            (s.start, s.end, s.cls) for s in second if s.cls == "idle"
        ], seed


def test_short_gaps_between_evidence_are_closed_kindly():
    spans = [
        Span("d", SpanKind.AFK, 0, 10_000, AWAY),
        Span("d", SpanKind.AFK, 15_000, 20_000, AWAY),
        Span("d", SpanKind.AFK, 24_000, 30_000, ACTIVE),
        Span("d", SpanKind.AFK, 36_000, 40_000, ACTIVE),
    ]
    presence = presence_of(spans)
    assert presence.away == [(0, 20_000)]
    assert presence.active == [(20_000, 30_000), (36_000, 40_000)]


def test_the_key_of_a_fact_is_its_own():
    span = Span("d", SpanKind.AFK, 0, 10, AWAY)
    assert span.key == Span("d", SpanKind.AFK, 0, 10, AWAY).key
    assert span.key != Span("d", SpanKind.AFK, 0, 11, AWAY).key
    assert day_hash("x", [span, span]) == day_hash("x", [span]) != day_hash("y", [span])


def test_a_steady_clock_is_shifted_and_a_jumping_one_flagged():
    steady = clock_offset([(0, 5000), (1000, 6100), (2000, 7050)])
    assert steady == Offset(5050, stable=True)
    assert shifted([Span("d", SpanKind.AFK, 0, 1, AWAY)], steady)[0].start == 5050
    assert not clock_offset([(0, 0), (1000, 90_000)]).stable


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://M.Facebook.com./x?y#z", "m.facebook.com"),
        ("http://localhost:8000/", "localhost"),
        ("http://[::1]:80/", "::1"),
        ("192.168.1.7:8080", "192.168.1.7"),
        ("https://münchen.example/", "xn--mnchen-3ya.example"),
        ("::1", "::1"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("LOCALHOST.", "localhost"),
        ("http://1.2.3.4./", "1.2.3.4"),
        ("*.facebook.com", "facebook.com"),
        (".facebook.com", "facebook.com"),
        ("facebook.com/a//b", "facebook.com"),
        ("facebook.com?from=https://x.example", "facebook.com"),
        ("https://facebook.com@evil.example/", "evil.example"),
        ("https://straße.example/", "xn--strae-oqa.example"),
        ("例え。jp", "xn--r8jz45g.jp"),
        ("https://a..b/", "a..b"),
        ("https://[::1", ""),
        ("about:reader?url=https://facebook.com", ""),
        ("about:blank", ""),
        ("file:///etc/passwd", ""),
        ("chrome://settings", ""),
        ("", ""),
    ],
)
def test_a_url_becomes_its_host(url, host):
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("host", "domain", "fits"),
    [
        ("m.facebook.com", "facebook.com", True),
        ("notfacebook.com", "facebook.com", False),
        ("example-x.com", "x.com", False),
        ("x.com", "X.COM.", True),
        ("1.2.3.4", "3.4", False),
        ("xn--mnchen-3ya.example", "münchen.example", True),
        ("", "x.com", False),
    ],
)
def test_domains_match_at_whole_labels(host, domain, fits):
    assert matches(host, domain) is fits


def test_the_registrable_domain_follows_the_list():
    suffix = PublicSuffixList().privatesuffix
    assert registrable("a.b.example.co.uk", suffix) == "example.co.uk"
    assert registrable("1.2.3.4", suffix) == "1.2.3.4"
    assert registrable("localhost", suffix) == "localhost"


def test_the_nearest_rule_wins_then_the_exact_then_the_kind_one():
    house, near = rule("facebook.com"), rule("facebook.com", Verdict.WORK, Scope.TASK, subject="t")
    exact = rule("m.facebook.com", Verdict.NEUTRAL)
    kind = rule("facebook.com", Verdict.WORK)

    def choose(rules, subjects):
        return rule_for(rules, Match.DOMAIN, "m.facebook.com", subjects, 0)

    assert choose([house, near, exact], ("c", "k", "t")) is near
    assert choose([house, near, exact], ("c", "k", "u")) is exact
    assert choose([house, kind], ()) is kind
    assert choose([rule("facebook.com", valid_to=0)], ()) is None


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_day_is_as_long_as_its_zone_makes_it(day, hours):
    start, end = day_run(dt.date.fromisoformat(day), "Europe/Amsterdam")
    assert end - start == hours * HOUR


def test_a_segment_over_midnight_is_split_by_the_zone():
    start = ms_of(dt.datetime(2026, 3, 28, 20, tzinfo=dt.UTC))
    segments = reckon([TimerRun("t", start, start + 30 * HOUR)], [])
    for zone, lengths in [("Europe/Amsterdam", [3, 23, 4]), ("Asia/Manila", [20, 10])]:
        parts = list(split_days(segments, zone))
        assert [part.length // HOUR for _, part in parts] == lengths
        assert all(day_of(part.start, zone) == day == day_of(part.end - 1, zone) for day, part in parts)


@given(
    st.integers(0, 366 * 24 * 60),
    st.lists(st.integers(1, 40 * 60), min_size=1, max_size=4),
    st.sampled_from(["Europe/Amsterdam", "America/New_York", "Asia/Manila", "Australia/Lord_Howe", "UTC"]),
)
@many
def test_cutting_at_midnight_loses_nothing_in_any_zone_on_any_day(minute, lengths, zone):
    at, timers = ms_of(dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) + minute * 60 * SECOND, []
    for number, length in enumerate(lengths):
        timers.append(TimerRun(str(number), at, at + length * 60 * SECOND))
        at = timers[-1].stop
    parts = list(split_days(reckon(timers, []), zone))
    assert sum(part.length for _, part in parts) == sum(each.stop - each.start for each in timers)
    for day, part in parts:
        start, end = day_run(day, zone)
        assert start <= part.start < part.end <= end


@pytest.mark.parametrize(("app", "pattern", "fits"), [
    ("slack.exe", "Slack", True), ("slack", "SLACK.EXE", True), ("slack-helper", "slack", False),
])  # fmt: skip
def test_a_rule_for_an_app_holds_on_each_system(app, pattern, fits):
    found = rule_for([rule(pattern, match=Match.APP)], Match.APP, app, (), 0)
    assert (found is not None) is fits
