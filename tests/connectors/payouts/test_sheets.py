"""Excel templates of payment services: read, filled under the same head and sheet, and read back."""

from __future__ import annotations

import datetime as dt
import io
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from closebook.connectors.payouts.base import Payout
from closebook.connectors.payouts.lists import payoneer_file, paypal_file, wise_file, wise_template_checked
from closebook.connectors.payouts.rails import account_checked, lacking
from closebook.connectors.payouts.sepa import Debtor, latin, sepa_file
from closebook.connectors.payouts.sheets import sheet_read
from closebook.core.errors import InputError
from closebook.core.money import Money

IBAN, FAR = "DE89370400440532013000", "AE070331234567890123456"
SAVED = ["name", "recipientId", "recipientDetail", "paymentReference", "sourceCurrency", "targetCurrency",
         "amount", "amountCurrency", "recipientType"]  # fmt: skip
BANK = ["name", "recipientEmail", "paymentReference", "recipientType", "amountCurrency", "amount",
        "sourceCurrency", "targetCurrency", "IBAN", "BIC", "addressCountryCode"]  # fmt: skip
MAIL = ["name", "recipientEmail", "paymentReference", "amountCurrency", "amount", "sourceCurrency",
        "targetCurrency"]  # fmt: skip


def template(*rows, sheet="Recipients"):
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.create_sheet("Help").append(["Do not change the headers"])
    book.save(buffer)
    return buffer.getvalue()


def payout(number=1, amount=1_234_567, currency="USD", *, business=False, **account):
    known = account or {"recipient": "991", "email": "zoe@example.com", "iban": FAR, "bic": "ABNANL2A"}
    text, name = f"Bill B{number}", "Desk Ltd" if business else "Zoë 李"
    return Payout(f"CB{number:022d}", name, known, Money(amount, currency), text, business)


def filled(content):
    page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return page.title, [list(row) for row in page.iter_rows(values_only=True)]


@pytest.mark.parametrize("head", [SAVED, BANK, MAIL])
def test_each_template_of_wise_is_filled_under_its_own_head(head):
    sheet, text = sheet_read(template(head))
    wise_template_checked(text)
    made = wise_file([payout(), payout(2, 5, business=True)], text, source="EUR", ident="CBRUN", sheet=sheet)
    title, rows = filled(made.content)
    assert (made.name, made.count, made.total_minor, title) == ("CBRUN.xlsx", 2, 1_234_572, "Recipients")
    assert rows[0] == head
    by_name = [dict(zip(head, row, strict=True)) for row in rows[1:]]
    assert [row["amount"] for row in by_name] == [12345.67, 0.05]
    assert {row["amountCurrency"] for row in by_name} == {"target"}
    if "recipientType" in head:
        assert [row["recipientType"] for row in by_name] == ["person", "institution"]
    if "IBAN" in head:
        assert by_name[0]["IBAN"] == FAR
    assert made == wise_file(
        [payout(), payout(2, 5, business=True)], text, source="EUR", ident="CBRUN", sheet=sheet
    )


def test_payoneers_excel_template_keeps_its_head_and_sheet():
    head = ["Recipient email*", "Amount*", "Currency*", "Description"]
    sheet, text = sheet_read(template(head, sheet="Batch"))
    made = payoneer_file([payout()], text, ident="CBRUN", sheet=sheet)
    title, rows = filled(made.content)
    assert (title, rows[0]) == ("Batch", head)
    assert rows[1][:3] == ["zoe@example.com", 12345.67, "USD"]


def test_a_currency_without_decimals_is_written_whole():
    sheet, text = sheet_read(template(MAIL))
    made = wise_file([payout(1, 5000, "JPY")], text, source="EUR", ident="CBRUN", sheet=sheet)
    assert filled(made.content)[1][1][4] == 5000


def zipped(**parts):
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name.replace("__", "/").replace("_x_", "."), text)
    return buffer.getvalue()


BOMB = b"<a>" + b"x" * 6_000_000 + b"</a>"


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 not really", zipped(), zipped(xl__workbook_x_xml="<workbook/>"),
        zipped(xl__workbook_x_xml=BOMB),
        zipped(xl__workbook_x_xml='<!DOCTYPE a [<!ENTITY b "c">]><workbook>&b;</workbook>'),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_refused(content):
    with pytest.raises(InputError, match="no template"):
        sheet_read(content)


def test_a_wise_payee_has_any_one_way_and_an_iban_of_any_country():
    assert account_checked("wise", {"iban": "ae07 0331 2345 6789 0123 456"}) == {"iban": FAR}
    with pytest.raises(InputError, match="outside the SEPA"):
        account_checked("sepa", {"iban": FAR})
    assert lacking("wise", {"iban": FAR}) == ""
    assert lacking("wise", {"recipient": "9"}) == ""
    assert lacking("wise", {"bic": "ABNANL2A"}) == "email"


def test_paypal_amounts_are_written_as_the_account_writes_them():
    plain, comma = (paypal_file([payout()], ident="R", comma=comma) for comma in (False, True))
    assert b",12345.67,USD," in plain.content
    assert b',"12345,67",USD,' in comma.content
    assert (plain.total_minor, comma.total_minor) == (1_234_567, 1_234_567)
    whole = paypal_file([payout(1, 5000, "JPY")], ident="R", comma=True)
    assert b",5000,JPY," in whole.content


def test_sepa_names_the_day_the_bic_and_no_double_slash():
    assert latin("//Bill//7/", 140) == "Bill/7"
    one = Payout(
        "CB" + "0" * 24, "Zoë", {"iban": IBAN, "bic": "DEUTDEFF"}, Money(100, "EUR"), "a//" + "b" * 200
    )
    made = sepa_file(
        [one], Debtor("Quill", "NL91ABNA0417164300"), ident="CBRUN", pay_on=dt.date(2026, 11, 24),
        made_at=dt.datetime(2026, 11, 20, tzinfo=dt.UTC),
    )  # fmt: skip
    text = made.content.decode()
    assert "<ReqdExctnDt><Dt>2026-11-24</Dt></ReqdExctnDt>" in "".join(text.split())
    assert "<BICFI>DEUTDEFF</BICFI>" in text
    assert "<BIC>" not in text
    ustrd = text.split("<Ustrd>")[1].split("<")[0]
    assert (len(ustrd), ustrd[:3]) == (140, "a/b")
