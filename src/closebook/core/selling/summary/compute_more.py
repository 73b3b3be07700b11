"""Further figures of a summary: price and volume, leads and mailings, and what people entered by hand."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from closebook.core.money import minor_digits
from closebook.core.selling import figures as money
from closebook.core.selling import figures_counts as counts
from closebook.core.selling.figures import Figure, RateMove, ratio
from closebook.core.selling.summary.entered import entered
from closebook.core.selling.summary.gathered import Gathered, Product
from closebook.core.selling.summary.report import Live

Figures = dict[str, Live]
MILLION = 1_000_000


def more_figures(given: Gathered, found: Figures) -> None:
    """Keep the figures of products, leads, received invoices and entered numbers among those found."""
    for part in (_products, _leads, _received, _people, _mailings, _supply, _market, _outlets):
        part(given, found)


def _keep(found: Figures, name: str, figure: Figure, whose: str = "") -> None:
    found[name] = Live(name, figure, name=whose)


def _years(given: Mapping[str, Product]) -> dict[str, money.ProductYear]:
    return {name: money.ProductYear(one.minor, Fraction(one.micro, MILLION)) for name, one in given.items()}


def _products(given: Gathered, found: Figures) -> None:
    """Keep F12 and F13 where quantities of two years are known."""
    now, before = _years(given.products), _years(given.products_before)
    both = {name for name in now.keys() & before.keys() if now[name].quantity and before[name].quantity}
    if not both:
        return
    for figure in money.price_changes(now, before):
        if figure.variant == "per-unit":
            name = figure.line
            _keep(found, f"F12/product/{name}", figure, name)
            for when, year in (("now", now), ("before", before)):
                price = Figure("price", "money", year[name].price, variant=when)
                _keep(found, f"price/{when}/{name}", price, name)
            _keep(found, f"sold/{name}", Figure("sold", "number", now[name].quantity), name)
        else:
            _keep(found, "F12" if figure.variant.startswith("index") else "F12/mix", figure)
    parts = money.price_volume_mix(now, before)
    for figure in parts:
        _keep(found, f"F13/{figure.line}", figure)
    whole = sum(figure.minor or 0 for figure in parts)
    _keep(found, "F13", Figure("F13", "money", whole, variant="change-of-sales"))


def _leads(given: Gathered, found: Figures) -> None:
    for figure in counts.leads(given.leads) if given.leads else ():
        name = "F19" if figure.variant == "total" else f"F19/source/{figure.line}"
        _keep(found, name, figure, figure.line)


def _received(given: Gathered, found: Figures) -> None:
    one = given.received
    if one is not None and one.invoiced_minor:
        figure = ratio("F10", one.received_minor, one.invoiced_minor, "c-of-this-years-invoices")
        _keep(found, "F10/c", figure)


def _people(given: Gathered, found: Figures) -> None:
    for item, numbers in entered(given.items, "people"):
        place = "" if item.where == "R3" else item.where
        sold = found.get(f"F3/region/{place}") if place else found.get("F3")
        minor = (sold.figure.minor or 0) if sold else 0
        figure = money.per_head(minor, numbers["number"], item.text)
        _keep(found, f"F7/region/{place}" if place else "F7", figure, place)


def _mailings(given: Gathered, found: Figures) -> None:
    sent: dict[str, int] = {}
    for item, numbers in entered(given.items, "mailing"):
        sent[item.text] = sent.get(item.text, 0) + numbers["number"]
    for figure in counts.mailings(sent) if sent else ():
        name = "F18" if figure.variant == "total" else f"F18/campaign/{figure.line}"
        _keep(found, name, figure, figure.line)


def _supply(given: Gathered, found: Figures) -> None:
    rows = [numbers for _item, numbers in entered(given.items, "supply")]
    if rows:
        due, done = (sum(one[name] for one in rows) for name in ("lines", "in-time"))
        _keep(found, "F24", counts.on_time(done, due))
        _keep(found, "F24/lines", Figure("F24", "count", due, variant="due-lines"))


def _market(given: Gathered, found: Figures) -> None:
    """Keep F25: the share, that of the year before, and the change in points and relative to it."""
    whole = 10 ** minor_digits(given.scope.currency)
    for item, numbers in entered(given.items, "market-size")[-1:]:
        now = money.market_share(given.sales_minor, numbers["size"] * whole, item.text)
        _keep(found, "F25", now)
        past = sum(row.minor for row in given.sales_before)
        before = money.market_share(past, numbers.get("size-before", 0) * whole, item.text)
        if now.value is None or before.value is None:
            return
        _keep(found, "F25/before", before)
        move = RateMove(Fraction(before.value), Fraction(now.value))
        _keep(found, "F25/points", Figure("F25", "points", 100 * move.points, variant="points"))
        if move.relative is not None:
            _keep(found, "F25/relative", Figure("F25", "rate", move.relative, variant="relative"))


def _outlets(given: Gathered, found: Figures) -> None:
    rows = [numbers for _item, numbers in entered(given.items, "outlets")]
    if not rows:
        return
    names = ("found", "checked", "carrying", "known")
    seen = {name: sum(one.get(name, 0) for one in rows) for name in names}
    shelf, spread = counts.availability(*(seen[name] for name in names))
    _keep(found, "F26", shelf)
    _keep(found, "F26/checked", Figure("F26", "count", seen["checked"], variant="sample"))
    if seen["known"]:
        _keep(found, "F26/distribution", spread)
