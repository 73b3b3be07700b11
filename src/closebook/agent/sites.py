"""The question about a listed site, asked while the visit lasts, and what the person says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from closebook.agent.store import OPEN, Store
from closebook.agent.thinning import Agreed, evidence_of, thinned
from closebook.agent.upward import TaskTold, Wanted
from closebook.connectors.activitywatch.events import KINDS, value_of
from closebook.core.workforce.asking import Visit, visit_to_ask
from closebook.core.workforce.evidence import PULSE, Span, SpanKind
from closebook.core.workforce.reckoning import Level, Says, Terms, TimerRun
from closebook.core.workforce.runs import MINUTE
from closebook.core.workforce.sites import Match
from closebook.core.workforce.visits import is_browser

_BACK = 10 * MINUTE
"""How far back a visit is looked for, beyond the longest tolerance."""
_OVER = Terms().visit_gap + PULSE[SpanKind.WEB]
"""A visit that was not heard of for so long (ms) is over: a tab is told each minute."""


@dataclass(frozen=True, slots=True)
class SiteQuestion:
    """A visit that is asked about, what the person said ("" while nothing), and until when it was sent."""

    start: int
    end: int
    about: str
    says: str = ""
    sent: int = 0


@dataclass(slots=True)
class SiteAsking:
    """Watches one running timer. ``tell`` sends what the person says of a run of time (ms)."""

    store: Store
    device: str
    tell: Callable[[int, int, Says], None]
    question: SiteQuestion | None = None

    def look(self, wanted: Wanted, task: str, now: int) -> bool:
        """Follow the visit that is in front; tell whether a new question is to be shown."""
        visit = self._visit(wanted, task, now)
        known = self.question
        if known and visit and visit.start <= known.end + _OVER:
            self.question = replace(known, end=max(known.end, visit.end))
            return False
        if known and (visit or now - known.end > _OVER):
            self.close()
        if visit is None:
            return False
        self.question = SiteQuestion(visit.start, visit.end, visit.about)
        return True

    def say(self, says: Says, now: int) -> None:
        """Send what the person says of the visit so far; what follows of it is sent when it is over."""
        if self.question is None or self.question.says:
            return
        end = max(self.question.end, min(now, self.question.end + _OVER))
        self.tell(self.question.start, end, says)
        self.question = replace(self.question, end=end, says=says.value, sent=end)

    def close(self) -> None:
        """Send what an answered visit lasted beyond its answer; an open question stays to be answered."""
        known = self.question
        if known is None or not known.says:
            return
        self.question = None
        if known.says == Says.WORK and known.end > known.sent:
            self.tell(known.sent, known.end, Says.WORK)

    def _visit(self, wanted: Wanted, task: str, now: int) -> Visit | None:
        """Return the visit to a site to ask about that is in front now."""
        asking = [rule for rule in wanted.rules if rule.ask]
        runs = [start for start, stop in self.store.timers() if stop == OPEN]
        if not asking or not runs or wanted.agreed.level is not Level.SITES:
            return None
        since = max(runs[-1], now - _BACK - max(rule.tolerance for rule in asking))
        if now <= since:
            return None
        told = next((each for each in wanted.tasks if each.task == task), TaskTold(task, ""))
        timer = TimerRun("live", since, now, f"t{task}", told.kind, told.contract)
        spans = evidence_of(self.store, self.device, wanted.agreed, (since, now))
        found = visit_to_ask(timer, spans, wanted.rules)
        return found if found and self._in_front(found, wanted.agreed, now) else None

    def _in_front(self, visit: Visit, agreed: Agreed, now: int) -> bool:
        """Tell whether the newest of what the watchers said is still the visit."""
        if now - visit.end > _OVER:
            return False
        shown = list(thinned(self._newest(now), agreed, self.store.private()))
        apps = {span.value for span in shown if span.kind is SpanKind.WINDOW}
        if visit.rule.match is Match.APP:
            return visit.about in apps
        sites = {span.value for span in shown if span.kind is SpanKind.WEB}
        return visit.about in sites and any(is_browser(app) for app in apps)

    def _newest(self, now: int) -> list[Span]:
        """Return what each bucket told last, as spans of a millisecond."""
        found = []
        for name, facts in self.store.buckets().items():
            kind = KINDS.get(str(facts["type"]))
            events = self.store.beats(name, now - _OVER, now + 1) if kind else []
            if kind and events:
                last = max(events, key=lambda event: (event.start, event.length))
                found.append(Span(self.device, kind, last.start, last.start + 1, value_of(kind, last.data)))
        return found
