"""Other people's clients find what they expect: every endpoint, odd names, packed bodies, odd lengths."""

from __future__ import annotations

import gzip
import http.client
import json
import random
import sqlite3
import threading
import time
from contextlib import closing

import pytest
from aw_core.models import Event as StockEvent
from aw_transform import heartbeat_reduce

from closebook.agent.protocol import Asked, Protocol
from closebook.agent.serving import AgentServer
from closebook.agent.store import KEPT, Store
from closebook.connectors.activitywatch.events import Event
from closebook.core.workforce.runs import HOUR, MINUTE, SECOND, moment_of, ms_of
from tests.agent.test_protocol import HERE, NOW, event, get, post

BUCKET = "buckets/aw-watcher-window_laptop"


@pytest.fixture
def protocol(store):
    store.timer_start(0)
    return Protocol(store, "laptop", "d1", "test")


def asked(protocol, method, path, body=None, **query):
    sent = json.dumps(body).encode() if body is not None else b""
    return protocol.answer(Asked(method, f"/api/0/{path}", query, HERE, sent), 0)


def shown(protocol, **query):
    """Return a bucket's events as seconds after nine, length and app."""
    found = get(protocol, f"{BUCKET}/events", **query).content
    assert len({each["id"] for each in found}) == len(found)
    return [_plain(each) for each in found]


def _plain(each):
    at = StockEvent(**each)
    return (at.timestamp - NOW).total_seconds(), each["duration"], each["data"].get("app")


@pytest.mark.parametrize("number", range(8))
def test_events_are_those_of_the_stock_rule(protocol, number):
    seed = time.time_ns() + number
    print("seed", seed)
    chance, at, beats = random.Random(seed), 0, []
    for _ in range(60):
        if beats and chance.random() < 0.2:
            beats.append(beats[-1])
            continue
        at += chance.choice([1, 999, 1000, 2000, 2001, 5000, 80_000])
        length = chance.choice([0, 0, 500, 3000])
        beats.append((at, length, chance.choice("ab")))
    pulse = chance.choice([0.0, 1.0, 2.0, 80.0])
    stock = heartbeat_reduce(
        [
            StockEvent(timestamp=moment_of(ms_of(NOW) + at), duration=length / SECOND, data={"app": app})
            for at, length, app in beats
        ],
        pulse,
    )
    for at, length, app in beats:
        plain = {"timestamp": moment_of(ms_of(NOW) + at).isoformat(), "duration": length / SECOND}
        post(protocol, f"{BUCKET}/heartbeat", {**plain, "data": {"app": app}}, pulsetime=str(pulse))
    assert sorted(shown(protocol)) == sorted(_plain(each.to_json_dict()) for each in stock)


def test_the_pulsetime_of_each_heartbeat_counts_and_not_the_usual_one(protocol):
    for seconds, pulse in [(0, "1"), (2, "1"), (4, "2"), (4 + 60, "60")]:
        post(protocol, f"{BUCKET}/heartbeat", event(seconds, app="x"), pulsetime=pulse)
    assert shown(protocol) == [(2, 62, "x"), (0, 0, "x")]


def test_after_a_restart_the_answer_to_a_heartbeat_goes_on(store):
    store.timer_start(0)
    for seconds in (0, 10):
        fresh = Protocol(store, "laptop", "d1", "test")
        answer = post(fresh, f"{BUCKET}/heartbeat", event(seconds, app="x"), pulsetime="10")
    assert answer.content["duration"] == 10


def test_events_are_cut_to_the_run_that_is_asked_for(protocol):
    post(protocol, f"{BUCKET}/events", [event(0, 3600, app="x"), event(4000, 10, app="y")])
    edges = {"start": "2026-03-02T10:30:00 01:00", "end": "2026-03-02T09:31:00.000999Z"}
    assert shown(protocol, **edges) == [(1800, 60, "x")]
    assert get(protocol, f"{BUCKET}/events/count", **edges).content == 1
    assert [at for at, *_ in shown(protocol, limit="1")] == [4000]
    assert shown(protocol, limit="0") == []
    assert len(shown(protocol, limit="-1")) == 2
    assert get(protocol, f"{BUCKET}/events", start="yesterday").status == 400


def test_an_event_is_found_replaced_and_removed_by_its_number(protocol):
    post(protocol, f"{BUCKET}/events", [event(0, 5, app="x"), event(60, 5, app="y")])
    number = get(protocol, f"{BUCKET}/events").content[0]["id"]
    assert get(protocol, f"{BUCKET}/events/{number}").content["data"] == {"app": "y"}
    assert get(protocol, f"{BUCKET}/events/7").status == 404
    post(protocol, f"{BUCKET}/events", {**event(60, 9, app="y"), "id": number})
    assert shown(protocol) == [(60, 9, "y"), (0, 5, "x")]
    assert asked(protocol, "DELETE", f"{BUCKET}/events/{number}").content == {"success": True}
    assert asked(protocol, "DELETE", f"{BUCKET}/events/{number}").content == {"success": False}
    assert shown(protocol) == [(0, 5, "x")]


def test_an_empty_list_is_taken_and_a_list_is_told_back(protocol):
    assert post(protocol, f"{BUCKET}/events", []).content == []
    assert [each["duration"] for each in post(protocol, f"{BUCKET}/events", [event(0, 5)]).content] == [5]
    assert post(protocol, f"{BUCKET}/events", event(9, 5)).content["duration"] == 5


def test_each_heartbeat_of_a_list_is_kept(protocol):
    post(protocol, f"{BUCKET}/heartbeat", [event(0, app="x"), event(9, app="y")], pulsetime="1")
    assert len(shown(protocol)) == 2


def test_a_bucket_is_changed_and_removed_by_who_asks_for_it_plainly(protocol):
    post(protocol, f"{BUCKET}/events", event(0, 5, app="x"))
    assert asked(protocol, "PUT", BUCKET, {"client": "c2", "data": {}}).status == 200
    assert get(protocol, BUCKET).content["client"] == "c2"
    assert get(protocol, BUCKET).content["last_updated"] == "2026-03-02T09:00:05+00:00"
    assert asked(protocol, "DELETE", BUCKET).status == 401
    assert asked(protocol, "DELETE", BUCKET, force="1").status == 200
    assert get(protocol, BUCKET).status == 404
    assert asked(protocol, "DELETE", BUCKET, force="1").status == 404
    assert post(protocol, BUCKET, {"client": "c", "hostname": "!local", "type": "t"}).status == 200
    assert get(protocol, BUCKET).content["hostname"] == "laptop"
    assert shown(protocol) == []


@pytest.mark.parametrize(("name", "meant"), [("%E4%B8%AD%C3%BC", "中ü"), ("a%20b", "a b"), ("a%2Fb", "a/b")])
def test_an_odd_name_of_a_bucket_is_read_as_it_is_meant(protocol, name, meant):
    post(protocol, f"buckets/{name}", {"client": "c", "hostname": "h", "type": "t"})
    assert list(get(protocol, "buckets/").content) == [meant]
    assert get(protocol, f"buckets/{name}").status == 200


@pytest.mark.parametrize(
    ("told", "length"), [("5", 5), ("PT5S", 5), ("PT1H0.5S", 3600.5), ("P1D", 86_400), (None, 0), (-3, 0)]
)
def test_a_length_is_taken_as_a_number_or_in_letters(protocol, told, length):
    assert post(protocol, f"{BUCKET}/events", {**event(0), "duration": told}).content["duration"] == length


@pytest.mark.parametrize("told", [1e300, "1e999", "nan", "soon", [1], {"s": 1}])
def test_a_length_that_is_none_is_told_so(protocol, told):
    assert post(protocol, f"{BUCKET}/events", {**event(0), "duration": told}).status == 400


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"])
def test_a_moment_of_a_broken_clock_is_refused_and_all_else_is_still_read(protocol, moment):
    post(protocol, f"{BUCKET}/events", event(0, 5, app="x"))
    assert post(protocol, f"{BUCKET}/events", {**event(0), "timestamp": moment}).status == 400
    assert shown(protocol) == [(0, 5, "x")]
    assert list(get(protocol, "export").content["buckets"]) == ["aw-watcher-window_laptop"]


def test_half_a_letter_and_no_number_are_taken_as_far_as_they_go(protocol):
    assert post(protocol, "buckets/b", {"type": "\ud800", "client": ["x"], "hostname": 5}).status == 200
    assert get(protocol, "buckets/b").content["type"] == "?"
    sent = post(protocol, "buckets/b/events", {**event(0), "data": {"x": float("nan")}})
    assert sent.content["data"] == {"x": None}


def test_a_heartbeat_needs_a_pulsetime(protocol):
    assert post(protocol, f"{BUCKET}/heartbeat", event(0)).status == 400


def test_settings_are_kept_for_the_client(protocol):
    assert get(protocol, "settings/theme").content is None
    assert asked(protocol, "POST", "settings/theme", {"dark": True}).status == 200
    assert get(protocol, "settings/theme").content == {"dark": True}
    assert get(protocol, "settings").content == {"theme": {"dark": True}}


def test_a_query_is_refused_with_words(protocol):
    answer = post(protocol, "query/", {"timeperiods": [], "query": ["RETURN = 1;"]})
    assert (answer.status, answer.content["type"]) == (400, "QueryException")


def test_an_export_comes_in_again_as_a_body_or_as_a_forms_file(protocol, tmp_path):
    post(protocol, f"{BUCKET}/events", [event(0, 5, app="x"), event(60, 5, app="ü")])
    export = get(protocol, "export")
    assert "attachment" in export.headers["Content-Disposition"]
    content = json.dumps(export.content).encode()
    form = (
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="e.json"\r\n\r\n%s\r\n--b--\r\n' % content
    )
    for number, (kind, body) in enumerate([("", content), ("multipart/form-data; boundary=b", form)]):
        with closing(Store(tmp_path / f"{number}.sqlite3")) as store:
            store.timer_start(0)
            other = Protocol(store, "laptop", "d1", "test")
            sent = Asked("POST", "/api/0/import", {}, {**HERE, "content-type": kind}, body)
            assert other.answer(sent, 0).status == 200
            assert get(other, f"{BUCKET}/events").content == get(protocol, f"{BUCKET}/events").content
    assert post(protocol, "import", {"buckets": [1]}).status == 400


def test_heartbeats_are_forgotten_in_time(agent):
    agent.store.timer_start(0)
    agent.store.beat_add("b", _event_at(0))
    agent.tick(KEPT + MINUTE)
    assert agent.store.beats("b", 0, 2**62) == []


def _event_at(at):
    return Event(at, 1000, {})


def test_a_file_from_before_is_opened(tmp_path):
    path = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(path)) as old:
        old.execute(
            "CREATE TABLE beat (bucket TEXT, start INT, length INT, data TEXT,"
            " PRIMARY KEY (bucket, start, length, data)) WITHOUT ROWID"
        )
        old.execute("INSERT INTO beat VALUES ('b', 0, 1000, '{}')")
        old.commit()
    with closing(Store(path)) as store:
        store.timer_start(0)
        assert len(store.beats("b", 0, HOUR)) == 1
        assert store.beat_add("b", _event_at(5000), 2000)


@pytest.fixture
def link(site, agent):
    agent.store.timer_start(0)
    with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=5)) as made:
        yield made


def answered(link, method, path, body=None, headers=(), *, chunked=False):
    link.request(method, f"/api/0/{path}", body, dict(headers), encode_chunked=chunked)
    answer = link.getresponse()
    return answer.status, answer.read()


def test_packed_and_chunked_bodies_are_read_and_the_line_stays_open(link):
    plain = json.dumps(event(0, 5, app="x")).encode()
    where = f"{BUCKET}/heartbeat?pulsetime=1"
    for coded in (plain, gzip.compress(plain)):
        headers = {"Content-Encoding": "gzip"} if coded is not plain else {}
        assert answered(link, "POST", where, coded, headers)[0] == 200
        pieces = iter([coded[:9], coded[9:]])
        headers["Transfer-Encoding"] = "chunked"
        assert answered(link, "POST", where, pieces, headers, chunked=True)[0] == 200
    assert answered(link, "HEAD", "info") == (200, b"")
    assert json.loads(answered(link, "GET", f"{BUCKET}/events/count")[1]) == 1


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Encoding": "gzip"}, b"no gzip", 400),
        ({"Content-Encoding": "gzip"}, gzip.compress(b" " * 20_000_000), 413),
        ({"Transfer-Encoding": "chunked"}, b"xyz\r\n", 400),
        ({"Content-Length": "999999999"}, b"", 413),
    ],
)
def test_a_broken_or_huge_body_is_refused(link, headers, body, status):
    link.putrequest("POST", f"/api/0/{BUCKET}/events")
    for name, value in headers.items():
        link.putheader(name, value)
    if not {"Content-Length", "Transfer-Encoding"} & set(headers):
        link.putheader("Content-Length", str(len(body)))
    link.endheaders(body)
    assert link.getresponse().status == status


def test_many_watchers_write_at_once(site, agent):
    agent.store.timer_start(0)

    def watch(number):
        with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)) as own:
            for second in range(40):
                body = json.dumps(event(second, app=f"w{number}"))
                assert answered(own, "POST", f"buckets/b{number % 2}/heartbeat?pulsetime=0", body)[0] == 200

    threads = [threading.Thread(target=watch, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(len(agent.store.beats(f"b{which}", 0, 2**62)) for which in (0, 1)) == 320


def test_after_a_crash_the_port_is_free_at_once_and_never_shared(agent):
    protocol = Protocol(agent.store, "laptop", "d1", "test")
    first = AgentServer(agent, protocol, 0)
    with pytest.raises(OSError, match="in use"):
        AgentServer(agent, protocol, first.port)
    threading.Thread(target=first.serve_forever, args=(0.05,), daemon=True).start()
    with closing(http.client.HTTPConnection("127.0.0.1", first.port, timeout=5)) as link:
        assert answered(link, "GET", "info", headers={"Connection": "close"})[0] == 200
    first.shutdown()
    first.server_close()
    AgentServer(agent, protocol, first.port).server_close()
