"""Forms of hiring."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from closebook.web.books.fields import day_field, text_field
from closebook.web.work.fields import PayField
from closebook.web.work.words import KINDS

FILE_BYTES = 5_000_000
FILE_ENDS = (".pdf", ".docx", ".odt", ".txt")


class PostingForm(forms.Form):
    """What is offered."""

    title = text_field(_("Title"), 120, required=True)
    kind = forms.ChoiceField(label=_("Kind of service"), choices=KINDS)
    description = text_field(_("What is to be done"), 5000, required=True, rows=5)
    done_means = text_field(_("Done means"), 2000, required=True, rows=3)
    hours_week = forms.IntegerField(label=_("Hours per week"), min_value=1, max_value=60)
    market = text_field(_("Where the work is offered"), 80)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        """Add the range in the company's currency."""
        super().__init__(*args, **options)
        self.fields["done_means"].help_text = _("How both of you will see that it is done.")
        self.fields["low_minor"] = PayField(
            label=_("From, per hour (%(currency)s)") % {"currency": currency}, currency=currency
        )
        self.fields["high_minor"] = PayField(
            label=_("To, per hour (%(currency)s)") % {"currency": currency}, currency=currency
        )


class ApplyForm(forms.Form):
    """What somebody sends who applies; ``website`` is a field that only machines fill in."""

    name = text_field(pgettext_lazy("person", "Name"), 200, required=True)
    email = forms.EmailField(label=_("E-mail address"))
    phone = text_field(_("Telephone"), 40)
    country = text_field(_("Country"), 80)
    letter = text_field(_("Why you"), 5000, required=True, rows=6)
    file = forms.FileField(label=_("Your CV"), required=False, help_text=_("PDF, Word, ODT or text, 5 MB."))
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        """Add the rate in the posting's currency."""
        super().__init__(*args, **options)
        self.fields["wish_minor"] = PayField(
            label=_("Your rate per hour (%(currency)s)") % {"currency": currency},
            currency=currency,
            required=False,
        )
        self.order_fields(["name", "email", "phone", "country", "wish_minor", "letter", "file"])

    def clean_file(self) -> UploadedFile[Any] | None:
        """Return the file. Raises ValidationError for another kind, or one that is too large."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file and (not (file.name or "").lower().endswith(FILE_ENDS) or (file.size or 0) > FILE_BYTES):
            raise ValidationError(_("PDF, Word, ODT or text, 5 MB."))
        return file


class CheckForm(forms.Form):
    """What a check came to."""

    name = text_field(_("What was checked"), 80, required=True)
    passed = forms.BooleanField(label=_("It is right"), required=False)
    note = text_field(_("Note"), 1000)


class InterviewForm(forms.Form):
    """When, how long and where."""

    starts_at = forms.DateTimeField(
        label=_("Begins"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    zone = forms.ChoiceField(
        label=_("Time zone"), choices=[(zone, zone) for zone in sorted(available_timezones())], initial="UTC"
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=240, initial=30)
    link = forms.URLField(
        label=_("Link to the video call"), max_length=500, required=False, assume_scheme="https"
    )

    def clean_starts_at(self) -> dt.datetime:
        """Return the moment without a zone; the zone is a field of its own."""
        moment: dt.datetime = self.cleaned_data["starts_at"]
        return moment.replace(tzinfo=None)


class TrialForm(forms.Form):
    """The task of a paid trial and who does it; ``fixed`` once it was offered to somebody."""

    task = text_field(_("Task, the same for all"), 10_000, required=True, rows=6)

    def __init__(
        self, *args: Any, people: list[tuple[str, str]], currency: str, fixed: bool, **options: Any
    ) -> None:
        """Add the price and the finalists."""
        super().__init__(*args, **options)
        self.fields["price_minor"] = PayField(
            label=_("Price for each (%(currency)s)") % {"currency": currency}, currency=currency
        )
        self.fields["people"] = forms.MultipleChoiceField(
            label=_("Finalists"), choices=people, widget=forms.CheckboxSelectMultiple
        )
        if fixed:
            del self.fields["task"], self.fields["price_minor"]


class ScoreForm(forms.Form):
    """What a reader says of a work."""

    points = forms.IntegerField(label=_("Points, 0 to 10"), min_value=0, max_value=10)
    note = text_field(_("Note"), 2000)


class RangeForm(forms.Form):
    """What an hour usually costs, and who says so."""

    kind = forms.ChoiceField(label=_("Kind of service"), choices=KINDS)
    market = text_field(_("Where the work is offered"), 80)
    source = text_field(_("Source"), 200, required=True)
    as_of = day_field(_("As of"))
    estimated = forms.BooleanField(label=_("It is an estimate"), required=False)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        """Add the range in the company's currency."""
        super().__init__(*args, **options)
        self.fields["low_minor"] = PayField(
            label=_("From, per hour (%(currency)s)") % {"currency": currency}, currency=currency
        )
        self.fields["high_minor"] = PayField(
            label=_("To, per hour (%(currency)s)") % {"currency": currency}, currency=currency
        )
        self.order_fields(["kind", "low_minor", "high_minor"])
