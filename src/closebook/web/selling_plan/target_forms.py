"""Forms of a target: the whole with its months, its parts, and the calendar of working days."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from closebook.apps.companies.models import Company
from closebook.apps.selling.models import Target
from closebook.apps.selling.selectors.plan import last_shape
from closebook.apps.selling.services.targets import Part
from closebook.core.selling.plan import WHOLE_SHARE, by_percent
from closebook.core.selling.targets import QUARTERS, Stage
from closebook.web.books.fields import AmountField, NumberField, text_field
from closebook.web.selling_plan.wishes import CERTAIN, OWN
from closebook.web.selling_plan.words import COUNTRIES

HOPED = "hoped"
DAYS, EQUAL, LAST, TYPED = "days", "equal", "last", "typed"
MOST_PARTS = 400
MOST_MINOR = 10**15
LEVELS = (
    (CERTAIN, gettext_lazy("Certain: what will be reached")),
    (HOPED, gettext_lazy("Hoped for: what would be splendid")),
    (OWN, gettext_lazy("My own: what I set myself")),
)
SHAPES = (
    (DAYS, gettext_lazy("by working days")),
    (EQUAL, gettext_lazy("the same each month")),
    (LAST, gettext_lazy("as sales fell in the years before")),
    (TYPED, gettext_lazy("as typed below")),
)
_STAGE = re.compile(r"(.{1,40}?)[ :]+(\d{1,2})(?: *[-–] *(\d{1,2}))?", re.ASCII)


class TargetForm(forms.Form):
    """The whole of a target, and how it falls over the year."""

    shape = forms.ChoiceField(label=gettext_lazy("How it falls over the months"), choices=SHAPES)
    months = text_field(gettext_lazy("Twelve weights, from January on"), 300)
    stages = text_field(gettext_lazy("Phases of the year with their months, one a line"), 500, rows=4)
    reason = text_field(gettext_lazy("Why it changes"), 200)

    def __init__(self, *args: Any, company: Company, base: Target | None, year: int, **options: Any) -> None:
        """Ask for year and level of a new target; a version of ``base`` keeps them, and needs a reason."""
        super().__init__(*args, **options)
        self.company, self.base, self.year = company, base, year
        self.fields["amount"] = AmountField(
            label=gettext_lazy("Amount for the year"), currency=company.home_currency
        )
        if base is None:
            self.fields["year"] = forms.IntegerField(
                label=gettext_lazy("Year"), min_value=1990, max_value=2100, initial=year
            )
            self.fields["level"] = forms.ChoiceField(label=gettext_lazy("Kind"), choices=LEVELS)
            self.fields["name"] = text_field(gettext_lazy("Name of a hoped-for target, such as stretch"), 20)
        if base is None or not needs_reason(base):
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = _(
                "Say why it changes; it is shown beside the version."
            )
        self.fields["stages"].help_text = _("Such as: Good start 1-2")
        self.order_fields(["year", "level", "name", "amount", "reason", "shape", "months", "stages"])

    def clean_amount(self) -> int:
        """Return the amount; a target is more than nothing."""
        amount = self.cleaned_data["amount"]
        if amount is None or not 0 < amount <= MOST_MINOR:
            raise ValidationError(_("Type an amount above zero."))
        return int(amount)

    def clean_stages(self) -> list[list[Any]]:
        """Return the stages as stored; none are the quarters."""
        lines = [line.strip() for line in self.cleaned_data["stages"].splitlines() if line.strip()]
        found: list[Stage] = []
        for line in lines:
            fit = _STAGE.fullmatch(line)
            if fit is None:
                raise ValidationError(_("“%(line)s” is no phase with its months.") % {"line": line})
            found.append(Stage(fit[1].strip(), int(fit[2]), int(fit[3] or fit[2])))
        months = [month for one in found for month in range(one.first, one.last + 1)]
        if found and months != list(range(1, 13)):
            raise ValidationError(_("The phases cover each month once, in order."))
        return [] if found == list(QUARTERS) else [[one.name, one.first, one.last] for one in found]

    def clean(self) -> dict[str, Any]:
        """Work out the weights of the months, and the name of a hope."""
        given = super().clean() or self.cleaned_data
        given["year"] = given.get("year") or self.year
        level = given.get("level")
        if level == HOPED and given.get("name", "").strip().casefold() in ("", CERTAIN, OWN, HOPED):
            self.add_error("name", _("Give the hoped-for target a name of its own."))
        given["weights"] = self._weights(given)
        return given

    def _weights(self, given: dict[str, Any]) -> list[int]:
        shape = given.get("shape")
        if shape == LAST:
            found = last_shape(self.company, given["year"])
            if found is None:
                self.add_error("shape", _("Nothing was sold in the year before; choose another shape."))
            return found or []
        if shape == TYPED:
            return self._typed(given.get("months", ""))
        return [1] * 12 if shape == EQUAL else []

    def _typed(self, text: str) -> list[int]:
        weights = [int(one) for one in re.findall(r"\d+", text, re.ASCII)[:13] if len(one) < 12]
        if len(weights) != 12 or not any(weights):
            self.add_error("months", _("Type twelve whole numbers, such as 8 8 9 8 8 8 7 6 9 9 10 10."))
        return weights


def needs_reason(base: Target) -> bool:
    """Tell whether a version made from another, or a draft that is changed, needs a reason."""
    return base.state != "draft" or base.version > 1


class PartForm(forms.Form):
    """A part of a target: whose, and how much or how many percent of the whole."""

    region = text_field(gettext_lazy("Region"), 80)
    person = text_field(gettext_lazy("Salesperson"), 150)
    dealer = text_field(gettext_lazy("Dealer"), 200)
    percent = NumberField(label=gettext_lazy("Percent"), required=False)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        """Add the amount in the currency, and what helps to type names."""
        super().__init__(*args, **options)
        self.fields["amount"] = AmountField(label=gettext_lazy("Amount"), currency=currency, required=False)
        for name in ("region", "person", "dealer"):
            self.fields[name].widget.attrs |= {"list": f"{name}s", "autocomplete": "off"}
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label

    def clean(self) -> dict[str, Any]:
        """Refuse a name without a share of the whole, or two ways to say it."""
        given = super().clean() or self.cleaned_data
        amount, percent = given.get("amount"), given.get("percent")
        if amount is not None and percent is not None:
            raise ValidationError(_("Type an amount or percents, not both."))
        if percent is not None and not 0 <= percent <= 100:
            raise ValidationError(_("Percents are from 0 to 100."))
        if amount is not None and not 0 <= amount <= MOST_MINOR:
            raise ValidationError(_("Type an amount above zero."))
        named = any(given.get(name) for name in ("region", "person", "dealer"))
        if named and amount is None and percent is None and not self.errors:
            raise ValidationError(_("Type an amount or percents."))
        return given


PartSet = forms.formset_factory(PartForm, extra=0, max_num=MOST_PARTS, absolute_max=MOST_PARTS)


def parts_typed(amount_minor: int, rows: Sequence[dict[str, Any]]) -> list[Part]:
    """Return the parts that were typed, percents as amounts; rows without a share are left out."""
    used = [row for row in rows if row.get("amount") is not None or row.get("percent") is not None]
    shares = [
        int((row["percent"] * 100).to_integral_value()) for row in used if row.get("percent") is not None
    ]
    by_share = iter(by_percent(amount_minor, shares))
    return [
        (
            row["region"].strip(), row["person"].strip(), row["dealer"].strip(),
            row["amount"] if row.get("amount") is not None else next(by_share),
        )
        for row in used
    ]  # fmt: skip


def percent_of(minor: int, whole_minor: int) -> Decimal:
    """Return a part in percent with two places."""
    return (
        (Decimal(minor) * WHOLE_SHARE / whole_minor).to_integral_value() / 100 if whole_minor else Decimal(0)
    )


class CalendarForm(forms.Form):
    """The country whose public holidays count, and days of one's own."""

    country = forms.ChoiceField(
        label=gettext_lazy("Public holidays of"), choices=tuple(COUNTRIES.items()), required=False
    )
    days_off = text_field(gettext_lazy("Further days off, one a line"), 5000, rows=6)
    days_worked = text_field(gettext_lazy("Days worked nevertheless, one a line"), 5000, rows=6)

    def clean_days_off(self) -> list[dt.date]:
        """Return the days."""
        return _days(self.cleaned_data["days_off"])

    def clean_days_worked(self) -> list[dt.date]:
        """Return the days."""
        return _days(self.cleaned_data["days_worked"])


def _days(text: str) -> list[dt.date]:
    found = []
    for line in text.split():
        try:
            found.append(dt.date.fromisoformat(line))
        except ValueError as error:
            raise ValidationError(
                _("“%(text)s” is not a day. Write it as 2026-03-04.") % {"text": line}
            ) from error
    return sorted(set(found))
