"""The agent at work: the live timer, its own presence evidence, what is sent, and what the person says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from closebook.agent.idle import Counter
from closebook.agent.peer import read_peer
from closebook.agent.store import OPEN, Store
from closebook.agent.thinning import evidence_of
from closebook.agent.upward import Server, Wanted, ask_wanted, flush, queue_evidence, wanted_of
from closebook.connectors.activitywatch.events import Event
from closebook.core.workforce import pausing
from closebook.core.workforce.evidence import PULSE, SpanKind
from closebook.core.workforce.pausing import Live, Pace, Phase
from closebook.core.workforce.reckoning import Level
from closebook.core.workforce.runs import MINUTE, SECOND
from closebook.transport.http import HttpClient

_BEHIND = 90 * SECOND
"""Evidence goes up so much later: a watcher's client is one event behind, and a tab is told each minute."""
_SEND_EVERY, _ASK_EVERY = 30 * SECOND, MINUTE
Notify = Callable[[str, dict[str, str]], None]
"""Shows a text of the agent's words with its values on the desktop."""


@dataclass(slots=True)
class Agent:
    """One person's agent on one machine. ``server`` None: nothing is sent. Moments are ms.

    ``peer`` is the address of an ActivityWatch to read from, where one stands at its port already.
    """

    store: Store
    device: str
    notify: Notify
    counter: Counter | None = None
    server: Server | None = None
    http: HttpClient | None = None
    peer: str = ""
    live: Live = field(default_factory=Live)
    question: pausing.Ask | None = None
    left: int = 0
    wanted: Wanted = field(default_factory=lambda: wanted_of(None))
    _sent_at: int = 0
    _asked_at: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def bucket(self) -> str:
        """Return the name of the agent's own bucket."""
        return f"closebook-afk_{self.device}"

    @property
    def pace(self) -> Pace:
        """Return the lengths that the contract sets; without agreed presence nothing pauses."""
        agreed = self.wanted.agreed
        enabled = self.counter is not None and agreed.level in {Level.PRESENCE, Level.SITES}
        return Pace(agreed.threshold, self.wanted.warning, idle_from=self.wanted.idle_from, enabled=enabled)

    def recover(self, now: int) -> None:
        """Stop a timer that a crash left running, as of its last evidence, and read what was agreed on."""
        self.wanted = wanted_of(self.store.fact("wanted"))
        for start, stop in self.store.timers():
            if stop != OPEN:
                continue
            beats = [b for name in self.store.buckets() for b in self.store.beats(name, start, now)]
            at = max([start, *(beat.start + beat.length for beat in beats)])
            self._timer("stop", min(at, now), reason="recovered")

    def do(self, event: pausing.Event, task: str = "") -> None:
        """Carry out what a person clicked or the counter said. InputError for claimed work without words."""
        with self._lock:
            if isinstance(event, pausing.Start) and self.live.phase is Phase.STOPPED:
                self.store.fact_keep("task", task)
            self._clicked(event)
            self.live, effects = pausing.step(self.live, event, self.pace)
            for effect in effects:
                self._carry_out(effect)
            self._clicked(event)

    def _clicked(self, event: pausing.Event) -> None:
        """Keep that whoever clicked was there: where the timer begins or goes on after the return, which was
        input too, and where known presence ends.
        """
        running = self.live.phase in {Phase.RUNNING, Phase.WARNED}
        if not running or not self.pace.enabled or isinstance(event, pausing.Look):
            return
        if isinstance(event, pausing.Say | pausing.Resume):
            self._beat(Event(self.store.timers()[-1][0], 0, {"status": "not-afk"}), event.at)
        near = self.store.beats(self.bucket, event.at - PULSE[SpanKind.AFK], event.at)
        length = 1 if near else 0
        self._beat(Event(event.at - length, length, {"status": "not-afk"}), event.at)

    def _carry_out(self, effect: pausing.Effect) -> None:
        if isinstance(effect, pausing.StartTimer):
            self._timer("start", effect.at)
        elif isinstance(effect, pausing.PauseTimer):
            self._timer("pause", effect.at, reason=effect.reason)
        elif isinstance(effect, pausing.StopTimer):
            self._timer("stop", effect.at)
        elif isinstance(effect, pausing.Warn):
            if not self.left:
                text = "No input for a while: the timer pauses in {seconds} seconds."
                self.notify(text, {"seconds": str(effect.left // SECOND)})
            self.left = effect.left
        elif isinstance(effect, pausing.Ask):
            self.question = effect
            self.notify("You are back. Open {address} and say what the time was.", {})
        elif isinstance(effect, pausing.Claim):
            claim = {"start": effect.start, "end": effect.end, "about": "idle", "says": "work"}
            key = f"c-{self.device}-{effect.start}-{effect.end}"
            self.store.queue_add(key, "prompts", {**claim, "note": effect.note})
        if isinstance(effect, pausing.Unwarn | pausing.PauseTimer):
            self.left = 0
        if isinstance(effect, pausing.Unask):
            self.question = None

    def _timer(self, move: str, at: int, reason: str = "") -> None:
        body = {"at": at, "task": self.store.fact("task", ""), "device": self.device, "reason": reason}
        if move == "start":
            self.store.timer_start(at)
        else:
            self.store.timer_stop(at)
        self.store.queue_add(f"t-{self.device}-{at}-{move}", f"timer/{move}", body)

    def tick(self, now: int) -> None:
        """Look at the counter; every half minute send what may be sent. To be called every few seconds."""
        self._look(now)
        if now - self._sent_at >= _SEND_EVERY:
            self._sent_at = now
            self.gather(now)
        if self.server and self.http and now - self._asked_at >= _ASK_EVERY:
            self._asked_at = now
            self._ask()

    def _look(self, now: int) -> None:
        idle = self.counter() if self.counter else None
        if self.live.phase is Phase.STOPPED:
            return
        if idle is not None and self.pace.enabled:
            self._own_beat(now, idle)
        self.do(pausing.Look(now, idle or 0))

    def _own_beat(self, now: int, idle: int) -> None:
        """Keep presence as aw-watcher-afk tells it: away begins at the last input."""
        away = idle >= self.pace.threshold
        status, length = ("afk", idle) if away else ("not-afk", 0)
        self._beat(Event(now - idle + away, length, {"status": status}), now)

    def _beat(self, event: Event, now: int) -> None:
        self.store.bucket_add(self.bucket, {"type": "afkstatus", "client": "closebook"}, now)
        self.store.beat_add(self.bucket, event)

    def gather(self, now: int, behind: int = _BEHIND) -> None:
        """Queue the evidence since the last time, and send what waits."""
        since, until = self.store.fact("sent_until", 0), now - behind
        if self.peer and self.http:
            read_peer(self.http, self.peer, self.store, (since, now), now)
        since = min(since, self.store.earliest_new())
        if until > since:
            spans = evidence_of(self.store, self.device, self.wanted.agreed, (since, until))
            queue_evidence(self.store, self.device, spans, now)
            self.store.fact_keep("sent_until", until)
        if self.server and self.http:
            flush(self.store, self.http, self.server)

    def _ask(self) -> None:
        if self.server and self.http and (told := ask_wanted(self.http, self.server)) is not None:
            self.wanted = wanted_of(told)
            self.store.fact_keep("wanted", json.loads(json.dumps(told)))
