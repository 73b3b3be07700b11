"""The forecast: chances by stage and age, ranges, coverage, and what it refuses."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import random
from fractions import Fraction

import pytest

from closebook.core.errors import HeldError
from closebook.core.selling.backtest import tried
from closebook.core.selling.forecast import (
    UNTRIED,
    WHOLE,
    History,
    Spell,
    brier,
    calibration,
    coverage,
    expected_minor,
    forecast,
    hazards_of,
    reliability,
    value_range,
)

START = dt.date(2026, 1, 1)


def day(number):
    return START + dt.timedelta(days=number)


def made(count, seed, weeks=4):
    """Return deals that are won with one in five, lost with one in ten each week, from two stages."""
    chance = random.Random(seed)
    found = []
    for key in range(count):
        began, spells, stage = chance.randrange(400), [], "first"
        at = began
        while True:
            start = at
            while True:
                at += 7
                drawn = chance.random()
                if drawn < 0.3:
                    break
            to = ("second" if stage == "first" else "won") if drawn < 0.2 else "lost"
            spells.append(Spell(stage, day(start), day(at - 1), to))
            at -= 1
            stage = "second"
            if to != "second":
                break
        found.append(History(str(key), 100, tuple(spells), 100 if to == "won" else 0))
    return found


def test_hazards_are_the_shares_that_made_the_deals():
    seed = 3
    print("seed", seed)
    hazards = hazards_of(made(3000, seed), day(2000))
    assert dict(hazards.going("second", 0))["won"] == pytest.approx(0.2, abs=0.03)
    assert dict(hazards.going("first", 1))["lost"] == pytest.approx(0.1, abs=0.03)
    assert dict(hazards.going("first", 0)).get("won", 0) < 0.001


def test_the_chance_of_winning_is_that_of_the_chain():
    """One stage on, each week 0.2 won and 0.1 lost: within n weeks 0.2/0.3 of 1 - 0.7^n."""
    seed = 4
    print("seed", seed)
    hazards = hazards_of(made(4000, seed), day(2000))
    for weeks in (1, 4, 13):
        assert hazards.chance("second", 0, weeks) == pytest.approx(2 / 3 * (1 - 0.7**weeks), abs=0.04)
    assert hazards.chance("first", 0, 13) < hazards.chance("second", 0, 13)
    assert hazards.chance("second", 0, 0) == 0


def test_thin_ages_are_widened_and_never_fail():
    hazards = hazards_of(made(40, 9), day(2000))
    assert 0 <= hazards.chance("second", 500, 13) <= 1
    assert 0 <= hazards.chance("unheard of", 0, 13) <= 1


def test_a_forecast_is_calibrated_on_deals_like_those_before():
    seed = 8
    print("seed", seed)
    one = tried(made(4000, seed), day(300), 91)
    deviation = 100 * math.sqrt(one.open_deals / 4)  # each deal brings 100, or nothing
    assert abs(one.by_age_minor - one.came_minor) < 3.5 * deviation
    assert one.age_error < one.rate_error
    for group in one.reliability:
        wide = group.interval.low - 0.1, group.interval.high + 0.1
        assert group.came.whole < 30 or wide[0] < group.millionths / WHOLE < wide[1]


def test_it_sees_only_what_was_known_on_the_day():
    later = made(200, 2)
    known = [one for deal in later if (one := deal.until(day(100)))]
    assert all(spell.began <= day(100) for deal in known for spell in deal.spells)
    assert all(not spell.ended or spell.ended <= day(100) for deal in known for spell in deal.spells)
    a = forecast(later, day(200), 91, random.Random(1).random)
    b = forecast([deal for deal in later if deal.until(day(200))], day(200), 91, random.Random(1).random)
    assert a == b
    assert a.low_minor <= a.expected_minor <= a.high_minor


def test_it_is_refused_under_thirty_decided_deals():
    few = made(29, 1)
    with pytest.raises(HeldError, match="needs 30 decided deals; there are 29"):
        forecast(few, day(3000), 91, random.Random(1).random)


def brute_range(deals):
    sums = {}
    for won in itertools.product((0, 1), repeat=len(deals)):
        weight = Fraction(1)
        for hit, (_value, part) in zip(won, deals, strict=True):
            weight *= Fraction(part if hit else WHOLE - part, WHOLE)
        amount = sum(value for hit, (value, _part) in zip(won, deals, strict=True) if hit)
        sums[amount] = sums.get(amount, 0) + weight
    ordered, run, found = sorted(sums), Fraction(0), []
    for tenth in (Fraction(1, 10), Fraction(9, 10)):
        run = Fraction(0)
        for amount in ordered:
            run += sums[amount]
            if run >= tenth:
                found.append(amount)
                break
    return tuple(found)


def test_a_range_of_few_deals_is_exact():
    chance = random.Random(6)
    for _ in range(10):
        deals = [(chance.randrange(1, 50) * 100, chance.randrange(WHOLE)) for _ in range(7)]
        assert value_range(deals, lambda: 0.5) == brute_range(deals)


def test_a_range_of_many_deals_is_near_the_normal_one():
    low, high = value_range([(100, WHOLE // 2)] * 400, random.Random(12).random)
    assert low == pytest.approx(20_000 - 1282, abs=150)
    assert high == pytest.approx(20_000 + 1282, abs=150)


def test_the_same_source_of_chance_gives_the_same_range():
    deals = [(100 * n, 300_000) for n in range(40)]
    assert value_range(deals, random.Random(1).random) == value_range(deals, random.Random(1).random)


def test_past_periods_correct_and_widen():
    assert calibration([]) == (1, UNTRIED)
    assert calibration([(50, 100), (100, 100)]) == (Fraction(5, 6), Fraction(2, 5))
    deals = made(300, 5)
    plain = forecast(deals, day(200), 91, random.Random(1).random)
    wide = forecast(deals, day(200), 91, random.Random(1).random, [(50, 100), (100, 100)])
    assert wide.expected_minor < plain.expected_minor
    assert wide.factor == Fraction(5, 6)


def test_before_and_after_periods_were_tried_the_range_holds_where_deals_share_a_fate():
    """Deals of one period come in more or less often together, as they do in a market that turns."""
    rng, inside, trials = random.Random(29), 0, 200
    for _trial in range(trials):
        past = [(rng.randint(3_500, 6_000), 5_000) for _period in range(rng.randint(0, 4))]
        factor, spread = calibration(past)
        low, high = value_range([(100, WHOLE // 2)] * 100, rng.random)
        came = rng.randint(3_500, 6_000)
        inside += low * factor * max(1 - spread, 0) <= came <= high * factor * (1 + spread)
    assert inside >= trials * 8 // 10


def test_coverage_and_errors():
    assert coverage(300, 100) == 3
    assert coverage(300, 0) is None
    assert brier([(WHOLE, True), (0, True), (WHOLE // 2, False)]) == pytest.approx((0 + 1 + 0.25) / 3)
    assert expected_minor([(101, WHOLE // 2)]) == 51
    found = reliability([(50_000, False), (99_999, True), (100_000, True), (WHOLE, True)])
    assert [(one.came.part, one.came.whole) for one in found] == [(1, 2), (1, 1), (1, 1)]
