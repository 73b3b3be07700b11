"""The forms of documents: fields above, a table of lines below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from closebook.apps.books.selectors.settling import Settled
from closebook.web.books.document_specs import WAYS, HeadField, LineKind, Spec
from closebook.web.books.fields import AmountField, NameField, NumberField, day_field, text_field

EMPTY_LINES = 5
MOST_LINES = 500
_OFFERS = {"account": "accounts", "customer": "customers", "vendor": "vendors", "payee": "people"}
_ENTITIES = {
    "account": ("Account",),
    "customer": ("Customer",),
    "vendor": ("Vendor",),
    "payee": ("Vendor", "Customer", "Employee"),
}


class HeadForm(forms.Form):
    """The fields above the lines, made from a kind's spec."""

    def __init__(self, spec: Spec, currency: str, *args: Any, **options: Any) -> None:
        """Make the fields; amounts are in the currency."""
        super().__init__(*args, **options)
        for one in spec.head:
            self.fields[one.name] = _field(one, currency)


def _field(one: HeadField, currency: str) -> forms.Field:
    label: Any = one.label
    if one.kind == "day":
        return day_field(label, required=one.required)
    if one.kind == "amount":
        return AmountField(label=label, currency=currency, required=one.required)
    if one.kind == "way":
        return forms.ChoiceField(label=label, choices=one.choices or WAYS, required=one.required)
    if one.kind == "text":
        return text_field(label, 21, required=one.required)
    if one.kind == "memo":
        return text_field(label, 4000, rows=2)
    return NameField(*_ENTITIES[one.kind], offers=_OFFERS[one.kind], label=label, required=one.required)


class LineForm(forms.Form):
    """One line of a kind. ``id`` is the stored line that it changes, "" for a new one; ``about`` is what is
    known of the document that a payment's line settles, ``title`` the words for its kind.
    """

    id = forms.CharField(required=False, widget=forms.HiddenInput, max_length=24)
    about: Settled | None = None
    title = ""

    def __init__(self, *args: Any, kind: LineKind, currency: str, **options: Any) -> None:
        """Make the fields; none is required by itself, as a line may be left empty."""
        super().__init__(*args, **options)
        self.kind = kind
        self.use_required_attribute = False
        self.fields |= _line_fields(kind, currency)
        for field in self.fields.values():
            field.required = False
            field.widget.attrs["aria-label"] = str(field.label or "")

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is typed into the line; of a payment, whether it settles nothing."""
        if self.kind == "applied":
            return not self.cleaned_data.get("amount") and "amount" not in self.errors
        return not any(value for name, value in self.cleaned_data.items() if name != "id")


def _line_fields(kind: LineKind, currency: str) -> dict[str, forms.Field]:
    def amount(label: str) -> AmountField:
        return AmountField(label=label, currency=currency)

    account = NameField("Account", offers="accounts", label=_("Ledger account"))
    text = text_field(_("Description"), 4000)
    if kind == "sale":
        return {
            "item": NameField("Item", offers="items", label=_("Item")),
            "text": text,
            "quantity": NumberField(label=_("Quantity")),
            "price": NumberField(label=_("Price")),
            "amount": amount(_("Amount")),
        }
    if kind == "journal":
        party = NameField("Customer", "Vendor", offers="people", label=_("Customer or vendor"))
        return {
            "account": account,
            "text": text,
            "party": party,
            "debit": amount(_("Debit")),
            "credit": amount(_("Credit")),
        }
    if kind == "applied":
        return {
            "document": forms.CharField(
                label=_("Number"),
                max_length=40,
                widget=forms.TextInput(attrs={"list": "open-documents", "autocomplete": "off"}),
            ),
            "amount": amount(_("Amount")),
        }
    return {"account": account, "text": text, "amount": amount(_("Amount"))}


if TYPE_CHECKING:
    _LineForms = forms.BaseFormSet[LineForm]
else:
    _LineForms = forms.BaseFormSet


class _Lines(_LineForms):
    """The lines of a document."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "too_many_forms": gettext_lazy("A document that is typed in here has at most %(num)d lines."),
        "missing_management_form": gettext_lazy("The form came incomplete. Open it again."),
    }


LinesForm = forms.formset_factory(
    LineForm,
    formset=_Lines,
    extra=EMPTY_LINES,
    max_num=MOST_LINES,
    absolute_max=MOST_LINES + EMPTY_LINES,
    validate_max=True,
)
