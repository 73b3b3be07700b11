"""Fiscal years, periods as columns, and the periods that comparisons use."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closebook.core.reports.fiscal import (
    DAY,
    PERIOD_WORDS,
    fiscal_quarter,
    fiscal_year,
    periods,
    previous_period,
    previous_year,
    year_before,
)

calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))


@calm
@given(DAYS, st.integers(1, 12))
def test_a_fiscal_year_has_twelve_months_and_four_quarters(day, start):
    year = fiscal_year(day, start)
    assert day in year
    assert year.start.month == start
    assert (year.end + DAY).month == start
    quarter = fiscal_quarter(day, start)
    assert day in quarter
    assert year.start <= quarter.start
    assert quarter.end <= year.end


@calm
@given(st.sampled_from(PERIOD_WORDS), DAYS, st.integers(0, 500), st.integers(1, 12))
def test_periods_cover_the_range_without_gap_or_overlap(word, first, length, start):
    last = first + length * DAY
    found = list(periods(word, first, last, start))
    assert found[0].start == first
    assert found[-1].end == last
    assert all(one.end + DAY == after.start for one, after in itertools.pairwise(found))
    assert len({one.title for one in found}) == len(found)


@pytest.mark.parametrize(
    ("word", "titles"),
    [
        ("month", ["Jan 2026", "Feb 2026"]),
        ("quarter", ["Jan - Mar 2026"]),
        ("fiscal-year", ["Jul 2025 - Jun 2026"]),
        ("week", ["Jan 25 - 31, 2026", "Feb 1 - 7, 2026"]),
    ],
)
def test_titles(word, titles):
    found = periods(word, dt.date(2026, 1, 30), dt.date(2026, 2, 2), 7)
    assert [one.title for one in found] == titles


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28")),
        ("2026-01-01", "2026-03-31", ("2025-10-01", "2025-12-31")),
        ("2026-03-10", "2026-03-19", ("2026-02-28", "2026-03-09")),
    ],
)
def test_the_period_before(first, last, before):
    found = previous_period(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    assert (found.start.isoformat(), found.end.isoformat()) == before


def test_the_year_before_ends_with_february():
    assert year_before(dt.date(2024, 2, 29)) == dt.date(2023, 2, 28)
    assert previous_year(dt.date(2025, 2, 1), dt.date(2025, 2, 28)).end == dt.date(2024, 2, 29)
