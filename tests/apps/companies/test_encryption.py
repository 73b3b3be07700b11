"""Secrets at rest: readable with the key, and with no other."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from closebook.apps.companies.encryption import EncryptedTextField, decrypt, encrypt
from closebook.core.errors import InputError

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_text_comes_back(text):
    assert decrypt(encrypt(text)) == text


def test_the_stored_text_says_nothing_and_differs_each_time():
    one, two = encrypt("refresh-token"), encrypt("refresh-token")
    assert "refresh" not in one
    assert one != two
    assert encrypt("") == decrypt("") == ""


def test_a_wrong_key_is_named_with_what_to_do(settings):
    settings.CLOSEBOOK_FIELD_KEYS = [OLD]
    kept = encrypt("secret")
    settings.CLOSEBOOK_FIELD_KEYS = [NEW]
    with pytest.raises(InputError) as caught:
        decrypt(kept)
    assert caught.value.code == "field-key"
    assert "field.key" in caught.value.remedy


def test_a_new_key_in_front_reads_what_the_old_one_wrote(settings):
    settings.CLOSEBOOK_FIELD_KEYS = [OLD]
    kept = encrypt("secret")
    settings.CLOSEBOOK_FIELD_KEYS = [NEW, OLD]
    assert decrypt(kept) == "secret"
    fresh = encrypt("secret")
    settings.CLOSEBOOK_FIELD_KEYS = [NEW]
    assert decrypt(fresh) == "secret"


def test_a_changed_text_is_refused():
    kept = encrypt("secret")
    changed = kept[:-4] + ("AAAA" if kept[-4:] != "AAAA" else "BBBB")
    with pytest.raises(InputError):
        decrypt(changed)


def test_a_column_encrypts_and_decrypts_and_leaves_null_alone():
    field = EncryptedTextField(null=True)
    stored = field.get_prep_value("secret")
    assert stored != "secret"
    assert field.from_db_value(stored, None, None) == "secret"
    assert field.get_prep_value(None) is None
    assert field.from_db_value(None, None, None) is None
