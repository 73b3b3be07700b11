"""Exports as they are found: of either server, packed, in any order, cut off, and far too large."""

from __future__ import annotations

import gzip
import io
import json
import random
import time
import tracemalloc
import zipfile

import pytest

from closebook.connectors.activitywatch.files import read_export
from closebook.core.errors import InputError
from closebook.core.workforce.evidence import ACTIVE, AWAY, SpanKind, merged
from closebook.core.workforce.reckoning import Class, TimerRun, reckon
from closebook.core.workforce.runs import HOUR, MINUTE, SECOND, moment_of

BEGIN = 1_772_442_000_000
LATE = 180 * SECOND


def event(at, length, **data):
    """Return an event of minutes after the begin."""
    return {
        "timestamp": moment_of(BEGIN + int(at * MINUTE)).isoformat(),
        "duration": length * 60,
        "data": data,
    }


AFK = [event(0, 30, status="not-afk"), event(30, 10, status="afk"), event(40, 20, status="not-afk")]
WINDOW = [event(0, 60, app="Firefox", title="x")]
WEB = [event(45, 10, url="https://m.facebook.com/a", title="b", audible=False, incognito=False)]


def bucket(type_, events, host="laptop", **more):
    return {
        "id": "b",
        "type": type_,
        "client": "c",
        "hostname": host,
        "created": None,
        "events": events,
        **more,
    }


def export(**more):
    buckets = {"afk": bucket("afkstatus", AFK), "window": bucket("currentwindow", WINDOW)}
    return {"buckets": {**buckets, "web": bucket("web.tab.current", WEB), **more}}


def packed(plain=None, **how):
    return json.dumps(export() if plain is None else plain, **how).encode()


def zipped(content, name="aw-buckets-export.json"):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "no")
        archive.writestr(name, content)
    return held.getvalue()


def test_each_way_of_packing_is_the_same_export():
    plain = packed()
    known = read_export(plain)
    assert {(span.kind, span.value) for span in known.spans} == {
        (SpanKind.AFK, ACTIVE), (SpanKind.AFK, AWAY), (SpanKind.WINDOW, "firefox"),
        (SpanKind.WEB, "m.facebook.com"),
    }  # fmt: skip
    others = [
        b"\xef\xbb\xbf" + plain, plain.decode().encode("utf-16"), gzip.compress(plain), zipped(plain),
        zipped(gzip.compress(plain), "a.json.gz"), packed(indent=2), packed(sort_keys=True),
        b"\n " + plain + b"\r\n",
    ]  # fmt: skip
    for other in others:
        found = read_export(other)
        assert (sorted(found.spans), found.events) == (sorted(known.spans), 5)


@pytest.mark.parametrize("number", range(3))
def test_the_order_of_events_changes_nothing(number):
    seed = time.time_ns() + number
    print("seed", seed)
    shuffled = random.Random(seed).sample(AFK, 3)
    for events in (AFK[::-1], shuffled, AFK + AFK):
        other = packed(export(afk=bucket("afkstatus", events)))
        assert sorted(read_export(other).spans) == sorted(read_export(packed()).spans)


def test_what_the_rust_server_and_a_page_for_one_bucket_write_is_read():
    rust = bucket(
        "afkstatus", [{**AFK[0], "id": 7, "timestamp": "2026-03-02T09:00:00.123456789Z"}], metadata={}
    )
    rust |= {"last_updated": None, "created": "2026-01-01T00:00:00Z", "data": {}}
    for plain in ({"buckets": {"afk": rust}}, rust):
        spans = read_export(packed(plain)).spans
        assert [(span.device, span.start % 1000, span.value) for span in spans] == [("laptop", 123, ACTIVE)]


def test_old_and_odd_events_are_read_or_counted():
    odd = [
        event(0, 10, status="hibernating"), {**event(10, 0, status="not-afk"), "duration": None},
        event(12, 5, status="not-afk"), {"timestamp": "soon"}, 7, None, {**event(20, 1), "data": None},
        event(30, 5, status="resting"),
    ]  # fmt: skip
    found = read_export(packed({"buckets": {"afk": bucket("afkstatus", odd)}}))
    assert (found.events, found.unread) == (8, 3)
    assert [(s.start - BEGIN, s.end - BEGIN, s.value) for s in found.spans] == [
        (0, 10 * MINUTE, AWAY), (10 * MINUTE, 17 * MINUTE, ACTIVE),
    ]  # fmt: skip


def test_overlapping_away_events_are_never_added_up():
    away = [event(at, 30, status="afk") for at in range(0, 30, 3)]
    found = reckon(
        [TimerRun("t", BEGIN, BEGIN + HOUR)],
        read_export(packed({"buckets": {"a": bucket("afkstatus", away)}})).spans,
    )
    idle = sum(part.length for part in found if part.cls is Class.IDLE)
    assert idle == 57 * MINUTE


def test_away_that_begins_at_the_pause_is_dated_back():
    late = [event(0, 33, status="not-afk"), event(33, 7, status="afk"), event(40, 20, status="not-afk")]
    plain = {"buckets": {"afk": bucket("afkstatus", late)}}
    dated = merged(read_export(packed(plain), late=LATE).spans)
    assert dated == merged(read_export(packed({"buckets": {"afk": bucket("afkstatus", AFK)}})).spans)


def test_an_unknown_window_is_no_app_and_a_nameless_browser_is_of_the_one_machine():
    unknown = bucket(
        "currentwindow", [event(0, 5, app="unknown", title="unknown"), event(5, 5, app="Firefox")]
    )
    nameless = bucket("web.tab.current", WEB, host="unknown")
    spans = read_export(packed(export(window=unknown, web=nameless))).spans
    assert {span.value for span in spans if span.kind is SpanKind.WINDOW} == {"firefox"}
    assert {span.device for span in spans} == {"laptop"}
    two = read_export(packed(export(web=nameless, other=bucket("afkstatus", AFK, host="tower")))).spans
    assert {span.device for span in two if span.kind is SpanKind.WEB} == {"web"}


def test_half_a_letter_in_a_name_ends_nothing():
    half = bucket(
        "currentwindow", [{**event(0, 5), "data": {"app": "x\ud83d", "url": "https://a\ud83d.example"}}]
    )
    web = bucket("web.tab.current", [{**event(0, 5), "data": {"url": "https://a\ud83d.example/"}}])
    for span in read_export(packed(export(window=half, web=web))).spans:
        assert len(span.key) == 32


def test_only_the_asked_run_is_kept():
    far = bucket("afkstatus", [*AFK, event(3000, 30, status="afk"), event(-3000, 30, status="afk")])
    found = read_export(packed(export(afk=far)), (BEGIN, BEGIN + HOUR))
    assert found.events == 7
    assert sorted(found.spans) == sorted(read_export(packed()).spans)


@pytest.mark.parametrize("cut", [1, 60, 200, 400, 650])
def test_a_file_that_breaks_off_is_told_with_its_place(cut):
    whole = packed(indent=1)
    with pytest.raises(InputError, match=r"line \d+, character \d+") as told:
        read_export(whole[:cut])
    assert told.value.code == "export-breaks-off"
    line = int(str(told.value).split("line ")[1].split(",")[0])
    assert 1 <= line <= whole[:cut].count(b"\n") + 1
    with pytest.raises(InputError):
        read_export(gzip.compress(whole)[: cut // 4 + 3])


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b"7", b'{"buckets": []}', b'{"buckets": {"a": 1}}', b"PK\x03\x04junk",
        b"\x1f\x8bjunk", b"\xff\xfe\x00", b"timestamp,duration", b'{"buckets": {}} more', b"{" * 5000,
        zipped(b"x", "a.txt"),
    ],
)  # fmt: skip
def test_what_is_no_export_is_told_so(content):
    with pytest.raises(InputError):
        read_export(content)


def test_a_large_export_needs_little_memory():
    events = [json.dumps(event(at / 60, 1 / 60, app="firefox", title="t" * 200)) for at in range(40_000)]
    text = (
        '{"buckets": {"w": {"events": [' + ",".join(events) + '], "type": "currentwindow", "hostname": "h"}}}'
    )
    content = io.BytesIO(gzip.compress(text.encode(), 1))
    size = len(text)
    del events, text
    tracemalloc.start()
    found = read_export(content, (BEGIN, BEGIN + MINUTE))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.events == 40_000
    assert found.spans
    assert size > 10_000_000
    assert peak < 5_000_000
