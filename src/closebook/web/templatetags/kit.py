"""Tags of the kit: money, days, states and progress as the reader's language writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from django.template import Context, Library
from django.utils import translation
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from closebook.core.money import decimal_from_minor, minor_digits
from closebook.web.kit.once import FIELD, request_id_new, request_id_of
from closebook.web.kit.states import STATE_WORDS, tone_of

register = Library()

LOCALES = {"en": "en_GB", "nl": "nl_NL", "zh-hans": "zh_Hans_CN"}


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES.get(language, "en_GB"))


def here() -> Locale:
    """Return the reader's language as Babel knows it."""
    return _locale(translation.get_language() or "en")


@register.filter
def money(minor: int | str | None, currency: str = "USD") -> str:
    """Return an amount as the reader's language writes it, without the currency; "" for none."""
    if not isinstance(minor, int):
        return ""
    known = currency or "USD"
    return numbers.format_decimal(
        decimal_from_minor(minor, known), _pattern(minor_digits(known)), locale=here()
    )


def _pattern(places: int) -> str:
    """Return Babel's pattern for an amount; a negative one has a real minus sign."""
    digits = "#,##0" + ("." + "0" * places if places else "")
    return f"{digits};\u2212{digits}"


@register.filter
def count(value: int | None) -> str:
    """Return a whole number with the reader's separators."""
    return "" if value is None else numbers.format_decimal(Decimal(value), locale=here())


@register.filter
def day(value: dt.date | str | None) -> str:
    """Return a day in the reader's medium form; ISO texts are taken too."""
    if not value:
        return ""
    known = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return dates.format_date(known, "medium", locale=here())


@register.filter
def weekday(value: dt.date | None) -> str:
    """Return a day with its day of the week, as the reader writes it."""
    return dates.format_skeleton("yMMMEd", value, locale=here()) if value else ""


@register.filter
def short_moment(value: dt.datetime, zone: str = "UTC") -> str:
    """Return a moment near now with its day of the week and without seconds, in a time zone."""
    known = ZoneInfo(zone)
    day_words = dates.format_skeleton("MMMEd", value, tzinfo=known, locale=here())
    return f"{day_words} {dates.format_time(value, 'short', tzinfo=known, locale=here())}"


@register.filter
def moment(value: dt.datetime | None) -> SafeString | str:
    """Return a moment in UTC as the reader writes it, in a ``time`` element that says it exactly."""
    if value is None:
        return ""
    text = dates.format_datetime(value, "medium", tzinfo=dt.UTC, locale=here())
    return format_html('<time datetime="{}" title="UTC">{}</time>', value.isoformat(), text)


@register.simple_tag
def tag(state: str, words: str | Promise = "") -> SafeString:
    """Return a state as an outlined word; its tone is good, bad, warn or calm."""
    text = words or STATE_WORDS.get(state, state)
    return format_html('<span class="tag {}">{}</span>', tone_of(state), text)


@register.inclusion_tag("kit/progress.html")
def progress(done: int, total: int, label: str = "") -> dict[str, int | str]:
    """Return a bar of so many done of so many."""
    return {"done": done, "total": total or 1, "label": label or _("Progress")}


@register.simple_tag(takes_context=True)
def once(context: Context, *, fresh: bool = False) -> SafeString:
    """Return the hidden field by which a form saves once; ``fresh`` begins anew on the answer to a form."""
    token = request_id_new() if fresh else request_id_of(context["request"])
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, token)
