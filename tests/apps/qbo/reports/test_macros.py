"""The ranges that date macros name, on Wednesday 4 March 2026, with a fiscal year that starts in July."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.qbo.reports.macros import macro_range

TODAY = dt.date(2026, 3, 4)
RANGES = {
    "today": ("2026-03-04", "2026-03-04"),
    "yesterday": ("2026-03-03", "2026-03-03"),
    "this week": ("2026-03-01", "2026-03-07"),
    "this week-to-date": ("2026-03-01", "2026-03-04"),
    "last week": ("2026-02-22", "2026-02-28"),
    "last week-to-date": ("2026-02-22", "2026-02-25"),
    "next week": ("2026-03-08", "2026-03-14"),
    "next 4 weeks": ("2026-03-08", "2026-04-04"),
    "this month": ("2026-03-01", "2026-03-31"),
    "this month-to-date": ("2026-03-01", "2026-03-04"),
    "last month": ("2026-02-01", "2026-02-28"),
    "last month-to-date": ("2026-02-01", "2026-02-04"),
    "next month": ("2026-04-01", "2026-04-30"),
    "this fiscal quarter": ("2026-01-01", "2026-03-31"),
    "last fiscal quarter-to-date": ("2025-10-01", "2025-12-04"),
    "next calendar quarter": ("2026-04-01", "2026-06-30"),
    "this fiscal year": ("2025-07-01", "2026-06-30"),
    "this fiscal year-to-date": ("2025-07-01", "2026-03-04"),
    "last fiscal year": ("2024-07-01", "2025-06-30"),
    "next fiscal year": ("2026-07-01", "2027-06-30"),
    "this calendar year": ("2026-01-01", "2026-12-31"),
    "last calendar year-to-date": ("2025-01-01", "2025-03-04"),
}


@pytest.mark.parametrize("macro", RANGES)
def test_ranges(macro):
    found = macro_range(macro, TODAY, 7)
    assert (found.start.isoformat(), found.end.isoformat()) == RANGES[macro]


@pytest.mark.parametrize("macro", ["", "this", "this eon", "blue week", "this month-to-dat", "last today"])
def test_others_do_not_exist(macro):
    assert macro_range(macro, TODAY, 7) is None


def test_a_day_that_last_month_lacks_becomes_its_last():
    found = macro_range("last month-to-date", dt.date(2026, 3, 31), 1)
    assert found.end == dt.date(2026, 2, 28)


@pytest.mark.django_db(databases=["default", "books"])
@pytest.mark.parametrize("macro", ["all", "All Dates"])
def test_all_dates(caller, macro):
    status, body = caller.get("reports/ProfitAndLoss", date_macro=macro)
    assert (status, body["Header"]["DateMacro"]) == (200, macro.lower())
