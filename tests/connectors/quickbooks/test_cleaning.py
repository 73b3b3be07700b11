"""Texts made fit for the service: readable, stable, short enough, and never equal by accident."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebook.connectors.quickbooks import cleaning, query
from closebook.connectors.quickbooks.cleaning import clean_name, clean_number, clean_text, latin1

ANY = st.text(max_size=300)


@pytest.mark.parametrize("module", [cleaning, query])
def test_the_examples_of_the_documentation_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Don’t “quote” — ever…", 'Don\'t "quote" - ever...'),
        ("Zoë Ångström", "Zoë Ångström"),
        ("Zoe\u0308", "Zoë"),
        ("Łukasz Őry Đặng", "Lukasz Ory Dang"),
        ("Ольга Щукина", "Ol'ga Shchukina"),
        ("Γιώργος", "Giorgos"),
        ("さくら サクラ", "sakura sakura"),
        ("김", "gim"),
        ("中文", "[4E2D][6587]"),
        ("mug 🎁❤️", "mug (wrapped present)(heavy black heart)"),
        ("½ ﬁne №1 ™ 5 €", "½ fine No.1 (TM) 5 EUR"),
        ("a\u200db\ufeff", "ab"),
    ],
)
def test_what_latin1_lacks_becomes_something_readable(text, plain):
    assert latin1(text) == plain


@given(ANY)
def test_every_text_fits_its_place(text):
    assert latin1(text).encode("latin-1") is not None
    name = clean_name(text)
    assert len(name) <= 100
    assert not set(name) & set(':"\t\n\r')
    assert clean_name(name) == name
    assert len(clean_number(text)) <= 21
    assert clean_text(clean_text(text)) == clean_text(text)


def test_cut_names_stay_different():
    assert clean_name("x" * 100) == "x" * 100
    first, second = clean_name("x" * 101), clean_name("x" * 102)
    assert first != second
    assert len(first) == len(second) == 100
    assert clean_number("ES-39001122334455667788-a") != clean_number("ES-39001122334455667788-b")


def test_a_long_memo_keeps_its_end():
    memo = "word " * 2000 + "[closebook etsy-1:order:39/sale]"
    assert len(clean_text(memo)) <= 4000
    assert clean_text(memo).endswith("[closebook etsy-1:order:39/sale]")


def test_lines_of_a_memo_stay_lines():
    assert clean_text("a\r\nb\tc\n\n d \n") == "a\nb c\n\nd"
