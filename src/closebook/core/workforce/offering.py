"""An assistant's own side of finding work: what a profile still lacks, prospects and their next steps."""

from __future__ import annotations

from dataclasses import dataclass

from closebook.core.workforce.readiness import Advice, vague_words, words_in
from closebook.core.workforce.states import Flow, Who, flow_of, ways

_FEWEST_WORDS = 12
_A = frozenset({Who.ASSISTANT})
PROSPECT: Flow = flow_of(
    "prospect",
    "noted",
    *ways("noted resting", "pitched", _A),
    *ways("noted pitched resting", "talking", _A),
    *ways("noted pitched talking", "won resting", _A),
    *ways("noted pitched talking resting", "lost", _A, reason=True),
    *ways("won lost", "talking", _A),
)
OVER = frozenset({"won", "lost"})
"""States in which nothing is to be done any more."""


@dataclass(frozen=True, slots=True)
class ProfileText:
    """What a profile says: ``services`` is their number, ``hours`` those of a week (None: not said)."""

    headline: str
    about: str
    services: int
    hours: int | None
    weekdays: str
    references: int


def profile_advice(profile: ProfileText) -> tuple[Advice, ...]:
    """Return what a profile lacks; what stops comes first, and without it nobody is shown the page."""
    found = []
    if not profile.headline.strip():
        found.append(Advice("no-headline", "headline", "Say in one line what you do, and for whom."))
    if not profile.services:
        found.append(Advice("no-service", "services", "Add a service with what you ask for an hour."))
    if words_in(profile.about) < _FEWEST_WORDS:
        text = "Tell in three sentences what you have done, and what came of it."
        found.append(Advice("about-short", "about", text, stops=False))
    elif vague := vague_words(profile.about):
        text = f"What exactly is meant by {', '.join(vague)}? A number, a name or an example helps."
        found.append(Advice("vague", "about", text, stops=False))
    if profile.hours is None or not profile.weekdays:
        text = "Say how many hours a week you have, and on which days."
        found.append(Advice("no-hours", "hours_week", text, stops=False))
    if not profile.references:
        text = "Ask somebody you worked for whether you may name them."
        found.append(Advice("no-reference", "references", text, stops=False))
    return tuple(found)
