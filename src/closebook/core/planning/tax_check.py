"""Sales tax reckoned again, by line and by document, against what the till took; and why the two differ.

A till rounds each line and rate; the books round each rate once on the document. The difference is named with
its cause, which is the one whose assumption gives the till's figure to the cent. Source: QuickBooks Online
Accounting API, TxnTaxDetail (one TaxLine per rate); Square Orders API, taxes (rounded per line and rate).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from closebook.core.commerce.sales import LineKind, Return, Sale, TaxPart
from closebook.core.ledger.tax import (
    HUNDRED_PERCENT,
    TaxedLine,
    TaxRate,
    tax_excluded,
    tax_inclusive,
    tax_of,
)
from closebook.core.money import divide_half_up, format_minor


class Cause(StrEnum):
    """Why a till's tax is not what the books reckon."""

    ROUNDED_PER_LINE = "rounded-per-line"
    INCLUSIVE_AS_ADDITIVE = "inclusive-as-additive"
    RATE_NOT_KNOWN = "rate-not-known"
    SEVERAL_RATES = "several-rates"
    REFUND_PARTS = "refund-parts"
    UNTAXABLE_TAXED = "untaxable-taxed"
    REMITTED_BY_CHANNEL = "remitted-by-channel"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class TaxFinding:
    """A rate of one sale, or a return, whose tax differs. Amounts in minor units."""

    ref: str
    day: dt.date
    rate: str
    source_minor: int
    per_line_minor: int
    books_minor: int
    cause: Cause
    currency: str

    @property
    def difference_minor(self) -> int:
        """Return the till's tax less what the books reckon."""
        return self.source_minor - self.books_minor

    @property
    def why(self) -> str:
        """Return the cause as a sentence."""
        return _WORDS[self.cause]

    def in_words(self) -> str:
        """Return the finding as a sentence."""
        source, lines, books, apart = (
            format_minor(amount, self.currency)
            for amount in (self.source_minor, self.per_line_minor, self.books_minor, self.difference_minor)
        )
        head = f"{self.ref} of {self.day}, {self.rate}: the till took {source}"
        return f"{head}, by line it is {lines}, on the document {books} ({apart} apart). {self.why}"


_WORDS = {
    Cause.ROUNDED_PER_LINE: "The till rounds each line, the books round once on the document.",
    Cause.INCLUSIVE_AS_ADDITIVE: "The tax is part of the prices in one, and on top of them in the other.",
    Cause.RATE_NOT_KNOWN: "The rate is not told, so the tax cannot be reckoned again.",
    Cause.SEVERAL_RATES: "Several rates apply and only one of them was reckoned.",
    Cause.REFUND_PARTS: "The money given back does not hold its share of the sale's tax.",
    Cause.UNTAXABLE_TAXED: "Tips, service charges or gift cards were taxed like goods.",
    Cause.REMITTED_BY_CHANNEL: "The channel through which it was sold remits this tax itself.",
    Cause.UNEXPLAINED: "No known cause gives this figure.",
}


def books_taxes(sale: Sale) -> dict[str, int]:
    """Return the tax that the books would reckon on the document, by the rate's ref; unknown rates keep the
    till's.
    """
    found = {tax.ref: tax.amount_minor for tax in sale.taxes}
    rates = _rates(sale)
    for inclusive in (False, True):
        chosen = {
            tax.ref: rates[tax.ref] for tax in sale.taxes if tax.inclusive is inclusive and tax.percent_micro
        }
        found |= _on_document(sale, chosen, inclusive=inclusive)
    return found


def tax_findings(sale: Sale) -> list[TaxFinding]:
    """Return what differs between a sale's tax and the books' reckoning, one finding per rate."""
    books, found = books_taxes(sale), []
    for tax in sale.taxes:
        by_line = _by_line(sale, tax)
        if not tax.percent_micro:
            continue
        if tax.amount_minor != books[tax.ref]:
            cause = _cause(sale, tax, books[tax.ref])
            found.append(_finding(sale, tax, by_line, books[tax.ref], cause))
    return found


def return_findings(back: Return, sale: Sale | None) -> list[TaxFinding]:
    """Return a finding when money given back holds much more or less tax than its share of the sale."""
    if sale is None or not sale.seller_tax_minor or not back.goods_minor:
        return []
    goods = sale.items_minor - sale.discount_minor
    if goods <= 0:
        return []
    share = divide_half_up(sale.seller_tax_minor * back.goods_minor, goods)
    slack = max(len(sale.sale_lines), 1)
    if abs(share - back.tax_minor) <= slack:
        return []
    return [
        TaxFinding(
            back.ref, back.day, "tax given back", back.tax_minor, share, share, Cause.REFUND_PARTS,
            back.currency,
        )
    ]  # fmt: skip


def all_findings(sales: Iterable[Sale], returns: Iterable[Return]) -> Iterator[TaxFinding]:
    """Yield the findings of sales and returns in their order."""
    known = {}
    for sale in sales:
        known[sale.order_ref] = sale
        yield from tax_findings(sale)
    for back in returns:
        yield from return_findings(back, known.get(back.order_ref))


def _rates(sale: Sale) -> dict[str, TaxRate]:
    return {tax.ref: TaxRate(place, tax.percent_micro, 0) for place, tax in enumerate(sale.taxes)}


def _on_document(sale: Sale, rates: dict[str, TaxRate], *, inclusive: bool) -> dict[str, int]:
    if not rates:
        return {}
    lines = []
    for line in sale.sale_lines:
        own = tuple(rates[ref] for ref in line.taxes if ref in rates)
        net = line.amount_minor - line.discount_minor
        held = sum(line.taxes[ref] for ref in line.taxes if ref in rates) if inclusive else 0
        lines.append(TaxedLine(net + held, own))
    taxes = tax_inclusive(lines)[1] if inclusive else tax_excluded(lines)
    by_key = {tax.rate.key: tax.tax_minor for tax in taxes}
    return {ref: by_key.get(rate.key, 0) for ref, rate in rates.items()}


def _bases(sale: Sale, tax: TaxPart) -> list[int]:
    """Return what a rate applies to, line by line; an inclusive rate's base holds its tax."""
    bases = []
    for line in sale.sale_lines:
        if tax.ref in line.taxes:
            base = line.amount_minor - line.discount_minor
            bases.append(base + (_inclusive_in(sale, line.taxes) if tax.inclusive else 0))
    return bases


def _inclusive_in(sale: Sale, taxes: dict[str, int]) -> int:
    inclusive = {tax.ref for tax in sale.taxes if tax.inclusive}
    return sum(amount for ref, amount in taxes.items() if ref in inclusive)


def _reckon(base: int, tax: TaxPart, *, inclusive: bool, even: bool = False) -> int:
    whole = HUNDRED_PERCENT + tax.percent_micro if inclusive else HUNDRED_PERCENT
    if even:
        return _half_even(base * tax.percent_micro, whole)
    return divide_half_up(base * tax.percent_micro, whole)


def _half_even(numerator: int, denominator: int) -> int:
    whole, rest = divmod(numerator, denominator)
    up = 2 * rest > denominator or (2 * rest == denominator and whole % 2 == 1)
    return whole + up


def _by_line(sale: Sale, tax: TaxPart) -> int:
    return sum(_reckon(base, tax, inclusive=tax.inclusive) for base in _bases(sale, tax))


def _cause(sale: Sale, tax: TaxPart, books: int) -> Cause:
    bases, took = _bases(sale, tax), tax.amount_minor
    if took in (
        sum(_reckon(base, tax, inclusive=tax.inclusive) for base in bases),
        sum(_reckon(base, tax, inclusive=tax.inclusive, even=True) for base in bases),
    ):
        return Cause.ROUNDED_PER_LINE
    if not took and (sale.channel or sale.marketplace_tax_minor):
        return Cause.REMITTED_BY_CHANNEL
    if took == _other_way(sale, tax, bases):
        return Cause.INCLUSIVE_AS_ADDITIVE
    if took in _with_untaxable(sale, tax, sum(bases)):
        return Cause.UNTAXABLE_TAXED
    every = sum(line.amount_minor - line.discount_minor for line in sale.sale_lines)
    if len(sale.taxes) > 1 and (took == tax_of(every, tax.percent_micro) or not took):
        return Cause.SEVERAL_RATES
    return Cause.ROUNDED_PER_LINE if abs(took - books) <= len(bases) // 2 else Cause.UNEXPLAINED


def _other_way(sale: Sale, tax: TaxPart, bases: list[int]) -> int:
    """Return the tax when the prices hold it instead of bearing it, or the reverse."""
    return _reckon(sum(bases), tax, inclusive=not tax.inclusive) if sale.sale_lines else 0


def _with_untaxable(sale: Sale, tax: TaxPart, base: int) -> set[int]:
    cards = sum(line.amount_minor for line in sale.sale_lines if line.kind is LineKind.GIFT_CARD)
    services = sum(
        line.amount_minor
        for line in sale.sale_lines
        if line.kind is LineKind.SERVICE and tax.ref not in line.taxes
    )
    more = {amount for amount in (sale.tip_minor, cards, services, sale.tip_minor + services) if amount}
    return {_reckon(base + amount, tax, inclusive=tax.inclusive) for amount in more}


def _finding(sale: Sale, tax: TaxPart, by_line: int, books: int, cause: Cause) -> TaxFinding:
    return TaxFinding(
        sale.order_ref, sale.day, tax.name, tax.amount_minor, by_line, books, cause, sale.currency
    )
