"""The forms of Square's files, the identities of a row, and the pitfalls that concern files."""

from __future__ import annotations

from pathlib import Path

import pytest

from closebook.connectors.square import SQUARE
from closebook.connectors.square.cells import day_of, minor_of, moment_of
from closebook.core.commerce.records import MovementKind
from closebook.core.commerce.sales import LineKind, TenderKind
from closebook.core.errors import InputError
from tests.connectors.square.rows import HEADER, business, read, row, transactions, transfers

AMOUNTS = [
    ("$60.00", 6000), ("$1,149.00 ", 114900), ("($33.62)", -3362), ("-$0.93", -93), ("$-20.00", -2000),
    ("−$20.00", -2000), ("", 0), ("0", 0), ("$.5", 50), ("€12", 1200), ("( $2.14 )", -214),
]  # fmt: skip


@pytest.mark.parametrize(("text", "minor"), AMOUNTS)
def test_amounts_in_every_form(text: str, minor: int) -> None:
    assert minor_of(text, "USD") == minor


@pytest.mark.parametrize("text", ["abc", "$1.234", "1,23", "--$1.00", "($1.00", "1.23E+12", "$1 2"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        minor_of(text, "USD")
    assert caught.value.code == "not-an-amount"


def test_pitfall_29_yen_have_no_cents() -> None:
    assert minor_of("¥1,200", "JPY") == 1200
    with pytest.raises(InputError):
        minor_of("¥12.5", "JPY")


def test_days_and_times_in_every_form() -> None:
    assert [day_of(text).isoformat() for text in ("2025-07-03", "12/27/2018", "2/26/23")] == [
        "2025-07-03",
        "2018-12-27",
        "2023-02-26",
    ]
    assert day_of("27/12/2018", day_first=True).isoformat() == "2018-12-27"
    for text in ("2025-13-01", "tomorrow", "12.27.2018", ""):
        with pytest.raises(InputError):
            day_of(text)
    moment = moment_of(day_of("2025-07-03"), "2:30:00 PM", "Tokyo")
    assert moment is not None
    assert moment.isoformat() == "2025-07-03T14:30:00+09:00"
    assert moment_of(day_of("2025-07-03"), "25:00:00", "Tokyo") is None
    assert moment_of(day_of("2025-07-03"), "12:00:00", "Atlantis") is None


def test_pitfall_42_a_file_whose_days_lead_is_read_so(tmp_path: Path) -> None:
    path = transactions(tmp_path, row(Date="03/04/2026"), row(Date="27/04/2026", Payment_ID="P2"))
    assert [record.fields["day"] for record in read(path)[0]] == ["2026-04-03", "2026-04-27"]


def test_pitfall_42_an_id_that_a_spreadsheet_rounded_is_refused(tmp_path: Path) -> None:
    bad = read(transactions(tmp_path, row(Transaction_ID="1.23E+12")))[1]
    assert [(each.code, each.place.row, each.place.field) for each in bad] == [
        ("damaged-id", 2, "Transaction ID")
    ]


def test_columns_are_found_by_name_in_any_order(tmp_path: Path) -> None:
    names = HEADER.split(",")
    turned = ",".join(reversed(names))
    cells = ",".join(reversed(row().split(",")))
    assert business(transactions(tmp_path, cells, header=turned)).sales()[0].total_minor == 1078


def test_the_second_total_collected_of_2012_is_taken_where_the_first_does_not_fit(tmp_path: Path) -> None:
    header = HEADER + ",Total Collected"
    right, other = row() + ',"$99.00"', row(Total_Collected="$10.40", Payment_ID="P2", Transaction_ID="T2")
    found = business(transactions(tmp_path, right, other + ',"$10.78"', header=header))
    assert [sale.total_minor for sale in found.sales()] == [1078, 1078]
    assert not any(sale.differences for sale in found.sales())


@pytest.mark.parametrize(
    ("changed", "rule", "apart"),
    [
        (
            {"Net_Sales": "$10.01", "Total_Collected": "$10.79", "Card": "$10.79", "Net_Total": "$10.41"},
            "Gross",
            -1,
        ),
        ({"Tax": "$0.77"}, "Net Sales +", -1),
        ({"Net_Total": "$10.41"}, "Total Collected + Fees", -1),
        ({"Card": "$10.00"}, "the tenders", -78),
    ],
)
def test_pitfall_23_a_row_whose_identity_does_not_hold_carries_the_difference(
    changed: dict[str, str], rule: str, apart: int, tmp_path: Path
) -> None:
    sale = business(transactions(tmp_path, row(**changed))).sales()[0]
    assert [each.rule.startswith(rule) for each in sale.differences] == [True]
    assert sale.differences[0].found_minor - sale.differences[0].expected_minor == apart


def test_pitfall_20_a_split_tender_fills_several_columns(tmp_path: Path) -> None:
    mixed = row(
        Card="$5.78", Cash="$3.00", Square_Gift_Card="$1.00", Other_Tender="$1.00", Other_Tender_Type="Check"
    )
    found = business(transactions(tmp_path, mixed))
    tenders = found.sales()[0].tenders
    assert [(each.kind, each.amount_minor, each.name) for each in tenders] == [
        (TenderKind.PLATFORM, 578, "card"),
        (TenderKind.CASH, 300, "cash"),
        (TenderKind.GIFT_CARD, 100, "gift card"),
        (TenderKind.OTHER, 100, "Check"),
    ]
    assert [move.amount_minor for move in found.movements if move.kind is MovementKind.SALE] == [578]


def test_pitfall_19_cash_makes_no_movement_of_the_balance(tmp_path: Path) -> None:
    cash = row(Card="", Cash="$10.78", Fees="$0.00", Net_Total="$10.78")
    assert not business(transactions(tmp_path, cash)).movements


def test_pitfall_12_a_refund_is_a_row_of_its_own_day_with_the_sales_id(tmp_path: Path) -> None:
    refund = row(
        Date="2026-04-02", Event_Type="Refund", Gross_Sales="($5.00)", Net_Sales="($5.00)", Tax="($0.39)",
        Total_Collected="($5.39)", Card="($5.39)", Fees="$0.10", Net_Total="($5.29)", Payment_ID="P9",
    )  # fmt: skip
    found = business(transactions(tmp_path, row(), refund))
    back = found.returns[0]
    assert (back.order_ref, back.day.isoformat(), back.total_minor) == ("T1", "2026-04-02", 539)
    assert (back.goods_minor, back.tax_minor, back.parts_minor) == (500, 39, 539)
    assert len(found.sales()) == 1


def test_pitfall_14_the_fee_of_a_refund_is_read_not_assumed(tmp_path: Path) -> None:
    refund = row(
        Event_Type="Refund", Gross_Sales="-$10.00", Net_Sales="-$10.00", Tax="-$0.78",
        Total_Collected="-$10.78", Card="-$10.78", Fees="$0.00", Net_Total="-$10.78", Payment_ID="P9",
    )  # fmt: skip
    kinds = [move.kind for move in business(transactions(tmp_path, refund)).movements]
    assert kinds == [MovementKind.REFUND]


def test_partial_refunds_within_a_row_are_given_back_in_it(tmp_path: Path) -> None:
    part = row(Partial_Refunds="-$4.00", Total_Collected="$6.78", Card="$6.78", Net_Total="$6.40")
    sale = business(transactions(tmp_path, part)).sales()[0]
    assert (sale.back_minor, sale.parts_minor, sale.total_minor) == (400, 678, 678)
    assert not sale.differences


ITEMS = (
    "Date,Item,Qty,Price Point Name,SKU,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Payment ID,"
    "Event Type,Itemization Type,Token\n"
)


def _items(folder: Path, *rows: str) -> Path:
    path = folder / "items-2026-03-01-2026-04-01.csv"
    path.write_text(ITEMS + "".join(f"{text}\n" for text in rows), "utf-8")
    return path


def test_items_are_the_lines_where_they_add_up(tmp_path: Path) -> None:
    path = transactions(tmp_path, row())
    good = _items(
        tmp_path, "2026-03-09,Tea,2.0,Large,T-1,$10.00,$0.00,$10.00,$0.78,T1,P1,Payment,Physical Good,X1"
    )
    line = business(path, good).sales()[0].sale_lines[0]
    assert (line.title, line.quantity, line.amount_minor, line.taxes, line.item_ref) == (
        "Tea, Large",
        2,
        1000,
        {"tax": 78},
        "X1",
    )
    part = _items(
        tmp_path, "2026-03-09,Tea,1.0,Regular,,$4.00,$0.00,$4.00,$0.31,T1,P1,Payment,Physical Good,"
    )
    assert business(path, part).sales()[0].sale_lines[0].is_sum


def test_pitfall_22_a_gift_card_sold_is_no_item(tmp_path: Path) -> None:
    sold = row(Gross_Sales="$0.00", Net_Sales="$0.00", Tax="$0.00", Gift_Card_Sales="$10.78")
    lines = business(transactions(tmp_path, sold)).sales()[0].sale_lines
    assert [line.kind for line in lines if line.amount_minor] == [LineKind.GIFT_CARD]


def test_pitfall_41_a_later_export_changes_a_row_and_doubles_nothing(tmp_path: Path) -> None:
    before = read(transactions(tmp_path, row()))[0]
    after = read(transactions(tmp_path, row(Deposit_ID="7H12", Deposit_Date="2026-03-10")))[0]
    assert before[0].source_key == after[0].source_key
    assert before[0].digest != after[0].digest
    assert len(SQUARE.normalise([*before, *after]).orders) == 1


def test_pitfall_15_and_16_rows_of_one_transfer_make_one_payout_whatever_its_day(tmp_path: Path) -> None:
    path = transactions(tmp_path, row(), row(Payment_ID="P2", Transaction_ID="T2", Date="2026-03-10"))
    listed = transfers(
        tmp_path,
        "3/11/2026,3/9/2026,Charge,T1,P1,$10.78,($0.38),$10.40,7H1,Corner",
        "3/11/2026,3/10/2026,Charge,T2,P2,$10.78,($0.38),$10.40,7H1,Corner",
    )
    found = business(path, listed)
    assert [(one.ref, one.amount_minor, len(one.entries)) for one in found.payouts] == [("7H1", 2080, 2)]
    assert all(entry.known and entry.agrees for entry in found.payouts[0].entries)


def test_pitfall_17_a_day_of_refunds_is_debited(tmp_path: Path) -> None:
    listed = transfers(tmp_path, "3/11/2026,3/9/2026,Refund,T1,P9,($5.39),$0.00,($5.39),7H2,Corner")
    found = business(listed)
    assert found.payouts[0].amount_minor == -539
    assert not found.payouts[0].entries[0].known


def test_pitfall_5_a_fee_that_two_files_tell_differently_puts_the_payout_in_doubt(tmp_path: Path) -> None:
    listed = transfers(tmp_path, "3/11/2026,3/9/2026,Charge,T1,P1,$10.78,($0.40),$10.38,7H1,Corner")
    found = business(transactions(tmp_path, row()), listed)
    assert not found.payouts[0].entries[0].agrees
    assert [move.amount_minor for move in found.movements if move.kind is MovementKind.FEE] == [-38]


def test_a_row_of_another_type_in_a_transfer_is_not_guessed(tmp_path: Path) -> None:
    listed = transfers(tmp_path, "3/11/2026,3/9/2026,Loan,,,$0.00,($5.00),($5.00),7H1,Corner")
    kinds = {move.kind for move in business(listed).movements}
    assert MovementKind.UNCLASSIFIED in kinds


def test_transfers_that_only_transactions_name_are_in_doubt_at_the_edge(tmp_path: Path) -> None:
    rows = [
        row(Date=f"2026-03-{day}", Payment_ID=f"P{day}", Transaction_ID=f"T{day}", Deposit_ID=f"D{day}",
            Deposit_Date=f"2026-03-{int(day) + 1}")
        for day in ("09", "10", "11")
    ]  # fmt: skip
    payouts = business(transactions(tmp_path, *rows)).payouts
    assert [(one.ref, bool(one.doubt)) for one in payouts] == [("D09", True), ("D10", False), ("D11", True)]


def test_the_currency_is_the_connections_where_the_symbol_is_shared(tmp_path: Path) -> None:
    dollars, pounds = read(transactions(tmp_path, row()))[0][0], row(Gross_Sales="£10.00")
    assert dollars.fields["currency"] == ""
    assert read(transactions(tmp_path, pounds))[0][0].fields["currency"] == "GBP"
    dollars.fields["currency"] = "CAD"
    assert SQUARE.normalise([dollars]).orders["T1"].currency == "CAD"
