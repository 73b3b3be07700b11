"""OFX, QFX and QBO: what banks send, and what it is taken for."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.connectors.bank import BankFormat, read_bank_file
from closebook.core.errors import InputError
from closebook.core.reconcile.bank_lines import BalanceProof, LineKind

HEADER = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

"""


def line(
    day: str = "20260304", amount: str = "-12.50", fitid: str = "A1", more: str = "<NAME>Ink & paper"
) -> str:
    return f"<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>{day}<TRNAMT>{amount}<FITID>{fitid}{more}</STMTTRN>\n"


def account(lines: str, number: str = "111", currency: str = "USD", balance: str = "100.00") -> str:
    ledger = f"<LEDGERBAL><BALAMT>{balance}<DTASOF>20260331</LEDGERBAL>" if balance is not None else ""
    return (
        f"<STMTTRNRS><STMTRS><CURDEF>{currency}<BANKACCTFROM><BANKID>Bank of Ink<ACCTID>{number}"
        f"<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20260301<DTEND>20260331\n{lines}"
        f"</BANKTRANLIST>{ledger}</STMTRS></STMTTRNRS>"
    )


def ofx(*accounts: str, header: str = HEADER) -> bytes:
    return f"{header}<OFX><BANKMSGSRSV1>{''.join(accounts)}</BANKMSGSRSV1></OFX>".encode()


def only(data: bytes, name: str = "bank.dat"):
    found = read_bank_file(data, name)
    assert found.format is BankFormat.OFX
    assert len(found.statements) == 1
    return found.statements[0]


def test_a_statement_is_read_with_its_account_and_balance():
    one = only(ofx(account(line(more="<NAME>Ink & paper<MEMO>Order 7<REFNUM>R-9"))))
    assert (one.number, one.bank, one.currency) == ("111", "Bank of Ink", "USD")
    assert (one.first_day, one.last_day) == (dt.date(2026, 3, 1), dt.date(2026, 3, 31))
    assert one.closing is not None
    assert one.closing.amount_minor == 10000
    assert one.proof is BalanceProof.UNKNOWN
    (found,) = one.lines
    assert (found.day, found.amount_minor) == (dt.date(2026, 3, 4), -1250)
    assert (found.counterparty, found.text, found.references) == ("Ink & paper", "Order 7", ("R-9",))
    assert found.source_id == "A1"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("20131126000000.000[-7:MST]", dt.date(2013, 11, 26)),
        ("20240323000000[-3:GMT]", dt.date(2024, 3, 23)),
        ("20230228050000.000", dt.date(2023, 2, 28)),
        ("20131215", dt.date(2013, 12, 15)),
        ("20230310048208.398", dt.date(2023, 3, 10)),
        ("20120231", dt.date(2012, 2, 29)),
    ],
)
def test_a_day_is_the_banks_own_and_never_moved_by_a_zone(written: str, day: dt.date):
    one = only(ofx(account(line(written))))
    assert one.lines[0].day == day
    assert bool(one.warnings) == (written == "20120231")


def test_a_line_without_a_day_is_left_out_with_a_word():
    one = only(ofx(account(line("") + line(fitid="A2"))))
    assert [each.source_id for each in one.lines] == ["A2"]
    assert "-12.50 has no day" in one.warnings[0]


@pytest.mark.parametrize(
    ("written", "minor"),
    [("-200,00", -20000), ("-33.7200", -3372), ("1.234,56", 123456), ("1,234.56", 123456), ("+7", 700)],
)
def test_amounts_are_read_with_either_mark(written: str, minor: int):
    assert only(ofx(account(line(amount=written)))).lines[0].amount_minor == minor


def test_an_amount_that_is_none_refuses_the_file_with_its_row():
    with pytest.raises(InputError) as caught:
        read_bank_file(ofx(account(line() + line(amount="1.23E+4"))), "march.qbo")
    error = caught.value
    assert (error.code, error.place.file, error.place.field) == ("bank-row-broken", "march.qbo", "TRNAMT")
    assert error.place.row == 13
    assert "nothing" in error.remedy


def test_an_id_used_twice_gives_two_lines():
    assert len(only(ofx(account(line(fitid="1") + line(fitid="1", amount="-3")))).lines) == 2


@pytest.mark.parametrize(
    "header",
    [
        "",
        "OFXHEADER:100 DATA:OFXSGML VERSION:102 SECURITY:NONE ENCODING:USASCII CHARSET:1252",
        "OFXHEADER:100\nDATA:OFXSGML\n\n",
        '<?xml version="1.0" encoding="US-ASCII"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n',
    ],
)
def test_any_header_or_none_will_do(header: str):
    assert only(ofx(account(line()), header=header)).lines[0].amount_minor == -1250


def test_text_behind_the_end_and_zero_bytes_are_passed_over():
    assert only(ofx(account(line())) + b"\0\n").lines
    assert only(ofx(account(line())) + b"<script>x</script>").lines


def test_one_line_without_end_tags_is_read():
    text = (
        "<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>usd<BANKACCTFROM><ACCTID>9<BANKTRANLIST>"
        "<STMTTRN><TRNTYPE>POS<DTPOSTED>20260301<TRNAMT>-1.00<FITID>1<NAME>Tea"
        "<STMTTRN><TRNTYPE>INT<DTPOSTED>20260302<TRNAMT>2.00<FITID>2<MEMO>Interest"
        "<LEDGERBAL><BALAMT>5.00<DTASOF>20260302"
    )
    one = only(text.encode())
    assert one.currency == "USD"
    assert [each.amount_minor for each in one.lines] == [-100, 200]
    assert [each.kind for each in one.lines] == [LineKind.CARD, LineKind.INTEREST]
    assert one.lines[1].text == "Interest"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_the_bytes_decide_about_the_encoding_not_the_header(encoding: str):
    data = ofx(account(line(more="<NAME>Café Müller"))).decode().encode(encoding)
    assert only(data).lines[0].counterparty == "Café Müller"


def test_an_empty_or_missing_balance_is_none():
    assert only(ofx(account(line(), balance=""))).closing is None
    assert only(ofx(account(line(), balance=None))).closing is None


def test_several_accounts_of_a_file_stay_apart():
    found = read_bank_file(ofx(account(line()), account(line(fitid="B"), number="222", currency="CAD")), "x")
    assert [(one.number, one.currency, len(one.lines)) for one in found.statements] == [
        ("111", "USD", 1), ("222", "CAD", 1),
    ]  # fmt: skip


def test_a_card_is_an_account_and_its_purchases_are_negative():
    body = (
        "<CREDITCARDMSGSRSV1><CCSTMTTRNRS><CCSTMTRS><CURDEF>USD<CCACCTFROM><ACCTID>4111</CCACCTFROM>"
        f"<BANKTRANLIST>{line()}</BANKTRANLIST></CCSTMTRS></CCSTMTTRNRS></CREDITCARDMSGSRSV1>"
    )
    one = only(f"<OFX>{body}</OFX>".encode())
    assert (one.number, one.lines[0].amount_minor) == ("4111", -1250)


def test_cash_lines_of_an_investment_account_are_read_with_a_word():
    body = (
        "<INVSTMTMSGSRSV1><INVSTMTTRNRS><INVSTMTRS><CURDEF>USD<INVACCTFROM><BROKERID>b<ACCTID>77"
        "</INVACCTFROM>"
        f"<INVTRANLIST><INVBANKTRAN>{line()}<SUBACCTFUND>CASH</INVBANKTRAN></INVTRANLIST></INVSTMTRS>"
    )
    one = only(f"<OFX>{body}</INVSTMTTRNRS></INVSTMTMSGSRSV1></OFX>".encode())
    assert (one.number, len(one.lines)) == ("77", 1)
    assert "investment" in one.warnings[0]


def test_no_lines_at_all_is_a_statement_too():
    assert only(ofx(account(""))).lines == ()


def test_neither_name_nor_memo_is_fine():
    found = only(ofx(account(line(more=""))))
    assert (found.lines[0].counterparty, found.lines[0].text) == ("", "")


def test_a_file_that_was_cut_off_is_refused():
    data = ofx(account(line() + line(fitid="A2"))).replace(b"</OFX>", b"")[:-60]
    with pytest.raises(InputError, match="not whole"):
        read_bank_file(data, "cut.ofx")


def test_entities_are_refused():
    header = '<?xml version="1.0"?><!DOCTYPE OFX [<!ENTITY a "aaaa">]>'
    with pytest.raises(InputError) as caught:
        read_bank_file(ofx(account(line(more="<NAME>&a;")), header=header), "x.ofx")
    assert caught.value.code == "bank-file-unsafe"


def test_a_payee_block_gives_the_name():
    more = (
        "<PAYEE><NAME>Ada Quill<ADDR1>Inkwell Road<CITY>York<STATE>NY<POSTALCODE>1<PHONE>2</PAYEE><MEMO>Rent"
    )
    found = only(ofx(account(line(more=more)))).lines[0]
    assert (found.counterparty, found.text) == ("Ada Quill", "Rent")


@pytest.mark.parametrize("amount", ["12x", "x12", "1O.00"])
def test_a_letter_in_an_amount_is_no_unit(amount: str):
    with pytest.raises(InputError) as caught:
        only(ofx(account(line() + line(amount=amount, fitid="A2"))))
    assert (caught.value.code, caught.value.place.field) == ("bank-row-broken", "TRNAMT")
    assert caught.value.place.row is not None
