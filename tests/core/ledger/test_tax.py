"""Tax: one rounding per rate, the rates add up, inclusive amounts lose no cent."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from closebook.core.ledger.tax import (
    RateTax,
    TaxedLine,
    TaxRate,
    less_discount,
    overridden,
    overridden_total,
    tax_excluded,
    tax_inclusive,
    tax_of,
)

STATE = TaxRate(1, 7_100_000, 91)
CITY = TaxRate(2, 2_000_000, 92)
RATES = st.lists(
    st.builds(TaxRate, st.integers(1, 5), st.integers(1, 30_000_000), st.just(9)),
    max_size=3, unique_by=lambda rate: rate.key,
).map(tuple)  # fmt: skip
LINES = st.lists(st.builds(TaxedLine, st.integers(-(10**7), 10**7), RATES), min_size=1, max_size=10)


def test_worked_cases() -> None:
    assert tax_of(33525, 8_000_000) == 2682
    assert tax_of(20000, 5_500_000) == 1100
    assert tax_of(1, 50_000_000) == 1
    assert tax_of(-1, 50_000_000) == -1


def test_two_rates_of_one_group_are_rounded_apart() -> None:
    assert tax_excluded([TaxedLine(4550, (STATE, CITY)), TaxedLine(1000)]) == [
        RateTax(STATE, 4550, 323),
        RateTax(CITY, 4550, 91),
    ]


def test_discount_before_tax_is_taken_in_proportion() -> None:
    lines = less_discount([TaxedLine(10000, (STATE,)), TaxedLine(10000)], 2000)
    assert [line.amount_minor for line in lines] == [9000, 9000]
    assert tax_excluded(lines) == [RateTax(STATE, 9000, 639)]


@given(LINES, st.integers(0, 10**7))
def test_discount_is_taken_whole(lines: list[TaxedLine], discount: int) -> None:
    whole = sum(line.amount_minor for line in lines)
    less = less_discount(lines, discount)
    assert sum(line.amount_minor for line in less) == (whole - discount if whole else 0)


@given(LINES)
def test_excluded_tax_is_the_rounded_sum_per_rate(lines: list[TaxedLine]) -> None:
    for tax in tax_excluded(lines):
        net = sum(line.amount_minor for line in lines if tax.rate in line.rates)
        assert (tax.net_minor, tax.tax_minor) == (net, tax_of(net, tax.rate.percent_micro))


@given(LINES)
def test_inclusive_net_and_tax_are_the_gross(lines: list[TaxedLine]) -> None:
    nets, taxes = tax_inclusive(lines)
    gross = sum(line.amount_minor for line in lines)
    assert sum(nets) + sum(tax.tax_minor for tax in taxes) == gross
    untaxed = [(net, line.amount_minor) for net, line in zip(nets, lines, strict=True) if not line.rates]
    assert all(net == amount for net, amount in untaxed)


@given(st.integers(0, 10**6))
def test_a_total_from_outside_is_kept_to_the_cent(total: int) -> None:
    taxes = overridden_total(tax_excluded([TaxedLine(4550, (STATE, CITY))]), total)
    assert sum(tax.tax_minor for tax in taxes) == total
    assert [tax.tax_minor - tax.delta_minor for tax in taxes] == [323, 91]


def test_an_amount_from_outside_replaces_one_rate() -> None:
    taxes = overridden(tax_excluded([TaxedLine(4550, (STATE, CITY))]), {2: 90})
    assert [(tax.tax_minor, tax.delta_minor) for tax in taxes] == [(323, 0), (90, -1)]
