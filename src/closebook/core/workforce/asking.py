"""When to ask "is this work?": a visit to a listed site that is to be asked about, past its tolerance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from closebook.core.workforce.evidence import Span
from closebook.core.workforce.reckoning import Terms
from closebook.core.workforce.sites import SiteRule
from closebook.core.workforce.visits import Timed, poor_runs


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit to listed sites, in ms, with the site or app that was in front last and its rule."""

    start: int
    end: int
    about: str
    rule: SiteRule


def visit_to_ask(
    timer: Timed, spans: Iterable[Span], rules: Sequence[SiteRule], terms: Terms | None = None
) -> Visit | None:
    """Return the latest visit of a timer if it is longer than its tolerance and its last rule says to ask.

    It is the visit that the reckoning would count, found by the same rules: nobody is asked about what
    would not be proposed, and nothing that is to be asked about is counted without the question.
    """
    agreed = terms or Terms()
    pieces = poor_runs([timer], spans, rules, agreed.browsers, agreed.visit_gap)
    if not pieces or not pieces[-1].rule.ask:
        return None
    last = pieces[-1]
    start = last.start
    for piece in reversed(pieces):
        if start - piece.end > agreed.visit_gap:
            break
        start = min(start, piece.start)
    return Visit(start, last.end, last.about, last.rule)
