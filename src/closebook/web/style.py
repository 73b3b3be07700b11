"""The living style page: every part of the kit as it is drawn now, in the reader's language and colours."""

from __future__ import annotations

import datetime as dt

from babel import dates
from django import forms
from django.conf import settings
from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from closebook.apps.companies.role_words import ROLE_WORDS
from closebook.apps.companies.selectors.memberships import membership_rows
from closebook.core.periods import Month
from closebook.web.books.charts import Bar, draw
from closebook.web.books.fields import AmountField, day_field, text_field
from closebook.web.frame.access import PersonRequest, signed_in
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.sparkline import points
from closebook.web.kit.states import STATE_WORDS
from closebook.web.templatetags.kit import here

CURRENCY = "USD"
_SALES_MINOR = (81_200, 93_450, 112_700, 104_825, 139_010, 126_275)
_BEFORE_MINOR = (64_000, 70_100, 95_540, 99_000, 110_500, 118_000)
_FIRST = Month(2026, 1)
_COLORS = ("ground", "paper", "hover", "line", "soft", "ink", "accent", "good", "bad", "warn")
_COLUMNS = (
    Column("company", _("Company"), lambda row: row.company.name, sort="company__name"),
    Column("role", _("Role"), lambda row: ROLE_WORDS[row.role], sort="role"),
    Column("amount", _("Amount"), lambda row: -123_456 * row.pk, "money", currency=lambda _row: CURRENCY),
    Column("state", _("State"), lambda _row: "active", "tag"),
)


class SampleForm(forms.Form):
    """One field of each kind that forms have."""

    name = text_field(_("Name"), 40, required=True)
    amount_minor = AmountField(label=_("Amount"), currency=CURRENCY)
    day = day_field(_("Day"))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    memo = text_field(_("Memo"), 400, rows=2)
    agreed = forms.BooleanField(label=_("Agreed"), required=False)


@signed_in
@require_safe
def style(request: PersonRequest) -> HttpResponseBase:
    """Show every part of the kit with what it is for. Nothing on the page is stored."""
    listing = Listing(
        request,
        "style",
        membership_rows(request.user),
        _COLUMNS,
        search=("company__name",),
        choices=(Choice("role", _("Role"), "role", tuple(ROLE_WORDS.items())),),
        empty=_("You are in no company yet. A list without rows says here what comes into it, and how."),
        facts={
            "colors": _COLORS,
            "states": STATE_WORDS,
            "form": SampleForm({"amount_minor": "12,3x", "memo": "\u00e9"}),
            "minor": 123_456_789,
            "today": dt.date(2026, 3, 9),
            "at": dt.datetime(2026, 3, 9, 14, 5, tzinfo=dt.UTC),
            "currency": CURRENCY,
            "spark": points(_SALES_MINOR),
            **_chart(),
        },
    )
    return listing.show("web/style.html")


def _chart() -> dict[str, object]:
    months = [_FIRST.shift(index) for index in range(len(_SALES_MINOR))]
    bars = [
        Bar(month, dates.format_date(month.first_day, "MMM yy", locale=here()), sales, before, sales - before)
        for month, sales, before in zip(months, _SALES_MINOR, _BEFORE_MINOR, strict=True)
    ]
    return {
        "bars": bars,
        "wide": draw(bars, CURRENCY, 820),
        "small": draw(bars, CURRENCY, 300),
        "moved": True,
    }
