"""Amounts in every form of the files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebook.connectors.etsy.amounts import Amounts, CurrencyReader, minor_in_title, minor_of, names_money
from closebook.core.errors import InputError
from closebook.core.money import format_minor

FORMS = [
    ("--", "USD", 0),
    ("", "USD", 0),
    ("-", "USD", 0),
    (" ", "EUR", 0),
    ("–", "USD", 0),
    ("—", "EUR", 0),
    ("-$0.20", "USD", -20),
    ("$32.40", "USD", 3240),
    ("-£1.85", "GBP", -185),
    ("CA$76.00", "CAD", 7600),
    ("-CA$76.00", "CAD", -7600),
    ("A$1,076.00", "AUD", 107600),
    ("-€0.17", "EUR", -17),
    ("$-0.20", "USD", -20),
    ("−$0.20", "USD", -20),
    ("($0.20)", "USD", -20),
    ("$(0.20)", "USD", -20),
    ("$ (1,234.50) ", "USD", -123450),
    ("(1.234,50) €", "EUR", -123450),
    ("$1,046,015.25", "USD", 104601525),
    ("1.234,56 €", "EUR", 123456),
    ("1.234,56\u00a0€", "EUR", 123456),
    ("-1.234,56 €", "EUR", -123456),
    ("€1.234,56", "EUR", 123456),
    ("1.234", "EUR", 123400),
    ("1,234", "USD", 123400),
    ("12,50", "EUR", 1250),
    ("12.5", "USD", 1250),
    ("0", "USD", 0),
    ("0.00", "USD", 0),
    ("1 234,56 kr", "SEK", 123456),
    ("kr. 1.234,50", "DKK", 123450),
    ("12,50 zł", "PLN", 1250),
    ("¥12,345", "JPY", 12345),
    ("12345", "JPY", 12345),
    ("¥1.234.567", "JPY", 1234567),
    ("1'234.50", "CHF", 123450),
    ("USD 5.00", "USD", 500),
    ("1.234", "KWD", 1234),
    ("1,234.567", "KWD", 1234567),
    ("R$ 5,00", "BRL", 500),
    ("+$5.00", "USD", 500),
    ("$5.00-", "USD", -500),
    ("â‚¬19.32", "EUR", 1932),
    ("Â£19.32", "GBP", 1932),
    (".50", "USD", 50),
    ("12.00", "JPY", 12),
    ("5.000", "KWD", 5000),
]
BAD = [
    "abc",
    "1.2E+05",
    "1,23,456.00",
    "12.345.6",
    "$0.005",
    "5%",
    "1/2",
    "--5",
    "?1.50",
    "(-5.00)",
    "-$(5.00)",
    "$(5.00",
    "#REF!",
    "1.2.3,4,5",
    "$",
]
TITLES = [
    ("$60.23 sent to your bank account", "USD", 6023),
    ("£1,208.35 sent to your bank account", "GBP", 120835),
    ("€195.32 an dein Bankkonto überwiesen", "EUR", 19532),
    ("195,32\u00a0€ an dein Bankkonto überwiesen", "EUR", 19532),
    ("1.195,32 € an dein Bankkonto überwiesen", "EUR", 119532),
    ("CA$76.00 sent to your bank account ending in 0421", "CAD", 7600),
    ("Sent to your bank account ending in 0421: $76.00", "USD", 7600),
    ("Payout 2 of 3: USD 76.00", "USD", 7600),
    ("1 208,35 kr skickades till ditt bankkonto", "SEK", 120835),
    ("¥12,345 sent to your bank account", "JPY", 12345),
    ("76.00 sent", "USD", 7600),
    ("Sent to your bank account", "USD", None),
]


@pytest.mark.parametrize(("text", "currency", "minor"), FORMS)
def test_forms(text: str, currency: str, minor: int) -> None:
    assert minor_of(text, currency) == minor
    assert Amounts(currency)[text] == minor


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_amount_is_refused(text: str) -> None:
    for read in (lambda: minor_of(text, "USD"), lambda: Amounts("USD")[text]):
        with pytest.raises(InputError) as caught:
            read()
        assert caught.value.code == "not-an-amount"


@pytest.mark.parametrize(("title", "currency", "minor"), TITLES)
def test_titles(title: str, currency: str, minor: int | None) -> None:
    assert minor_in_title(title, currency) == minor


def test_a_number_without_currency_is_no_money() -> None:
    assert not names_money("Payment for Order 3911000037", "USD")
    assert names_money("76.00 USD sent", "USD")


def test_currencies() -> None:
    readers = CurrencyReader()
    assert readers[" usd"][0] == "USD"
    assert readers["USD"][1] is readers[" usd"][1]
    with pytest.raises(InputError, match="currency"):
        readers["US"]


@given(
    st.integers(-(10**11), 10**11),
    st.sampled_from(["USD", "EUR", "JPY", "KWD"]),
    st.sampled_from(["$", "CA$", "€", "kr ", ""]),
)
def test_written_amounts_come_back(minor: int, currency: str, sign: str) -> None:
    plain = format_minor(abs(minor), currency)
    whole, dot, part = plain.partition(".")
    minus = "-" if minor < 0 else ""
    grouped = f"{minus}{sign}{int(whole):,}{dot}{part}"
    assert minor_of(grouped, currency) == minor
    assert Amounts(currency)[grouped] == minor
    assert minor_of(f"{minus}{sign}{plain}", currency) == minor
    if currency != "KWD":
        german = grouped.translate({ord(","): ".", ord("."): ","})
        assert minor_of(german, currency) == minor
