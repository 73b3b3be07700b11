"""Forms of an assistant's own profile and prospects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from closebook.web.books.fields import day_field, text_field
from closebook.web.work.fields import PayField
from closebook.web.work.words import KINDS

WEEKDAYS = (
    ("1", _("Mon")), ("2", _("Tue")), ("3", _("Wed")), ("4", _("Thu")), ("5", _("Fri")), ("6", _("Sat")),
    ("7", _("Sun")),
)  # fmt: skip
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def time_field(label: Any) -> forms.CharField:
    """Return a field for a time of the day such as 09:00."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.CharField(label=label, max_length=8, required=False, widget=widget)


class ProfileForm(forms.Form):
    """Who somebody is and when they have time."""

    name = text_field(pgettext_lazy("person", "Name"), 200, required=True)
    headline = text_field(_("In one line"), 160)
    about = text_field(_("About you"), 4000, rows=6)
    languages = text_field(_("Languages"), 200)
    hours_week = forms.IntegerField(label=_("Hours per week"), min_value=1, max_value=80, required=False)
    weekdays = forms.MultipleChoiceField(
        label=pgettext_lazy("weekdays", "Days"),
        choices=WEEKDAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    begins = time_field(pgettext_lazy("time of day", "From"))
    ends = time_field(pgettext_lazy("time of day", "Until"))
    zone = forms.ChoiceField(label=_("Time zone"))
    free_from = day_field(_("Free from"), required=False)
    shows_finished = forms.BooleanField(
        label=_("Show how many tasks of each kind you finished here"), required=False
    )
    is_found = forms.BooleanField(label=_("Search engines may list the page"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Add the zones."""
        super().__init__(*args, **options)
        self.fields["zone"] = forms.ChoiceField(
            label=_("Time zone"), choices=[(name, name) for name in sorted(available_timezones())]
        )
        self.order_fields(list(ProfileForm.base_fields))

    def clean_weekdays(self) -> str:
        """Return the days as digits."""
        return "".join(sorted(self.cleaned_data["weekdays"]))

    def clean(self) -> dict[str, Any]:
        """Refuse what is no time, and an end before its beginning."""
        given = super().clean() or self.cleaned_data
        times = [given.get(name) or "" for name in ("begins", "ends")]
        for name, text in zip(("begins", "ends"), times, strict=True):
            if text and not _TIME.fullmatch(text):
                self.add_error(name, _("Write the time as 09:00."))
        if bool(times[0]) != bool(times[1]) or (times[0] and times[0] >= times[1]):
            self.add_error("ends", _("Type from when until when."))
        return given


class ServiceForm(forms.Form):
    """A kind of service and what is asked for an hour of it."""

    kind = forms.ChoiceField(label=_("Kind of service"), choices=KINDS)
    years = forms.IntegerField(label=_("Years"), min_value=0, max_value=60, initial=0)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        """Add the rates in the company's currency."""
        super().__init__(*args, **options)
        self.fields["low_minor"] = PayField(
            label=_("From, per hour (%(currency)s)") % {"currency": currency}, currency=currency
        )
        self.fields["high_minor"] = PayField(
            label=_("To, per hour (%(currency)s)") % {"currency": currency}, currency=currency
        )


class ReferenceForm(forms.Form):
    """Somebody's word, and whether it may be shown."""

    name = text_field(pgettext_lazy("person", "Name"), 200, required=True)
    relation = text_field(_("Who that is"), 200)
    words = text_field(_("What they say"), 2000, rows=3)
    day = day_field(_("Day"), required=False)
    may_show = forms.BooleanField(label=_("They agreed to be named"), required=False)


class ProspectForm(forms.Form):
    """A business to work for, and the next step."""

    name = text_field(_("Business"), 200, required=True)
    contact = text_field(_("Whom you speak to"), 200)
    found_at = text_field(_("Where you found it"), 200)
    link = forms.URLField(label=_("Link"), max_length=500, required=False, assume_scheme="https")
    kind = forms.ChoiceField(label=_("Kind of service"), choices=KINDS)
    note = text_field(_("Note"), 4000, rows=3)
    next_step = text_field(_("Next step"), 200)
    next_on = day_field(pgettext_lazy("day", "By"), required=False)

    def clean_link(self) -> str:
        """Return the link. Raises ValidationError for what a browser does not open as a page."""
        found: str = self.cleaned_data["link"]
        if found and not found.startswith(("http://", "https://")):
            raise ValidationError(_("A link begins with https://."))
        return found


class PitchForm(forms.Form):
    """What was sent."""

    day = day_field(_("Day"))
    channel = text_field(_("By what"), 80)
    text = text_field(_("What you wrote"), 5000, required=True, rows=8)


def facts_of(form: forms.Form) -> Mapping[str, Any]:
    """Return what was typed, as it is kept."""
    return dict(form.cleaned_data)
