"""Forms of tax papers: what a W-9 or a W-8 says with its signed file, an answer of the IRS, the settings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from babel import Locale
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from closebook.connectors.payouts.rails import RAILS
from closebook.core.errors import InputError
from closebook.core.workforce.tax_forms import RAILS_OUT
from closebook.core.workforce.tax_papers import MOST_BYTES, TIN_KINDS, W9, media_of
from closebook.transport import clock
from closebook.web.books.fields import Label, day_field, text_field
from closebook.web.kit.said import said
from closebook.web.work.pay_words import MATCH_WORDS, RAIL_WORDS

PAPERS = (
    ("w9", _("W-9: I am a US person")),
    ("w8", _("W-8BEN: I am not a US person")),
    ("w8e", _("W-8BEN-E: a company outside the US")),
)
_CLASSES = (
    ("", "–"),
    ("individual", _("individual")),
    ("c-corporation", _("C corporation")),
    ("s-corporation", _("S corporation")),
    ("partnership", _("partnership")),
    ("trust", _("trust")),
    ("llc", "LLC"),
    ("exempt", _("exempt")),
)
CLASS_WORDS = dict(_CLASSES)
_LETTERS = (("", "–"), ("C", "C"), ("S", "S"), ("P", "P"))
_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


class CountryField(forms.CharField):
    """A country by its two letters."""

    def clean(self, value: Any) -> str:
        """Return the country in capital letters. Raises ValidationError for one that is none."""
        code = str(super().clean(value)).upper()
        if code and (len(code) != 2 or code in _NO_COUNTRIES or code not in Locale("en").territories):
            raise forms.ValidationError(_("Type the two letters of a country, such as US or NL."))
        return code


class NumberInput(forms.TextInput):
    """A tax number: typed in the open, but never put into a page again."""

    def format_value(self, _value: Any) -> None:
        """Return nothing."""
        return


class TaxForm(forms.Form):
    """What a signed form says, with its file; a W-8 asks for no US tax number."""

    def __init__(self, *args: Any, paper: str, number_kept: bool, **options: Any) -> None:
        """Add the fields of the form; a number that is kept need not be typed again."""
        super().__init__(*args, **options)
        self._paper, self._number_kept = paper, number_kept
        self.fields["paper"] = forms.CharField(widget=forms.HiddenInput, initial=paper)
        self.fields["file"] = forms.FileField(
            label=_("The signed form"), help_text=_("PDF, JPEG or PNG, at most 10 MB. It is kept encrypted."),
            widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        )  # fmt: skip
        self.fields["signed_on"] = day_field(_("Signed on"))
        self.fields["legal_name"] = text_field(_("Legal name"), 200, required=True)
        if paper != "w8":
            self.fields["trade_name"] = text_field(_("Trade name, if it differs"), 200)
        self.fields["address"] = text_field(_("Address"), 300, required=True, rows=2)
        self.fields["country"] = CountryField(
            label=_("Country, two letters"), max_length=2, help_text=_("Such as US or NL.")
        )
        self._add_numbers()
        self.fields["performed_in"] = CountryField(
            label=_("Where the work is done, two letters"), max_length=2
        )

    def _add_numbers(self) -> None:
        if self._paper != W9:
            own = _("Tax number of your own country, if the form has one")
            self.fields["tin"] = _number(own, 30, required=False)
            return
        self.fields["classification"] = forms.ChoiceField(label=_("Federal classification"), choices=_CLASSES)
        self.fields["letter"] = forms.ChoiceField(
            label=_("Letter of an LLC"), choices=_LETTERS, required=False
        )
        kinds = [("", "–"), *((kind, kind) for kind in TIN_KINDS)]
        self.fields["tin_kind"] = forms.ChoiceField(label=_("Kind of tax number"), choices=kinds)
        self.fields["tin"] = _number(_("Tax number"), 20, required=not self._number_kept)
        self.fields["told_to_withhold"] = forms.BooleanField(
            label=_("Item 2 is crossed out: the IRS asks to keep a part back"), required=False
        )

    def clean_signed_on(self) -> dt.date:
        """Return the day. Raises ValidationError for one that is still to come."""
        day: dt.date = self.cleaned_data["signed_on"]
        if day > clock.today():
            raise forms.ValidationError(_("This day is still to come."))
        return day

    def clean_file(self) -> bytes:
        """Return the content. Raises ValidationError for what is no form."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        content: bytes = file.read(MOST_BYTES + 1)
        try:
            media_of(content)
        except InputError as error:
            raise forms.ValidationError(said(error)) from error
        return content

    def clean(self) -> dict[str, Any]:
        """Return the facts. An LLC has a letter."""
        given = super().clean() or self.cleaned_data
        if given.get("classification") == "llc" and not given.get("letter"):
            self.add_error("letter", _("Choose the letter that stands on the W-9."))
        return given


def _number(title: Label, most: int, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=title, max_length=most, required=required,
        widget=NumberInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        help_text=_("Kept encrypted; only its last four digits are ever shown."),
    )  # fmt: skip


class MatchForm(forms.Form):
    """What the tax office said of a name and number."""

    result = forms.ChoiceField(label=_("The IRS says"), choices=list(MATCH_WORDS.items()))
    checked_on = day_field(_("On"))


class TaxSettingForm(forms.Form):
    """What the company decides about tax forms."""

    country = CountryField(label=_("Country of the company, two letters"), max_length=2)
    rails = forms.MultipleChoiceField(
        label=_("Left out too"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(rail, RAIL_WORDS[rail]) for rail in RAILS if rail not in RAILS_OUT],
        help_text=_("Ways to pay that report to the tax office themselves. PayPal and cards always do."),
    )  # fmt: skip
    years = forms.IntegerField(
        label=_("Years that a form is kept"), min_value=3, max_value=30,
        help_text=_("Counted from when the forms of its last year were due. The IRS asks for four."),
    )  # fmt: skip
