"""A timer that was started on the page or the phone runs on the machine that is used, and back."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.agent.live import Agent
from closebook.agent.store import Store
from closebook.agent.upward import Server
from closebook.apps.workforce.models import EvidenceSpan, Timer, TimerMove, TimerSpan
from closebook.apps.workforce.services.machines import machine_add
from closebook.apps.workforce.services.timers import timer_move, timer_start
from closebook.core.workforce.pausing import Phase, Say, Start, Stop, Was
from closebook.core.workforce.runs import SECOND, moment_of, ms_of
from closebook.transport import clock
from closebook.transport.http import http_client
from tests.apps.workforce.rooms import room, task_of
from tests.apps.workforce.signed import signed

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "books"])
BEGINS = clock.now().replace(microsecond=0) - dt.timedelta(hours=2)


@pytest.fixture
def desk():
    found = room()
    signed(found.contract, "presence")
    return found


@pytest.fixture
def said():
    return []


@pytest.fixture
def agent(desk, live_server, tmp_path, said):
    _device, plain = machine_add(desk.company, desk.assistant, "laptop")
    store = Store(tmp_path / "agent.sqlite3")
    with http_client(read_seconds=20) as http:
        yield Agent(
            store, "laptop", lambda text, values, acts: said.append(text), lambda: 0,
            Server(live_server.url, plain), http,
        )  # fmt: skip
    store.close()


def at(seconds: int) -> dt.datetime:
    return BEGINS + dt.timedelta(seconds=seconds)


def ticks(agent: Agent, first: int, last: int, idle_from: int | None = None) -> None:
    """Let the machine run from a second to another; nobody touches it from ``idle_from`` on."""
    for second in range(first, last, 5):
        idle = 0 if idle_from is None else max(0, second - idle_from)
        agent.counter = lambda idle=idle: idle * SECOND
        agent.tick(ms_of(at(second)))


def spans() -> list[tuple[int, int | None]]:
    rows = TimerSpan.objects.order_by("starts_at")
    return [
        (
            round((s.starts_at - BEGINS).total_seconds()),
            s.ends_at and round((s.ends_at - BEGINS).total_seconds()),
        )
        for s in rows
    ]


def test_a_timer_of_the_page_pauses_on_the_machine_and_goes_on_there(desk, agent, said):
    timer = timer_start(task_of(desk.contract, "in_progress"), desk.assistant, at=at(0))
    ticks(agent, 10, 600, idle_from=200)
    assert "The timer runs here too: {task}" in said
    assert agent.task_name == "Sort the mail"
    timer.refresh_from_db()
    assert (timer.state, timer.reason, timer.source) == ("paused", "away", "page")
    assert spans() == [(0, 200)]
    ticks(agent, 600, 610)
    agent.do(Say(ms_of(at(610)), Was.BREAK))
    ticks(agent, 615, 700)
    agent.do(Stop(ms_of(at(700))))
    ticks(agent, 705, 720)
    timer.refresh_from_db()
    assert timer.state == "stopped"
    assert spans() == [(0, 200), (600, 700)]
    active = EvidenceSpan.objects.filter(value="active").order_by("starts_at")
    assert active.first().starts_at <= at(15)
    assert not EvidenceSpan.objects.filter(starts_at__gt=at(200), ends_at__lt=at(600)).exists()


def test_what_is_done_on_the_page_is_done_on_the_machine_without_saying_it_back(desk, agent, said):
    timer = timer_start(task_of(desk.contract, "in_progress"), desk.assistant, at=at(0))
    ticks(agent, 10, 60)
    timer_move(timer, "paused", at=at(60), reason="break")
    ticks(agent, 65, 120)
    assert agent.live.phase is Phase.BREAK
    timer_move(timer, "running", at=at(120))
    ticks(agent, 125, 180)
    assert agent.live.phase is Phase.RUNNING
    timer_move(timer, "stopped", at=at(180))
    ticks(agent, 185, 240)
    assert agent.live.phase is Phase.STOPPED
    assert said == [
        "The timer runs here too: {task}", "The timer was paused elsewhere.",
        "The timer runs here too: {task}", "The timer was stopped elsewhere.",
    ]  # fmt: skip
    assert list(TimerMove.objects.order_by("at").values_list("move", "reason")) == [("start", "followed")] * 2
    assert spans() == [(0, 60), (120, 180)]
    ticks(agent, 240, 400)
    assert not EvidenceSpan.objects.filter(ends_at__gt=at(180)).exists()


def test_a_machine_that_nobody_uses_lets_a_timer_run(desk, agent):
    timer = timer_start(task_of(desk.contract, "in_progress"), desk.assistant, at=at(0))
    ticks(agent, 10, 600, idle_from=-3600)
    timer.refresh_from_db()
    assert (timer.state, agent.live.phase) == ("running", Phase.STOPPED)
    assert not EvidenceSpan.objects.exists()
    assert not TimerMove.objects.exists()


def test_the_machine_changes_the_task_with_the_page(desk, agent):
    first, second = (task_of(desk.contract, "in_progress") for _ in range(2))
    timer = timer_start(first, desk.assistant, at=at(0))
    ticks(agent, 10, 60)
    timer_move(timer, "stopped", at=at(60))
    timer_start(second, desk.assistant, at=at(60))
    ticks(agent, 65, 120)
    assert agent.store.fact("task") == str(second.pk)
    assert TimerMove.objects.order_by("-at").first().task == second
    assert spans() == [(0, 60), (60, None)]


def test_a_start_that_the_company_refuses_does_not_run_on_unseen(desk, agent, said):
    agent.do(Start(ms_of(at(0))), "12345678")
    ticks(agent, 5, 60)
    assert agent.live.phase is Phase.STOPPED
    assert said == ["The timer was stopped elsewhere."]
    assert agent.store.refusals() == ["422 This is no task of yours."]


def test_a_start_that_waits_to_be_sent_is_not_taken_for_stopped(desk, agent):
    url, agent.server = agent.server, Server("http://127.0.0.1:9", "cb_x")
    agent.do(Start(ms_of(at(0))), str(task_of(desk.contract, "in_progress").pk))
    agent.wanted = agent.wanted
    agent._follow(ms_of(at(5)))
    assert agent.live.phase is Phase.RUNNING
    agent.server = url
    ticks(agent, 5, 60)
    assert (agent.live.phase, Timer.objects.get().source) == (Phase.RUNNING, "agent")


def test_a_crash_of_the_machine_leaves_the_pages_timer_running(desk, agent, live_server, tmp_path):
    timer = timer_start(task_of(desk.contract, "in_progress"), desk.assistant, at=at(0))
    ticks(agent, 10, 120)
    again = Agent(agent.store, "laptop", lambda *_: None, lambda: 0, agent.server, agent.http)
    again.recover(ms_of(at(150)))
    ticks(again, 150, 200)
    timer.refresh_from_db()
    assert (timer.state, again.live.phase) == ("running", Phase.RUNNING)
    assert spans() == [(0, None)]
    assert moment_of(agent.store.timers()[-1][0]) >= at(150)


def test_a_timer_that_a_machine_sees_used_is_not_taken_for_forgotten(desk, agent):
    timer = timer_start(task_of(desk.contract, "in_progress"), desk.assistant, at=at(0))
    ticks(agent, 10, 900)
    timer.refresh_from_db()
    assert timer.seen_at >= at(750)
