"""The real agent speaks to the real site over HTTP; late, doubled and foreign evidence changes nothing."""

from __future__ import annotations

import random
import time

import pytest

from closebook.agent.live import Agent
from closebook.agent.store import Store
from closebook.agent.upward import Server
from closebook.apps.companies.models import Role
from closebook.apps.workforce.models import (
    Device,
    EvidenceSpan,
    ManualTime,
    Prompt,
    Reckoning,
    Segment,
    Timer,
    TimerSpan,
)
from closebook.apps.workforce.services.machines import machine_add, machine_revoke
from closebook.connectors.activitywatch.events import Event
from closebook.core.workforce.evidence import Span, SpanKind
from closebook.core.workforce.pausing import Resume, Start, Stop, TakeBreak
from closebook.core.workforce.runs import MINUTE, SECOND, ms_of
from closebook.transport import clock
from closebook.transport.http import http_client
from tests.api.caller import Caller, caller
from tests.apps.workforce.rooms import contract_of, room, task_of
from tests.apps.workforce.signed import at, listed, machine, signed, yesterday


@pytest.fixture
def desk():
    return room()


@pytest.mark.django_db(transaction=True, databases=["default", "books"])
def test_the_real_agent_keeps_time_over_http_and_is_told_what_the_contract_says(desk, live_server, tmp_path):
    signed(desk.contract)
    listed(desk)
    task = task_of(desk.contract, "in_progress")
    _device, plain = machine_add(desk.company, desk.assistant, "laptop")
    store = Store(tmp_path / "agent.sqlite3")
    with http_client(read_seconds=20) as http:
        agent = Agent(store, "laptop", lambda *_: None, lambda: 0, Server(live_server.url, plain), http)
        agent._ask(yesterday())
        assert agent.wanted.agreed.level == "sites"
        assert agent.wanted.agreed.domains == ("facebook.com",)
        assert [(told.task, told.name) for told in agent.wanted.tasks] == [(str(task.pk), "Sort the mail")]
        agent.do(Start(yesterday()), str(task.pk))
        for name, type_, data in (
            ("afk", "afkstatus", {"status": "not-afk"}),
            ("web", "web.tab.current", {"url": "https://m.facebook.com/x"}),
            ("window", "currentwindow", {"app": "firefox", "title": "x"}),
        ):
            store.bucket_add(name, {"type": type_}, 0)
            store.beat_add(name, Event(yesterday(), 10 * MINUTE, data))
        agent.do(TakeBreak(yesterday(20)))
        agent.do(Resume(yesterday(30)))
        agent.do(Stop(yesterday(40)))
        agent.gather(ms_of(at(60)))
        assert store.counts() == (0, 0)
    store.close()
    spans = TimerSpan.objects.order_by("starts_at").values_list("starts_at", "ends_at")
    assert list(spans) == [(at(0), at(20)), (at(30), at(40))]
    assert (Timer.objects.get().state, Timer.objects.get().source) == ("stopped", "agent")
    assert {(e.kind, e.value) for e in EvidenceSpan.objects.all()} == {
        ("afk", "active"), ("web", "facebook.com"), ("window", "firefox"),
    }  # fmt: skip
    sums: dict[str, int] = {}
    for part in Segment.objects.filter(reckoning=Reckoning.objects.get()):
        sums[part.klass] = sums.get(part.klass, 0) + (part.ends_at - part.starts_at).seconds // 60
    assert sums == {"poor": 10, "unknown": 20}


pytestmark = pytest.mark.django_db(databases=["default", "books"])


def spans_of(name="laptop", minutes=40) -> list[dict]:
    """Return a told day: input for five minutes, then none for five, and so on."""
    found = []
    for start in range(0, minutes, 5):
        value = "away" if start % 10 else "active"
        span = Span(name, SpanKind.AFK, yesterday(start), yesterday(start + 5), value)
        found.append({"key": span.key, "kind": "afk", "start": span.start, "end": span.end, "value": value})
    return found


def moved(sender: Caller, move: str, minute: int, task=None):
    body = {"at": yesterday(minute), "task": str(task.pk) if task else "", "device": "laptop"}
    return sender.call("POST", f"timer/{move}", body)


def told(sender: Caller, spans: list[dict]):
    return sender.post("evidence", {"device": "laptop", "sent_at": yesterday(), "spans": spans})


def test_doubled_late_and_reordered_blocks_come_to_the_same(desk):
    seed = time.time_ns()
    print(f"seed {seed}")
    chance, sums = random.Random(seed), []
    signed(desk.contract)
    for number in range(3):
        task = task_of(desk.contract, "in_progress")
        sender = machine(desk, f"laptop {number}")
        moved(sender, "start", 0, task)
        blocks = [spans_of()[:3], spans_of()[3:6], spans_of()[6:]]
        if number:
            blocks = blocks * 2
            chance.shuffle(blocks)
        for block in blocks:
            chance.shuffle(block)
            told(sender, block)
            if number == 2:
                told(sender, block)
        assert moved(sender, "stop", 40).json() == {"news": True}
        assert moved(sender, "stop", 40).json() == {"news": False}
        if number == 2:
            told(sender, blocks[0])
        found = Segment.objects.filter(reckoning=Reckoning.objects.order_by("-pk").first())
        sums.append(
            [(p.starts_at, p.ends_at, p.klass, p.reason, p.evidence) for p in found.order_by("starts_at")]
        )
        assert EvidenceSpan.objects.count() == 8
        for kind in (Reckoning, TimerSpan, Timer, EvidenceSpan, Device):
            kind.objects.all().delete()
    assert [row[:4] for row in sums[0]] == [row[:4] for row in sums[1]] == [row[:4] for row in sums[2]]


@pytest.mark.parametrize(
    ("level", "kinds"),
    [
        ("none", set()),
        ("timer", set()),
        ("presence", {"afk", "call"}),
        ("presence-sites", {"afk", "call", "web"}),
    ],
)
def test_no_more_is_kept_than_the_contract_allows_and_nothing_outside_a_timer(desk, level, kinds):
    signed(desk.contract, level)
    task, sender = task_of(desk.contract, "in_progress"), machine(desk)
    every = [
        {
            "key": f"{kind}-{minute}",
            "kind": kind,
            "start": yesterday(minute),
            "end": yesterday(minute + 2),
            "value": "x",
        }
        for kind in ("afk", "call", "web")
        for minute in (5, 30)
    ]
    assert told(sender, every) == {"kept": 0, "left_out": 6}
    moved(sender, "start", 0, task)
    moved(sender, "stop", 20)
    assert told(sender, every)["kept"] == len(kinds)
    assert {row.kind for row in EvidenceSpan.objects.all()} == kinds
    assert not EvidenceSpan.objects.filter(starts_at__gte=at(20)).exists()


def test_a_pause_that_is_booked_back_takes_its_evidence_along(desk):
    signed(desk.contract)
    task, sender = task_of(desk.contract, "in_progress"), machine(desk)
    moved(sender, "start", 0, task)
    told(sender, spans_of())
    moved(sender, "pause", 15)
    assert EvidenceSpan.objects.filter(starts_at__gte=at(15)).count() == 0
    claim = {"start": yesterday(15), "end": yesterday(25), "about": "idle", "says": "work", "note": ""}
    assert sender.call("POST", "prompts", claim).status_code == 422
    for _ in range(2):
        sender.post("prompts", {**claim, "note": "On the phone."})
    assert [(m.starts_at, m.ends_at, m.reason) for m in ManualTime.objects.all()] == [
        (at(15), at(25), "On the phone.")
    ]
    assert Prompt.objects.count() == 1
    moved(sender, "start", 25, task)
    moved(sender, "stop", 40)
    parts = Segment.objects.filter(reckoning=Reckoning.objects.get())
    assert sum((p.ends_at - p.starts_at).seconds for p in parts) == 40 * 60
    assert Timer.objects.get().state == "stopped"


def test_a_timer_that_comes_late_is_kept_and_one_that_overlaps_is_refused(desk):
    signed(desk.contract)
    task, first, second = task_of(desk.contract, "in_progress"), machine(desk), machine(desk, "desktop")
    moved(first, "start", 60, task)
    moved(first, "stop", 90)
    assert moved(second, "start", 0, task).status_code == 200
    span = {"key": "a", "kind": "afk", "start": yesterday(1), "end": yesterday(2), "value": "active"}
    assert told(second, [span])["kept"] == 1
    assert moved(second, "stop", 30).status_code == 200
    assert moved(second, "start", 40, task).status_code == 200
    assert moved(second, "stop", 70).status_code == 422
    assert moved(second, "start", 65, task).status_code == 422
    ends = list(TimerSpan.objects.order_by("starts_at").values_list("starts_at", "ends_at"))
    assert ends == [(at(0), at(30)), (at(60), at(90))]


def test_a_machine_speaks_for_its_own_person_and_only_while_it_may(desk):
    signed(desk.contract)
    other = room("two")
    sender, task = machine(desk), task_of(desk.contract, "in_progress")
    foreign = task_of(other.contract, "in_progress")
    colleague = task_of(contract_of(desk.company, other.assistant), "in_progress")
    for wrong in (foreign, colleague, None):
        assert moved(sender, "start", 0, wrong).status_code == 422
    assert moved(sender, "start", 10**6, task).status_code == 422
    plain = caller(desk.company, Role.ASSISTANT)
    assert plain.call("GET", "agent").status_code == 403
    assert moved(plain, "start", 0, task).status_code == 403
    assert sender.call("GET", "connections").status_code == 403
    machine_revoke(Device.objects.get(), "ada")
    assert moved(sender, "start", 0, task).status_code == 401
    assert not Timer.objects.exists()


def test_a_clock_that_is_ahead_is_set_right_once_it_is_known_to_be_steady(desk):
    signed(desk.contract)
    task, sender = task_of(desk.contract, "in_progress"), machine(desk)
    ahead = 600 * SECOND
    for move, minute in (("start", 0), ("start", 10), ("stop", 20)):
        body = {"at": yesterday(minute) + ahead, "task": str(task.pk)}
        told_at = str(ms_of(clock.now()) + ahead)
        sender.call("POST", f"timer/{move}", body, **{"Closebook-Clock": told_at})
    assert Device.objects.get().skew_ms // SECOND in {599, 600}


def test_a_clock_that_is_ahead_is_known_before_the_first_start(desk):
    signed(desk.contract)
    task, sender = task_of(desk.contract, "in_progress"), machine(desk)
    ahead = 600 * SECOND
    for method, path, minute in (
        ("GET", "agent", None),
        ("POST", "timer/start", 0),
        ("POST", "timer/stop", 20),
    ):
        body = None if minute is None else {"at": yesterday(minute) + ahead, "task": str(task.pk)}
        told_at = str(ms_of(clock.now()) + ahead)
        assert sender.call(method, path, body, **{"Closebook-Clock": told_at}).status_code == 200
    span = TimerSpan.objects.get()
    found = [(ms_of(edge) - yesterday(minute)) for edge, minute in ((span.starts_at, 0), (span.ends_at, 20))]
    assert max(map(abs, found)) < 2 * SECOND


def test_evidence_of_a_time_to_come_is_held_and_counts_no_minute_beyond_the_timer(desk):
    signed(desk.contract)
    sender = machine(desk)
    moved(sender, "start", 0, task_of(desk.contract, "in_progress"))
    told(sender, spans_of())
    ahead = 2 * 24 * 60 * 60 * SECOND
    later = [{**each, "start": each["start"] + ahead, "end": each["end"] + ahead} for each in spans_of()]
    later = [{**each, "key": f"later-{number}"} for number, each in enumerate(later)]
    told(sender, later)
    assert EvidenceSpan.objects.count() == len(spans_of()) + len(later)
    moved(sender, "stop", 40)
    found = Segment.objects.all()
    assert sum(ms_of(one.ends_at) - ms_of(one.starts_at) for one in found) == 40 * 60 * SECOND
    assert not {key for one in found for key in one.evidence} & {each["key"] for each in later}
