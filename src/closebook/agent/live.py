"""The agent at work: the live timer, its own presence evidence, what is sent, and what the person says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from closebook.agent.following import moves_after
from closebook.agent.idle import Counter
from closebook.agent.peer import read_peer
from closebook.agent.sites import SiteAsking
from closebook.agent.store import OPEN, Store
from closebook.agent.thinning import evidence_of
from closebook.agent.upward import Server, Wanted, ask_wanted, flush, queue_evidence, wanted_of
from closebook.connectors.activitywatch.events import Event
from closebook.core.workforce import pausing
from closebook.core.workforce.evidence import PULSE, SpanKind
from closebook.core.workforce.pausing import Live, Pace, Phase
from closebook.core.workforce.reckoning import Level, Says
from closebook.core.workforce.runs import HOUR, MINUTE, SECOND
from closebook.transport.http import HttpClient

_BEHIND = 90 * SECOND
"""Evidence goes up so much later: a watcher's client is one event behind, and a tab is told each minute."""
_SEND_EVERY, _ASK_EVERY = 30 * SECOND, 20 * SECOND
_ELSEWHERE: Mapping[type[pausing.Event], str] = {
    pausing.Start: "The timer runs here too: {task}",
    pausing.Resume: "The timer runs here too: {task}",
    pausing.TakeBreak: "The timer was paused elsewhere.",
    pausing.Stop: "The timer was stopped elsewhere.",
}
_SIGNS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "start": ("The timer runs: {task}", ("break", "stop")),
    "pause": ("The timer is paused: {task}", ("resume", "stop")),
    "stop": ("The timer is stopped", ()),
}
SITE_QUESTION = "{site} is a listed site. Is it work for this task?"
SITE_ACTS = ("site-work", "site-poor", "site-break")
"""The answers to a listed site: it is work, it is not, and a break from now on."""
Notify = Callable[[str, dict[str, str], tuple[str, ...]], None]
"""Shows a text of the agent's words with its values on the desktop, and the buttons of some acts."""


def no_sign(text: str, values: dict[str, str], acts: tuple[str, ...]) -> None:
    """Show no sign of the timer: for an agent without a desktop."""


@dataclass(slots=True)
class Agent:
    """One person's agent on one machine. ``server`` None: nothing is sent. Moments are ms.

    ``peer`` is the address of an ActivityWatch to read from, where one stands at its port already. ``sign``
    shows what stays on the desktop while a timer runs or is paused.
    """

    store: Store
    device: str
    notify: Notify
    counter: Counter | None = None
    server: Server | None = None
    http: HttpClient | None = None
    peer: str = ""
    sign: Notify = no_sign
    live: Live = field(default_factory=Live)
    question: pausing.Ask | None = None
    left: int = 0
    wanted: Wanted = field(default_factory=lambda: wanted_of(None))
    sites: SiteAsking = field(init=False)
    _sent_at: int = 0
    _asked_at: int = 0
    _forgot_at: int = 0
    _known: bool = False
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        """Watch for listed sites; what is said of one is sent like every answer."""
        self.sites = SiteAsking(self.store, self.device, self._say_of_site)

    @property
    def bucket(self) -> str:
        """Return the name of the agent's own bucket."""
        return f"closebook-afk_{self.device}"

    @property
    def task_name(self) -> str:
        """Return the name of the task at the timer, "" while the server told of none."""
        task = self.store.fact("task", "")
        known = [*self.wanted.tasks, *([self.wanted.timer.task] if self.wanted.timer else [])]
        return next((each.name for each in known if each.task == task), "")

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
            self._timer("stop", min(at, now), "recovered", told=self.store.fact("followed", False))

    def do(self, event: pausing.Event, task: str = "", *, told: bool = False) -> None:
        """Carry out what a person clicked or the counter said. InputError for claimed work without words.

        ``told``: the server says that the timer moved so already; it is not told what it knows.
        """
        with self._lock:
            if isinstance(event, pausing.Start) and self.live.phase is Phase.STOPPED:
                self.store.fact_keep("task", task)
                self.sites.question = None
            if not told:
                self._clicked(event)
            self.live, effects = pausing.step(self.live, event, self.pace)
            for effect in effects:
                self._carry_out(effect, told=told)
            if not told:
                self._clicked(event)

    def answer(self, says: Says, now: int) -> None:
        """Keep what the person says of the listed site that was asked about."""
        with self._lock:
            self.sites.say(says, now)

    def _say_of_site(self, start: int, end: int, says: Says) -> None:
        body = {"start": start, "end": end, "about": "poor", "says": says.value, "note": ""}
        self.store.queue_add(f"s-{self.device}-{start}-{end}-{says.value}", "prompts", body)
        self._sent_at = 0

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

    def _carry_out(self, effect: pausing.Effect, *, told: bool = False) -> None:
        if isinstance(effect, pausing.StartTimer):
            self._timer("start", effect.at, told=told)
        elif isinstance(effect, pausing.PauseTimer):
            self._timer("pause", effect.at, effect.reason, told=told)
        elif isinstance(effect, pausing.StopTimer):
            self._timer("stop", effect.at, told=told)
        elif isinstance(effect, pausing.Warn):
            if not self.left:
                text = "No input for a while: the timer pauses in {seconds} seconds."
                self.notify(text, {"seconds": str(effect.left // SECOND)}, ())
            self.left = effect.left
        elif isinstance(effect, pausing.Ask):
            self.question = effect
            text = "You are back. Open {address} and say what the time was."
            self.notify(text, {}, ("say-break", "say-keep_paused"))
        elif isinstance(effect, pausing.Claim):
            claim = {"start": effect.start, "end": effect.end, "about": "idle", "says": "work"}
            key = f"c-{self.device}-{effect.start}-{effect.end}"
            self.store.queue_add(key, "prompts", {**claim, "note": effect.note})
        if isinstance(effect, pausing.Unwarn | pausing.PauseTimer):
            self.left = 0
        if isinstance(effect, pausing.Unask):
            self.question = None

    def _key(self, move: str, at: int) -> str:
        return f"t-{self.device}-{at}-{move}"

    def _timer(self, move: str, at: int, reason: str = "", *, told: bool = False) -> None:
        """Move the timer here, and tell the server, which of a timer that it told of hears only that this
        machine follows it.
        """
        starts = move == "start"
        self.store.fact_keep("followed", told and starts)
        if starts:
            self.store.timer_start(at)
        else:
            self.sites.close()
            self.store.timer_stop(at)
        text, acts = _SIGNS[move]
        self.sign(text, {"task": self.task_name}, acts)
        if told and not starts:
            return
        if told:
            reason = "followed"
        body = {"at": at, "task": self.store.fact("task", ""), "device": self.device, "reason": reason}
        self.store.queue_add(self._key(move, at), f"timer/{move}", body)
        self._sent_at = 0

    def tick(self, now: int) -> None:
        """Look at the counter; every half minute send what may be sent. To be called every few seconds."""
        self._look(now)
        if now - self._sent_at >= _SEND_EVERY:
            self._sent_at = now
            self.gather(now)
        if now - self._forgot_at >= HOUR:
            self._forgot_at = now
            self.store.forget(now)
        if self.server and self.http and now - self._asked_at >= _ASK_EVERY:
            self._asked_at = now
            self._ask(now)

    def _look(self, now: int) -> None:
        idle = self.counter() if self.counter else None
        if self.live.phase is Phase.STOPPED:
            return
        if idle is not None and self.pace.enabled:
            self._own_beat(now, idle)
        self.do(pausing.Look(now, idle or 0))
        if self.live.phase in {Phase.RUNNING, Phase.WARNED}:
            self._look_at_sites(now)

    def _look_at_sites(self, now: int) -> None:
        with self._lock:
            is_new = self.sites.look(self.wanted, self.store.fact("task", ""), now)
            asked = self.sites.question
        if is_new and asked:
            self.notify(SITE_QUESTION, {"site": asked.about}, SITE_ACTS)

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
        since, until = self.store.sent_until, now - behind
        if self.peer and self.http:
            read_peer(self.http, self.peer, self.store, (since, now), now)
        since = min(since, self.store.earliest_new())
        if until > since:
            spans = evidence_of(self.store, self.device, self.wanted.agreed, (since, until))
            queue_evidence(self.store, self.device, spans, now)
            self.store.sent(until)
        if self.server and self.http:
            flush(self.store, self.http, self.server)

    def _ask(self, now: int) -> None:
        if self.server and self.http and (told := ask_wanted(self.http, self.server)) is not None:
            self.wanted = wanted_of(told)
            self.store.fact_keep("wanted", json.loads(json.dumps(told)))
            self._follow(now)

    def _is_known(self) -> bool:
        """Tell whether the server speaks of what runs here: it has told so since, or refused the start."""
        if self.live.phase is Phase.STOPPED or self.wanted.timer:
            self._known = self.live.phase is not Phase.STOPPED
            return True
        runs = self.store.timers()
        return self._known or bool(runs and self.store.is_refused(self._key("start", runs[-1][0])))

    def _follow(self, now: int) -> None:
        """Do what the person did to the timer elsewhere, once the server knows all that was done here."""
        with self._lock:
            if any(waiting.path.startswith("timer/") for waiting in self.store.queue()):
                return
            if not self._is_known():
                return
            timer, idle = self.wanted.timer, self.counter() if self.counter else 0
            task = timer.task.task if timer else ""
            here, used = self.store.fact("task", ""), idle is None or idle < MINUTE
            moves = moves_after(timer, self.live.phase, here, now, used=used)
            for event in moves:
                self.do(event, task, told=True)
            if moves:
                name = timer.task.name if timer else ""
                self.notify(_ELSEWHERE[type(moves[-1])], {"task": name}, ())
