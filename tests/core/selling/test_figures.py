"""The figures of the yearly summary, against the worked numbers."""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction

import pytest

from closebook.core.errors import InputError, InvariantError
from closebook.core.selling import figures as money
from closebook.core.selling import figures_counts as counts
from closebook.core.selling.figures import ProductYear, RateMove, percent, rounded
from closebook.core.selling.figures_counts import FirstInvoice
from closebook.core.selling.identities import by_name, difference, proved, shared, shares_checked
from closebook.core.selling.receivables import Due, Movement, PayPromise, age, ageing, identity, kept

DAY = dt.date(2026, 3, 1)


def test_sixty_percent_of_target_and_twelve_below_last_year():
    sales = 130_000_000
    assert rounded(Fraction(sales) / Fraction(60, 100)) == 216_666_667
    assert money.completion(sales, 216_666_667).value == pytest.approx(0.6)
    before = rounded(Fraction(sales) / Fraction(88, 100))
    assert before == 147_727_273
    assert percent(money.growth(sales, before).value) == "-12.0"
    assert percent(Fraction(88, 90) - 1) == "-2.2"


def test_down_sixteen_percent_has_two_meanings():
    points, relative = money.meanings_of_fall(Fraction(80, 100), Fraction(16, 100))
    assert (percent(points, 2), percent(relative, 2)) == ("96.00", "95.24")
    assert RateMove(Fraction(96, 100), Fraction(80, 100)).text == "-16 points (-16.7 %)"
    assert RateMove(Fraction(1, 10), Fraction(3, 10)).text == "+20 points (+200.0 %)"
    assert RateMove(Fraction(0), Fraction(1, 2)).text == "+50 points"


def test_logged_and_estimated_visits_stay_apart():
    assert [one.value for one in counts.visits(210, 20)] == [210, 20]
    assert counts.visits_per_day(230, [23] * 5).value == 2
    assert percent(counts.visits_per_day(210, [23] * 5).value, 0) == "183"


def test_own_target_stands_beside_the_companys():
    assert money.completion(110_000_000, 200_000_000, "own").value == Fraction(55, 100)
    assert money.completion(110_000_000, 100_000_000).value > 1


def test_new_customers_are_first_invoices_in_the_period():
    firsts = [FirstInvoice(str(n), DAY, "small" if n < 3 else "large") for n in range(4)]
    older = FirstInvoice("9", DAY - dt.timedelta(days=400))
    found = counts.new_customers([*firsts, older], dt.date(2026, 1, 1), dt.date(2026, 12, 31), 6)
    assert [one.value for one in found] == [4, Fraction(2, 3), Fraction(3, 4)]


def test_the_three_collection_rates_of_a_real_file():
    movement = Movement(572_506, 7_163_911, 0, 7_660_227, 0, 76_190)
    assert identity(movement).value == 0
    rates = money.collection_rate(7_660_227, 7_163_911, 572_506, 7_163_911 - 76_190)
    assert [percent(one.value) for one in rates] == ["106.9", "99.0", "98.9"]
    assert [one.variant[0] for one in rates] == ["a", "b", "c"]


def test_a_cent_breaks_the_receivables():
    broken = identity(Movement(1, 2, 0, 0, 0, 4))
    assert (broken.value, broken.reason) == (-1, "The receivables do not add up.")


def test_a_ratio_of_nothing_has_a_reason_and_no_value():
    for figure in (money.completion(1, 0), money.growth(1, 0), counts.revisits(0, 0)):
        assert figure.value is None
        assert figure.reason
        assert figure.minor is None


def test_price_volume_and_mix_are_the_whole_change():
    seed = 23
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(100):
        years = [
            {
                name: ProductYear(chance.randrange(10**6), Fraction(chance.randrange(100), 4))
                for name in chance.sample("abcdef", chance.randrange(1, 6))
            }
            for _ in range(2)
        ]
        whole = sum(one.sales_minor for one in years[0].values())
        whole -= sum(one.sales_minor for one in years[1].values())
        assert sum(part.value for part in money.price_volume_mix(*years)) == whole


def test_the_index_leaves_the_mix_out():
    before = {"a": ProductYear(1000, Fraction(10)), "b": ProductYear(1000, Fraction(1))}
    now = {"a": ProductYear(100, Fraction(1)), "b": ProductYear(10_000, Fraction(10))}
    found = {one.variant: one.value for one in money.price_changes(now, before)}
    assert found["index-last-years-quantities"] == 0
    assert found["incl-mix"] > 1
    parts = {one.line: one.value for one in money.price_volume_mix(now, before)}
    assert (parts["price"], parts["volume"]) == (0, 0)
    assert parts["mix"] == 8100


def test_figures_per_person_market_and_cost():
    assert money.per_head(1000, 4, "register 2026").value == 250
    full = money.average_fte(
        [
            (dt.date(2026, 1, 1), dt.date(2026, 12, 31), Fraction(1)),
            (dt.date(2026, 7, 2), dt.date(2027, 1, 1), Fraction(1)),
        ],
        dt.date(2026, 1, 1),
        dt.date(2026, 12, 31),
    )
    assert full == 1 + Fraction(183, 365)
    assert money.market_share(10, 40, "survey").value == Fraction(1, 4)
    assert [one.value for one in money.expenses({"travel": 30, "fair": 20}, 200)] == [
        30,
        20,
        50,
        Fraction(1, 4),
    ]
    assert money.profit(100, 120).value == -20
    assert money.sales(100, 7).value == 93
    assert money.collected(50, 5).value == 45
    assert money.over_short(90, 100).value == -10
    assert [one.value for one in money.target(5, 4)] == [5, 4]


def test_the_same_days_a_year_before():
    assert money.same_days_before(dt.date(2025, 1, 1), dt.date(2025, 2, 28))[1] == dt.date(2024, 2, 28)
    assert money.same_days_before(dt.date(2024, 2, 29), dt.date(2024, 3, 1))[0] == dt.date(2023, 2, 28)


def test_dealers_leads_and_complaints_are_counted():
    found = counts.dealers_by_grade({"x": "A", "y": "A"}, {"x": "B", "z": "C"})
    assert {one.line: one.value for one in found if one.variant == "move"} == {"B>A": 1, "->A": 1, "C>-": 1}
    assert counts.leads([("1", "fair"), ("1", "web"), ("2", "web")])[-1].value == 2
    rates = counts.complaints(3, in_time=1, closed=2, satisfied=0, asked=0, deliveries=150)
    assert [one.value for one in rates] == [3, Fraction(1, 2), None, 2]


def test_the_close_rate_counts_decided_ones_by_their_day():
    rows = [(DAY, "won"), (DAY, "lost"), (DAY, "dropped"), (None, "open"), (dt.date(2025, 1, 1), "won")]
    figure = counts.close_rate(rows, dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert (figure.numerator, figure.denominator) == (1, 2)
    assert counts.months_with_order([DAY, DAY, dt.date(2026, 4, 1)], 2026).value == 2
    assert counts.year_elapsed([DAY, dt.date(2026, 3, 2)], DAY).value == Fraction(1, 2)
    assert counts.on_time(3, 4).value == Fraction(3, 4)
    assert [one.value for one in counts.availability(1, 2, 3, 4)] == [Fraction(1, 2), Fraction(3, 4)]
    assert counts.second_follow_ups(1, 4).value == Fraction(1, 4)
    assert counts.hot_realised(2, 10).value == Fraction(1, 5)
    assert counts.visits_needed(Fraction(5, 2), 3) == 8


def test_every_figure_has_a_name():
    assert list(money.FIGURE_NAMES) == [f"F{n}" for n in range(1, 32)]


def test_persons_and_nobody_are_the_total():
    rows = [("ann", 5), ("", 2), ("ann", 1)]
    assert by_name(rows) == {"": 2, "ann": 6}
    assert proved(by_name(rows), 8, "persons")
    assert difference(by_name(rows), 9) == -1
    with pytest.raises(InvariantError):
        proved(by_name(rows), 9, "persons")


def test_an_order_split_counts_by_shares_only():
    assert shared(1001, [("ann", 3000), ("bob", 7000)]) == [("ann", 300), ("bob", 701)]
    assert shared(7, []) == [("", 7)]
    for shares in ([("ann", 9999)], [("ann", 5000), ("ann", 5000)], [("ann", 10_000), ("bob", 0)], []):
        with pytest.raises(InputError):
            shares_checked(shares)
    assert shares_checked([("ann", 10_000)])


def test_ages_and_promises():
    due = dt.date(2026, 1, 31)
    classes = [age(due, due + dt.timedelta(days=n)) for n in (0, 1, 30, 31, 60, 61, 90, 91)]
    assert classes == ["not-due", "1-30", "1-30", "31-60", "31-60", "61-90", "61-90", "over-90"]
    rows = ageing([Due("x", "ann", due, 5), Due("y", "", due, 7)], due + dt.timedelta(days=40))
    assert rows["ann"]["31-60"] == 5
    assert sum(rows[""].values()) == 7
    promise = PayPromise("x", due, 10)
    assert kept(promise, [(due, 10)], due) is True
    assert kept(promise, [(due, 9)], due) is None
    assert kept(promise, [(due + dt.timedelta(days=1), 10)], due + dt.timedelta(days=1)) is False
