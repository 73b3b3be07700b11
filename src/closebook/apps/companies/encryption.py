"""Texts encrypted at rest with a key outside the database; the first key encrypts, all of them decrypt."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from closebook.core.errors import InputError


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key.encode("ascii")) for key in keys])


def encrypt(text: str) -> str:
    """Return the text encrypted with the first of ``CLOSEBOOK_FIELD_KEYS``; "" stays ""."""
    return (
        _cipher(tuple(settings.CLOSEBOOK_FIELD_KEYS)).encrypt(text.encode()).decode("ascii") if text else ""
    )


def decrypt(text: str) -> str:
    """Return the text behind ``encrypt``.

    Raises InputError when no key fits, as after a restore without the key file.
    """
    if not text:
        return ""
    try:
        return _cipher(tuple(settings.CLOSEBOOK_FIELD_KEYS)).decrypt(text.encode("ascii")).decode()
    except InvalidToken as error:
        raise _no_key() from error


def encrypt_bytes(content: bytes) -> bytes:
    """Return a file's content encrypted as ``encrypt`` does with texts."""
    return _cipher(tuple(settings.CLOSEBOOK_FIELD_KEYS)).encrypt(content)


def decrypt_bytes(content: bytes) -> bytes:
    """Return the content behind ``encrypt_bytes``. Raises InputError as ``decrypt`` does."""
    try:
        return _cipher(tuple(settings.CLOSEBOOK_FIELD_KEYS)).decrypt(content)
    except InvalidToken as error:
        raise _no_key() from error


def _no_key() -> InputError:
    return InputError(
        "field-key",
        "A stored secret cannot be read with the present key.",
        remedy="Restore field.key from the backup, or connect again.",
    )


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # its value is plain text on both sides
    """A text column whose stored value is encrypted."""

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way to the database."""
        return encrypt(value) if isinstance(value, str) else value

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        """Decrypt on the way from the database."""
        return decrypt(value) if isinstance(value, str) else value
