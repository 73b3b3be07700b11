"""Payment files: valid by their schema, read back by their sums, and the same bytes each time."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from defusedxml.ElementTree import fromstring
from sepaxml.validation import try_valid_xml

from closebook.connectors.payouts.base import PayFile, Payout, checked
from closebook.connectors.payouts.lists import (
    payoneer_file,
    paypal_file,
    plain_file,
    wise_file,
    wise_template_checked,
)
from closebook.connectors.payouts.rails import account_checked, lacking
from closebook.connectors.payouts.sepa import SCHEMA, Debtor, sepa_file
from closebook.core.errors import InputError, InvariantError
from closebook.core.money import Money

IBAN, OTHER = "NL91ABNA0417164300", "DE89370400440532013000"
NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
DEBTOR = Debtor("Quill & Söhne", IBAN, "ABNANL2A")
WISE = (
    "name,recipientId,recipientEmail,paymentReference,sourceCurrency,targetCurrency,amount,amountCurrency"
    ",taxCode\n"
)


def payout(number=1, amount=12345, currency="EUR", name="Zoë 李", **account):
    known = account or {"iban": OTHER, "email": "zoe@example.com", "recipient": "991"}
    return Payout(f"CB{number:022d}", name, known, Money(amount, currency), f"Bill B{number}")


def sepa(*payouts):
    return sepa_file(payouts, DEBTOR, ident="CBRUN7", pay_on=dt.date(2026, 11, 24), made_at=NOW)


def rows(file):
    return list(csv.reader(io.StringIO(file.content.decode(), newline="")))


def test_sepa_is_valid_adds_up_and_is_the_same_twice():
    many = [payout(number, 10_000 + number) for number in range(1, 30)]
    file = sepa(*many)
    try_valid_xml(file.content, SCHEMA)
    assert file == sepa(*many)
    assert (file.count, file.total_minor, file.currency) == (29, sum(10_000 + n for n in range(1, 30)), "EUR")
    root = fromstring(file.content)
    texts = {each.tag.rpartition("}")[2]: each.text for each in root.iter()}
    assert texts["MsgId"] == "CBRUN7"
    assert texts["CreDtTm"] == "2026-11-20T09:30:00"
    assert texts["EndToEndId"] == many[-1].reference
    assert "PstlAdr" not in texts
    names = [each.text for each in root.iter() if each.tag.endswith("}Nm")]
    assert "Zoe Li" in names
    assert "Quill Sohne" in names


@pytest.mark.parametrize("wrong", [
    {"iban": "NL91ABNA0417164301"}, {"iban": ""}, {"iban": "US64SVBKUS6S3300958879"},
    {"iban": OTHER, "bic": "X"},
])  # fmt: skip
def test_sepa_refuses_a_wrong_account(wrong):
    with pytest.raises(InputError):
        sepa(payout(**wrong))


def test_files_refuse_other_currencies_zero_and_too_many():
    for make in (sepa, lambda *some: payoneer_file(some, "a,b,c,d\n", ident="x")):
        with pytest.raises(InputError):
            make(payout(currency="GBP"))
    with pytest.raises(InputError):
        plain_file([payout(), payout(2, currency="USD")], ident="x")
    with pytest.raises(InputError):
        plain_file([payout(amount=0)], ident="x")
    with pytest.raises(InputError):
        plain_file([], ident="x")
    with pytest.raises(InputError):
        wise_file([payout(n) for n in range(1001)], WISE, source="USD", ident="x")


def test_paypal_has_no_header_one_currency_and_whole_yen():
    file = paypal_file([payout(currency="USD"), payout(2, 5, "USD")], ident="x")
    assert rows(file)[0] == ["zoe@example.com", "123.45", "USD", payout().reference, "Bill B1", "PAYPAL"]
    assert rows(file)[1][1] == "0.05"
    assert len(payout().reference) <= 30
    assert rows(paypal_file([payout(amount=700, currency="JPY")], ident="x"))[0][1] == "700"
    assert rows(paypal_file([payout(amount=70_000, currency="HUF")], ident="x"))[0][1] == "700"
    for amount, currency in ((70_050, "HUF"), (100, "KES")):
        with pytest.raises(InputError):
            paypal_file([payout(amount=amount, currency=currency)], ident="x")
    with pytest.raises(InputError):
        paypal_file([payout(currency="USD", email="=cmd@x.com")], ident="x")


def test_the_users_own_templates_are_filled_by_their_columns():
    assert wise_template_checked(WISE) == ["taxCode"]
    file = wise_file([payout(name="=Zoë")], WISE, source="USD", ident="x")
    head, row = rows(file)
    assert ",".join(head) + "\n" == WISE
    assert row == ["Zoë", "991", "zoe@example.com", "Bill B1", "USD", "EUR", "123.45", "target", ""]
    turned = ";".join(reversed(WISE.strip().split(",")))
    assert rows(wise_file([payout()], turned, source="USD", ident="x"))[1] == [
        *reversed(["Zoë 李", *row[1:]])
    ]
    for wrong in ("", "name,amount,iban\n", "amount,targetCurrency,name\n"):
        with pytest.raises(InputError):
            wise_file([payout()], wrong, source="USD", ident="x")
    with pytest.raises(InputError, match="Zoë"):
        wise_file([payout(hint="x")], WISE, source="USD", ident="x")
    filled = payoneer_file([payout(currency="USD")], "Email,Amount,Currency,Description,More\n", ident="x")
    assert rows(filled)[0] == ["Email", "Amount", "Currency", "Description", "More"]
    assert rows(filled)[1][:3] == ["zoe@example.com", "123.45", "USD"]


def test_a_plain_list_holds_all_and_control_totals_are_compared():
    file = plain_file([payout(hint="KvK 1")], ident="x")
    assert rows(file)[1] == [payout().reference, "Zoë 李", "KvK 1", "123.45", "EUR", "Bill B1"]
    with pytest.raises(InvariantError):
        checked(PayFile("x", "", b"", 1, 12_344, "EUR"), [payout()])


def test_a_payees_account_is_checked_as_it_is_typed():
    assert account_checked("sepa", {"iban": "nl91 abna 0417 1643 00", "more": "x"}) == {"iban": IBAN}
    for rail, wrong in (
        ("sepa", {"iban": "x"}),
        ("paypal", {"email": "x"}),
        ("wise", {"recipient": "x"}),
        ("y", {}),
    ):
        with pytest.raises(InputError):
            account_checked(rail, wrong)
    assert (lacking("sepa", {}), lacking("wise", {"recipient": "1"}), lacking("csv", {"hint": "x"})) == (
        "iban",
        "",
        "",
    )
