"""One spelling for what is written in many."""

from __future__ import annotations

import pytest

from closebook.core.matching.folding import (
    fold,
    full_name,
    mailbox,
    name_words,
    own_domain,
    phone_key,
    plain_key,
    postcode_key,
    street_parts,
)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("John Smith", "john smith"),
        ("Smith, John", "john smith"),
        ("SMITH,JOHN", "john smith"),
        ("Mr. John A. Smith Jr.", "john smith"),
        ("J. Smith", "j smith"),
        ("O'Brien, Siobhán", "siobhan obrien"),
        ("Hill Homes, L.L.C.", "hill homes"),
        ("Hill Homes LLC", "hill homes"),
        ("Müller GmbH", "muller"),
        ("The Green Café", "green cafe"),
        ("北京王氏有限公司", "北京王氏"),
        ("王 小明", "王小明"),
        ("", ""),
    ],
)
def test_names_are_read_given_name_first_without_titles_and_legal_forms(written, words):
    assert name_words(written) == words


def test_a_name_of_nothing_but_a_legal_form_stays():
    assert name_words("Limited") == "limited"


def test_chinese_names_put_the_family_first():
    assert full_name("小明", "王") == "王小明"
    assert full_name("Xiaoming", "Wang") == "Xiaoming Wang"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+1 (555) 010-0199", "555.010.0199"),
        ("0031 6 12 34 56 78", "06-12345678"),
        ("(030) 1234567", "+49 30 1234567"),
    ],
)
def test_a_phone_is_its_last_digits(one, other):
    assert phone_key(one) == phone_key(other) != ""


@pytest.mark.parametrize("nobody", ["", "n/a", "000-000-0000", "123", "5555555555"])
def test_numbers_that_nobody_has_are_no_evidence(nobody):
    assert phone_key(nobody) == ""


def test_mailboxes_lose_case_and_tags():
    assert mailbox(" Jo.Hill+shop@GoogleMail.com ") == "johill@gmail.com"
    assert mailbox("Jo.Hill@hill.com") == "jo.hill@hill.com"


@pytest.mark.parametrize(
    "address",
    [
        "x@marketplace.amazon.co.uk",
        "k@members.ebay.com",
        "a@privaterelay.appleid.com",
        "noreply@hill.com",
        "none",
        "@",
    ],
)
def test_relays_and_what_is_no_mailbox_say_nothing(address):
    assert mailbox(address) == ""


def test_a_free_mailbox_belongs_to_no_company():
    assert own_domain("a@gmail.com") == ""
    assert own_domain("a@hill.com") == "hill.com"


@pytest.mark.parametrize(
    ("street", "parts"),
    [
        ("12 N. Main St.", ("12", "north main street")),
        ("Hoofdstraat 12a", ("12a", "hoofdstraat")),
        ("435 Ninth Ave", ("435", "9th avenue")),
        ("", ("", "")),
    ],
)
def test_streets_write_out_their_short_forms(street, parts):
    assert street_parts(street) == parts


def test_keys_ignore_case_spaces_and_punctuation():
    assert plain_key("SKU-12 / b") == "sku12b"
    assert postcode_key("90210-1234") == postcode_key("90210")
    assert postcode_key("1012 ab") == "1012ab"
    assert fold("Łódź") == "lodz"
