"""Each cause of a tax that differs from the books' is named by its own example."""

from __future__ import annotations

from closebook.core.commerce.sales import LineKind, TaxPart
from closebook.core.planning.tax_check import Cause, books_taxes, return_findings, tax_findings
from tests.core.planning.till import back, line, paid, sale

RATE = 7_750_000


def one_tax(lines, took, *, percent=RATE, inclusive=False, **more):
    part = TaxPart("t", "State tax", percent, took, inclusive=inclusive)
    return sale("A1", "03-04", lines, [paid(1)], taxes=[part], **more)


def test_nothing_is_said_when_both_agree() -> None:
    assert tax_findings(one_tax([line("Lamp", 800, 62)], 62)) == []


def test_cause_1_rounded_by_line() -> None:
    found = tax_findings(one_tax([line(f"Sticker {n}", 95, 7) for n in range(3)], 21))
    assert [(one.cause, one.difference_minor, one.books_minor) for one in found] == [
        (Cause.ROUNDED_PER_LINE, -1, 22)
    ]
    assert "0.21" in found[0].in_words()
    assert "0.22" in found[0].in_words()


def test_cause_1_also_with_rounding_to_even() -> None:
    lines = [line("A", 50, 2, taxes={"t": 2}), line("B", 50, taxes={"t": 2})]
    found = tax_findings(one_tax(lines, 4, percent=5_000_000))
    assert [one.cause for one in found] == [Cause.ROUNDED_PER_LINE]


def test_cause_2_inclusive_prices_read_as_additive() -> None:
    found = tax_findings(one_tax([line("Lamp", 12000, taxes={"t": 2000})], 2000, percent=20_000_000))
    assert [one.cause for one in found] == [Cause.INCLUSIVE_AS_ADDITIVE]


def test_cause_3_a_rate_that_is_not_told_is_left_alone() -> None:
    odd = one_tax([line("Lamp", 800, 99)], 99, percent=0)
    assert tax_findings(odd) == []
    assert books_taxes(odd) == {"t": 99}


def test_cause_4_only_one_of_several_rates_was_reckoned() -> None:
    taxes = [TaxPart("a", "GST", 5_000_000, 50), TaxPart("b", "PST", 7_000_000, 0)]
    sold = sale("A1", "03-04", [line("Lamp", 1000, taxes={"a": 50, "b": 0})], [paid(1)], taxes=taxes)
    assert [(one.rate, one.cause) for one in tax_findings(sold)] == [("PST", Cause.SEVERAL_RATES)]


def test_cause_5_the_tax_was_left_out_of_money_given_back() -> None:
    sold = one_tax([line("Lamp", 10000, 775)], 775)
    whole = back("R1", "A1", "03-09", 10000, 0, [paid(10000)])
    found = return_findings(whole, sold)
    assert [(one.cause, one.books_minor) for one in found] == [(Cause.REFUND_PARTS, 775)]
    assert return_findings(back("R2", "A1", "03-09", 4000, 310, [paid(4310)]), sold) == []


def test_cause_6_a_tip_was_taxed() -> None:
    found = tax_findings(one_tax([line("Lamp", 1000, 93)], 93, tip_minor=200))
    assert [one.cause for one in found] == [Cause.UNTAXABLE_TAXED]
    card = line("Gift card", 5000, kind=LineKind.GIFT_CARD)
    found = tax_findings(one_tax([line("Lamp", 1000, 465), card], 465))
    assert [one.cause for one in found] == [Cause.UNTAXABLE_TAXED]


def test_cause_7_the_channel_remits_it() -> None:
    found = tax_findings(one_tax([line("Lamp", 1000, taxes={"t": 0})], 0, channel="Courier"))
    assert [one.cause for one in found] == [Cause.REMITTED_BY_CHANNEL]


def test_what_no_cause_explains_is_said_so() -> None:
    assert [one.cause for one in tax_findings(one_tax([line("Lamp", 1000, 11)], 11))] == [Cause.UNEXPLAINED]
