"""Pacing: never more than a limit in any window, and no slower than it must be."""

from __future__ import annotations

import threading

from hypothesis import given, settings
from hypothesis import strategies as st

from closebook.connectors.quickbooks.calls import BATCH_KIND, LIMITS
from closebook.transport.pacing import Limit, Pacer, Prepaid, unpaced


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def granted(limits: tuple[Limit, ...], calls: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """Return (moment, kind) of each call, made after its idle seconds."""
    time = Time()
    pacer = Pacer(limits, now=time.now, sleep=time.sleep)
    moments = []
    for idle, kind in calls:
        time.seconds += idle
        pacer.wait(kind)
        moments.append((time.seconds, kind))
    return moments


def most_in_window(moments: list[float], seconds: float) -> int:
    return max(sum(1 for later in moments if first <= later < first + seconds - 1e-6) for first in moments)


CALLS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.0, 0.01, 0.5, 3.0, 20.0]), st.sampled_from(["", BATCH_KIND])),
    min_size=1,
    max_size=700,
)


@settings(max_examples=25)
@given(CALLS)
def test_the_limits_of_the_service_are_never_passed(calls):
    moments = granted(LIMITS, calls)
    everything = [moment for moment, _ in moments]
    batches = [moment for moment, kind in moments if kind == BATCH_KIND]
    assert most_in_window(everything, 60.0) <= 500
    assert most_in_window(everything, 1.0) <= 10
    assert not batches or most_in_window(batches, 60.0) <= 40


def test_the_long_run_uses_what_is_allowed():
    moments = granted(LIMITS, [(0.0, "")] * 1000)
    minutes = (moments[-1][0] - moments[0][0]) / 60
    assert 450 <= 1000 / minutes <= 500
    batches = granted(LIMITS, [(0.0, BATCH_KIND)] * 100)
    assert 36 <= 100 / ((batches[-1][0] - batches[0][0]) / 60) <= 40


def test_a_rest_allows_a_burst_and_no_more():
    assert [moment for moment, _ in granted((Limit(60, 60.0, burst=3),), [(0.0, "")] * 5)] == [
        1000,
        1000,
        1000,
        1001,
        1002,
    ]


def test_the_wait_is_told():
    time = Time()
    pacer = Pacer((Limit(1, 10.0),), now=time.now, sleep=time.sleep)
    assert [pacer.wait(), pacer.wait(), pacer.wait()] == [0.0, 10.0, 10.0]


def test_no_limits_never_wait():
    pacer = unpaced()
    assert {pacer.wait("any") for _ in range(1000)} == {0.0}


def test_threads_share_the_limit():
    slept: list[float] = []
    pacer = Pacer((Limit(1, 1.0),), now=lambda: 0.0, sleep=slept.append)
    threads = [threading.Thread(target=pacer.wait) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(slept) == [float(number) for number in range(1, 10)]


def test_a_hold_stops_everybody_for_a_while():
    time = Time()
    pacer = Pacer((Limit(10, 1.0), Limit(1, 1.0, kind="batch")), now=time.now, sleep=time.sleep)
    pacer.hold(60.0)
    assert pacer.delay() == pacer.delay("batch") == 60.0
    assert pacer.wait() == 60.0


def test_a_prepaid_turn_is_not_waited_for_again():
    time = Time()
    pacer = Pacer((Limit(1, 10.0),), now=time.now, sleep=time.sleep)
    pacer.wait()
    paid = Prepaid(pacer)
    assert [paid.wait(), paid.wait()] == [0.0, 10.0]
