"""Days in every form of the files."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebook.connectors.etsy.dates import DateHabit, DayReader, habit_of, name_month, parse_day
from closebook.core.errors import InputError

FORMS = [
    ("September 3, 2026", "2026-09-03"),
    ("16 January, 2024", "2024-01-16"),
    ("31 July, 2026", "2026-07-31"),
    ("31. January 2026", "2026-01-31"),
    ("15. July 2025", "2025-07-15"),
    ("31. Januar 2026", "2026-01-31"),
    ("2. März 2026", "2026-03-02"),
    ("30-Apr-25", "2025-04-30"),
    ("31 Mar 2023", "2023-03-31"),
    ("Sep 24, 2026", "2026-09-24"),
    ("2026-09-03", "2026-09-03"),
    ("03.09.2026", "2026-09-03"),
    ("3.9.26", "2026-09-03"),
    ("09/03/26", "2026-09-03"),
    ("12/31/2019", "2019-12-31"),
    ("31/12/2019", "2019-12-31"),
    ("3 septembre 2026", "2026-09-03"),
    ("1er août 2026", "2026-08-01"),
    ("3 settembre 2026", "2026-09-03"),
    ("3 de septiembre de 2026", "2026-09-03"),
    ("3 september 2026", "2026-09-03"),
    ("3 mei 2026", "2026-05-03"),
    ("Sept. 3, 2026", "2026-09-03"),
    ("2026-09-03 00:00:00", "2026-09-03"),
    ("2026-09-03T10:20:30Z", "2026-09-03"),
    ("SEPTEMBER 3, 2026", "2026-09-03"),
    (" September 3,  2026 ", "2026-09-03"),
    ("3rd September 2026", "2026-09-03"),
    ("2026/09/03", "2026-09-03"),
    ("Dez 24, 2025", "2025-12-24"),
    ("2026 Sep 3", "2026-09-03"),
    ("3 de setembro de 2026", "2026-09-03"),
    ("1 de março de 2026", "2026-03-01"),
    ("3 września 2026", "2026-09-03"),
    ("3 maj 2026", "2026-05-03"),
    ("2. MÃ¤rz 2026", "2026-03-02"),
    ("8 aoÃ»t 2026", "2026-08-08"),
]
BAD = [
    "",
    "yesterday",
    "45902",
    "February 30, 2026",
    "13/13/2026",
    "2026-13-01",
    "September 2026",
    "Foo 3, 2026",
    "3 3 2026 4",
]


@pytest.mark.parametrize(("text", "iso"), FORMS)
def test_forms(text: str, iso: str) -> None:
    assert parse_day(text, DateHabit()).isoformat() == iso
    assert DayReader(DateHabit())[text] == iso


@pytest.mark.parametrize("text", [*BAD, "January 1, 1999"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_day(text, DateHabit())
    assert caught.value.code == "not-a-date"


def test_names_tell_the_month() -> None:
    assert name_month("etsy_statement_2026_9.csv") == (2026, 9)
    assert name_month("etsy_statement_2026_12 (1).csv") == (2026, 12)
    assert name_month("EtsySoldOrders2026-10.csv") == (2026, 10)
    assert name_month("EtsySoldOrders2026.csv") == (2026, 0)
    assert name_month("export.csv") == (0, 0)


def test_a_day_above_twelve_settles_the_order_of_the_whole_file() -> None:
    british = habit_of(["04/05/2026", "25/05/2026"], "x.csv")
    assert parse_day("04/05/2026", british) == dt.date(2026, 5, 4)
    american = habit_of(["04/05/2026", "05/25/2026"], "x.csv")
    assert parse_day("04/05/2026", american) == dt.date(2026, 4, 5)
    assert parse_day("04/05/2026", habit_of(["04/05/2026"], "x.csv")) == dt.date(2026, 4, 5)


def test_one_month_shows_which_number_is_the_month() -> None:
    british = habit_of(["04/05/2026", "09/05/2026"], "x.csv")
    assert parse_day("04/05/2026", british) == dt.date(2026, 5, 4)
    american = habit_of(["05/04/2026", "05/09/2026"], "x.csv")
    assert parse_day("05/04/2026", american) == dt.date(2026, 5, 4)
    both = habit_of(["05/04/2026", "06/09/2026"], "x.csv")
    assert parse_day("05/04/2026", both) == dt.date(2026, 5, 4)


def test_orders_of_a_year_on_one_day_of_the_month_keep_their_months() -> None:
    texts = ["09/03/26", "10/03/26"]
    habit = habit_of(texts, "EtsySoldOrders2026.csv")
    assert [parse_day(text, habit).month for text in texts] == [9, 10]


def test_a_month_in_the_name_gives_way_to_the_days() -> None:
    habit = habit_of(["05/02/26", "07/30/26"], "EtsySoldOrders2026 2.csv")
    assert parse_day("05/02/26", habit) == dt.date(2026, 5, 2)


@pytest.mark.parametrize(
    ("texts", "name", "unsure"),
    [
        (["05/06/2026"], "x.csv", "05/06/2026"),
        (["05/06/2026", "06/05/2026"], "x.csv", "05/06/2026"),
        (["05/06/2026", "07/06/2026"], "x.csv", ""),
        (["05/06/2026", "25/06/2026"], "x.csv", ""),
        (["05/06/2026"], "etsy_statement_2026_6.csv", ""),
        (["05/06/2026"], "etsy_statement_2026_9.csv", "05/06/2026"),
        (["05.06.2026"], "x.csv", ""),
        (["05/05/2026"], "x.csv", ""),
    ],
)
def test_days_that_may_be_read_in_two_ways_are_told(texts: list[str], name: str, unsure: str) -> None:
    assert habit_of(texts, name, monthly=True).unsure == unsure


def test_year_and_day_that_changed_places() -> None:
    texts = ["2012-04-20", "2020-11-21", "2001-02-20"]
    for name in ("EtsySoldOrders2020.csv", "orders.csv"):
        habit = habit_of(texts, name)
        assert [parse_day(text, habit).isoformat() for text in texts] == [
            "2020-12-04",
            "2020-11-21",
            "2020-01-02",
        ]
    alone = habit_of(["2012-04-20", "2003-05-20", "2007-06-20"], "orders.csv")
    assert parse_day("2003-05-20", alone) == dt.date(2020, 3, 5)


def test_old_files_are_left_alone() -> None:
    habit = habit_of(["2012-04-20", "2012-04-12", "2012-11-21"], "EtsySoldOrders2012.csv")
    assert parse_day("2012-04-12", habit) == dt.date(2012, 4, 12)
    assert parse_day("2012-04-20", habit) == dt.date(2012, 4, 20)


def test_a_month_in_the_name_turns_day_and_month_back() -> None:
    habit = habit_of(["2020-04-12", "2020-12-25"], "EtsySoldOrders2020-12.csv")
    assert parse_day("2020-04-12", habit) == dt.date(2020, 12, 4)
    assert parse_day("2020-12-04", habit) == dt.date(2020, 12, 4)


@given(st.dates(dt.date(2013, 1, 1), dt.date(2099, 12, 31)))
def test_written_days_come_back(day: dt.date) -> None:
    for text in (
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%B}, {day.year}",
        f"{day.day}. {day:%B} {day.year}",
        f"{day:%d-%b-%y}",
        day.isoformat(),
        f"{day:%d.%m.%Y}",
        f"{day:%m/%d/%y}",
        f"{day:%m/%d/%Y}",
    ):
        assert parse_day(text, habit_of([text], "")) == day
