"""Another program's export: its letters, separators and rows; amounts and days that have one reading only."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.core.errors import InputError
from closebook.core.selling.crm_table import EXTRA, table_of, text_of
from closebook.core.selling.crm_values import amount_of, day_of, day_order

WORDS = "id,stage,account\n1,won,{}\n"


@pytest.mark.parametrize(
    ("name", "encoding", "found"),
    [
        ("Café Müller", "utf-8", "utf-8"),
        ("Café Müller", "utf-8-sig", "utf-8-sig"),
        ("Café Müller", "utf-16", "utf-16"),
        ("Café Müller", "windows-1252", "windows-1252"),
        ("上海瓷器有限公司", "gb18030", "gb18030"),
        ("上海瓷器有限公司", "utf-8", "utf-8"),
    ],
)
def test_letters_are_told_by_how_they_stand(name, encoding, found):
    read = text_of(WORDS.format(name).encode(encoding))
    assert (read.encoding, read.text) == (found, WORDS.format(name))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0rest", "Excel workbook"),
        (b"id,stage\n1,w\0n\n", "UTF-8"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"id,stage\n1,\x81\n", "UTF-8"),
    ],
)
def test_what_is_no_table_is_refused_with_its_name_and_a_remedy(data, words):
    with pytest.raises(InputError, match=words) as caught:
        text_of(data, "deals.csv")
    assert caught.value.place.file == "deals.csv"
    assert caught.value.remedy


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_cells_are_parted_as_the_first_line_is(sign):
    table = table_of(f'id{sign}"a,b;c"{sign}stage\n1{sign}x{sign}won\n')
    assert table.columns == ("id", "a,b;c", "stage")
    assert list(table.rows) == [(2, {"id": "1", "a,b;c": "x", "stage": "won"})]


def test_a_line_that_names_the_separator_counts_as_a_row_of_the_sheet():
    table = table_of("sep=;\r\nid;stage\r\n1;won\r\n")
    assert list(table.rows) == [(3, {"id": "1", "stage": "won"})]


def test_rows_have_the_numbers_that_a_spreadsheet_shows():
    table = table_of('id,stage\n\n,\n1,"two\nlines"\n\n2,won\n')
    assert [number for number, _row in table.rows] == [4, 6]


def test_cells_beyond_the_header_are_kept_apart():
    ((_number, row),) = table_of("id,stage\n1,won,extra,\n").rows
    assert row == {"id": "1", "stage": "won", EXTRA: "extra"}


@pytest.mark.parametrize("text", ['id,stage\n1,won\n2,"open\n', "id,stage\n1,won\n2," + "x" * 200_000])
def test_an_open_quotation_mark_or_an_endless_cell_names_its_row(text):
    with pytest.raises(InputError, match="not closed") as caught:
        list(table_of(text, "deals.csv").rows)
    assert str(caught.value.place) == "deals.csv, row 3"


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1054", 105_400), ("1054.5", 105_450), ("1,054.50", 105_450), ("1.054,50", 105_450),
        ("1054,5", 105_450), ("1,054", 105_400), ("1.054.000", 105_400_000), ("€ 1.054,50", 105_450),
        ("-12,50", -1250), ("0.125", 13), ("1054.125", 105_413), ("1 054,50", 105_450),
    ],
)  # fmt: skip
def test_amounts_are_read_as_programs_write_them(text, minor):
    assert amount_of(text, "EUR") == minor


@pytest.mark.parametrize(
    "text", ["1.054", "12x", "1,05,4.00", "1.2.3", "1,2,3", ",", "NaN", "9" * 20, "1e9", "١"]
)
def test_an_amount_with_two_readings_or_none_is_refused(text):
    with pytest.raises(InputError):
        amount_of(text, "EUR")


@pytest.mark.parametrize("text", ["2026-03-04", "2026/3/4", "2026.03.04", "2026年3月4日", "2026-03-04 10:00"])
def test_days_that_begin_with_their_year_are_read(text):
    assert day_of(text) == dt.date(2026, 3, 4)


@pytest.mark.parametrize("text", ["04/03/2026", "2026-13-04", "4 March 2026", "2026-02-30", "2026"])
def test_a_day_with_two_readings_or_none_is_refused(text):
    with pytest.raises(InputError):
        day_of(text)


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["02/01/2026", "31/01/2026"], "dmy"), (["1/2/2026 10:00", "12/31/2026"], "mdy"),
        (["31-1-2026"], "dmy"),
        (["31/01/2026", "01/31/2026"], ""), (["02/01/2026"], ""), (["2026-01-31", "", "soon"], ""),
    ],
)  # fmt: skip
def test_the_order_of_days_is_told_by_a_day_with_one_reading(texts, order):
    assert day_order(texts) == order


def test_a_day_that_ends_with_its_year_is_read_by_its_files_order():
    assert day_of("02/01/2026", "dmy") == dt.date(2026, 1, 2)
    assert day_of("02/01/2026", "mdy") == dt.date(2026, 2, 1)
    for text in ("31/31/2026", "13/13/2026"):
        with pytest.raises(InputError):
            day_of(text, "dmy")
