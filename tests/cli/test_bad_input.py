"""What people give by mistake: the message is one clear line, and nothing is lost or doubled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "books"])


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("statement", "no-such"), "no-such"),
        (("plan", "nobody"), "There are"),
        (("undo", 99), "runs"),
        (("connect", "etsy", "X", "--since", "tomorrow"), "since"),
        (("profile", "show", "nobody"), "There are"),
        (("connect", "etsy", " "), "characters"),
        (("connect", "etsy", "x" * 81), "characters"),
        (("connect", "etsy", "X", "--opening", "1e999999"), "amount"),
        (("why", "nothing-of-the-kind"), "file.csv"),
        (("why", " "), "file.csv"),
        (("why", "posting:99999999999999999999999"), "file.csv"),
        (("why", "Sales", "--limit", -1), "0 or more"),
        (("frobnicate",), "help"),
        (("serve", "--port", 99999999), "port"),
    ],
)
def test_bad_use_is_one_line_and_exit_code_2(closebook, words, hint):
    result = closebook(*words, code=2)
    assert hint in result.err
    assert "Traceback" not in result.err + result.out
    assert not result.out


def statement(files: list[Path]) -> Path:
    return next(path for path in files if path.name == "etsy_statement_2026_2.csv")


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_file_cut_off_is_refused_and_changes_nothing(closebook, shop, shop_files, tmp_path):
    data = statement(shop_files).read_bytes()
    result = closebook(
        "pull", shop, written(tmp_path, "cut.csv", data[: len(data) * 2 // 3]), "--json", code=2
    )
    assert result.json["files"][0]["state"] == "refused"
    assert result.json["files"][0]["code"] == "truncated-file"


def test_empty_wrong_and_too_large_files_are_refused_by_name(closebook, shop, tmp_path, settings):
    empty = written(tmp_path, "empty.csv", b"")
    wrong = written(tmp_path, "bank.csv", b"Date,Payee,Balance\n2026-01-02,Shop,12.00\n")
    found = closebook.json("pull", shop, empty, wrong, code=2)["files"]
    assert [file["code"] for file in found] == ["empty-file", "wrong-file"]
    settings.CLOSEBOOK_MAX_SOURCE_BYTES = 1000
    large = written(tmp_path, "large.csv", b"x" * 2000)
    assert closebook.json("pull", shop, large, code=2)["files"][0]["code"] == "too-large-file"


def test_names_that_no_file_can_have_are_told_apart_from_defects(closebook, shop, tmp_path):
    found = closebook.json("pull", shop, "x" * 300 + ".csv", tmp_path / "nothing.csv", tmp_path, code=2)[
        "files"
    ]
    assert [file["code"] for file in found] == ["no-such-file", "no-such-file", "is-a-folder"]
    odd = written(tmp_path, os.fsdecode(b"stat\xff.csv"), b"Date\n")
    refused = closebook.json("pull", shop, odd, code=2)["files"][0]
    assert (refused["file"], refused["code"]) == ("stat?.csv", "not-a-file-name")
    assert closebook("why", "Sales@9999-12").code == 0


def test_why_keeps_shops_of_one_name_in_two_companies_apart(closebook, shop, shop_files):
    closebook("init", "--company", "Second")
    closebook("connect", "etsy", shop, "--company", "Second")
    for company in ("My company", "Second"):
        closebook("sync", shop, statement(shop_files), "--yes", "--company", company)
    figure = closebook.json("why", "Sales@2026-02", "--company", "Second")
    assert figure["documents"][0]["rows"]


def test_another_encoding_gives_the_same_rows(closebook, shop, shop_files, tmp_path):
    text = statement(shop_files).read_text("utf-8-sig")
    closebook("pull", shop, statement(shop_files))
    again = closebook.json("pull", shop, written(tmp_path, "again.csv", text.encode("utf-16")))["files"][0]
    assert (again["new"], again["changed"]) == (0, 0)
    assert again["same"] == again["rows"] > 0


def test_overlapping_files_double_nothing(closebook, shop, shop_files, tmp_path):
    closebook("sync", shop, *shop_files, "--yes")
    before = closebook.trial_balance()
    lines = statement(shop_files).read_bytes().splitlines(keepends=True)
    half = written(tmp_path, "half.csv", b"".join(lines[: len(lines) // 2]))
    found = closebook.json("sync", shop, half, "--yes")
    assert found["files"][0]["new"] == 0
    assert closebook.trial_balance() == before


def test_one_bad_row_is_named_and_the_others_are_kept(closebook, shop, shop_files, tmp_path):
    lines = statement(shop_files).read_text("utf-8-sig").splitlines(keepends=True)
    fees = next(i for i, line in enumerate(lines) if ",Fee," in line)
    good = lines[fees]
    lines[fees] = good.replace("-$", "-$7", 1)
    bad = written(tmp_path, statement(shop_files).name, "".join(lines).encode())
    found = closebook.json("pull", shop, bad)["files"][0]
    assert (found["bad"], found["new"]) == (1, len(lines) - 2)
    error = closebook.json("errors")["errors"][0]
    assert (error["file"], error["row"]) == (bad.name, fees + 1)
    lines[fees] = good
    closebook("pull", shop, written(tmp_path, bad.name, "".join(lines).encode()))
    assert closebook.json("errors")["errors"] == []


def test_a_second_shop_does_not_change_the_currency_under_the_first(closebook, shop):
    refused = closebook("connect", "etsy", "Quill London", "--currency", "GBP", code=2)
    assert "--company" in refused.err
    assert closebook.json("profile", "show", shop)["currency"] == "USD"
