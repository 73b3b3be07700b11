"""The target tree: parts are always the whole, versions, run rates, and hopes kept apart."""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction

import pytest

from closebook.core.errors import InputError, InvariantError
from closebook.core.periods import Month
from closebook.core.selling.targets import (
    ABSORB,
    LEAVE,
    RAISE,
    Goal,
    Party,
    Stage,
    added,
    broken,
    by_region,
    days_left,
    due_by,
    find,
    first,
    for_parties,
    in_force,
    leaf_changed,
    run_rate,
    seasonal_weights,
    total,
    weekdays,
    year_tree,
)

YEAR = weekdays(dt.date(2026, 1, 1), dt.date(2026, 12, 31), [dt.date(2026, 1, 1), dt.date(2026, 12, 25)])


def test_fifteen_people_and_twelve_months_are_the_whole():
    parts = for_parties(1_500_000_000, [(Party("", f"p{n}"), 1) for n in range(15)])
    trees = [year_tree(2026, minor, YEAR, month_weights=[1] * 12, depth="month") for _party, minor in parts]
    cells = [month.amount_minor for tree in trees for stage in tree.children for month in stage.children]
    assert len(cells) == 180
    assert sum(cells) == 1_500_000_000
    assert set(cells) == {8_333_333, 8_333_334}
    whole = added(trees)
    assert whole.amount_minor == 1_500_000_000
    assert not broken(whole)


def test_every_level_adds_up_for_any_amount():
    seed = 5
    print("seed", seed)
    chance = random.Random(seed)
    stages = (Stage("good start", 1, 2), Stage("season", 3, 9), Stage("slack", 10, 12))
    for _ in range(6):
        parties = [(Party("north", f"n{n}"), chance.randrange(1, 9)) for n in range(3)]
        parties += [(Party("south", "s", "dealer"), chance.randrange(1, 9))]
        amount = chance.randrange(10**9)
        parts = for_parties(amount, parties)
        whole = added([year_tree(2026, minor, YEAR, stages=stages) for _party, minor in parts])
        assert whole.amount_minor == amount == sum(by_region(parts).values())
        assert not broken(whole)
        assert due_by(whole, dt.date(2026, 12, 31)) == amount


def test_a_week_over_two_months_is_split_by_its_working_days():
    tree = year_tree(2026, len(YEAR) * 100, YEAR)
    weeks = [
        week
        for stage in tree.children
        for month in stage.children
        for week in month.children
        if week.name == "2026-W14"
    ]
    assert [week.amount_minor for week in weeks] == [200, 300]
    assert due_by(tree, dt.date(2026, 1, 5)) == 200
    assert find(tree, "month", "2026-02").amount_minor == 2000


def test_a_calendars_own_working_days_count():
    extra = weekdays(
        dt.date(2026, 2, 1), dt.date(2026, 2, 28), [dt.date(2026, 2, 17)], [dt.date(2026, 2, 14)]
    )
    assert len(extra) == 20
    assert dt.date(2026, 2, 14) in extra


def test_a_tree_with_a_wrong_child_is_found():
    tree = year_tree(2026, 1000, YEAR, depth="month")
    assert broken(added([tree, tree])) == []
    with pytest.raises(InvariantError):
        added([tree, year_tree(2026, 1000, YEAR, depth="stage")])


def test_stages_cover_each_month_once():
    with pytest.raises(InputError):
        year_tree(2026, 1, YEAR, stages=(Stage("a", 1, 6), Stage("b", 6, 12)))


def test_a_changed_leaf_is_absorbed_raises_or_stays_different():
    assert leaf_changed(100, [50, 30, 20], 0, 60, ABSORB).children == (60, 24, 16)
    assert leaf_changed(100, [50, 50], 0, 60, RAISE).parent_minor == 110
    assert leaf_changed(100, [50, 50], 0, 60, LEAVE).difference_minor == 10
    with pytest.raises(InputError):
        leaf_changed(100, [50, 50], 0, 101, ABSORB)


def test_seasons_need_two_whole_years():
    months = {Month(year, number): number for year in (2024, 2025) for number in range(1, 13)}
    assert seasonal_weights(months, 2026) == [2 * number for number in range(1, 13)]
    del months[Month(2024, 3)]
    assert seasonal_weights(months, 2026) is None


def test_certain_and_hoped_are_never_added():
    certain, hoped = Goal("sales", 2026, 5), Goal("sales", 2026, 7, level="sprint")
    assert total([certain, certain]) == 10
    for other in (hoped, Goal("sales", 2026, 1, kind="own")):
        with pytest.raises(InvariantError):
            total([certain, other])


def test_versions_count_from_their_day():
    one = Goal("sales", 2026, 5, agreed_on=dt.date(2026, 1, 1))
    two = Goal("sales", 2026, 4, version=2, agreed_on=dt.date(2026, 6, 1), reason="a region closed")
    draft = Goal("sales", 2026, 9, version=3)
    assert in_force([one, two, draft], dt.date(2026, 5, 31)) == one
    assert in_force([one, two, draft], dt.date(2026, 6, 1)) == two
    assert first([two, one, draft]) == one
    assert in_force([draft], dt.date(2026, 6, 1)) is None


def test_the_run_rate_is_what_each_day_left_has_to_bring():
    assert run_rate(100, 40, 3) == Fraction(20)
    assert run_rate(100, 120, 3) == 0
    assert run_rate(100, 40, 0) is None
    assert days_left(YEAR, dt.date(2026, 12, 24), dt.date(2026, 12, 31)) == 4
