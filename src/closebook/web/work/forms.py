"""Forms of hiring."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from closebook.web.books.fields import AmountField, text_field
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
        self.fields["low_minor"] = AmountField(label=_("From, per hour"), currency=currency)
        self.fields["high_minor"] = AmountField(label=_("To, per hour"), currency=currency)


class ApplyForm(forms.Form):
    """What somebody sends who applies; ``website`` is a field that only machines fill in."""

    name = text_field(_("Name"), 200, required=True)
    email = forms.EmailField(label=_("E-mail address"))
    phone = text_field(_("Telephone"), 40)
    country = text_field(_("Country"), 80)
    letter = text_field(_("Why you"), 5000, required=True, rows=6)
    file = forms.FileField(label=_("Your CV"), required=False, help_text=_("PDF, Word, ODT or text, 5 MB."))
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        """Add the rate in the posting's currency."""
        super().__init__(*args, **options)
        self.fields["wish_minor"] = AmountField(
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
