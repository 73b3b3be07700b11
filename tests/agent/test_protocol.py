"""Watchers are served: the published client, the extension's preflight, and who may ask at all."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import subprocess
import sys

import pytest

from closebook.agent.protocol import CHROME, Asked, Protocol
from closebook.core.workforce.runs import ms_of

HERE = {"host": "127.0.0.1:5600"}
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


@pytest.fixture
def protocol(store):
    store.timer_start(0)
    return Protocol(store, "laptop", "d1", "test")


def post(protocol, path, body, headers=HERE, **query):
    return protocol.answer(Asked("POST", f"/api/0/{path}", query, headers, json.dumps(body).encode()), 0)


def get(protocol, path, headers=HERE, **query):
    return protocol.answer(Asked("GET", f"/api/0/{path}", query, headers), 0)


def event(seconds, duration=0.0, **data):
    at = (NOW + dt.timedelta(seconds=seconds)).isoformat()
    return {"timestamp": at, "duration": duration, "data": data}


PEER = """
import json, sys, time
from datetime import datetime, timedelta, timezone
from aw_client import ActivityWatchClient
from aw_core.models import Event
begin = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)
client = ActivityWatchClient("probe", host="127.0.0.1", port=int(sys.argv[1]))
client.client_hostname = "laptop"
"""
DIRECT = """
window = "aw-watcher-window_laptop"
found = {"info": client.get_info()}
client.create_bucket(window, "currentwindow")
client.create_bucket(window, "currentwindow")
for second in range(5):
    beat = Event(timestamp=begin + timedelta(seconds=second), data={"app": "firefox"})
    client.heartbeat(window, beat, pulsetime=2)
client.insert_event(window, Event(timestamp=begin + timedelta(seconds=60), duration=5, data={"app": "x"}))
found["events"] = [(e.duration.total_seconds(), e.data["app"]) for e in client.get_events(window)]
found["count"] = client.get_eventcount(window)
found["buckets"] = len(client.get_buckets())
found["export"] = len(client.export_bucket(window)["buckets"][window]["events"])
print(json.dumps(found))
"""
QUEUED = """
with client:
    client.create_bucket("aw-watcher-afk_laptop", "afkstatus", queued=True)
    for second in range(60):
        data = {"status": ("not-afk", "afk")[second // 10 % 2]}
        beat = Event(timestamp=begin + timedelta(seconds=second), data=data)
        client.heartbeat("aw-watcher-afk_laptop", beat, 185, queued=True, commit_interval=1)
    while client.request_queue._persistqueue.qsize() or client.request_queue._current:
        time.sleep(0.05)
print("null")
"""


def peer(site, script, tmp_path):
    """Run the published client in a process and a home of its own."""
    folders = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CONFIG", "CACHE", "DATA", "STATE")}
    words = [sys.executable, "-W", "ignore", "-c", PEER + script, str(site.port)]
    env = {**os.environ, **folders, "HOME": str(tmp_path)}
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_published_client_reports_here(site, agent, tmp_path):
    agent.store.timer_start(ms_of(NOW))
    found = peer(site, DIRECT, tmp_path)
    assert found["info"]["device_id"] == "d1"
    assert found["events"] == [[5, "x"], [4, "firefox"]]
    assert (found["count"], found["buckets"], found["export"]) == (2, 1, 2)


def test_the_queueing_client_reports_here(site, agent, tmp_path):
    agent.store.timer_start(ms_of(NOW))
    peer(site, QUEUED, tmp_path)
    beats = agent.store.beats("aw-watcher-afk_laptop", 0, 2**62)
    assert len(beats) >= 5
    assert agent.store.buckets()["aw-watcher-afk_laptop"]["type"] == "afkstatus"


def test_a_missing_bucket_is_made_and_the_heartbeat_rule_is_kept(protocol):
    bucket = "buckets/aw-watcher-afk_laptop/heartbeat"
    for seconds, length in [(0, 0.0), (100, 100.0), (285, 285.0), (471, 0.0)]:
        answer = post(protocol, bucket, event(seconds, status="not-afk"), pulsetime="185")
        assert (answer.status, answer.content["duration"]) == (200, length)
    assert get(protocol, "buckets/").content["aw-watcher-afk_laptop"]["type"] == "afkstatus"
    assert post(protocol, "buckets/aw-watcher-afk_laptop", {"client": "c"}).status == 304


@pytest.mark.parametrize("pulse", ["", "x", "-1", "nan"])
def test_what_can_be_understood_is_taken(protocol, pulse):
    answer = post(protocol, "buckets/b/heartbeat", {"timestamp": "2026-03-02T09:00:00"}, pulsetime=pulse)
    assert answer.status == 200
    assert post(protocol, "buckets/b/heartbeat", {"timestamp": "never"}).status == 400


def test_outside_the_timer_nothing_is_kept(store):
    protocol = Protocol(store, "laptop", "d1", "test")
    assert post(protocol, "buckets/b/heartbeat", event(0, app="x"), pulsetime="2").status == 200
    assert store.beats("b", 0, 2**62) == []


def test_other_machines_and_pages_are_refused(protocol):
    assert get(protocol, "info", {"host": "evil.example"}).status == 403
    assert get(protocol, "info", {**HERE, "origin": "https://evil.example"}).status == 403
    assert get(protocol, "info", {**HERE, "origin": "moz-extension://evil.example"}).status == 403


@pytest.mark.parametrize("origin", [CHROME, "moz-extension://0b2c1f9e-8a6b-4a6c-9d6d-0d5f8b7a1c22"])
def test_both_builds_of_the_extension_pass_the_preflight(protocol, origin):
    asked = Asked("OPTIONS", "/api/0/buckets/b/heartbeat", {}, {**HERE, "origin": origin})
    answer = protocol.answer(asked, 0)
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]


def test_a_key_is_asked_for_where_one_is_set(store):
    protocol = Protocol(store, "laptop", "d1", "test", key="k")
    assert get(protocol, "info").status == 200
    assert get(protocol, "buckets/").status == 401
    assert get(protocol, "buckets/", {**HERE, "authorization": "Bearer k"}).status == 200


def test_the_page_is_the_persons_alone(site):
    link = http.client.HTTPConnection("127.0.0.1", site.port, timeout=5)

    def asked(method, body=None, **headers):
        link.request(method, "/closebook/do" if body else "/closebook/", body, headers)
        answer = link.getresponse()
        return answer.status, answer.read().decode()

    status, text = asked("GET")
    assert status == 200
    assert site.secret in text
    assert asked("GET", Origin="https://evil.example")[0] == 403
    assert asked("GET", Host="evil.example")[0] == 403
    assert asked("POST", "act=start&secret=guess")[0] == 403
    assert asked("POST", f"act=start&task=t1&secret={site.secret}")[0] == 303
    assert "The timer runs" in asked("GET")[1]
    assert asked("POST", f"act=private&private=bank.example&secret={site.secret}")[0] == 303
    assert site.agent.store.private() == ("bank.example",)
    link.close()
