"""CSV files: sniffed, mapped, and the known layouts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from closebook.connectors.bank import BankFormat, ColumnMapping, read_bank_file
from closebook.connectors.bank.mapping import mapping_from_json
from closebook.connectors.bank.sniffing import sniffed
from closebook.core.errors import InputError
from closebook.core.reconcile.bank_lines import BalanceProof

PAYPAL = (
    "Date, Time, Time Zone, Name, Type, Status, Currency, Gross, Fee, Net, From Email Address, "
    "To Email Address, Transaction ID, Item Title, Reference Txn ID, Balance, \n"
    '"6/4/2016","10:00:00","PDT","Ada Quill","Web Accept Payment Received","Completed","USD","1,120.00",'
    '"-33.00","1,087.00","a@x","s@x","T1","Ink","","1,087.00",""\n'
    '"6/5/2016","10:00:00","PDT","Bo","Authorization","Pending","USD","5.00","0.00","5.00","b@x","s@x",'
    '"T2","","","1,087.00",""\n'
    '"6/13/2016","10:00:00","PDT","","Withdraw Funds to Bank Account","Completed","USD","-87.00",'
    '"0.00","-87.00","","","T3","","","1,000.00",""\n'
)
VENMO = (
    "Account Statement - (@ada)\nAccount Activity\n"
    "Username,ID,Datetime,Type,Status,Note,From,To,Amount (total),Amount (fee),Funding Source,Destination,"
    "Beginning Balance,Ending Balance,Statement Period Venmo Fees,Year to Date Venmo Fees,Disclaimer\n"
    "ada,,,,,,,,,,,,$10.00,,,,\n"
    ",3001,2026-03-04T10:00:00,Payment,Complete,Prints,Bo,Ada,+ $73.01,,,Venmo balance,,,,,\n"
    ",3002,2026-03-05T10:00:00,Payment,Complete,Paper,Ada,Cy,- $12.01,,INK BANK *1234,,,,,,\n"
    ",3003,2026-03-06T10:00:00,Standard Transfer,Issued,,,,- $70.00,,,INK BANK *1234,,,,,\n"
    "ada,,,,,,,,,,,,,$13.01,,,Thanks\n"
)


def only(text: str, mapping: ColumnMapping | None = None, encoding: str = "utf-8"):
    found = read_bank_file(text.encode(encoding), "march.txt", mapping=mapping)
    assert found.format is BankFormat.CSV
    (one,) = found.statements
    return one


def test_a_plain_table_is_understood():
    one = only(
        "Date,Description,Amount,Balance\n03/14/2026,Ink,-12.50,87.50\n03/15/2026,Payout,50.00,137.50\n"
    )
    assert [(line.day, line.amount_minor, line.text) for line in one.lines] == [
        (dt.date(2026, 3, 14), -1250, "Ink"), (dt.date(2026, 3, 15), 5000, "Payout"),
    ]  # fmt: skip
    assert one.opening is not None
    assert (one.opening.amount_minor, one.proof) == (10000, BalanceProof.HOLDS)


def test_newest_first_gives_the_same_balances():
    one = only(
        "Date,Description,Amount,Balance\n03/15/2026,Payout,50.00,137.50\n03/14/2026,Ink,-12.50,87.50\n"
    )
    assert one.opening is not None
    assert (one.opening.amount_minor, one.closing.amount_minor) == (10000, 13750)
    assert one.proof is BalanceProof.HOLDS


def test_debit_and_credit_columns_with_semicolons_and_commas():
    one = only(
        "Buchungstag;Verwendungszweck;Soll;Haben\n14.03.2026;Tinte;12,50;\n15.03.2026;Auszahlung;;1.050,00\n"
    )
    assert [line.amount_minor for line in one.lines] == [-1250, 105000]


def test_a_word_beside_the_amount_gives_the_sign():
    text = '"Datum","Naam / Omschrijving","Rekening","Af Bij","Bedrag (EUR)"\n'
    text += '"20260314","Inkt","NL01INKB1","Af","12,50"\n"20260315","Uitbetaling","NL01INKB1","Bij","50,00"\n'
    one = only(text)
    assert ([line.amount_minor for line in one.lines], one.number) == ([-1250, 5000], "NL01INKB1")


def test_several_accounts_and_currencies_stay_apart():
    text = "Date,Amount,Currency,Account\n2026-03-01,1.00,USD,A\n2026-03-01,2.00,EUR,A\n2026-03-01,3,USD,B\n"
    found = read_bank_file(text.encode(), "x")
    assert [(s.number, s.currency, s.total_minor) for s in found.statements] == [
        ("A", "USD", 100), ("A", "EUR", 200), ("B", "USD", 300),
    ]  # fmt: skip


def test_title_rows_above_the_header_are_passed_over():
    one = only("My bank\nPrinted 2026-04-01\n\nDate,Text,Amount\n2026-03-01,a,1.00\n2026-03-02,b,2.00\n")
    assert [line.row for line in one.lines] == [5, 6]


def test_a_table_without_header_is_read_by_its_cells():
    one = only("2026-03-01,Ink and paper of York,-12.50,100.00\n2026-03-02,Payout of a week,50.00,150.00\n")
    assert [(line.amount_minor, line.text) for line in one.lines] == [
        (-1250, "Ink and paper of York"), (5000, "Payout of a week"),
    ]  # fmt: skip


def test_a_sign_turned_round_for_cards():
    text = "Date,Description,Amount\n2026-03-01,Ink,12.50\n"
    mapping = sniffed(text)
    assert mapping is not None
    assert only(text, replace(mapping, flipped=True)).lines[0].amount_minor == -1250


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (("03/04/2026", "03/25/2026"), dt.date(2026, 3, 4)),
        (("04/03/2026", "25/03/2026"), dt.date(2026, 3, 4)),
        (("04-03-2026", "05-03-2026", "06-03-2026"), dt.date(2026, 3, 4)),
        (("2026/03/04",), dt.date(2026, 3, 4)),
        (("4 Mar 2026",), dt.date(2026, 3, 4)),
    ],
)
def test_the_order_of_days_is_found_from_all_of_them(days: tuple[str, ...], first: dt.date):
    text = "Date,Text,Amount\n" + "".join(f"{day},x,1.00\n" for day in days)
    assert only(text).lines[0].day == first


def test_paypal_counts_what_moves_the_balance():
    one = only(PAYPAL)
    assert (one.bank, one.currency, one.proof) == ("PayPal", "USD", BalanceProof.HOLDS)
    assert [(line.day, line.amount_minor) for line in one.lines] == [
        (dt.date(2016, 6, 4), 108700), (dt.date(2016, 6, 13), -8700),
    ]  # fmt: skip
    first = one.lines[0]
    assert (first.counterparty, first.source_id) == ("Ada Quill", "T1")
    assert first.text == "Web Accept Payment Received · Ink"


def test_the_newer_layout_of_paypal_leaves_out_what_is_memo():
    text = (
        '"Date","Time","TimeZone","Name","Type","Status","Currency","Gross","Fee","Net","Transaction ID",'
        '"Balance","Balance Impact"\n'
        '"03/14/2026","1","PDT","Ada","Express Checkout Payment","Completed","USD","10.00",'
        '"-0.50","9.50","T1","9.50","Credit"\n'
        '"03/14/2026","1","PDT","Ada","Account Hold for Open Authorization","Completed","USD","-3",'
        '"0","-3","T2","9.50","Memo"\n'
    )
    assert [line.source_id for line in only(text).lines] == ["T1"]


def test_venmo_leaves_out_what_a_bank_paid_and_proves_its_balances():
    one = only(VENMO)
    assert [line.amount_minor for line in one.lines] == [7301, -7000]
    assert [line.counterparty for line in one.lines] == ["Bo", ""]
    assert one.proof is BalanceProof.HOLDS


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1252"])
def test_every_encoding_reads_the_same(encoding: str):
    assert only("Date,Text,Amount\n2026-03-01,Café,1.00\n", encoding=encoding).lines[0].text == "Café"


@pytest.mark.parametrize(("cell", "field"), [("1.2E+3", "Amount"), ("abc", "Amount"), ("", "Amount")])
def test_a_broken_amount_is_named_with_row_and_column(cell: str, field: str):
    with pytest.raises(InputError) as caught:
        read_bank_file(f"Date,Text,Amount\n2026-03-01,a,1.00\n2026-03-02,b,{cell}\n".encode(), "march.csv")
    error = caught.value
    assert (error.code, error.place.row, error.place.field) == ("bank-row-broken", 3, field)


def test_a_table_without_days_asks_for_its_columns():
    with pytest.raises(InputError) as caught:
        read_bank_file(b"colour,shape\nred,round\nblue,square\n", "x.csv")
    assert caught.value.code == "bank-columns"


def test_a_mapping_survives_being_kept():
    mapping = sniffed("Date,Text,Amount\n2026-03-01,a,1.00\n")
    assert mapping is not None
    assert mapping_from_json(mapping.to_json()) == mapping
    assert mapping.fits(("Date", "Text", "Amount"))
    with pytest.raises(InputError):
        mapping_from_json({"day": "0"})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"),
        (b"\xef\xbb\xbf \n", "empty-file"),
        (b"%PDF-1.4", "binary-file"),
        (b"PK\x03\x04rest", "binary-file"),
        (b"Dear customer, here is nothing.", "bank-file-unknown"),
        (b"<html><body>Sign in</body></html>", "bank-file-unknown"),
        (b"x" * (33 * 1024 * 1024), "bank-file-too-large"),
    ],
    ids=["empty", "mark", "pdf", "zip", "text", "html", "large"],
)
def test_what_is_no_bank_file_is_refused(data: bytes, code: str):
    with pytest.raises(InputError) as caught:
        read_bank_file(data, "x.ofx")
    assert caught.value.code == code
