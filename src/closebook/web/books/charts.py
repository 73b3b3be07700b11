"""The home's chart: sales and net income by month beside last year, drawn as SVG without a script."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import vl_convert
from babel import dates
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from closebook.apps.books.selectors.span import last_entry
from closebook.apps.books.selectors.standing import Flow
from closebook.apps.companies.abilities import Ability
from closebook.core.money import format_minor
from closebook.core.periods import DateRange, Month
from closebook.web.books.books import company_books
from closebook.web.books.sheet import reference_day
from closebook.web.books.standing import standing_of
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.templatetags.kit import LOCALES

MONTHS = 12
_KEPT_SECONDS = 24 * 3600
_INK = "currentColor"
_COLORS = {"sales": "#2f8f78", "before": "#b07a1e", "net": _INK}
_WIDTHS = {"wide": 820, "small": 300}


@dataclass(frozen=True, slots=True)
class Bar:
    """A month of the chart with its sales, those of a year before, and its net income."""

    month: Month
    title: str
    sales_minor: int
    before_minor: int
    net_minor: int


@company_page(Ability.SEE_BOOKS)
@require_safe
def home_chart(request: CompanyRequest) -> HttpResponse:
    """Show the chart with its figures as a table; it is drawn again when anything was posted."""
    books = company_books(request.company)
    today, language = reference_day(request.company, books), translation.get_language()
    key = f"chart:{books.pk}:{last_entry()}:{Month.of(today)}:{language}"
    made = cache.get(key)
    if made is None:
        bars = _bars(standing_of(request.company, books).months(_two_years(today)), Month.of(today))
        made = (bars, _pictures(bars, books.home_currency))
        cache.set(key, made, _KEPT_SECONDS)
    bars, pictures = made
    context = {
        "bars": bars,
        "wide": mark_safe(pictures.get("wide", "")),  # noqa: S308 - drawn by us, its texts are escaped
        "small": mark_safe(pictures.get("small", "")),  # noqa: S308 - as above
        "currency": books.home_currency,
        "moved": bool(pictures),
    }
    return render(request, "web/books/sales_chart.html", context)


def _pictures(bars: Sequence[Bar], currency: str) -> dict[str, str]:
    """Return the chart for wide and for small windows; nothing where there is nothing to draw."""
    if not any(bar.sales_minor or bar.before_minor or bar.net_minor for bar in bars):
        return {}
    return {name: str(draw(bars, currency, width)) for name, width in _WIDTHS.items()}


def _two_years(today: dt.date) -> DateRange:
    last = Month.of(today)
    return DateRange(last.shift(1 - 2 * MONTHS).first_day, last.last_day)


def _bars(months: Mapping[Month, Flow], last: Month) -> list[Bar]:
    locale = LOCALES.get(translation.get_language() or "en", "en_GB")
    found = []
    for month in (last.shift(step) for step in range(1 - MONTHS, 1)):
        title = dates.format_date(month.first_day, "MMM yy", locale=locale)
        flow, before = months[month], months[month.shift(-12)]
        found.append(Bar(month, title, flow.sales_minor, before.sales_minor, flow.net_minor))
    return found


def specification(bars: Sequence[Bar], currency: str, width: int) -> dict[str, Any]:
    """Return the chart in Vega-Lite's words; amounts are texts there, which it reads as numbers."""
    words = {"sales": _("Sales"), "before": _("Sales a year before"), "net": _("Net income")}
    values = [
        {
            "month": bar.title,
            "sales": format_minor(bar.sales_minor, currency),
            "before": format_minor(bar.before_minor, currency),
            "net": format_minor(bar.net_minor, currency),
        }
        for bar in bars
    ]
    marks: dict[str, dict[str, Any]] = {
        "sales": {"type": "bar"},
        "before": {"type": "tick", "thickness": 3, "size": 18},
        "net": {"type": "line", "point": True, "strokeWidth": 2},
    }
    if not any(bar.before_minor for bar in bars):
        del marks["before"]
    scale = {"domain": [words[field] for field in marks], "range": [_COLORS[field] for field in marks]}
    legend = {"title": None, "orient": "top", "columns": 1 if width < 400 else 3, "columnPadding": 28}

    def layer(field: str, mark: dict[str, Any]) -> dict[str, Any]:
        color = {"datum": words[field], "scale": scale, "legend": legend}
        y = {"field": field, "type": "quantitative", "title": currency, "axis": {"format": "~s"}}
        return {"mark": mark, "encoding": {"y": y, "color": color}}

    axis = {"labelAngle": -90 if width < 400 else 0, "title": None}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": 200,
        "data": {"values": values, "format": {"parse": dict.fromkeys(words, "number")}},
        "encoding": {"x": {"field": "month", "type": "ordinal", "sort": None, "axis": axis}},
        "layer": [layer(field, mark) for field, mark in marks.items()],
        "config": _LOOK,
    }


_LOOK: dict[str, Any] = {
    "background": None,
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": _INK, "titleColor": _INK, "gridColor": _INK, "gridOpacity": 0.15,
        "domainColor": _INK, "tickColor": _INK, "labelFontSize": 12,
    },
    "legend": {"labelColor": _INK, "labelFontSize": 12, "symbolType": "square"},
}  # fmt: skip
"""Everything but the bars takes the page's ink, so that one picture serves light, dark and paper."""


def draw(bars: Sequence[Bar], currency: str, width: int) -> SafeString:
    """Return the chart as an SVG element with title and description for who cannot see it."""
    svg = vl_convert.vegalite_to_svg(specification(bars, currency, width))
    title = escape(_("Sales and net income by month"))
    about = escape(_("Bars are sales, marks the sales a year before, the line is net income."))
    head, _end, rest = re.sub(r'\sstyle="[^"]*"', "", svg).partition(">")
    head = re.sub(r'\s(?:role|aria-[a-z]+)="[^"]*"', "", head)
    return mark_safe(  # noqa: S308 - the converter escapes its texts, the others are escaped above
        f'{head} role="img" aria-label="{title}"><title>{title}</title><desc>{about}</desc>{rest}'
    )


def warm() -> None:
    """Have the engine of charts ready in this process."""
    vl_convert.vegalite_to_svg({"data": {"values": [{}]}, "mark": "point", "encoding": {}})
