"""What leaves the machine: presence, and the listed sites and apps, inside the timer; nothing else.

Addresses, titles and other people's hosts stay here. What is on the private list is "private", a site or app
that no rule names is "other"; at the level of presence not even that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from closebook.agent.store import Store
from closebook.connectors.activitywatch.events import MOST_PULSE, spans_of_events
from closebook.core.workforce.evidence import (
    PRIVATE,
    PULSE,
    Span,
    SpanKind,
    clipped,
    from_last_input,
    merged,
)
from closebook.core.workforce.reckoning import Level
from closebook.core.workforce.runs import Run
from closebook.core.workforce.sites import app_of, matches
from closebook.core.workforce.visits import is_browser

OTHER = "other"
BROWSER = "firefox"
"""The name under which every browser in front is reported: which one it is is nobody's business."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the contract agrees on: the level, the listed domains and apps, and the sites of calls.

    ``late_watchers`` are buckets whose "away" begins only at the threshold (ms).
    """

    level: Level = Level.PRESENCE
    domains: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    call_hosts: tuple[str, ...] = ()
    threshold: int = 180_000
    late_watchers: tuple[str, ...] = ()


def thinned(spans: Iterable[Span], agreed: Agreed, private: Sequence[str]) -> Iterator[Span]:
    """Yield what of some spans may be sent."""
    if agreed.level not in {Level.PRESENCE, Level.SITES}:
        return
    for span in spans:
        if span.kind is SpanKind.AFK:
            yield span
        elif span.kind is SpanKind.CALL:
            host = next((host for host in agreed.call_hosts if matches(span.value, host)), "")
            if host and not _listed(span.value, private):
                yield replace(span, value=host)
        elif agreed.level is Level.SITES:
            yield replace(span, value=_class_of(span, agreed, private))


def _class_of(span: Span, agreed: Agreed, private: Sequence[str]) -> str:
    hidden = {app_of(pattern) for pattern in private}
    if span.value == PRIVATE or _listed(span.value, private) or app_of(span.value) in hidden:
        return PRIVATE
    if span.kind is SpanKind.WEB:
        fitting = [domain for domain in agreed.domains if matches(span.value, domain)]
        return max(fitting, key=len, default=OTHER)
    if is_browser(span.value):
        return BROWSER
    return next((app for app in agreed.apps if app_of(app) == app_of(span.value)), OTHER)


def _listed(host: str, private: Sequence[str]) -> bool:
    return any(matches(host, pattern) for pattern in private)


def evidence_of(store: Store, device: str, agreed: Agreed, run: Run) -> list[Span]:
    """Return what is to be sent of a run of time, from the heartbeats kept on this machine.

    A heartbeat proves the time since the one before, which may lie before the run: what ends in the run is
    told from that one on, so that sparse input leaves no hole between two runs. What was told twice counts
    once.
    """
    start, end = run
    reach = max(MOST_PULSE, *PULSE.values())
    timers = [(max(a, start - reach), min(b, end)) for a, b in store.timers()]
    private = store.private()
    found: list[Span] = []
    for name, facts in store.buckets().items():
        events = store.beats(name, start - 2 * reach, end + 1)
        spans = spans_of_events(device, str(facts["type"]), events, store.longest_pulse(name, start))
        late = any(name.startswith(prefix) for prefix in agreed.late_watchers)
        found += from_last_input(spans, agreed.threshold) if late else spans
    return [span for span in merged(clipped(thinned(found, agreed, private), timers)) if span.end >= start]
