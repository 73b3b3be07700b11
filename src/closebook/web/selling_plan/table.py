"""A plan as one table to keep: its spans of days, then its parts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from closebook.apps.selling.selectors.plan import Plan
from closebook.core.selling.targets import Party
from closebook.web.kit.columns import Column
from closebook.web.selling_plan.words import node_word


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file: a span of days, or a part."""

    name: str
    party: Party
    target: int | None
    actual: int
    start: dt.date | None = None
    end: dt.date | None = None
    a_day: int | None = None


def columns(currency: str) -> tuple[Column, ...]:
    """Return the columns of the file."""

    def money(key: str, title: Promise, value: Callable[[Line], int | None]) -> Column:
        return Column(key, title, value, "money", currency=lambda _row: currency)

    return (
        Column("name", gettext_lazy("Period"), lambda row: row.name),
        Column("from", gettext_lazy("From"), lambda row: row.start, "day"),
        Column("to", gettext_lazy("To"), lambda row: row.end, "day"),
        Column("region", gettext_lazy("Region"), lambda row: row.party.region),
        Column("person", gettext_lazy("Salesperson"), lambda row: row.party.person),
        Column("dealer", gettext_lazy("Dealer"), lambda row: row.party.dealer),
        money("target", gettext_lazy("Target"), lambda row: row.target),
        money("actual", gettext_lazy("Came in"), lambda row: row.actual),
        money("difference", gettext_lazy("Difference"), _difference),
        money("a_day", gettext_lazy("Needed a working day"), lambda row: row.a_day),
        Column("currency", gettext_lazy("Currency"), lambda _row: currency),
    )


def _difference(row: Line) -> int | None:
    return None if row.target is None else row.actual - row.target


def table(plan: Plan) -> Iterator[Line]:
    """Yield the whole, what is below it, and its parts."""
    for line in (plan.whole, *(line for _depth, line in plan.below)):
        node = line.node
        yield Line(
            node_word(node), Party(), node.amount_minor, line.actual_minor, node.span.start, node.span.end,
            line.a_day_minor,
        )  # fmt: skip
    span = plan.whole.node.span
    for row in plan.parts:
        name = node_word(plan.whole.node)
        yield Line(name, row.party, row.target_minor, row.actual_minor, span.start, span.end)
    if plan.elsewhere_minor:
        yield Line(_("In no part"), Party(), None, plan.elsewhere_minor, span.start, span.end)
