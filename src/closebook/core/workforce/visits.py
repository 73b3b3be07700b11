"""Visits to listed sites: where the browser was in front, joined over short gaps, beyond the tolerance.

A visit is measured whether or not there was input: were it not, more evidence of presence could join two
short visits to a long one, and thereby lower what is paid. Only its part with input is ever counted.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from closebook.core.workforce.evidence import GAP, PRIVATE, Span, SpanKind
from closebook.core.workforce.runs import Run, intersect, union
from closebook.core.workforce.sites import Match, SiteRule, Verdict, rule_for

BROWSERS = frozenset(
    {
        "brave", "brave-browser", "chrome", "chromium", "chromium-browser", "edge", "firefox", "firefox-esr",
        "google chrome", "google-chrome", "librewolf", "microsoft edge", "microsoft-edge", "msedge", "opera",
        "safari", "vivaldi", "waterfox", "zen",
    }
)  # fmt: skip
"""Names by which browsers announce themselves as the app in front, in small letters, without ``.exe``."""


class Timed(Protocol):
    """What visits need to know of a timer interval."""

    @property
    def start(self) -> int:
        """Return its start in ms."""

    @property
    def stop(self) -> int:
        """Return its end in ms."""

    @property
    def task(self) -> str:
        """Return its task."""

    @property
    def kind(self) -> str:
        """Return the kind of its task."""

    @property
    def contract(self) -> str:
        """Return its contract."""


@dataclass(frozen=True, slots=True)
class Poor:
    """A run in which a listed site or app was in front, with the rule and the site or app."""

    start: int
    end: int
    rule: SiteRule
    about: str


def is_browser(app: str, browsers: frozenset[str] = BROWSERS) -> bool:
    """Tell whether an app in front is a browser.

    >>> is_browser("Firefox"), is_browser("chrome.exe"), is_browser("Excel")
    (True, True, False)
    """
    return app.lower().removesuffix(".exe").strip() in browsers


def poor_runs(
    timers: Sequence[Timed],
    spans: Iterable[Span],
    rules: Sequence[SiteRule],
    browsers: frozenset[str],
    visit_gap: int,
) -> list[Poor]:
    """Return the listed time of visits longer than their tolerance, sorted and apart, input or not.

    A visit goes over all listed sites of a timer; its tolerance is the smallest of the rules in it.
    """
    if not any(rule.verdict is Verdict.POOR for rule in rules):
        return []
    fronts = list(_fronts(spans, browsers))
    moments = sorted({m for rule in rules for m in (rule.valid_from, rule.valid_to) if m is not None})
    found: list[Poor] = []
    reach = list(itertools.accumulate((front.end for front in fronts), max))
    for timer in timers:
        near = fronts[bisect_right(reach, timer.start) :]
        for visit in _visits(_listed(timer, near, rules, moments), visit_gap):
            length = max(piece.end for piece in visit) - visit[0].start
            if length > min(piece.rule.tolerance for piece in visit):
                found += _apart(visit)
    return found


@dataclass(frozen=True, slots=True)
class _Front:
    """A site or app in front on a device."""

    start: int
    end: int
    match: Match
    value: str


def _fronts(spans: Iterable[Span], browsers: frozenset[str]) -> Iterator[_Front]:
    """Yield each app in front, and each site while a browser of its device was in front, sorted by start."""
    windows: dict[str, list[Run]] = {}
    found: list[_Front] = []
    web: list[Span] = []
    for span in spans:
        if span.value == PRIVATE:
            continue
        if span.kind is SpanKind.WINDOW:
            found.append(_Front(span.start, span.end, Match.APP, span.value))
            if is_browser(span.value, browsers):
                windows.setdefault(span.device, []).append((span.start, span.end))
        elif span.kind is SpanKind.WEB:
            web.append(span)
    by_site: dict[tuple[str, str], list[Run]] = {}
    for span in web:
        by_site.setdefault((span.device, span.value), []).append((span.start, span.end))
    shown = {device: union(runs, GAP) for device, runs in windows.items()}
    for (device, value), runs in by_site.items():
        for start, end in intersect(union(runs), shown.get(device, [])):
            found.append(_Front(start, end, Match.DOMAIN, value))
    yield from sorted(found, key=lambda front: (front.start, front.end, front.match, front.value))


def _listed(
    timer: Timed, fronts: Sequence[_Front], rules: Sequence[SiteRule], moments: Sequence[int]
) -> Iterator[Poor]:
    """Yield what was in front during a timer and listed as poor, cut where a rule begins or ends."""
    judge = _judge(timer, rules)
    for front in fronts:
        if front.start >= timer.stop:
            break
        start, end = max(front.start, timer.start), min(front.end, timer.stop)
        if start >= end:
            continue
        edges = [start, *(moment for moment in moments if start < moment < end), end]
        for since, until in itertools.pairwise(edges):
            rule = judge(front.match, front.value, since, sum(moment <= since for moment in moments))
            if rule and rule.verdict is Verdict.POOR:
                yield Poor(since, until, rule, front.value)


def _judge(timer: Timed, rules: Sequence[SiteRule]) -> Callable[[Match, str, int, int], SiteRule | None]:
    """Return a function that finds the rule for what was in front, once per value and state of the rules."""
    known: dict[tuple[Match, str, int], SiteRule | None] = {}
    subjects = (timer.contract, timer.kind, timer.task)

    def judge(match: Match, value: str, moment: int, epoch: int) -> SiteRule | None:
        key = (match, value, epoch)
        if key not in known:
            known[key] = rule_for(rules, match, value, subjects, moment)
        return known[key]

    return judge


def _apart(pieces: Iterable[Poor]) -> Iterator[Poor]:
    """Yield the pieces without overlaps; where two are in front at once the one that began first counts."""
    until: int | None = None
    for piece in pieces:
        start = piece.start if until is None else max(piece.start, until)
        if start < piece.end:
            yield Poor(start, piece.end, piece.rule, piece.about)
            until = piece.end


def _visits(pieces: Iterable[Poor], gap: int) -> Iterator[list[Poor]]:
    """Yield the pieces of each visit: those whose gaps are at most ``gap`` ms."""
    visit: list[Poor] = []
    until = 0
    for piece in sorted(pieces, key=lambda each: (each.start, each.end, each.about)):
        if visit and piece.start - until > gap:
            yield visit
            visit = []
        until = max(until, piece.end) if visit else piece.end
        visit.append(piece)
    if visit:
        yield visit
