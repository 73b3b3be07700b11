"""The forms of the steps to a new connection."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from closebook.apps.companies.models import Company
from closebook.apps.sync.models import Connection
from closebook.connectors.registry import CONNECTORS
from closebook.core.errors import InputError
from closebook.core.money import minor_digits, minor_from_decimal
from closebook.web.kit.said import said


class SourceForm(forms.Form):
    """Where the business comes from."""

    source = forms.ChoiceField(label=_("Where do you sell?"), widget=forms.RadioSelect)

    def __init__(self, *args: object, **options: object) -> None:
        """Offer every connector that reads files."""
        super().__init__(*args, **options)  # type: ignore[arg-type]  # Django's own arguments
        choices = [(each.info.name, each.info.title) for each in CONNECTORS.values()]
        self.fields["source"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["source"].initial = choices[0][0]


class ShopForm(forms.Form):
    """The shop's name, the currency of its payment account, and how its business is posted."""

    name = forms.CharField(
        label=_("Name of the shop"),
        max_length=60,
        help_text=_("The ledger account that holds the shop's money is called after it."),
    )
    currency = forms.RegexField(
        label=_("Currency of the payment account"),
        regex=r"^[A-Z]{3}$",
        help_text=_("Three letters, such as EUR; the amounts of the statement are in it."),
    )
    mode = forms.ChoiceField(
        label=_("What is posted?"),
        widget=forms.RadioSelect,
        choices=[
            ("per-sale", _("Each sale, refund and fee, as a document of its own (recommended)")),
            ("per-payout", _("One summary for each payout and month")),
        ],
    )

    def __init__(self, company: Company, *args: object, till: bool = False, **options: object) -> None:
        """Keep the company, in which the name must be new; a till is posted sale by sale."""
        super().__init__(*args, **options)  # type: ignore[arg-type]  # Django's own arguments
        self._company = company
        if till:
            del self.fields["mode"]

    def clean_name(self) -> str:
        """Return the name when no connection has it."""
        name = str(self.cleaned_data["name"])
        if Connection.objects.filter(company=self._company, name=name).exists():
            raise forms.ValidationError(gettext("There is a connection of this name already."))
        return name

    def clean_currency(self) -> str:
        """Return the currency when the books can be kept in it."""
        currency, home = str(self.cleaned_data["currency"]), self._company.home_currency
        try:
            minor_digits(currency)
        except InputError as error:
            raise forms.ValidationError(said(error)) from error
        if currency != home and Connection.objects.filter(company=self._company).exists():
            raise forms.ValidationError(
                gettext("The books are kept in %(home)s. Make a company of its own for this shop."),
                params={"home": home},
            )
        return currency


class StartForm(forms.Form):
    """The first day that is posted, and what the platform held then."""

    since = forms.DateField(
        label=_("First day to post"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("What lies before is left to whoever booked it until then. Empty: everything is posted."),
    )
    opening = forms.DecimalField(
        label=_("Held for the shop at the start of that day"),
        required=False,
        max_digits=15,
        help_text=_("The balance on the first line of that month's statement page, such as 120.50."),
    )

    def __init__(self, currency: str, *args: object, **options: object) -> None:
        """Keep the currency, whose places an amount must have."""
        super().__init__(*args, **options)  # type: ignore[arg-type]  # Django's own arguments
        self._currency = currency

    def clean_opening(self) -> str:
        """Return the amount as text, "0" for none."""
        text = str(self.cleaned_data["opening"] or "0")
        try:
            minor_from_decimal(text, self._currency)
        except InputError as error:
            raise forms.ValidationError(said(error)) from error
        return text
