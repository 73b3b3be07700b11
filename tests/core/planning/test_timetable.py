"""Timetables: the next moment lies behind any moment, fits the words, and none is left out."""

from __future__ import annotations

import datetime as dt
import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebook.core.planning import timetable
from closebook.core.planning.timetable import Rhythm, Timetable

FIRST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
MOMENTS = st.integers(0, 300_000_000).map(lambda seconds: FIRST + dt.timedelta(seconds=seconds))
TABLES = st.builds(
    Timetable,
    st.sampled_from([Rhythm.HOURLY, Rhythm.DAILY, Rhythm.WEEKLY]),
    st.integers(0, 59),
    st.integers(0, 23),
    st.integers(0, 6),
)
STEPS = {Rhythm.HOURLY: 1, Rhythm.DAILY: 24, Rhythm.WEEKLY: 168}


@given(TABLES, MOMENTS)
def test_the_next_moment_is_the_first_that_fits(table, moment):
    found = table.next_after(moment)
    assert moment < found <= moment + dt.timedelta(hours=STEPS[table.rhythm])
    assert (found.minute, found.second, found.microsecond) == (table.minute, 0, 0)
    assert table.rhythm is Rhythm.HOURLY or found.hour == table.hour
    assert table.rhythm is not Rhythm.WEEKLY or found.weekday() == table.weekday
    assert table.next_after(found) == found + dt.timedelta(hours=STEPS[table.rhythm])


@pytest.mark.parametrize(
    ("table", "cron"),
    [
        (Timetable(Rhythm.OFF), ""),
        (Timetable(Rhythm.HOURLY, 15), "15 * * * *"),
        (Timetable(Rhythm.DAILY, 5, 23), "5 23 * * *"),
        (Timetable(Rhythm.WEEKLY, 0, 6, 0), "0 6 * * 1"),
    ],
)
def test_cron_words(table, cron):
    assert table.cron == cron
    assert (table.next_after(dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) is None) == (cron == "")


def test_the_examples_of_the_docstrings():
    assert doctest.testmod(timetable).failed == 0
