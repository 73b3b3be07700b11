"""Made-up weeks of work whose truth is known, and how their evidence arrives late."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from closebook.core.workforce.evidence import ACTIVE, AWAY, Span, SpanKind
from closebook.core.workforce.reckoning import Class, TimerRun
from closebook.core.workforce.runs import HOUR, MINUTE, SECOND, ms_of
from closebook.core.workforce.sites import Match, Scope, SiteRule, Verdict

MONDAY = ms_of(dt.datetime(2026, 3, 23, tzinfo=dt.UTC))
LISTED, WORKING = ("facebook.com", "news.example"), ("docs.example", "mail.example", "books.example")


def rule(pattern="facebook.com", verdict=Verdict.POOR, scope=Scope.HOUSE, **more):
    facts = {"id": f"{scope}-{pattern}-{verdict}", "version": 1, "subject": "", "match": Match.DOMAIN}
    return SiteRule(scope=scope, pattern=pattern, verdict=verdict, **(facts | more))


RULES = [rule(domain) for domain in LISTED]


@dataclass
class Week:
    timers: list[TimerRun] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    truth: list[tuple[int, int, Class]] = field(default_factory=list)

    def lengths(self) -> dict[Class, int]:
        found = dict.fromkeys(Class, 0)
        for start, end, cls in self.truth:
            found[cls] += end - start
        return found


def week_of(seed: int, days: int = 5, sites: bool = True) -> Week:
    """Return a week in which each stretch is plainly one class; threshold 180 s from the last input."""
    random_ = random.Random(seed)
    week = Week()
    for day in range(days):
        at = MONDAY + day * 24 * HOUR + 8 * HOUR + random_.randrange(HOUR)
        for part in range(2):
            stop = at + random_.randrange(3 * HOUR, 4 * HOUR)
            week.timers.append(TimerRun(f"{day}-{part}", at, stop, task=f"t{random_.randrange(3)}"))
            _stretches(week, random_, at, stop, sites)
            at = stop + random_.randrange(HOUR)
    return week


def _stretches(week: Week, random_: random.Random, at: int, stop: int, sites: bool) -> None:
    was = Class.UNKNOWN
    while at < stop:
        kinds = [Class.WORKED] * 6 + [Class.IDLE, Class.UNKNOWN] + [Class.POOR] * (2 if sites else 0)
        cls = random_.choice([each for each in kinds if each is not was or each is Class.WORKED])
        if was is Class.IDLE and cls is Class.UNKNOWN:
            cls = Class.WORKED
        low, high = (200, 2400) if cls is Class.IDLE else (120, 1500)
        end = min(stop, at + random_.randrange(low * SECOND, high * SECOND))
        if stop - end < 5 * MINUTE:
            end = stop
        week.truth.append((at, end, cls))
        _evidence(week, random_, at, end, cls, sites)
        at, was = end, cls


def _evidence(week, random_, start, end, cls, sites) -> None:
    if cls is Class.UNKNOWN:
        return
    value = AWAY if cls is Class.IDLE else ACTIVE
    at = start
    while at < end:
        to = min(end, at + random_.randrange(60 * SECOND, 600 * SECOND))
        week.spans.append(Span("laptop", SpanKind.AFK, at, to, value))
        at = to if random_.random() < 0.7 else min(end, to + random_.randrange(5 * SECOND))
        if at != to and end - at < SECOND:
            week.spans.append(Span("laptop", SpanKind.AFK, to, end, value))
            at = end
    if cls is Class.IDLE or not sites:
        return
    at = start
    while at < end:
        to = min(end, at + random_.randrange(10 * SECOND, 90 * SECOND))
        host = random_.choice(LISTED if cls is Class.POOR else WORKING)
        week.spans.append(Span("laptop", SpanKind.WEB, at, to, host))
        week.spans.append(Span("laptop", SpanKind.WINDOW, at, to, "firefox"))
        at = to


def scrambled(spans: list[Span], seed: int) -> list[Span]:
    """Return the spans as a laptop that was offline sends them: a block late, one twice, or shuffled."""
    random_ = random.Random(seed)
    cut = sorted(random_.sample(range(len(spans) + 1), 2)) if spans else [0, 0]
    late = spans[: cut[0]] + spans[cut[1] :] + spans[cut[0] : cut[1]]
    twice = late + spans[: cut[1]]
    if random_.random() < 0.5:
        random_.shuffle(twice)
    return twice
