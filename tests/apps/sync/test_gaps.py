"""The tie-out does not vouch for rows that are in no figure, and a person may leave such a row out."""

from __future__ import annotations

from pathlib import Path

from tests.apps.sync.harness import SHOP

HEADER = 'Date,Type,Title,Info,Currency,Amount,"Fees & Taxes",Net\n'
SALE = '"February 3, 2026",Sale,"Payment for Order #3911000037",,USD,$32.40,--,$32.40\n'
UNREAD = '"February 3rd or so",Sale,"Payment for Order #3911000038",,USD,$10.00,--,$10.00\n'
FOREIGN = '"February 4, 2026",Sale,"Payment for Order #3911000039",,EUR,€10.00,--,€10.00\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "etsy_statement_2026_2.csv"
    path.write_text(HEADER + text, "utf-8")
    return path


def test_a_row_that_could_not_be_read_keeps_the_tie_out_open(fresh, tmp_path):
    run = fresh.json("sync", SHOP, written(tmp_path, SALE + UNREAD), "--yes")["run"]
    assert [proof["holds"] for proof in run["proofs"]] == [True, True, True, False]
    tied = fresh.json("tieout", SHOP, code=3)
    assert (tied["ties"], len(tied["gaps"])) == (False, 1)
    error = fresh.json("errors", SHOP)["errors"][0]["error"]
    fresh.json("retry", error, code=2)
    assert fresh.json("retry", error, "--decide", "ignore")["left_out"]
    assert fresh.json("tieout", SHOP)["ties"]


def test_a_corrected_file_closes_the_gap(fresh, tmp_path):
    fresh.json("sync", SHOP, written(tmp_path, SALE + UNREAD), "--yes")
    corrected = UNREAD.replace("February 3rd or so", "February 3, 2026")
    fresh.json("sync", SHOP, written(tmp_path, SALE + corrected), "--yes")
    tied = fresh.json("tieout", SHOP)
    assert tied["ties"]
    assert tied["clearing"]["books_minor"] == 4240


def test_a_row_in_another_currency_keeps_the_tie_out_open(fresh, tmp_path):
    fresh.json("sync", SHOP, written(tmp_path, SALE + FOREIGN), "--yes")
    assert "another currency" in fresh.json("tieout", SHOP, code=3)["gaps"][0]
    hold = fresh.json("holds", SHOP)["holds"][0]["error"]
    fresh.json("retry", hold, "--decide", "ignore")
    assert fresh.json("tieout", SHOP)["ties"]
