"""The forecast by month, person and category, and its walk over the past."""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction

from closebook.core.selling.backtest import walked
from closebook.core.selling.forecast import LOST, WHOLE, WON, History, Spell, hazards_of
from closebook.core.selling.outlook import ALL, Correction, Deal, chances_by_end, month_ends, rows_of

START = dt.date(2026, 1, 5)


def past(number: int, weeks: int, result: str, begun: dt.date = START) -> History:
    ended = begun + dt.timedelta(weeks=weeks)
    return History(str(number), 1000, (Spell("quoted", begun, ended, result),), 1000 * (result == WON))


def test_month_ends_are_those_of_the_calendar():
    assert [str(day) for day in month_ends(dt.date(2026, 12, 31), 3)] == [
        "2026-12-31", "2027-01-31", "2027-02-28",
    ]  # fmt: skip


def test_the_chance_never_falls_with_a_later_end():
    known = [past(n, 1 + n % 8, WON if n % 3 else LOST) for n in range(60)]
    open_one = History("x", 1000, (Spell("quoted", dt.date(2026, 3, 2)),))
    on = dt.date(2026, 3, 9)
    found = chances_by_end(hazards_of(known, on), open_one, on, month_ends(on, 3))
    assert 0 < found[0] <= found[1] <= found[2] <= WHOLE


def test_few_deals_are_exact_and_groups_are_their_own():
    deals = [
        Deal(100, (WHOLE, WHOLE), "ann", "commit"),
        Deal(50, (0, WHOLE), "bob", "best"),
        Deal(9, (0, 0), "bob", "best"),
    ]
    rows = rows_of(deals, 2, Correction(), random.Random(7).random)
    assert (rows["", ALL].expected_minor, rows["", ALL].low_minor, rows["", ALL].high_minor) == (
        150,
        150,
        150,
    )
    assert (rows["", "0"].expected_minor, rows["", "1"].expected_minor) == (100, 50)
    assert (rows["bob", "best"].deals, rows["bob", "best"].open_minor) == (2, 59)
    assert rows["ann", "1"].expected_minor == 0
    halved = rows_of(deals, 2, Correction(Fraction(1, 2), Fraction(1, 2)), random.Random(7).random)
    row = halved["", ALL]
    assert (row.low_minor, row.expected_minor, row.high_minor) == (38, 75, 113)
    assert rows_of([], 2, Correction(), random.Random(7).random)["", ALL].deals == 0


def test_many_deals_are_drawn_once_for_every_sum():
    seed = random.randrange(10**6)
    print("seed", seed)
    deals = [Deal(100, (200_000, 500_000), ("ann", "bob")[n % 2], "best") for n in range(400)]
    rows = rows_of(deals, 2, Correction(), random.Random(seed).random)
    whole = rows["", ALL]
    assert whole.expected_minor == 20_000
    assert 18_000 < whole.low_minor < 20_000 < whole.high_minor < 22_000
    assert rows["", "0"].expected_minor + rows["", "1"].expected_minor == 20_000
    assert (rows["", "best"].low_minor, rows["", "best"].high_minor) == (whole.low_minor, whole.high_minor)
    assert rows["ann", "0"].low_minor < 4_000 < rows["ann", "0"].high_minor


def test_the_walk_leaves_out_days_with_too_little_and_knows_only_what_was_known():
    histories = [
        past(n, 2 + n % 20, WON if n % 2 else LOST, START + dt.timedelta(days=n)) for n in range(300)
    ]
    days = [dt.date(2026, 1, 31), dt.date(2026, 6, 30), dt.date(2026, 9, 30)]
    walks = walked(histories, days, 91, random.Random(3).random)
    assert [walk.tried.on for walk in walks] == days[1:], "thirty decided deals are needed"
    first = walks[0]
    assert first.expected_minor == first.tried.by_age_minor, "nothing had finished that could correct it"
    assert first.inside == (first.low_minor <= first.tried.came_minor <= first.high_minor)
    shuffled = histories[::-1]
    assert walked(shuffled, days[::-1], 91, random.Random(3).random)[0].tried == first.tried
    later = [past(1000 + n, 1, WON, dt.date(2026, 11, 1)) for n in range(50)]
    assert walked([*histories, *later], days, 91, random.Random(3).random)[0].tried == first.tried
