"""Sales tax and purchase tax: one amount per rate, rounded half up on the sum of what the rate applies to.

Source: QuickBooks Online Accounting API, TxnTaxDetail (one TaxLine per rate), GlobalTaxCalculation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from closebook.core.ledger.currency import spread
from closebook.core.money import allocate, divide_half_up

HUNDRED_PERCENT = 100 * 10**6


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A rate: its record, millionths of a percent, and the ledger account that its tax is owed on."""

    key: int
    percent_micro: int
    payable: int


@dataclass(frozen=True, slots=True)
class RateTax:
    """The tax of one rate and what it was reckoned on, minor units. ``delta_minor`` is what an override
    added.
    """

    rate: TaxRate
    net_minor: int
    tax_minor: int
    delta_minor: int = 0


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """An amount in minor units and the rates that apply to it."""

    amount_minor: int
    rates: tuple[TaxRate, ...] = ()


def tax_of(net_minor: int, percent_micro: int) -> int:
    """Return the tax on a net amount, rounded half up.

    >>> tax_of(33525, 8_000_000), tax_of(20000, 5_500_000)
    (2682, 1100)
    """
    return divide_half_up(net_minor * percent_micro, HUNDRED_PERCENT)


def less_discount(lines: Sequence[TaxedLine], discount_minor: int) -> list[TaxedLine]:
    """Return the lines with a discount taken off in proportion; they add up to their sum less the discount.

    >>> [line.amount_minor for line in less_discount([TaxedLine(200), TaxedLine(100)], 30)]
    [180, 90]
    """
    whole = sum(line.amount_minor for line in lines)
    if not discount_minor or not whole:
        return list(lines)
    amounts = [line.amount_minor for line in lines]
    if whole > 0:
        shares = spread(amounts, whole - discount_minor, whole, whole - discount_minor)
    else:
        shares = spread(amounts, discount_minor - whole, -whole, whole - discount_minor)
    return [replace(line, amount_minor=share) for line, share in zip(lines, shares, strict=True)]


def tax_excluded(lines: Sequence[TaxedLine]) -> list[RateTax]:
    """Return the tax per rate on top of the lines' amounts, in the order in which rates first appear."""
    nets: dict[TaxRate, int] = {}
    for line in lines:
        for rate in line.rates:
            nets[rate] = nets.get(rate, 0) + line.amount_minor
    return [RateTax(rate, net, tax_of(net, rate.percent_micro)) for rate, net in nets.items()]


def tax_inclusive(lines: Sequence[TaxedLine]) -> tuple[list[int], list[RateTax]]:
    """Return (net amount per line, tax per rate) of amounts that hold their tax; together they are the gross
    sum.

    Lines of the same rates are taken together, so that the cents follow from one rounding.

    >>> rate = TaxRate(1, 21_000_000, 9)
    >>> nets, taxes = tax_inclusive([TaxedLine(12100, (rate,)), TaxedLine(500)])
    >>> nets, [tax.tax_minor for tax in taxes]
    ([10000, 500], [2100])
    """
    nets = [line.amount_minor for line in lines]
    groups: dict[tuple[TaxRate, ...], list[int]] = {}
    for index, line in enumerate(lines):
        groups.setdefault(line.rates, []).append(index)
    taxes: dict[TaxRate, RateTax] = {}
    for rates, members in groups.items():
        percent = sum(rate.percent_micro for rate in rates)
        gross = [nets[index] for index in members]
        net = divide_half_up(sum(gross) * HUNDRED_PERCENT, HUNDRED_PERCENT + percent)
        for index, share in zip(
            members, spread(gross, HUNDRED_PERCENT, HUNDRED_PERCENT + percent, net), strict=True
        ):
            nets[index] = share
        for rate, amount in zip(rates, _by_rate(sum(gross) - net, rates), strict=True):
            _add(taxes, RateTax(rate, net, amount))
    return nets, list(taxes.values())


def _by_rate(tax_minor: int, rates: tuple[TaxRate, ...]) -> list[int]:
    return allocate(tax_minor, [rate.percent_micro for rate in rates]) if rates else []


def _add(taxes: dict[TaxRate, RateTax], tax: RateTax) -> None:
    former = taxes.get(tax.rate)
    if former:
        tax = RateTax(tax.rate, former.net_minor + tax.net_minor, former.tax_minor + tax.tax_minor)
    taxes[tax.rate] = tax


def overridden(taxes: Sequence[RateTax], amounts_minor: Mapping[int, int]) -> list[RateTax]:
    """Return the taxes with some amounts replaced (by the rate's key); the difference is kept in
    ``delta_minor``.
    """
    return [
        replace(tax, tax_minor=wanted, delta_minor=wanted - tax.tax_minor)
        for tax in taxes
        for wanted in (amounts_minor.get(tax.rate.key, tax.tax_minor),)
    ]


def overridden_total(taxes: Sequence[RateTax], total_minor: int) -> list[RateTax]:
    """Return the taxes with a total given from outside, shared in proportion to the rates' percents."""
    shares = allocate(total_minor, [tax.rate.percent_micro for tax in taxes])
    return overridden(taxes, {tax.rate.key: share for tax, share in zip(taxes, shares, strict=True)})
