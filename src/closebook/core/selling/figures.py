"""The figures of money in the yearly summary (F1-F13, F25, F27, F28), each with what it was made of.

Amounts are minor units of one currency; ratios are exact fractions. A ratio of nothing has no value but a
reason. Sales are net of VAT and credit notes; cash collected includes VAT.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from closebook.core.money import divide_half_up
from closebook.core.wording import shown

Number = int | Fraction


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. ``unit`` is money (minor units), rate, count, points or index; ``variant`` the definition.

    ``value`` is None where the denominator is nothing, and ``reason`` says why.
    """

    code: str
    unit: str
    value: Number | None
    numerator: Number | None = None
    denominator: Number | None = None
    variant: str = ""
    reason: str = ""
    line: str = ""

    @property
    def minor(self) -> int | None:
        """Return the value rounded half up to a whole number, such as minor units."""
        return None if self.value is None else rounded(self.value)


def rounded(value: Number) -> int:
    """Return a number rounded half up (away from zero).

    >>> rounded(Fraction(-5, 2)), rounded(7)
    (-3, 7)
    """
    exact = Fraction(value)
    return divide_half_up(exact.numerator, exact.denominator)


def percent(value: Number, places: int = 1) -> str:
    """Return a rate in percent as plain text with a point, rounded half up.

    >>> percent(Fraction(-1, 6)), percent(Fraction(11, 20), 0)
    ('-16.7', '55')
    """
    scaled = rounded(Fraction(value) * 100 * 10**places)
    whole, part = divmod(abs(scaled), 10**places)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole}.{part:0{places}d}" if places else f"{sign}{whole}"


def ratio(
    code: str,
    numerator: Number,
    denominator: Number,
    variant: str = "",
    *,
    unit: str = "rate",
    line: str = "",
) -> Figure:
    """Return numerator / denominator as a figure; without value and with a reason where the latter is 0."""
    if not denominator:
        reason = "There is nothing to divide by."
        return Figure(code, unit, None, numerator, denominator, variant, reason, line)
    value = Fraction(numerator) / Fraction(denominator)
    return Figure(code, unit, value, numerator, denominator, variant, "", line)


@dataclass(frozen=True, slots=True)
class RateMove:
    """A rate that moved: by so many ``points`` (a fraction of 1), and by so much of what it was."""

    before: Fraction
    after: Fraction

    @property
    def points(self) -> Fraction:
        """Return after less before."""
        return self.after - self.before

    @property
    def relative(self) -> Fraction | None:
        """Return the change as a share of what the rate was; None when that was 0."""
        return self.points / self.before if self.before else None

    @property
    def text(self) -> str:
        """Return both ways of saying it.

        >>> RateMove(Fraction(96, 100), Fraction(80, 100)).text
        '-16 points (-16.7 %)'
        """
        points = percent(self.points).removesuffix(".0")
        plus = "+" if self.points > 0 else ""
        if self.relative is None:
            return f"{plus}{points} points"
        return f"{plus}{points} points ({plus}{percent(self.relative)} %)"


def meanings_of_fall(after: Fraction, fall: Fraction) -> tuple[Fraction, Fraction]:
    """Return what a rate was before "down so many percent": if points are meant, and if a share is.

    >>> meanings_of_fall(Fraction(80, 100), Fraction(16, 100))
    (Fraction(24, 25), Fraction(20, 21))
    """
    return after + fall, after / (1 - fall)


def target(in_force_minor: int, first_minor: int | None = None) -> list[Figure]:
    """Return F1: the company's target in force on the day, and the first version when it was another."""
    found = [Figure("F1", "money", in_force_minor, variant="in-force")]
    if first_minor is not None and first_minor != in_force_minor:
        found.append(Figure("F1", "money", first_minor, variant="first"))
    return found


def own_target(amount_minor: int) -> Figure:
    """Return F2: the manager's own target, told beside the company's."""
    return Figure("F2", "money", amount_minor, variant="own")


def sales(invoiced_minor: int, credited_minor: int = 0) -> Figure:
    """Return F3: net invoiced sales without VAT, less credit notes."""
    return Figure("F3", "money", invoiced_minor - credited_minor, variant="net-of-vat-and-credits")


def completion(sales_minor: int, target_minor: int, variant: str = "company") -> Figure:
    """Return F4: sales / target; it may be above one. ``variant`` is company or own."""
    return ratio("F4", sales_minor, target_minor, variant)


def over_short(sales_minor: int, target_minor: int, variant: str = "company") -> Figure:
    """Return F5: sales less target; positive is over."""
    return Figure("F5", "money", sales_minor - target_minor, sales_minor, target_minor, variant)


def growth(sales_minor: int, before_minor: int, variant: str = "same-dates") -> Figure:
    """Return F6: growth on the same days of the year before."""
    return ratio("F6", sales_minor - before_minor, before_minor, variant)


def same_days_before(start: dt.date, end: dt.date) -> tuple[dt.date, dt.date]:
    """Return the same days a year earlier; 29 February becomes 28, the end of a February stays its end.

    >>> same_days_before(dt.date(2024, 1, 1), dt.date(2024, 2, 29))[1]
    datetime.date(2023, 2, 28)
    """
    return _year_before(start), _year_before(end)


def _year_before(day: dt.date) -> dt.date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28) if leap else day.replace(year=day.year - 1)


def per_head(sales_minor: int, people: int, source: str) -> Figure:
    """Return F7: sales per inhabitant or target consumer; ``source`` says where the number comes from."""
    return ratio("F7", sales_minor, people, source, unit="money")


def per_salesperson(sales_minor: int, full_time_equivalents: Fraction) -> Figure:
    """Return F8: sales per full-time salesperson, averaged over the period."""
    return ratio("F8", sales_minor, full_time_equivalents, "average-fte", unit="money")


def average_fte(parts: Sequence[tuple[dt.date, dt.date, Fraction]], start: dt.date, end: dt.date) -> Fraction:
    """Return the average number of full-time salespeople from (first day, last day, share of full time)."""
    days = (end - start).days + 1
    present = sum(
        (share * max((min(last, end) - max(first, start)).days + 1, 0) for first, last, share in parts),
        Fraction(0),
    )
    return present / days


def collected(receipts_minor: int, refunds_minor: int = 0) -> Figure:
    """Return F9: customers' receipts including VAT, less refunds."""
    return Figure("F9", "money", receipts_minor - refunds_minor, variant="incl-vat")


def collection_rate(
    collected_minor: int,
    invoiced_incl_vat_minor: int,
    opening_minor: int,
    received_on_years_invoices_minor: int,
) -> list[Figure]:
    """Return F10 three times: on sales, on what was collectable, and of this year's invoices."""
    return [
        ratio("F10", collected_minor, invoiced_incl_vat_minor, "a-on-sales"),
        ratio("F10", collected_minor, opening_minor + invoiced_incl_vat_minor, "b-on-collectable"),
        ratio("F10", received_on_years_invoices_minor, invoiced_incl_vat_minor, "c-of-this-years-invoices"),
    ]


@dataclass(frozen=True, slots=True)
class ProductYear:
    """What was sold of a product in a year: amount in minor units, and quantity."""

    sales_minor: int
    quantity: Fraction

    @property
    def price(self) -> Fraction:
        """Return the average price in minor units; nothing sold has the price 0."""
        return Fraction(self.sales_minor) / self.quantity if self.quantity else Fraction(0)


Products = Mapping[str, ProductYear]


def price_changes(now: Products, before: Products) -> list[Figure]:
    """Return F12: the change of each product's price, the index with last year's quantities, and the mixed
    one.

    The index counts the products that were sold in both years.
    """
    both = _in_both(now, before)
    lines = [ratio("F12", now[p].price - before[p].price, before[p].price, "per-unit", line=p) for p in both]
    new = sum((now[p].price * before[p].quantity for p in both), Fraction(0))
    old = sum((before[p].price * before[p].quantity for p in both), Fraction(0))
    naive = [_total(year).price for year in (now, before)]
    return [
        *lines,
        ratio("F12", new - old, old, "index-last-years-quantities"),
        ratio("F12", naive[0] - naive[1], naive[1], "incl-mix"),
    ]


def _in_both(now: Products, before: Products) -> list[str]:
    return sorted(p for p in now.keys() & before.keys() if now[p].quantity and before[p].quantity)


def _total(year: Products) -> ProductYear:
    return ProductYear(
        sum(one.sales_minor for one in year.values()),
        sum((one.quantity for one in year.values()), Fraction(0)),
    )


def price_volume_mix(now: Products, before: Products) -> list[Figure]:
    """Return F13: volume, price, mix, new and dropped; together they are exactly the change of sales."""
    both = _in_both(now, before)
    one, two = _total({p: now[p] for p in both}), _total({p: before[p] for p in both})
    volume = rounded((one.quantity - two.quantity) * two.price)
    price = rounded(sum(((now[p].price - before[p].price) * now[p].quantity for p in both), Fraction(0)))
    mix = one.sales_minor - two.sales_minor - price - volume
    new = _total(now).sales_minor - one.sales_minor
    dropped = two.sales_minor - _total(before).sales_minor
    parts = {"volume": volume, "price": price, "mix": mix, "new": new, "dropped": dropped}
    return [Figure("F13", "money", value, variant=name, line=name) for name, value in parts.items()]


def market_share(sales_minor: int, market_minor: int, source: str) -> Figure:
    """Return F25: sales / size of the market, which was entered with its source."""
    return ratio("F25", sales_minor, market_minor, source)


def expenses(by_kind: Mapping[str, int], sales_minor: int) -> list[Figure]:
    """Return F27: expenses by kind, their sum, and the sum / sales."""
    whole = sum(by_kind.values())
    lines = [Figure("F27", "money", minor, variant="by-kind", line=kind) for kind, minor in by_kind.items()]
    return [
        *lines,
        Figure("F27", "money", whole, variant="total"),
        ratio("F27", whole, sales_minor, "of-sales"),
    ]


def profit(gross_margin_minor: int, expenses_minor: int) -> Figure:
    """Return F28: gross margin less expenses, both from the ledger."""
    return Figure("F28", "money", gross_margin_minor - expenses_minor, gross_margin_minor, expenses_minor)


FIGURE_NAMES: Mapping[str, str] = {
    "F1": shown("Sales target"),
    "F2": shown("Own target"),
    "F3": shown("Actual sales"),
    "F4": shown("Completion rate"),
    "F5": shown("Over or short of target"),
    "F6": shown("Growth on last year"),
    "F7": shown("Sales per head"),
    "F8": shown("Sales per salesperson"),
    "F9": shown("Cash collected"),
    "F10": shown("Collection rate"),
    "F11": shown("Receivables check"),
    "F12": shown("Change of price"),
    "F13": shown("Price, volume and mix"),
    "F14": shown("New customers"),
    "F15": shown("Dealers by grade"),
    "F16": shown("Visits logged"),
    "F17": shown("Visits per salesperson per working day"),
    "F18": shown("Letters and mailings"),
    "F19": shown("Leads collected"),
    "F20": shown("Second follow-up after refusal"),
    "F21": shown("Regular revisits"),
    "F22": shown("Hot prospects realised"),
    "F23": shown("Complaints"),
    "F24": shown("On-time supply"),
    "F25": shown("Market share"),
    "F26": shown("Product availability"),
    "F27": shown("Expenses"),
    "F28": shown("Operating profit"),
    "F29": shown("Close rate"),
    "F30": shown("Months with an order"),
    "F31": shown("Share of the year elapsed"),
}
"""The name of each figure."""
