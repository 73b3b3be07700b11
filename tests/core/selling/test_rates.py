"""Rates against worked numbers, and against reckonings of another kind."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest

from closebook.core.errors import InvariantError
from closebook.core.selling.association import chi_square, cramers_v, fisher, losing, marked
from closebook.core.selling.rates import (
    Count,
    Word,
    chance_better,
    change,
    deals_needed,
    e_value,
    newcombe,
    power,
    power_hint,
    rate_text,
    ripe,
    sentence,
    shrunk,
    team_prior,
    wilson,
)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 10, 0.0, 27.8), (1, 10, 1.8, 40.4), (3, 10, 10.8, 60.3), (2, 5, 11.8, 76.9),
        (10, 100, 5.5, 17.4), (30, 100, 21.9, 39.6), (0, 0, 0.0, 100.0), (10, 10, 72.2, 100.0),
    ],
)  # fmt: skip
def test_wilson_gives_the_worked_intervals(part, whole, low, high):
    found = wilson(Count(part, whole))
    assert (round(100 * found.low, 1), round(100 * found.high, 1)) == (low, high)


@pytest.mark.parametrize("whole", [1, 2, 7, 30])
def test_wilson_holds_just_the_rates_that_the_count_does_not_refuse(whole):
    """A rate r lies inside just when |k - n r| is at most z standard deviations of r itself."""
    z = Fraction(196, 100)
    for part in range(whole + 1):
        found = wilson(Count(part, whole))
        for thousandth in range(1, 1000, 7):
            r = Fraction(thousandth, 1000)
            inside = (part - whole * r) ** 2 <= z**2 * whole * r * (1 - r)
            assert inside == (found.low <= thousandth / 1000 <= found.high)


@pytest.mark.parametrize(
    ("before", "after", "low", "high"),
    [
        ((1, 10), (3, 10), -16.0, 51.4), ((2, 20), (6, 20), -5.4, 43.1), ((4, 40), (12, 40), 2.3, 36.6),
        ((5, 50), (15, 50), 4.3, 34.9), ((10, 100), (30, 100), 9.0, 30.6),
    ],
)  # fmt: skip
def test_newcombe_gives_the_worked_differences(before, after, low, high):
    found = newcombe(Count(*before), Count(*after))
    assert (round(100 * found.low, 1), round(100 * found.high, 1)) == (low, high)
    back = newcombe(Count(*after), Count(*before))
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low))


@pytest.mark.parametrize(
    ("before", "after", "flat", "low"),
    [
        ((1, 10), (3, 10), 0.845, 0.798), ((2, 20), (6, 20), 0.935, 0.911), ((4, 40), (12, 40), 0.986, 0.981),
        ((10, 100), (12, 100), 0.671, 0.664),
    ],
)  # fmt: skip
def test_the_chance_of_being_better_is_the_worked_one(before, after, flat, low):
    one, two = Count(*before), Count(*after)
    assert chance_better(one, two) == pytest.approx(flat, abs=0.0006)
    assert chance_better(one, two, (2, 8)) == pytest.approx(low, abs=0.0006)
    assert chance_better(one, two) + chance_better(two, one) == pytest.approx(1)


def test_a_large_change_is_nearly_certain():
    one, two = Count(10, 100), Count(30, 100)
    assert round(chance_better(one, two), 4) == 0.9998
    assert round(chance_better(one, two, (2, 8)), 4) == 0.9997


def whole_beta(a, b):
    return Fraction(math.factorial(a - 1) * math.factorial(b - 1), math.factorial(a + b - 1))


def test_the_chance_of_being_better_is_the_integral_by_fractions():
    """Order statistics: B > A counted over all orders of two Beta variables of whole numbers."""
    for one, two in (((1, 3), (2, 4)), ((0, 2), (2, 2)), ((3, 5), (1, 6))):
        a1, b1, a2, b2 = 1 + one[0], 1 + one[1] - one[0], 1 + two[0], 1 + two[1] - two[0]
        n2 = a2 + b2 - 1
        exact = sum(  # P(A < B): the tail of B as a binomial sum, integrated against A's density
            Fraction(math.comb(n2, j)) * whole_beta(a1 + j, b1 + n2 - j) / whole_beta(a1, b1)
            for j in range(a2)
        )
        assert chance_better(Count(*one), Count(*two)) == pytest.approx(float(exact))


def test_the_e_value_is_the_ratio_of_exact_betas():
    for part, whole in ((0, 1), (3, 10), (9, 20), (0, 30)):
        exact = whole_beta(3 + part, 7 + whole - part) / whole_beta(3, 7)
        exact /= Fraction(1, 10) ** part * Fraction(9, 10) ** (whole - part)
        assert e_value(Count(part, whole), 0.1) == pytest.approx(float(exact))


def test_the_e_value_is_a_fair_bet():
    """Over all courses of n deals its mean is 1 when nothing changed: that is why it may be watched."""
    for n in (1, 5, 12):
        mean = sum(
            math.comb(n, k) * 0.2**k * 0.8 ** (n - k) * e_value(Count(k, n), 0.2) for k in range(n + 1)
        )
        assert mean == pytest.approx(1)


def test_a_baseline_of_nothing_is_a_defect():
    with pytest.raises(InvariantError):
        e_value(Count(1, 2), 0.0)
    with pytest.raises(InvariantError):
        Count(3, 2)


@pytest.mark.parametrize(("deals", "seen"), [(20, 33), (40, 64), (60, 79), (80, 90), (100, 95)])
def test_the_power_is_that_of_the_simulation(deals, seen):
    assert 100 * power(0.1, 0.3, deals) == pytest.approx(seen, abs=1.5)


def test_the_hint_says_how_far_off_one_is():
    assert deals_needed() == 60
    assert power_hint(23) == "23 of about 60 decided deals needed."


def test_few_deals_are_not_called_improved():
    small = change(Count(1, 10), Count(3, 10))
    assert small.word is Word.UNCLEAR
    assert sentence(small) == (
        "No clear change yet; so far 1/10 → 3/10; with this many deals the true change may lie between -16 "
        "and +51 points."
    )
    assert small.points == 20
    assert small.times == pytest.approx(3.0)


def test_enough_deals_are_called_improved_or_worse():
    assert change(Count(4, 40), Count(12, 40)).word is Word.IMPROVED
    assert change(Count(12, 40), Count(4, 40)).word is Word.WORSE
    assert "x3.0 (+20 points" in sentence(change(Count(4, 40), Count(12, 40)))
    assert change(Count(0, 0), Count(1, 2)).word is Word.NOTHING
    assert sentence(change(Count(0, 0), Count(1, 2))) == "No decided deals yet."
    assert change(Count(4, 40), Count(12, 40), ripe=False).word is Word.PROVISIONAL


def test_the_e_value_counts_only_behind_thirty_deals():
    assert change(Count(2, 20), Count(15, 20)).evidence is None
    assert change(Count(3, 30), Count(15, 20)).evidence > 20


def test_a_cohort_is_ripe_when_nearly_all_is_decided_or_time_has_passed():
    assert ripe(9, 10, median_cycle_days=40, days_since_last_start=1)
    assert not ripe(8, 10, median_cycle_days=40, days_since_last_start=79)
    assert ripe(8, 10, median_cycle_days=40, days_since_last_start=80)


def test_a_rate_of_few_is_shown_as_a_count():
    assert rate_text(Count(1, 4)) == "1 of 4"
    assert rate_text(Count(3, 10)) == "3 of 10 (30 %, 10.8-60.3 %)"


def test_the_teams_rate_draws_a_small_one_to_itself():
    prior = team_prior([Count(1, 10), Count(3, 10), Count(6, 10), Count(0, 0)])
    assert 2 <= sum(prior) <= 30
    assert Count(1, 10).rate < shrunk(Count(1, 10), prior) < 1 / 3
    assert sum(team_prior([Count(2, 10), Count(2, 10)])) == pytest.approx(30)
    assert team_prior([]) == (1.0, 1.0)


def test_chi_square_is_the_sum_of_a_table_of_two_by_short_formula():
    a, b, c, d = 12, 5, 7, 20
    n = a + b + c + d
    short = Fraction(n * (a * d - b * c) ** 2, (a + b) * (c + d) * (a + c) * (b + d))
    assert chi_square([[a, b], [c, d]]) == pytest.approx(float(short))
    assert cramers_v([[a, b], [c, d]]) == pytest.approx(math.sqrt(short / n))
    assert cramers_v([[10, 0], [0, 10]]) == pytest.approx(1)
    assert cramers_v([[10, 10], [0, 0]]) == 0


def test_fishers_chance_counts_all_arrangements():
    seed = 11
    print("seed", seed)
    chance = random.Random(seed)
    lost = [1] * 7 + [0] * 9
    far = times = 0
    target = abs(Fraction(5, 6) - Fraction(2, 10))
    for _ in range(20_000):
        chance.shuffle(lost)
        times += 1
        far += abs(Fraction(sum(lost[:6]), 6) - Fraction(sum(lost[6:]), 10)) >= target
    assert fisher(Count(5, 6), Count(2, 10)) == pytest.approx(far / times, abs=0.01)


def test_benjamini_and_hochberg_mark_up_to_the_last_that_holds():
    chances = {"a": 0.01, "b": 0.045, "c": 0.055, "d": 0.6, "e": 0.07}
    assert marked(chances) == {"a", "b", "c", "e"}
    assert marked({"a": 0.2, "b": 0.3}) == set()
    assert marked({}) == set()


def test_sections_are_hidden_below_ten_deals():
    assert not losing("S1", Count(5, 9), Count(1, 20)).shown
    one = losing("S1", Count(9, 10), Count(1, 20))
    assert one.shown
    assert one.interval.low > 0
    assert "goes with" in one.sentence
