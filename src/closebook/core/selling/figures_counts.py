"""The figures of counts in the yearly summary: customers, dealers, activity, complaints and the close
rate.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from closebook.core.selling.figures import Figure, ratio

WON, LOST = "won", "lost"


@dataclass(frozen=True, slots=True)
class FirstInvoice:
    """A customer's first invoice ever, and the customer's size class."""

    customer: str
    day: dt.date
    size: str = ""


def new_customers(
    firsts: Iterable[FirstInvoice], start: dt.date, end: dt.date, planned: int, small: str = "small"
) -> list[Figure]:
    """Return F14: customers whose first invoice ever lies in the period, against the plan, and the small
    ones.
    """
    found = [one for one in firsts if start <= one.day <= end]
    few = sum(one.size == small for one in found)
    return [
        Figure("F14", "count", len(found), variant="first-invoice-ever"),
        ratio("F14", len(found), planned, "of-plan"),
        ratio("F14", few, len(found), "small-share"),
    ]


GRADES = ("A", "B", "C")


def dealers_by_grade(now: Mapping[str, str], before: Mapping[str, str]) -> list[Figure]:
    """Return F15: dealers of each grade now and a year ago, and how many moved from which to which.

    "-" stands for no dealer then or now.
    """
    counts = [
        Figure("F15", "count", Counter(year.values())[grade], variant=when, line=grade)
        for when, year in (("now", now), ("year-ago", before))
        for grade in GRADES
    ]
    names = now.keys() | before.keys()
    moves = Counter(f"{before.get(name, '-')}>{now.get(name, '-')}" for name in names)
    return counts + [
        Figure("F15", "count", n, variant="move", line=move) for move, n in sorted(moves.items())
    ]


def visits(logged: int, estimated: int = 0) -> list[Figure]:
    """Return F16: visits with a record; estimated ones stand on a line of their own, never added."""
    found = [Figure("F16", "count", logged, variant="logged")]
    return [*found, Figure("F16", "count", estimated, variant="estimated")] if estimated else found


def visits_per_day(visits_made: int, days_present: Iterable[int], variant: str = "logged") -> Figure:
    """Return F17: visits / the working days on which the salespeople were present, summed over them."""
    return ratio("F17", visits_made, sum(days_present), variant)


def mailings(by_campaign: Mapping[str, int]) -> list[Figure]:
    """Return F18: mail pieces by campaign and in all."""
    return _by_line("F18", by_campaign)


def leads(by_key: Iterable[tuple[str, str]]) -> list[Figure]:
    """Return F19: new leads by source and in all, from (identity, source); an identity counts once."""
    first: dict[str, str] = {}
    for identity, source in by_key:
        first.setdefault(identity, source)
    return _by_line("F19", Counter(first.values()))


def _by_line(code: str, counts: Mapping[str, int]) -> list[Figure]:
    lines = [Figure(code, "count", n, variant="by-line", line=name) for name, n in sorted(counts.items())]
    return [*lines, Figure(code, "count", sum(counts.values()), variant="total")]


def second_follow_ups(followed: int, refusals: int) -> Figure:
    """Return F20: refusals with a further contact within the set days / refusals."""
    return ratio("F20", followed, refusals)


def revisits(done: int, due: int) -> Figure:
    """Return F21: regular revisits done / due."""
    return ratio("F21", done, due)


def hot_realised(became_customers: int, ever_hot: int) -> Figure:
    """Return F22: prospects once of strong interest that became customers / all such."""
    return ratio("F22", became_customers, ever_hot)


def complaints(
    received: int, *, in_time: int, closed: int, satisfied: int, asked: int, deliveries: int
) -> list[Figure]:
    """Return F23: their number, closed in time / closed, satisfied / asked, and per 100 deliveries."""
    return [
        Figure("F23", "count", received, variant="received"),
        ratio("F23", in_time, closed, "handled-in-time"),
        ratio("F23", satisfied, asked, "satisfied"),
        ratio("F23", 100 * received, deliveries, "per-100-deliveries", unit="index"),
    ]


def on_time(delivered_in_time_and_whole: int, due_lines: int) -> Figure:
    """Return F24: order lines delivered whole by the agreed day / lines that were due."""
    return ratio("F24", delivered_in_time_and_whole, due_lines)


def availability(found: int, checked: int, carrying: int, known: int) -> list[Figure]:
    """Return F26: outlets checked where the product stood / checked, and outlets carrying it / known."""
    return [ratio("F26", found, checked, "on-shelf"), ratio("F26", carrying, known, "distribution")]


def close_rate(results: Iterable[tuple[dt.date | None, str]], start: dt.date, end: dt.date) -> Figure:
    """Return F29: won / (won + lost) of opportunities decided in the period, from (decided on, result)."""
    counts = Counter(result for day, result in results if day is not None and start <= day <= end)
    return ratio("F29", counts[WON], counts[WON] + counts[LOST], "by-decision-date")


def months_with_order(order_days: Iterable[dt.date], year: int) -> Figure:
    """Return F30: months of the year in which an order was booked, out of twelve."""
    months = {day.month for day in order_days if day.year == year}
    return Figure("F30", "count", len(months), len(months), 12)


def year_elapsed(working_days: Iterable[dt.date], today: dt.date) -> Figure:
    """Return F31: working days up to today, today included / working days of the year."""
    days = list(working_days)
    return ratio("F31", sum(day <= today for day in days), len(days), "working-days")


def visits_needed(norm_per_day: Fraction, days_present: int) -> int:
    """Return how many visits a norm asks of so many working days, rounded up."""
    wanted = norm_per_day * days_present
    return -(-wanted.numerator // wanted.denominator)
