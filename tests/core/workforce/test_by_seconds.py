"""The reckoning against a second one that looks at each second alone, and is written from the rules only."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from closebook.core.workforce.evidence import ACTIVE, AWAY, MEETING, PRIVATE, Span, SpanKind
from closebook.core.workforce.reckoning import Answer, Class, IdleFrom, Level, Says, Terms, TimerRun, reckon
from closebook.core.workforce.runs import SECOND
from closebook.core.workforce.sites import Scope, Verdict, matches, rule_for
from tests.core.workforce.weeks import rule

LONG = 2400
HOSTS = ("facebook.com", "m.facebook.com", "x.com", "example-x.com", "10.0.0.7", "localhost", PRIVATE)
RULES = [
    rule("facebook.com", tolerance=60 * SECOND),
    rule("x.com", tolerance=20 * SECOND),
    rule("10.0.0.7", tolerance=60 * SECOND),
    rule("facebook.com", Verdict.WORK, Scope.TASK, subject="b"),
    rule("m.facebook.com", Verdict.POOR, Scope.CONTRACT, subject="c", tolerance=90 * SECOND),
]


def made(seed):
    """Return timers, spans, answers and terms of a seed, all in whole seconds."""
    chance, at, timers = random.Random(seed), 0, []
    while at < LONG:
        stop = at + chance.randrange(60, 1200)
        timers.append(
            TimerRun(f"t{at}", at * SECOND, stop * SECOND, chance.choice("ab"), "", chance.choice("cd"))
        )
        at = stop + chance.choice([0, 0, 3, 200])
    values = {
        SpanKind.AFK: (ACTIVE, AWAY, AWAY),
        SpanKind.WEB: HOSTS,
        SpanKind.WINDOW: ("firefox", "firefox", "excel", PRIVATE),
        SpanKind.CALL: (MEETING, "meet.example", "eu.meet.example", "notmeet.example"),
    }
    spans = []
    if chance.random() < 0.6:  # somebody at the keyboard with a browser in front, so that sites matter
        spans.append(Span("laptop", SpanKind.AFK, 0, LONG * SECOND, ACTIVE))
        spans.append(Span("laptop", SpanKind.WINDOW, 0, LONG * SECOND, "firefox"))
    for _ in range(chance.randrange(40)):
        kind = chance.choice([SpanKind.AFK, SpanKind.WEB, SpanKind.WEB, *SpanKind])
        start = chance.randrange(-300, LONG + 300)
        end = start + chance.choice([1, 4, 5, 6, 20, 21, 30, 60, 61, 90, 179, 180, 181, 600])
        device = chance.choice(["laptop", "desk"])
        spans.append(Span(device, kind, start * SECOND, end * SECOND, chance.choice(values[kind])))
    answers = []
    for number in range(chance.randrange(3)):
        start = chance.randrange(LONG) * SECOND
        about, says = chance.choice([Class.IDLE, Class.UNKNOWN, Class.POOR]), chance.choice(list(Says))
        answers.append(Answer(f"a{number}", start, start + 300 * SECOND, about, says, chance.random() < 0.5))
    terms = Terms(
        Level.SITES,
        chance.choice([60, 180]) * SECOND,
        chance.choice(list(IdleFrom)),
        call_hosts=("meet.example",),
        private_is_work=chance.random() < 0.7,
    )
    return timers, spans, answers, terms


class Seconds:
    """What the evidence says of each second inside the timers."""

    def __init__(self, timers, spans, terms):
        self.inside = {t for timer in timers for t in range(timer.start // SECOND, timer.stop // SECOND)}
        self.spans, self.terms = spans, terms
        self.active = self.of(SpanKind.AFK, ACTIVE)
        self.away = self.of(SpanKind.AFK, AWAY) - self.active
        for gap in _gaps(self.active | self.away, 5):
            quiet = gap[0] - 1 in self.away and gap[-1] + 1 in self.away
            (self.away if quiet else self.active).update(gap)
        self.idle = set()
        for run in _runs(self.away):
            if len(run) * SECOND >= terms.threshold:
                first = terms.threshold // SECOND if terms.idle_from is IdleFrom.THRESHOLD else 0
                self.idle.update(run[first:])

    def of(self, kind, value=None, device=None):
        return {
            t
            for span in self.spans
            if span.kind is kind and value in (None, span.value) and device in (None, span.device)
            for t in range(span.start // SECOND, span.end // SECOND)
            if t in self.inside
        }

    def called(self):
        hosts = {s.value for s in self.spans if s.kind is SpanKind.CALL and matches(s.value, "meet.example")}
        heard = [self.of(SpanKind.CALL, value) for value in {MEETING, *hosts}]
        return set().union(*heard) & self.away

    def poor(self, timer):
        """Return the listed seconds of visits beyond their tolerance."""
        listed = {}
        for device in ("laptop", "desk"):
            front = self.of(SpanKind.WINDOW, "firefox", device)
            front = front.union(*_gaps(front, 5))
            for host in HOSTS[:-1]:
                found = rule_for(
                    RULES, rule().match, host, (timer.contract, timer.kind, timer.task), timer.start
                )
                if found and found.verdict is Verdict.POOR:
                    for t in self.of(SpanKind.WEB, host, device) & front:
                        listed.setdefault(t, set()).add(found.tolerance)
        own = {t for t in listed if timer.start <= t * SECOND < timer.stop}
        joined = own.union(*_gaps(own, 30))
        for run in _runs(joined):
            if len(run) * SECOND > min(min(listed[t]) for t in run if t in own):
                yield from own & set(run)


def _runs(seconds):
    found = []
    for t in sorted(seconds):
        if found and found[-1][-1] == t - 1:
            found[-1].append(t)
        else:
            found.append([t])
    return found


def _gaps(seconds, most):
    return [
        set_
        for before, behind in pairwise(_runs(seconds))
        if len(set_ := range(before[-1] + 1, behind[0])) <= most
    ]


def expected(timers, spans, answers, terms):
    """Return the class of each second, the first rule that applies."""
    facts = Seconds(timers, spans, terms)
    said = {
        (about, says, approved): {
            t
            for a in answers
            if (a.about, a.says, a.approved) == (about, says, approved)
            for t in range(a.start // SECOND, a.end // SECOND)
        }
        for about in Class
        for says in Says
        for approved in (True, False)
    }
    claimed = set().union(*(said[a, Says.WORK, True] for a in Class if a is not Class.POOR))
    confirmed = said[Class.POOR, Says.WORK, True] | said[Class.POOR, Says.WORK, False]
    called, seen = facts.called(), facts.active | facts.away
    hidden = facts.of(SpanKind.WEB, PRIVATE) | facts.of(SpanKind.WINDOW, PRIVATE)
    found = {}
    for timer in timers:
        poor = set(facts.poor(timer))
        for t in range(timer.start // SECOND, timer.stop // SECOND):
            if t in claimed:
                found[t] = Class.MANUAL
            elif t in called:
                found[t] = Class.WORKED
            elif t in facts.idle:
                found[t] = Class.IDLE
            elif t not in seen:
                found[t] = Class.UNKNOWN
            elif t in poor:
                found[t] = Class.WORKED if t in confirmed else Class.POOR
            elif t in hidden and not terms.private_is_work:
                found[t] = Class.UNKNOWN
            else:
                found[t] = Class.WORKED
    broken = set().union(*(said[a, Says.BREAK, approved] for a in Class for approved in (True, False)))
    for t in broken & {t for t, cls in found.items() if cls is Class.UNKNOWN and t not in seen}:
        found[t] = Class.IDLE
    return found


@pytest.mark.parametrize("block", range(6))
def test_each_second_is_what_the_rules_say(block):
    for seed in random.sample(range(10**9), 40):
        timers, spans, answers, terms = made(seed)
        found = {
            t: segment.cls
            for segment in reckon(timers, spans, RULES, answers, terms)
            for t in range(segment.start // SECOND, segment.end // SECOND)
        }
        wanted = expected(timers, spans, answers, terms)
        wrong = {t: (found.get(t), wanted[t]) for t in wanted if found.get(t) is not wanted[t]}
        assert not wrong, f"seed {seed}: {sorted(wrong.items())[:5]}"
