"""Nothing is lost in an outage, nothing outside the timer goes up, and hosts only where they are listed."""

from __future__ import annotations

import json
import stat

import pytest

from closebook.agent.idle import idle_counter
from closebook.agent.live import Agent
from closebook.agent.peer import read_peer
from closebook.agent.store import Store
from closebook.agent.thinning import evidence_of
from closebook.agent.upward import Server, wanted_of
from closebook.agent.words import _WORDS
from closebook.connectors.activitywatch.events import Event, event_of
from closebook.connectors.activitywatch.files import read_export
from closebook.core.errors import InputError
from closebook.core.workforce.pausing import Resume, Say, Start, Stop, TakeBreak, Was
from closebook.core.workforce.runs import HOUR, MINUTE, SECOND, moment_of, union
from closebook.transport.http import http_client

BEGIN = 1_772_442_000_000
TERMS = {"level": "sites", "call_hosts": ["meet.example"]}
TOLD = {
    "terms": TERMS,
    "rules": [{"match": "domain", "pattern": "facebook.com"}, {"match": "app", "pattern": "Solitaire"}],
    "tasks": [{"task": "t1", "name": "Mail"}],
}


def beat(store, bucket, at, length, **data):
    kinds = {"afk": "afkstatus", "web": "web.tab.current", "window": "currentwindow"}
    store.bucket_add(bucket, {"type": kinds[bucket]}, 0)
    plain = {"timestamp": moment_of(BEGIN + at * SECOND).isoformat(), "duration": length, "data": data}
    store.beat_add(bucket, event_of(plain))


def test_only_listed_hosts_leave_the_machine(agent, company):
    agent.wanted = wanted_of(TOLD)
    agent.store.private_add("facebook.com")
    agent.store.private_remove("facebook.com")
    agent.store.private_add("bank.example")
    agent.do(Start(BEGIN), "t1")
    beat(agent.store, "afk", 0, 600, status="not-afk")
    beat(agent.store, "web", 0, 60, url="https://m.facebook.com/secret?token=1", title="Secret")
    beat(agent.store, "web", 60, 60, url="https://diary.example/x")
    beat(agent.store, "web", 120, 60, url="https://my.bank.example/")
    beat(agent.store, "web", 180, 60, url="https://facebook.com/", incognito=True)
    beat(agent.store, "web", 240, 60, url="https://meet.example/room", audible=True)
    beat(agent.store, "window", 0, 60, app="Brave", title="Secret")
    beat(agent.store, "window", 60, 60, app="Letters.exe", title="Secret")
    beat(agent.store, "window", 120, 60, app="Solitaire.exe", title="Secret")
    agent.do(Stop(BEGIN + 600 * SECOND))
    agent.gather(BEGIN + HOUR)
    values = {(span["kind"], (span["start"] - BEGIN) // SECOND, span["value"]) for span in company.spans()}
    assert values == {
        ("afk", 0, "active"),
        ("web", 0, "facebook.com"), ("web", 60, "other"), ("web", 120, "private"),
        ("web", 240, "other"), ("call", 240, "meet.example"),
        ("window", 0, "firefox"), ("window", 60, "other"), ("window", 120, "solitaire"),
    }  # fmt: skip
    said = json.dumps(list(company.taken.values()))
    assert not [word for word in ("ecret", "diary", "bank", "letters", "room", "Brave") if word in said]


@pytest.mark.parametrize(
    ("level", "kinds"), [("timer", set()), ("presence", {"afk"}), ("sites", {"afk", "web"})]
)
def test_no_more_goes_up_than_the_contract_agrees_on(agent, company, level, kinds):
    agent.wanted = wanted_of({"terms": {"level": level}})
    agent.do(Start(BEGIN), "t1")
    beat(agent.store, "afk", 0, 60, status="not-afk")
    beat(agent.store, "web", 0, 60, url="https://facebook.com/")
    agent.gather(BEGIN + HOUR)
    assert {span["kind"] for span in company.spans()} == kinds


@pytest.fixture
def quick():
    with http_client(read_seconds=0.05) as http:
        yield http


@pytest.mark.parametrize("fault", ["500", "503", "404", "401", "429", "lost", "reset", "slow", "down"])
def test_nothing_is_lost_or_doubled_in_an_outage(agent, company, quick, fault):
    agent.wanted = wanted_of(TOLD)
    if fault == "slow":
        agent.http = quick
    if fault == "down":
        url, agent.server = agent.server, Server("http://127.0.0.1:9", "cb_secret")
    else:
        company.fault = fault
    agent.do(Start(BEGIN), "t1")
    for number in range(30):
        beat(agent.store, "afk", number * 20, 10, status=("not-afk", "afk")[number % 2])
        agent.gather(BEGIN + number * 20 * SECOND, behind=0)
    agent.do(Stop(BEGIN + 600 * SECOND))
    assert agent.store.counts()[0] > 10
    if fault == "down":
        agent.server = url
    company.fault = ""
    company.awake.set()
    agent.gather(BEGIN + HOUR)
    assert agent.store.counts() == (0, 0)
    covered = {at for span in company.spans() for at in range(span["start"], span["end"], SECOND)}
    wanted = {BEGIN + (20 * n + s) * SECOND for n in range(30) for s in range(10)}
    assert wanted <= covered
    assert company.order[0] == "timer/start"
    assert company.order.count("timer/start") == company.order.count("timer/stop") == 1


def test_what_is_refused_for_good_is_set_aside_and_holds_nothing_up(agent, company):
    company.fault = "422"
    agent.do(Start(BEGIN), "t1")
    agent.gather(BEGIN + MINUTE)
    company.fault = ""
    agent.do(Stop(BEGIN + MINUTE))
    agent.gather(BEGIN + 2 * MINUTE)
    assert agent.store.counts() == (0, 1)
    assert company.order == ["timer/stop"]


def test_late_evidence_goes_up_too(agent, company):
    agent.wanted = wanted_of(TOLD)
    agent.do(Start(BEGIN), "t1")
    beat(agent.store, "afk", 600, 60, status="not-afk")
    agent.gather(BEGIN + HOUR)
    beat(agent.store, "afk", 0, 60, status="not-afk")
    agent.gather(BEGIN + HOUR + MINUTE)
    assert {(span["start"] - BEGIN) // SECOND for span in company.spans()} == {0, 600}


def test_a_heartbeat_of_the_very_moment_of_sending_goes_up(agent, company):
    agent.wanted = wanted_of(TOLD)
    agent.do(Start(BEGIN), "t1")
    beat(agent.store, "afk", 0, 0, status="not-afk")
    agent.gather(BEGIN + MINUTE, behind=0)
    beat(agent.store, "afk", 60, 0, status="not-afk")
    agent.gather(BEGIN + 2 * MINUTE, behind=0)
    assert {(span["start"], span["end"]) for span in company.spans()} == {(BEGIN, BEGIN + MINUTE)}


def test_late_evidence_goes_up_after_the_program_was_killed(agent, company, tmp_path):
    agent.wanted = wanted_of(TOLD)
    agent.do(Start(BEGIN), "t1")
    beat(agent.store, "afk", 600, 60, status="not-afk")
    agent.gather(BEGIN + HOUR)
    beat(agent.store, "afk", 0, 60, status="not-afk")
    fresh = Store(tmp_path / "agent.sqlite3")
    again = Agent(fresh, "laptop", agent.notify, server=agent.server, http=agent.http, wanted=agent.wanted)
    again.gather(BEGIN + HOUR + MINUTE)
    assert {(span["start"] - BEGIN) // SECOND for span in company.spans()} == {0, 600}
    fresh.close()
    last = Store(tmp_path / "agent.sqlite3")
    assert last.earliest_new() > BEGIN + HOUR
    last.close()


@pytest.mark.parametrize(("apart", "kind", "bucket"), [(170, "afk", "afk"), (60, "web", "web")])
def test_sparse_input_leaves_no_hole_between_what_is_sent(agent, company, apart, kind, bucket):
    agent.wanted = wanted_of(TOLD)
    agent.do(Start(BEGIN), "t1")
    told = {"afk": {"status": "not-afk"}, "web": {"url": "https://facebook.com/"}}[bucket]
    for at in range(0, 1800, 5):
        if at % apart == 0:
            beat(agent.store, bucket, at, 0, **told)
        agent.tick(BEGIN + at * SECOND)
    agent.do(Stop(BEGIN + 1800 * SECOND))
    agent.gather(BEGIN + HOUR)
    covered = union((s["start"], s["end"]) for s in company.spans() if s["kind"] == kind)
    assert covered == [(BEGIN, BEGIN + 1799 // apart * apart * SECOND)]
    assert len(company.spans()) < 2 * 1800 / 30
    assert agent.store.counts() == (0, 0)


def test_a_click_on_the_timer_is_input_where_it_begins_and_ends(agent, company):
    agent.wanted, agent.counter = wanted_of(TOLD), lambda: 10 * SECOND
    agent.do(Start(BEGIN), "t1")
    agent.do(Stop(BEGIN + 90 * SECOND))
    agent.gather(BEGIN + HOUR)
    assert [(s["kind"], s["value"], s["start"], s["end"]) for s in company.spans()] == [
        ("afk", "active", BEGIN, BEGIN + 90 * SECOND)
    ]


def test_whoever_comes_back_from_a_pause_was_there_since(agent, company):
    agent.wanted, company.told = wanted_of(TOLD), TOLD
    agent.do(Start(BEGIN), "t1")
    for at in range(0, 560, 5):
        agent.counter = lambda at=at: (at if at < 400 else at - 400) * SECOND
        agent.tick(BEGIN + at * SECOND)
        if at == 430:
            agent.do(Say(BEGIN + at * SECOND, Was.BREAK))
    agent.do(Stop(BEGIN + 560 * SECOND))
    agent.gather(BEGIN + HOUR)
    covered = union((s["start"], s["end"]) for s in company.spans() if s["kind"] == "afk")
    assert (BEGIN + 400 * SECOND, BEGIN + 560 * SECOND) in covered


def played(agent, seconds, idle_from=0):
    """Let the counter stand still from a second on, and look each five seconds."""
    for at in range(5, seconds, 5):
        agent.counter = lambda at=at: max(0, at - idle_from) * SECOND
        agent.tick(BEGIN + at * SECOND)


def test_a_pause_is_warned_of_booked_back_and_asked_about(agent, company, told):
    company.told = TOLD
    agent.counter = lambda: 0
    agent.do(Start(BEGIN), "t1")
    agent.tick(BEGIN)
    played(agent, 400, idle_from=30)
    assert len(told) == 1
    agent.counter = lambda: 0
    agent.tick(BEGIN + 405 * SECOND)
    assert len(told) == 2
    assert (agent.question.start, agent.question.end) == (BEGIN + 30 * SECOND, BEGIN + 405 * SECOND)
    with pytest.raises(InputError):
        agent.do(Say(BEGIN + 410 * SECOND, Was.WORK, ""))
    agent.do(Say(BEGIN + 410 * SECOND, Was.WORK, "on the phone"))
    agent.do(TakeBreak(BEGIN + 500 * SECOND))
    agent.do(Resume(BEGIN + 600 * SECOND))
    agent.do(Stop(BEGIN + 700 * SECOND))
    agent.gather(BEGIN + HOUR)
    moves = [(path, (body["at"] - BEGIN) // SECOND) for path, body in company.taken.values() if "at" in body]
    assert moves == [
        ("timer/start", 0), ("timer/pause", 30), ("timer/start", 405), ("timer/pause", 500),
        ("timer/start", 600), ("timer/stop", 700),
    ]  # fmt: skip
    claim = next(body for path, body in company.taken.values() if path == "prompts")
    assert (claim["start"], claim["end"], claim["note"]) == (
        BEGIN + 30 * SECOND, BEGIN + 405 * SECOND, "on the phone",
    )  # fmt: skip
    assert all(
        span["start"] < BEGIN + 30 * SECOND or span["start"] >= BEGIN + 405 * SECOND
        for span in company.spans()
    )


def test_after_a_crash_the_timer_ends_at_its_last_evidence(agent, tmp_path):
    agent.do(Start(BEGIN), "t1")
    beat(agent.store, "afk", 0, 90, status="not-afk")
    again = Agent(Store(tmp_path / "agent.sqlite3"), "laptop", lambda *_: None)
    again.recover(BEGIN + HOUR)
    assert again.store.timers() == [(BEGIN, BEGIN + 90 * SECOND)]
    assert [waiting.path for waiting in again.store.queue()] == ["timer/start", "timer/stop"]
    again.store.close()


def test_an_activitywatch_at_the_port_is_read_instead(site, agent, tmp_path):
    agent.store.timer_start(BEGIN)
    beat(agent.store, "web", 0, 60, url="https://a.example/")
    other = Store(tmp_path / "second.sqlite3")
    other.timer_start(BEGIN)
    with http_client(read_seconds=5) as http:
        url = f"http://127.0.0.1:{site.port}"
        assert read_peer(http, url, other, (BEGIN, BEGIN + HOUR), 0) == 1
        assert read_peer(http, "http://127.0.0.1:9", other, (BEGIN, BEGIN + HOUR), 0) == 0
    assert other.beats("web", 0, 2**62) == agent.store.beats("web", 0, 2**62)
    exported = json.dumps(site.protocol._found(_export(), 0).content).encode()
    assert [span.value for span in read_export(exported).spans] == ["a.example"]
    other.close()


def _export():
    from closebook.agent.protocol import Asked

    return Asked("GET", "/api/0/export")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"buckets": {"a": 1}}', b'{"buckets": []}'])
def test_what_is_no_export_is_refused(content):
    with pytest.raises(InputError, match="no export"):
        read_export(content)


def test_unread_events_are_counted():
    content = {"buckets": {"b": {"type": "afkstatus", "events": [{"timestamp": "x"}, {"data": 1}]}}}
    assert read_export(json.dumps(content).encode()).unread == 2


def test_the_file_is_its_owners_alone_and_the_token_travels_by_https(store, tmp_path):
    assert stat.S_IMODE((tmp_path / "agent.sqlite3").stat().st_mode) == 0o600
    with pytest.raises(InputError, match="https"):
        Server("http://company.example", "t")


def test_the_agents_words_are_complete():
    assert set(_WORDS["nl"]) == set(_WORDS["zh"])


def test_an_idle_counter_says_a_time_or_is_not_there():
    counter = idle_counter()
    assert counter is None or counter() >= 0


@pytest.mark.parametrize(("pulse", "whole"), [(35, True), (25, False), (3600, True)])
def test_evidence_is_joined_as_far_apart_as_its_watcher_says(store, pulse, whole):
    store.timer_start(BEGIN)
    store.bucket_add("w", {"type": "currentwindow"}, 0)
    for at in range(0, 300, 30):
        store.beat_add("w", Event(BEGIN + at * SECOND, 0, {"app": "firefox"}), pulse * SECOND)
    spans = evidence_of(store, "laptop", wanted_of(TOLD).agreed, (BEGIN, BEGIN + HOUR))
    assert [(s.start - BEGIN, s.end - BEGIN) for s in spans] == ([(0, 270 * SECOND)] if whole else [])


def test_nobodys_word_is_taken_for_a_pulse_of_more_than_five_minutes(store):
    store.timer_start(BEGIN)
    store.bucket_add("w", {"type": "currentwindow"}, 0)
    for at in (0, 3000):
        store.beat_add("w", Event(BEGIN + at * SECOND, 0, {"app": "firefox"}), HOUR)
    assert evidence_of(store, "laptop", wanted_of(TOLD).agreed, (BEGIN, BEGIN + HOUR)) == []
