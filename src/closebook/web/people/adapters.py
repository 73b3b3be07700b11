"""What of signing in is ours: nobody signs up uninvited, mails are in their reader's language, and second
factors are encrypted at rest.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from closebook.apps.companies import encryption
from closebook.apps.companies.services.mail import mail_carry
from closebook.core.errors import RetryError


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by an invitation or by the first-run page, never by a stranger."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Return False: an invitation makes the account."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link of a mail, which leads to ``CLOSEBOOK_BASE_URL`` whatever host was asked for."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.CLOSEBOOK_BASE_URL.rstrip("/") + path.replace("UID-KEY", quote(key))

    def get_email_confirmation_url(self, _request: HttpRequest, emailconfirmation: Any) -> str:
        """Return the link of a mail that confirms an address, as above."""
        path = reverse("account_confirm_email", args=[emailconfirmation.key])
        return settings.CLOSEBOOK_BASE_URL.rstrip("/") + path

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail in the language of the person it is for.

        A failure stays in the log: the page answers the same for known and unknown addresses.
        """
        language = getattr(context.get("user"), "language", "") or translation.get_language() or "en"
        facts = {
            **context,
            "email": email,
            "base_url": settings.CLOSEBOOK_BASE_URL,
            "language": language,
        }
        with translation.override(language):
            made = self.render_mail(template_prefix, email, facts)
        with suppress(RetryError):
            mail_carry(made)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Keeps secrets of second factors with the key that stands outside the database."""

    def encrypt(self, text: str) -> str:
        """Return the secret as it is stored."""
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret behind ``encrypt``. Raises InputError when no key fits."""
        return encryption.decrypt(encrypted_text)
