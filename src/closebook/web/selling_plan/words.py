"""Words of targets and forecasts for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from babel import dates
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from closebook.core.selling.targets import Node
from closebook.web.selling_plan.wishes import CERTAIN, OWN
from closebook.web.templatetags.kit import day, here

VERSION_STATES: Mapping[str, Promise] = {
    "draft": gettext_lazy("draft"),
    "agreed": pgettext_lazy("target", "agreed"),
    "superseded": pgettext_lazy("target", "replaced"),
}
COUNTRIES: Mapping[str, Promise] = {
    "NL": gettext_lazy("Netherlands"),
    "CN": gettext_lazy("China"),
    "US": gettext_lazy("United States"),
    "": gettext_lazy("no public holidays"),
}


def level_word(level: str) -> str:
    """Return a level for the reader: certain, one's own, or the name that a hope was given."""
    if level == CERTAIN:
        return _("Certain")
    return _("My own") if level == OWN else level


def month_word(first: dt.date) -> str:
    """Return a month with its year in the reader's language."""
    return dates.format_skeleton("yMMMM", first, locale=here())


def node_word(node: Node | dt.date) -> str:
    """Return the name of a span of a target, or of the month that begins on a day."""
    if isinstance(node, dt.date):
        return month_word(node)
    if node.kind == "month":
        return month_word(node.span.start)
    if node.kind == "week":
        return _("Week %(number)s") % {"number": int(node.name[-2:])}
    return f"{_weekday(node.span.start)} {day(node.span.start)}" if node.kind == "day" else node.name


def _weekday(one: dt.date) -> str:
    return dates.format_date(one, "EEE", locale=here())
