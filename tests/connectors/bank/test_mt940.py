"""MT940 and MT942: SWIFT's text form with the habits of banks."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.connectors.bank import BankFormat, read_bank_file
from closebook.core.errors import InputError
from closebook.core.reconcile.bank_lines import BalanceProof, LineKind


def message(
    *lines: str, opening: str = ":60F:C260301EUR100,00", closing: str = ":62F:C260331EUR100,00"
) -> str:
    return "\n".join(
        [":20:STARTUMS", ":25:INKBNL2A/NL01INKB0123456789", ":28C:1/1", opening, *lines, closing, "-"]
    )


def only(text: str, encoding: str = "utf-8"):
    found = read_bank_file(text.encode(encoding), "march.sta")
    assert found.format is BankFormat.MT940
    (one,) = found.statements
    return one


def test_opening_and_lines_make_the_closing_balance():
    one = only(message(":61:2603040304C50,00NTRFPO-77//BANK-1", ":86:Payout", ":61:260305D20,NTRFNONREF",
                       closing=":62F:C260331EUR130,00"))  # fmt: skip
    assert one.proof is BalanceProof.HOLDS
    assert (one.bank, one.number, one.currency) == ("INKBNL2A", "NL01INKB0123456789", "EUR")
    first, second = one.lines
    assert (first.amount_minor, first.references, first.source_id) == (5000, ("PO-77",), "BANK-1")
    assert (second.amount_minor, second.references, second.text) == (-2000, (), "")


@pytest.mark.parametrize(
    ("side", "minor", "kind"),
    [
        ("D800,", -80000, LineKind.TRANSFER),
        ("DR800,", -80000, LineKind.TRANSFER),
        ("CR3000,", 300000, LineKind.TRANSFER),
        ("RD800,", 80000, LineKind.RETURNED),
        ("RC3000,", -300000, LineKind.RETURNED),
        ("RCR3000,", -300000, LineKind.RETURNED),
        ("CR9,", 900, LineKind.TRANSFER),
        ("C6800,", 680000, LineKind.TRANSFER),
    ],
)
def test_a_letter_of_the_currency_is_no_reversal(side: str, minor: int, kind: LineKind):
    (line,) = only(message(f":61:260304{side}NTRFNONREF")).lines
    assert (line.amount_minor, line.kind) == (minor, kind)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2601020102", dt.date(2026, 1, 2)),
        ("2512311231", dt.date(2025, 12, 31)),
        ("2601011231", dt.date(2025, 12, 31)),
        ("2512310102", dt.date(2026, 1, 2)),
    ],
)
def test_the_booking_day_may_lie_in_the_year_before_or_behind(written: str, day: dt.date):
    (line,) = only(message(f":61:{written}C1,00NTRFNONREF")).lines
    assert line.day == day


def test_the_thirtieth_of_february_becomes_the_last_day_of_it():
    one = only(message(":61:260230C1,00NINTNONREF"))
    assert (one.lines[0].day, one.lines[0].kind) == (dt.date(2026, 2, 28), LineKind.INTEREST)
    assert "no calendar" in one.warnings[0]


def test_german_sub_fields_with_sepa_markers_that_run_on():
    one = only(message(
        ":61:260304C50,00NTRFNONREF",
        ":86:166?00GUTSCHRIFT?109310?20EREF+PO-7?217-8 KREF+K1 SVWZ+Pay?22out week 10?30INKBDEFF",
        "?31DE021001001000?32ADA QUI?33LL?60 and more",
    ))  # fmt: skip
    (line,) = one.lines
    assert (line.counterparty, line.text) == ("ADA QUILL", "Payout week 10 and more")
    assert line.references == ("PO-77-8", "K1")


def test_dutch_words_between_slashes():
    (line,) = only(message(
        ":61:260304D50,00NTRFEREF",
        ":86:/TRTP/SEPA OVERBOEKING/IBAN/NL02INKB0000000001/BIC/INKBNL2A/NAME/Ada Quill",
        "/REMI/Huur maart/EREF/E-5",
    )).lines  # fmt: skip
    assert (line.counterparty, line.text, line.references) == ("Ada Quill", "Huur maart", ("EREF", "E-5"))


def test_the_cntp_words_of_another_bank():
    (line,) = only(message(
        ":61:260304D50,00NTRFNONREF",
        ":86:/EREF/E-6//CNTP/NL02INKB0000000001/INKBNL2A/Ada Quill/York//REMI/USTD//Order 9/",
    )).lines  # fmt: skip
    assert (line.counterparty, line.text, line.references) == ("Ada Quill", "Order 9", ("E-6",))


def test_free_text_over_several_lines():
    (line,) = only(message(":61:260304D50,00NMSCNONREF", ":86:Card 123", "INK AND PAPER YORK")).lines
    assert line.text == "Card 123 INK AND PAPER YORK"


def test_the_text_below_a_line_serves_when_there_is_no_field_86():
    (line,) = only(
        message(":61:260304D50,00FMSCNONREF//77", "INK AND PAPER", closing=":62F:D260331EUR1,")
    ).lines
    assert (line.text, line.source_id) == ("INK AND PAPER", "77")


def test_messages_that_go_on_by_intermediate_balances_are_one_statement():
    text = (
        ":20:A\n:25:1\n:28C:1/1\n:60F:C260301EUR0,\n:61:260302C1,00NTRFNONREF\n:62M:C260302EUR1,00\n-\n"
        ":20:A\n:25:1\n:28C:1/2\n:60M:C260302EUR1,00\n:61:260303C2,00NTRFNONREF\n:62F:C260303EUR3,00"
    )
    one = only(text)
    assert ([line.amount_minor for line in one.lines], one.proof) == ([100, 200], BalanceProof.HOLDS)


def test_several_accounts_block_headers_and_a_missing_dash():
    text = "{1:F01INKBNL2AXXXX0000000000}{2:I940INKBNL2AXXXXN}{4:\n" + message().replace("\n-", "\n-}") + "\n"
    text += message().replace("0123456789", "0000000002").removesuffix("\n-")
    found = read_bank_file(text.encode(), "x")
    assert [one.number for one in found.statements] == ["NL01INKB0123456789", "NL01INKB0000000002"]


def test_a_field_86_behind_the_last_balance_belongs_to_no_line():
    one = only(message(":61:260304D50,00NTRFNONREF", ":86:Rent").replace("\n-", "\n:86:Bye"))
    assert one.lines[0].text == "Rent"


def test_days_out_of_order_and_other_bytes_are_fine():
    one = only(message(":61:260309D1,00NTRFNONREF", ":86:Café", ":61:260304D1,00NTRFNONREF"), "latin-1")
    assert (one.first_day, one.lines[0].text) == (dt.date(2026, 3, 4), "Café")


def test_an_interim_report_has_no_balances():
    text = (
        ":20:A\n:25:1\n:28C:1/1\n:34F:EUR0,\n:13D:2603041200+0100\n:61:260304C1,50NTRFNONREF\n"
        ":90D:0EUR0,\n:90C:1EUR1,50\n-"
    )
    found = read_bank_file(text.encode(), "x")
    assert found.format is BankFormat.MT942
    assert found.statements[0].proof is BalanceProof.UNKNOWN
    assert found.statements[0].lines[0].amount_minor == 150
    assert found.warnings


@pytest.mark.parametrize(
    ("line", "row", "field"),
    [
        (":61:garbage", 5, ":61:"),
        (":61:261304C1,00NTRFNONREF", 5, ":61:"),
        (":61:260304X1,00NTRFNONREF", 5, ":61:"),
    ],
)
def test_a_broken_line_refuses_the_file_and_is_named(line: str, row: int, field: str):
    with pytest.raises(InputError) as caught:
        read_bank_file(message(line).encode(), "march.sta")
    error = caught.value
    assert (error.code, error.place.row, error.place.field) == ("bank-row-broken", row, field)


def test_a_file_that_was_cut_off_is_refused():
    text = message(":61:260304C1,00NTRFNONREF").split(":62F:")[0]
    with pytest.raises(InputError, match=":62F:"):
        read_bank_file(text.encode(), "cut.sta")
