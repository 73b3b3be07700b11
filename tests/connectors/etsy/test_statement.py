"""Statements: rows, keys, groups, errors of rows and refusals of files."""

from __future__ import annotations

from pathlib import Path

import pytest

from closebook.connectors.etsy import ETSY
from closebook.connectors.etsy.statement import order_reference
from closebook.core.commerce.records import MovementKind
from closebook.core.errors import InputError
from tests.connectors.etsy.shop import FEE, HEADER, PAYOUT, SALE, movements, read, statement

REFERENCES = [
    ("fee", "Processing fee", "Order #3911000037", "3911000037"),
    ("fee", "Processing fee", "order: 3911000037", "3911000037"),
    ("fee", "Processing fee", "ORDER #3911000037", "3911000037"),
    ("fee", "Processing fee", "Order 3911000037", "3911000037"),
    ("sale", "Payment for Order #3911000037", "", "3911000037"),
    ("sale", "Payment for Order # 3911000037", "", "3911000037"),
    ("sale", "Zahlung für Bestellung #3911000037", "", "3911000037"),
    ("sale", "Zahlung für Bestellnr. 3911000037", "", "3911000037"),
    ("sale", "Paiement de la commande n° 3911000037", "", "3911000037"),
    ("refund", "Partial refund to buyer for Order #3911000037", "", "3911000037"),
    ("sale", "Pagamento per l'ordine n. 3911000037", "", "3911000037"),
    ("sale", "Pago del pedido n.º 3911000037", "", "3911000037"),
    ("sale", "Płatność za zamówienie nr 3911000037", "", "3911000037"),
    ("fee", "Transactiekosten: Mok", "Bestelling nr. 3911000037", "3911000037"),
    ("fee", "Frais de transaction : Bol", "Commande numéro 3911000037", "3911000037"),
    ("vat", "VAT: transaction", "transaction: 4400000001", ""),
    ("vat", "VAT: transaction credit", "transaction credit: 4400000001", ""),
    ("vat", "VAT: auto-renew sold", "auto-renew sold : 4400000001", ""),
    ("vat", "VAT: shipping transaction credit", "order: 3911000037", "3911000037"),
    ("fee", "Listing fee", "Listing #1211000101", ""),
    ("label", "USPS shipping label", "Label #70011223344", ""),
    ("fee", "Transaction fee: Print of order 1234567", "", ""),
    ("payment", "Charge for refund 81120044", "", ""),
    ("deposit", "$60.23 sent to your bank account", "Order #3911000037x", ""),
    ("marketing", "Etsy Ads", "Bill for click-throughs to your shop on Sep 29, 2026", ""),
    ("", "Hold for Order #3911000037", "", "3911000037"),
]


@pytest.mark.parametrize(("type_word", "title", "info", "wanted"), REFERENCES)
def test_order_references(type_word: str, title: str, info: str, wanted: str) -> None:
    assert order_reference(type_word, title, info) == wanted


def test_rows_become_records_with_group_and_order_of_time(tmp_path: Path) -> None:
    good, bad = read(statement(tmp_path, HEADER + PAYOUT + FEE + SALE))
    assert not bad
    assert [record.group for record in good] == ["day:2026-09-07", "order:3911000037", "order:3911000037"]
    assert [record.row for record in good] == [2, 3, 4]
    assert sorted(good, key=lambda record: record.fields["sequence"]) == good[::-1]
    assert good[2].fields["amount"] == "$32.40"
    assert good[2].fields["day"] == "2026-09-03"


def test_a_file_sorted_the_other_way_has_the_same_order_of_time(tmp_path: Path) -> None:
    newest = movements(statement(tmp_path, HEADER + PAYOUT + FEE + SALE))
    oldest = movements(statement(tmp_path, HEADER + SALE + FEE + PAYOUT, name="b.csv"))
    assert newest == oldest
    assert [move.kind for move in newest] == [MovementKind.SALE, MovementKind.FEE, MovementKind.PAYOUT]
    assert [move.amount_minor for move in newest] == [3240, -122, -3118]


def test_twins_stay_two_and_keep_their_keys(tmp_path: Path) -> None:
    good, _ = read(statement(tmp_path, HEADER + FEE + SALE + FEE))
    assert len({record.source_key for record in good}) == 3
    assert good[0].digest == good[2].digest
    fewer, _ = read(statement(tmp_path, HEADER + FEE + SALE, name="b.csv"))
    assert {record.source_key for record in fewer} < {record.source_key for record in good}


def test_a_copy_that_a_spreadsheet_saved_has_the_same_keys(tmp_path: Path) -> None:
    caffe = SALE.replace("Sale,", "Fee,").replace("Payment for Order", 'Transaction fee: Café, ""big"" –')
    original = statement(tmp_path, HEADER + PAYOUT + caffe + FEE + SALE)
    copies = [
        ("3-Sep-26", "cp1252", ";"),
        ("2026-09-03", "utf-8", ","),
        ("09/03/2026", "utf-16", "\t"),
        ("3 September, 2026", "utf-8-sig", ","),
    ]
    wanted = [record.source_key for record in read(original)[0]]
    for day, encoding, mark in copies:
        text = (
            (HEADER + PAYOUT + caffe + FEE + SALE).replace("September 3, 2026", day).replace("$32.40", "32.4")
        )
        text = text.replace(
            "September 7, 2026", day.replace("3", "7", 1) if day[0] == "3" else day.replace("03", "07")
        )
        if mark != ",":
            text = text.replace('"September', "September").replace(",Sale", f"{mark}Sale")
            text = _with_delimiter(text, mark)
        good, bad = read(
            statement(tmp_path, text.replace("\n", "\r\n"), name="copy_2026_9.csv", encoding=encoding)
        )
        assert not bad
        assert [record.source_key for record in good] == wanted, day


def _with_delimiter(text: str, mark: str) -> str:
    import csv
    import io

    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator="\n").writerows(
        csv.reader(io.StringIO(text.replace(f"{mark}Sale", ",Sale")))
    )
    return out.getvalue()


def test_lost_quotation_marks_are_mended(tmp_path: Path) -> None:
    big = '"September 3, 2026",Sale,"Payment for Order #3911000037",,USD,"$1,032.40",--,"$1,032.40"\n'
    item = (
        '"September 3, 2026",Fee,"Transaction fee: Mug, blue, big","Order #3911000037",USD,--,-$1.22,-$1.22\n'
    )
    payout = '"September 7, 2026",Deposit,"$1,208.35 sent to your bank account",,USD,--,--,--\n'
    whole = statement(tmp_path, HEADER + payout + item + big)
    lost = statement(tmp_path, (HEADER + payout + item + big).replace('"', ""), name="lost_2026_9.csv")
    good, bad = read(lost)
    assert not bad
    assert [move.amount_minor for move in movements(lost)] == [103240, -122, -120835]
    assert [record.source_key for record in good] == [record.source_key for record in read(whole)[0]]


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (FEE.replace("-$1.22,-$1.22", "-$1.22,-$1.23"), "amounts-disagree", "Net"),
        (FEE.replace("September 3", "Septober 3"), "not-a-date", "Date"),
        (FEE.replace("-$1.22,-$1.22", "-$1.2.2,-$1.22"), "not-an-amount", "Fees & Taxes"),
        (FEE.replace("USD", "dollars"), "not-a-currency", "Currency"),
        (FEE.replace("#3911000037", "#3.911E+09"), "damaged-id", "Info"),
        (SALE.replace("#3911000037", "#3.911E+09"), "damaged-id", "Title"),
        (PAYOUT.replace("$31.18 sent", "Sent"), "payout-amount-missing", "Title"),
        ('"September 3, 2026",Fee\n', "too-few-cells", ""),
    ],
)
def test_a_bad_row_is_told_and_the_rest_kept(row: str, code: str, field: str, tmp_path: Path) -> None:
    good, bad = read(statement(tmp_path, HEADER + PAYOUT + row + SALE))
    assert len(good) == 2
    assert [(error.code, error.place.row, error.place.field) for error in bad] == [(code, 3, field)]
    assert bad[0].place.file == "etsy_statement_2026_9.csv"
    assert bad[0].remedy
    assert len(movements(tmp_path / "etsy_statement_2026_9.csv")) == 2


def test_item_titles_may_look_like_rounded_numbers(tmp_path: Path) -> None:
    row = FEE.replace("Processing fee", "Transaction fee: Resistor 1.5E+06 Ohm").replace(
        "Order #3911000037", ""
    )
    assert read(statement(tmp_path, HEADER + row + SALE))[1] == []


@pytest.mark.parametrize(
    "text",
    [
        HEADER + SALE + '"September 3, 2026",Fee',
        HEADER + SALE + '"September 3, 2026",Fee\n',
        HEADER + SALE + '"September 3, 2026",Fee,"Processing f',
        HEADER + SALE + '"September 3, 2026",Fee,"Processing fee","Order #3911000037",USD,--,-$1.22,-$1',
        HEADER + '"Septem',
    ],
)
def test_a_file_that_was_cut_is_refused_before_the_first_row(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        ETSY.read(statement(tmp_path, text))
    assert caught.value.code == "truncated-file"


def test_a_missing_last_line_end_is_no_cut(tmp_path: Path) -> None:
    assert len(read(statement(tmp_path, (HEADER + FEE + SALE).rstrip("\n")))[0]) == 2


def test_a_month_without_activity_is_fine(tmp_path: Path) -> None:
    for text in (HEADER, HEADER.rstrip("\n"), HEADER + ",,,,,,,\n", HEADER + "\n\n"):
        assert read(statement(tmp_path, text)) == ([], [])
        assert ETSY.describe(tmp_path / "etsy_statement_2026_9.csv").months == ()


def test_lines_before_the_header_and_blank_rows_are_passed_over(tmp_path: Path) -> None:
    good, bad = read(statement(tmp_path, "sep=,\n" + HEADER + SALE + "\n,,,,,,,\n" + FEE))
    assert not bad
    assert [record.row for record in good] == [3, 6]


def test_files_put_behind_each_other_are_read_as_one(tmp_path: Path) -> None:
    good, bad = read(statement(tmp_path, HEADER + SALE + HEADER + FEE))
    assert (len(good), bad) == (2, [])


@pytest.mark.parametrize("heading", ["Währung", "W?hrung", "WÃ¤hrung", "WÄHRUNG"])
def test_headings_with_garbled_letters_are_known(heading: str, tmp_path: Path) -> None:
    assert len(read(statement(tmp_path, HEADER.replace("Currency", heading) + SALE))[0]) == 1


def test_a_payout_of_an_unknown_type_is_still_a_payout(tmp_path: Path) -> None:
    row = PAYOUT.replace("Deposit", "Utbetalning").replace(
        "$31.18 sent to your bank account", "31,18 $ skickades"
    )
    assert [(m.kind, m.amount_minor) for m in movements(statement(tmp_path, HEADER + row))] == [
        (MovementKind.PAYOUT, -3118)
    ]


def test_unknown_types_enter_the_balance(tmp_path: Path) -> None:
    row = FEE.replace("Fee,", "Reserve,").replace("Processing fee", "Held")
    found = movements(statement(tmp_path, HEADER + row + SALE))
    assert [(move.kind, move.amount_minor) for move in found] == [
        (MovementKind.SALE, 3240),
        (MovementKind.UNCLASSIFIED, -122),
    ]


def test_titles_with_line_breaks_and_inch_marks(tmp_path: Path) -> None:
    broken = FEE.replace("Processing fee", 'Transaction fee: Mug\n5"" wide')
    good, bad = read(statement(tmp_path, HEADER + SALE + broken))
    assert (len(good), bad) == (2, [])
    loose = '3 Sep 2026,Fee,Transaction fee: 5" mug,Order #3911000037,USD,--,-$1.22,-$1.22\n'
    good, bad = read(statement(tmp_path, HEADER + SALE + loose))
    assert (len(good), bad) == (2, [])
    good, bad = read(statement(tmp_path, (HEADER + SALE + loose).rstrip("\n")))
    assert (len(good), bad) == (2, [])


def test_a_statement_whose_days_may_be_read_in_two_ways_is_refused(tmp_path: Path) -> None:
    turned = HEADER + SALE.replace('"September 3, 2026"', "03/09/2026")
    with pytest.raises(InputError) as caught:
        read(statement(tmp_path, turned, name="september.csv"))
    assert (caught.value.code, caught.value.place.field) == ("ambiguous-days", "Date")
    good, bad = read(statement(tmp_path, turned, name="etsy_statement_2026_9.csv"))
    assert [record.fields["day"] for record in good] == ["2026-09-03"]
    assert not bad


@pytest.mark.parametrize("total", ["Total,,,,,$32.40,-$1.22,$31.18\n", ",,,,USD,32.4,,31.18\n"])
def test_a_total_that_agrees_is_passed_over(tmp_path: Path, total: str) -> None:
    good, bad = read(statement(tmp_path, HEADER + SALE + FEE + PAYOUT + total))
    assert len(good) == 3
    assert not bad


def test_a_total_that_differs_is_an_error_because_a_row_may_be_gone(tmp_path: Path) -> None:
    good, bad = read(statement(tmp_path, HEADER + SALE + FEE + "Total,,,,,$32.40,-$1.22,$31.17\n"))
    assert len(good) == 2
    assert [(error.code, error.place.row) for error in bad] == [("not-a-date", 4)]


def test_files_put_behind_each_other_with_their_marks_are_one(tmp_path: Path) -> None:
    wider = HEADER.replace("Net\n", 'Net,"Tax Details"\n')
    good, bad = read(statement(tmp_path, HEADER + SALE + "\ufeff" + HEADER + FEE + "\ufeff" + wider + PAYOUT))
    assert len(good) == 3
    assert not bad


def test_many_rows_of_sums_do_not_cost_a_walk_each(tmp_path: Path) -> None:
    good, bad = read(statement(tmp_path, HEADER + SALE + ",,,,,$1.00,$1.00,$2.00\n" * 500))
    assert (len(good), len(bad)) == (1, 500)
