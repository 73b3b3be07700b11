"""A target beside what was sold: every sale in one part and one span, sums exact at each level."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from closebook.core.selling.plan import (
    Party,
    Shape,
    Spot,
    by_percent,
    compared,
    line,
    lines,
    node_of,
    part_lines,
    part_of,
    placed,
)
from closebook.core.selling.targets import find, weekdays, year_tree

DAYS = weekdays(dt.date(2026, 1, 1), dt.date(2026, 12, 31), [dt.date(2026, 1, 1)])
SHAPE = Shape(2026, DAYS)


def test_fifteen_people_by_twelve_months_are_the_whole_to_the_cent():
    whole = 15_000_000_00
    amounts = by_percent(whole, [666] * 14 + [676])
    assert sum(amounts) == whole
    node = node_of(SHAPE, amounts, Spot())
    assert node is not None
    assert node.amount_minor == sum(child.amount_minor for child in node.children) == whole


def test_a_month_hangs_in_the_tree_as_if_the_whole_tree_were_made():
    seed = random.randrange(10**6)
    print("seed", seed)
    amount = random.Random(seed).randrange(1, 10**9)
    deep = year_tree(2026, amount, DAYS, month_weights=SHAPE.month_weights())
    for spot, kind, name in (
        (Spot("2026-03"), "month", "2026-03"),
        (Spot("2026-03", "2026-W11"), "week", "2026-W11"),
    ):
        here, there = node_of(SHAPE, [amount], spot), find(deep, kind, name)
        assert here is not None
        assert there is not None
        assert here.amount_minor == there.amount_minor == sum(child.amount_minor for child in here.children)
        assert [child.amount_minor for child in here.children] == [
            child.amount_minor for child in there.children
        ]
    assert node_of(SHAPE, [amount], Spot("2027-01")) is None
    assert node_of(SHAPE, [amount], Spot("2026-01", "2026-W30")) is None


def test_a_sunday_counts_for_the_week_before_and_nothing_is_lost():
    month = node_of(SHAPE, [100_00], Spot("2026-03"))
    assert month is not None
    sold = [(dt.date(2026, 3, 1), 1), (dt.date(2026, 3, 8), 10), (dt.date(2026, 3, 31), 100)]
    assert sum(placed(month.children, sold)) == 111
    assert placed((), sold) == [], "a month without work"
    assert placed(month.children, sold)[0] == 11, "the Sunday before the first working day, and the eighth"
    year = node_of(SHAPE, [100_00], Spot())
    assert year is not None
    found = lines(year, sold, DAYS, dt.date(2026, 3, 10))
    assert [row.actual_minor for depth, row in found if depth == 1] == [111, 0, 0, 0]
    assert sum(row.actual_minor for depth, row in found if depth == 2) == 111


def test_what_a_day_has_to_bring_counts_the_days_that_are_left():
    week = node_of(SHAPE, [10_000_00], Spot("2026-03", "2026-W11"))
    assert week is not None
    one = line(week, 100_00, DAYS, dt.date(2026, 3, 10))
    assert (one.days_left, one.percent, one.difference_minor) == (3, 52, 100_00 - week.amount_minor)
    assert one.a_day_minor == (week.amount_minor - 100_00 + 1) // 3
    over = line(week, 0, DAYS, dt.date(2026, 4, 1))
    assert (over.days_left, over.a_day_minor, over.due_minor) == (0, None, week.amount_minor)
    assert line(week, 0, DAYS, dt.date(2026, 1, 1)).days_left == 5, "a week to come has all its days"


def test_a_sale_belongs_to_the_narrowest_part():
    parts = [
        Party("North"),
        Party("North", "ann"),
        Party("North", "ann", "Quill"),
        Party("", "bob"),
    ]
    assert part_of(parts, Party("North", "ann", "Quill")) == parts[2]
    assert part_of(parts, Party("North", "ann", "Ink")) == parts[1]
    assert part_of(parts, Party("North", "cas")) == parts[0]
    assert part_of(parts, Party("South", "bob")) == parts[3]
    assert part_of(parts, Party("South", "cas")) is None
    assert part_of(parts[1:], Party("", "ann", "Ink")) == parts[1], "a customer without a region"
    twice = [Party("North", "ann"), Party("South", "ann")]
    assert part_of(twice, Party("", "ann", "Ink")) is None, "which of two is not guessed"
    assert part_of([Party()], Party("South", "cas")) == Party()


def test_groups_of_parts_are_the_sum_of_what_is_below():
    targets = {
        Party("North"): 5, Party("North", "ann"): 10, Party("North", "ann", "Quill"): 20, Party("", "bob"): 7,
        Party(): 3,
    }  # fmt: skip
    found = part_lines(targets, {Party("North", "ann"): 4, Party(): 1})
    shown = [(row.depth, row.name, row.target_minor, row.actual_minor) for row in found]
    assert (1, "North", 35, 4) in shown
    assert (2, "ann", 30, 4) in shown
    assert (3, "Quill", 20, 0) in shown
    north = [row for row in found if row.party.region == "North"]
    assert sum(row.target_minor for row in north if row.depth == 2) == 35
    assert sum(row.target_minor for row in north if row.depth == 3) == 30
    assert [row.name for row in part_lines({Party(): 3}, {})] == [""]


def test_what_is_left_to_nobody_stands_beside_the_people_so_that_they_add_up():
    rows = part_lines({Party("", "ann"): 72, Party(): 48}, {})
    assert [(row.depth, row.name, row.target_minor) for row in rows] == [(2, "", 48), (2, "ann", 72)]
    rows = part_lines({Party("North", "bob"): 5, Party("", "ann"): 72, Party(): 48}, {})
    assert [(row.name, row.target_minor) for row in rows if row.depth == 1] == [("", 120), ("North", 5)]


@pytest.mark.parametrize(
    ("shares", "parts"), [([5000, 5000], [50, 51]), ([10_000], [101]), ([], []), ([3333], [34])]
)
def test_percentages_are_exact(shares, parts):
    assert sorted(by_percent(101, shares)) == parts


def test_versions_are_compared_part_by_part():
    assert compared({Party("a"): 1}, {Party("a"): 2, Party("b"): 3}) == [
        (Party("a"), 1, 2),
        (Party("b"), 0, 3),
    ]
