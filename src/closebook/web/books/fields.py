"""Fields of the books' forms: days, amounts in the reader's way, names of list objects."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from closebook.apps.qbo.entities.names import fold
from closebook.core.errors import InputError
from closebook.web.books.amounts import decimal_typed, minor_typed
from closebook.web.templatetags.kit import money

_EXAMPLES = {"nl": "1.234,50"}
_PLACES = 6
Label: TypeAlias = Any
"""A text, translated now or later; the stubs of the forms know no lazy one."""


def day_field(label: Label, *, required: bool = True) -> forms.DateField:
    """Return a field for a day, with the browser's own calendar."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=required, widget=widget)


def text_field(label: Label, most: int, *, required: bool = False, rows: int = 0) -> forms.CharField:
    """Return a field for a text; with ``rows`` it has several lines."""
    widget: forms.Widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=most, required=required, widget=widget)


class NumberField(forms.Field):
    """A number of at most six places, typed in the reader's way; None when it is left out."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "money", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:
        """Return the number; the error at the field shows how one is written."""
        text = str(value or "").strip()
        return self.read(text) if text else None

    def read(self, text: str) -> Any:
        """Return the number of a text that is there. Raises ValidationError."""
        try:
            return decimal_typed(text, _language(), _PLACES)
        except InputError as error:
            raise not_an_amount() from error


class AmountField(NumberField):
    """An amount of money in minor units of ``currency``."""

    def __init__(self, *, currency: str, **options: Any) -> None:
        """Keep the currency, which says how many places there are."""
        super().__init__(**options)
        self.currency = currency

    def read(self, text: str) -> int:
        """Return minor units. Raises ValidationError."""
        try:
            return minor_typed(text, _language(), self.currency)
        except InputError as error:
            raise not_an_amount() from error

    def prepare_value(self, value: Any) -> Any:
        """Return an amount as its field shows it; what was typed stays as it is."""
        return money(value, self.currency) if isinstance(value, int) else value


class NameField(forms.CharField):
    """The name of a list object of one of some kinds, with names offered from a ``datalist`` of the page."""

    def __init__(self, *entities: str, offers: str, **options: Any) -> None:
        """Keep the kinds; ``offers`` is the id of the datalist."""
        widget = forms.TextInput(attrs={"list": offers, "autocomplete": "off"})
        super().__init__(max_length=600, widget=widget, **options)
        self.entities = entities

    @staticmethod
    def key(name: str) -> str:
        """Return the key under which a name is found."""
        return fold(name)


def not_an_amount() -> ValidationError:
    """Return the error for an amount that is written otherwise than the language does."""
    example = _EXAMPLES.get(_language(), "1,234.50")
    return ValidationError(_("Write the amount as %(example)s."), params={"example": example})


def _language() -> str:
    return (translation.get_language() or "en").partition("-")[0]
