"""What of signing in is ours: nobody signs up uninvited, and second factors are encrypted at rest."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from closebook.apps.companies import encryption


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by an invitation or by the first-run page, never by a stranger."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Return False: an invitation makes the account."""
        return False


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Keeps secrets of second factors with the key that stands outside the database."""

    def encrypt(self, text: str) -> str:
        """Return the secret as it is stored."""
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret behind ``encrypt``. Raises InputError when no key fits."""
        return encryption.decrypt(encrypted_text)
