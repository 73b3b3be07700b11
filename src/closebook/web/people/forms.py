"""Forms about people: a role, an end of a membership, an invitation, an account that begins."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from closebook.apps.companies.models import Person, Role
from closebook.apps.companies.role_words import ROLE_WORDS

_ROLES = [(role.value, ROLE_WORDS[role]) for role in Role]


class Sure(forms.Form):
    """What a person does to themselves, who cannot take it back: it asks for a tick."""

    sure = forms.BooleanField(label=_("I know that I cannot take this back myself"))

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        """Ask for the tick only where ``asks``."""
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["sure"]


class RoleForm(Sure):
    """Another role of a member; ``expected`` is the one that the page showed."""

    role = forms.ChoiceField(label=_("Role"), choices=_ROLES)
    expected = forms.CharField(widget=forms.HiddenInput)
    field_order = ("role", "sure", "expected")


class InvitationForm(forms.Form):
    """Whom to invite, as what, and in which language the mail is written."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(label=_("Role"), choices=_ROLES, initial=Role.BOOKKEEPER)
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)


class AccountForm(forms.Form):
    """The account of somebody who was invited. ``email`` is the invited address, which the password may not
    resemble.
    """

    username = forms.CharField(
        label=_("Name to sign in with"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    name = forms.CharField(
        label=_("Your name, as others see it"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, and not a common word."),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        """Keep the invited address."""
        super().__init__(*args, **kwargs)
        self._email = email

    def clean_username(self) -> str:
        """Return the name when nobody has it, whatever its capitals."""
        return str(get_adapter().clean_username(self.cleaned_data["username"]))

    def clean(self) -> dict[str, Any]:
        """Return the values when the password is a good one beside name and address."""
        facts: dict[str, Any] = super().clean() or {}
        person = Person(
            username=facts.get("username", ""), first_name=facts.get("name", ""), email=self._email
        )
        try:
            password_validation.validate_password(facts.get("password", ""), person)
        except ValidationError as error:
            if "password" in facts:
                self.add_error("password", error)
        return facts


class ZoneForm(forms.Form):
    """The zone of a company's clocks."""

    zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Add the zones."""
        super().__init__(*args, **options)
        zones = [(name, name) for name in sorted(available_timezones())]
        self.fields["zone"] = forms.ChoiceField(
            label=_("Time zone"),
            choices=[("", _("that of each assistant")), *zones],
            required=False,
            help_text=_(
                "In the books worked hours stand on the day that the company's clocks show. What is signed"
                " already stays where it is."
            ),
        )


class NameForm(forms.Form):
    """A company's name."""

    name = forms.CharField(label=_("Name"), max_length=200)
