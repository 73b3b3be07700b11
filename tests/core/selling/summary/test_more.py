"""Prices, leads, entered numbers and the third collection rate, against worked numbers."""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction

import pytest

from closebook.core.errors import InputError
from closebook.core.selling.checks import Item
from closebook.core.selling.followups import revisits_kept
from closebook.core.selling.summary.compose import report_of
from closebook.core.selling.summary.entered import numbers_of, whole_number
from closebook.core.selling.summary.gathered import Gathered, Product, Sale
from tests.web.selling_year.example import SCOPE, year

MILLION = 1_000_000


def value(name, given=None):
    return report_of(given or year()).figures[name].figure.value


def test_sales_that_fell_by_twelve_at_prices_that_fell_by_ten():
    """Sales 0.88 at prices 0.90 leave a volume of 0.9778: 2.2 % less."""
    before, now = Product(100_000_00, 1_000 * MILLION), Product(88_000_00, 977_777_778)
    report = report_of(Gathered(SCOPE, 88_000_00, products={"A": now}, products_before={"A": before}))
    assert round(float(report.figures["F12"].figure.value), 6) == -0.1
    assert [report.minor(f"F13/{name}") for name in ("volume", "price", "mix", "new", "dropped")] == [
        -2_222_22, -9_777_78, 0, 0, 0,
    ]  # fmt: skip
    assert report.minor("F13") == -12_000_00


def test_the_effects_are_the_change_of_sales_for_any_products():
    seed = random.randrange(10**9)
    chance = random.Random(seed)
    for _round in range(60):
        now, before = (
            {
                name: Product(
                    chance.randint(-900, 90_000), chance.choice((0, 1)) * chance.randint(1, MILLION)
                )
                for name in chance.sample("ABCDEF", 4)
            }
            for _year in "ab"
        )
        report = report_of(Gathered(SCOPE, 0, products=now, products_before=before))
        moved = sum(one.minor for one in now.values()) - sum(one.minor for one in before.values())
        assert "F13" not in report.figures or report.minor("F13") == moved, seed


def test_the_invented_year_has_each_of_these_figures():
    assert value("F12/product/Lamp") == Fraction(10_00 - 12_50, 12_50)
    assert (value("F18"), value("F19"), value("F19/source/fair")) == (5_500, 2, 1)
    assert (value("F21"), value("F22"), value("F24")) == (Fraction(3, 4), Fraction(1, 4), Fraction(47, 50))
    assert (value("F26"), value("F26/distribution")) == (Fraction(31, 40), Fraction(2, 3))
    assert value("F7/region/Noord") == Fraction(report_of(year()).minor("F3/region/Noord"), 1_250_000)


def test_collection_of_a_real_file_by_its_three_definitions():
    """The file of 2013: 106.9 %, 99.0 % and 98.9 %."""
    assert [round(float(value(name)) * 100, 1) for name in ("F10", "F10/b", "F10/c")] == [106.9, 99.0, 98.9]
    assert "F10/c" not in report_of(year(received=None)).figures


def test_a_market_share_that_fell_is_told_in_points_and_relative():
    """96 % to 80 % is 16 points, and 16.7 % of what it was."""
    items = [Item("market-size", "x", "R9", {"size": "1,000", "size-before": "1,000"})]
    before = [Sale("2024-01", "A", 960_00)]
    given = Gathered(SCOPE, 800_00, [Sale("2025-01", "A", 800_00)], before, items=items)
    assert (value("F25", given), value("F25/before", given)) == (Fraction(4, 5), Fraction(24, 25))
    assert (value("F25/points", given), value("F25/relative", given)) == (-16, Fraction(-1, 6))
    alone = Gathered(SCOPE, 800_00, items=[Item("market-size", "x", "R9", {"size": "1,000"})])
    assert "F25/before" not in report_of(alone).figures


def test_what_nobody_entered_or_gathered_has_no_figure():
    found = report_of(Gathered(SCOPE, 0)).figures
    assert not {"F7", "F12", "F13", "F18", "F19", "F21", "F22", "F24", "F25", "F26", "F10/c"} & found.keys()


@pytest.mark.parametrize("typed", ["", "1.5", "12,34", "-3", "1.000,00", "1,0000", "9" * 16, "½", "٣", "a"])
def test_only_whole_numbers_are_taken(typed):
    with pytest.raises(InputError, match="no whole number"):
        whole_number(typed)


@pytest.mark.parametrize(
    ("kind", "facts"),
    [("supply", {"lines": "3", "in-time": "4"}), ("outlets", {"checked": "3", "found": "4"}),
     ("outlets", {"checked": "3", "found": "3", "carrying": "1"})],
)  # fmt: skip
def test_a_part_is_never_more_than_its_whole(kind, facts):
    with pytest.raises(InputError, match="more than its whole"):
        numbers_of(Item(kind, "x", "", facts))


def test_regular_visits_run_from_the_contact_that_counts():
    first = dt.date(2025, 1, 1)
    days = [first + dt.timedelta(days=n) for n in (0, 3, 14, 40)]
    assert revisits_kept(days, 14, first, first + dt.timedelta(days=60)) == (1, 3)
    assert revisits_kept(days[:1], 14, first, first + dt.timedelta(days=10)) == (0, 0)
    assert revisits_kept([], 14, first, first) == (0, 0)
    daily = [first + dt.timedelta(days=n) for n in range(61)]
    assert revisits_kept(daily, 14, first, daily[-1]) == (4, 4)
    later = first + dt.timedelta(days=30)
    assert revisits_kept(days[:1], 14, later, later) == (0, 0), "it was due before these days"
