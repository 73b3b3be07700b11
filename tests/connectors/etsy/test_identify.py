"""What a file is taken for, what is told about it, and refusals that name what it looks like."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from closebook.connectors.etsy import ETSY
from closebook.connectors.registry import connector
from closebook.connectors.registry import identify as identify_any
from closebook.core.errors import InputError
from tests.connectors.etsy.shop import FEE, HEADER, SALE, statement

LOOKS = [
    ("a web page", "<html><head></head></html>"),
    ("JSON", '{"error": "login"}'),
    ("OFX", "OFXHEADER:100\n"),
    ("Square", "Date,Gross Sales,Net Sales,Tax\n"),
    ("list of listings", "TITLE,DESCRIPTION,PRICE,CURRENCY_CODE,QUANTITY,TAGS\n"),
    ("Name, E-mail", "Name,E-mail\nAda,a@example.com\n"),
    ("plain text", "Dear all\n"),
]


@pytest.mark.parametrize(("words", "text"), LOOKS)
def test_a_foreign_file_is_named(words: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words) as caught:
        ETSY.read(statement(tmp_path, text, name="x.csv", encoding="utf-8"))
    assert caught.value.code == "wrong-file"


def test_the_wrong_kind_of_etsy_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Monthly statement") as caught:
        ETSY.read(statement(tmp_path, HEADER + SALE), stream="orders")
    assert caught.value.code == "wrong-file"
    with pytest.raises(InputError) as caught:
        ETSY.read(statement(tmp_path, HEADER + SALE), stream="shoes")
    assert caught.value.code == "no-such-stream"


def test_certainty_grows_with_headings_and_name() -> None:
    head = HEADER.encode()
    sure, likely = ETSY.identify(head, "etsy_statement_2026_9.csv"), ETSY.identify(head, "x.csv")
    less = ETSY.identify(HEADER.replace(",Net", "").encode(), "etsy_statement_2026_9.csv")
    assert sure
    assert likely
    assert less
    assert sure.certainty > likely.certainty > less.certainty
    assert less.missing == ("Net",)
    assert sure.stream == "statement"


def test_descriptions_tell_months_columns_and_bad_rows(tmp_path: Path) -> None:
    text = HEADER.replace("Net", "Net,Mood") + SALE + FEE.replace("-$1.22\n", "-$9.99\n")
    told = ETSY.describe(statement(tmp_path, text))
    assert (told.rows, told.bad_rows, told.months, told.currencies) == (1, 1, ("2026-09",), ("USD",))
    assert told.columns_unknown == ("Mood",)
    assert told.encoding_certain
    assert told.locale == "en-US"
    assert told.errors[0].code == "amounts-disagree"


def test_an_uncertain_encoding_is_shown_as_a_choice(tmp_path: Path) -> None:
    path = statement(
        tmp_path, HEADER + FEE.replace("Processing fee", "Transaction fee: Café"), encoding="cp1252"
    )
    told = ETSY.describe(path)
    assert (told.encoding, told.encoding_certain) == ("windows-1252", False)
    assert told.encoding_choices[0] == "windows-1252"
    chosen = ETSY.describe(path, encoding="mac-roman")
    assert chosen.encoding_certain
    with pytest.raises(InputError) as caught:
        ETSY.read(path, encoding="utf-8")
    assert caught.value.code == "unknown-encoding"


def test_workbooks_are_named(tmp_path: Path) -> None:
    path = tmp_path / "etsy_statement_2026_9.csv"
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("[Content_Types].xml", "<Types/>")
        pack.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(InputError, match="xlsx") as caught:
        ETSY.read(path)
    assert caught.value.code == "binary-file"
    assert ETSY.identify(path.read_bytes(), path.name) is None


def test_a_repeated_heading_counts_once(tmp_path: Path) -> None:
    text = HEADER.replace("Net\n", "Net,Net\n") + SALE.replace("\n", ",x\n")
    assert ETSY.describe(statement(tmp_path, text)).rows == 1


def test_the_registry_finds_and_refuses() -> None:
    assert connector("etsy") is ETSY
    with pytest.raises(InputError, match="etsy"):
        connector("nobody")
    assert identify_any(b"Name,E-mail\n", "x.csv") is None
