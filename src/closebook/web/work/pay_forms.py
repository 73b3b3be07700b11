"""Forms of paying: bills to choose, what became of a payment, ways to pay, and a payee's own details."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from closebook.apps.workforce.selectors.paying import Due
from closebook.connectors.payouts.rails import RAILS
from closebook.connectors.payouts.sheets import MARK, sheet_read
from closebook.core.errors import InputError
from closebook.web.books.fields import AmountField, day_field, text_field
from closebook.web.kit.said import said
from closebook.web.work.pay_words import ASK_WORDS, RAIL_WORDS

_TEMPLATE_BYTES = 2_000_000


class RunForm(forms.Form):
    """Which bills are paid, how much of each, and when."""

    def __init__(self, *args: Any, dues: Sequence[Due], **options: Any) -> None:
        """Add a tick and an amount for each bill; what may be paid of it stands there already."""
        super().__init__(*args, **options)
        self.fields["pay_on"] = day_field(_("Pay on"))
        self._dues = dues
        for due in dues:
            number, title = due.bill.pk, f"{due.bill.payee.name} {due.bill.number}"
            tick = forms.BooleanField(label=title, required=False, initial=True)
            amount = AmountField(
                label=title, currency=due.bill.currency, required=False, initial=due.payable_minor
            )
            for field in (tick, amount):
                field.widget.attrs["aria-label"] = title
            self.fields |= {f"bill_{number}": tick, f"amount_{number}": amount}

    def rows(self) -> Iterator[tuple[Due, forms.BoundField, forms.BoundField]]:
        """Yield each bill with its tick and its amount."""
        for due in self._dues:
            yield due, self[f"bill_{due.bill.pk}"], self[f"amount_{due.bill.pk}"]

    def wanted(self) -> dict[int, int | None]:
        """Return the amount of each bill that is ticked, None for all that may be paid."""
        facts = self.cleaned_data
        numbers = [due.bill.pk for due in self._dues if facts[f"bill_{due.bill.pk}"]]
        return {number: facts[f"amount_{number}"] for number in numbers}


class ReportForm(forms.Form):
    """What became of a payment."""

    to = forms.ChoiceField(
        label=_("What became of it"),
        choices=[("paid", _("paid")), ("failed", _("failed")), ("returned", _("came back"))],
    )
    paid_on = day_field(_("On"), required=False)

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        """Add the fee in the run's currency."""
        super().__init__(*args, **options)
        self.fields["fee"] = AmountField(label=_("Fee of the bank"), currency=currency, required=False)


class AccountForm(forms.Form):
    """Where a payee's money goes on a rail."""

    def __init__(self, *args: Any, rail: str, **options: Any) -> None:
        """Add the fields that the rail asks for."""
        super().__init__(*args, **options)
        self.fields["rail"] = forms.CharField(widget=forms.HiddenInput, initial=rail)
        for at, name in enumerate(RAILS[rail].asks):
            needed = at == 0 and rail != "wise"
            self.fields[name] = text_field(ASK_WORDS[name], 140, required=needed)


def rail_choices() -> list[tuple[str, Any]]:
    """Return the ways to pay as options."""
    return list(RAIL_WORDS.items())


_DECIMALS = (("", "100.50"), ("comma", "100,50"))
_ENVIRONMENTS = (("production", _("Real payments")), ("sandbox", _("Trying out (sandbox)")))


class WayForm(forms.Form):
    """What the company pays by on a rail."""

    def __init__(self, *args: Any, rail: str, currency: str, kept: Mapping[str, str], **options: Any) -> None:
        """Add the fields of the rail; a secret that is kept is not shown."""
        super().__init__(*args, **options)
        self._add(rail, "secret" in kept or "token" in kept)
        self.fields["limit_minor"] = AmountField(
            label=_("Two people approve above"),
            currency=currency,
            required=False,
            help_text=_("Of a whole run, in its currency. Empty: one person is enough."),
        )

    def _add(self, rail: str, kept: bool) -> None:
        hint = _("Kept. Type only to change it.") if kept else ""
        secret = forms.PasswordInput(attrs={"autocomplete": "off"})
        if rail == "sepa":
            self.fields["debtor"] = text_field(_("Name on your account"), 70)
            self.fields["iban"] = text_field(_("Your IBAN"), 50, required=True)
            self.fields["bic"] = text_field(_("Your BIC, if your bank asks for it"), 20)
        if rail == "paypal":
            self.fields["client"] = text_field(_("Client ID"), 200)
            self.fields["secret"] = forms.CharField(
                label=_("Secret"), max_length=200, required=False, widget=secret, help_text=hint
            )
        if rail == "wise":
            self.fields["source"] = forms.RegexField(
                label=_("Currency that you pay from"), regex=r"^[A-Z]{3}$", max_length=3, required=False
            )
            self.fields["profile"] = text_field(_("Profile number"), 20)
            self.fields["token"] = forms.CharField(
                label=_("API token"), max_length=200, required=False, widget=secret, help_text=hint
            )
        if rail in {"paypal", "wise"}:
            self.fields["environment"] = forms.ChoiceField(label=_("Used for"), choices=_ENVIRONMENTS)
        if rail == "paypal":
            self.fields["decimals"] = forms.ChoiceField(
                label=_("Amounts in the file"),
                choices=_DECIMALS,
                required=False,
                help_text=_("As your PayPal account writes them."),
            )
        if rail in {"wise", "payoneer"}:
            self.fields["file"] = forms.FileField(
                label=_("Template, Excel or CSV"),
                required=False,
                help_text=_("Downloaded there; its columns are filled."),
            )

    def clean_file(self) -> dict[str, str]:
        """Return the template's text, and the name of its sheet where it is an Excel file.

        Raises ValidationError when it is neither.
        """
        file = self.cleaned_data["file"]
        if not file:
            return {}
        content: bytes = file.read(_TEMPLATE_BYTES)
        try:
            if content.startswith(MARK):
                sheet, text = sheet_read(content)
                return {"sheet": sheet, "template": text}
            return {"sheet": "", "template": content.decode("utf-8-sig")}
        except InputError as error:
            raise forms.ValidationError(said(error)) from error
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("Save the template as CSV first.")) from error


class AnswerForm(forms.Form):
    """The bank's answer to a payment file."""

    file = forms.FileField(label=_("Answer of the bank (pain.002)"))
