"""``closebook match`` on a company with two customers."""

from __future__ import annotations

from pathlib import Path

import pytest

from closebook.apps.matching.models import MatchList, MatchRow, RowState


@pytest.fixture
def file(bare, tmp_path) -> Path:
    bare.make("Customer", DisplayName="Hill, Ann", PrimaryEmailAddr={"Address": "ann@hill.com"})
    bare.make("Customer", DisplayName="Somebody Else")
    path = tmp_path / "clients.csv"
    path.write_text("id,name,email\n7,Ann Hill,Ann@hill.com\n8,New Person,new@x.nl\n")
    return path


def test_pairs_are_printed_and_nothing_is_kept(bare, file):
    out = bare.command("match", file)
    assert "same e-mail, same" in out
    assert "1 pairs" in out
    assert not MatchList.objects.exists()


def test_pairs_as_json(bare, file):
    found = bare.json("match", file)
    assert [(pair["id"], pair["rule"]) for pair in found["pairs"]] == [("7", "email")]


def test_a_source_puts_the_list_on_the_desk(bare, file):
    out = bare.command("match", file, "--source", "ProjX360", "--auto", "99")
    assert "1 open, 1 matched" in out
    assert MatchRow.objects.get(source_id="7").state == RowState.MATCHED


@pytest.mark.parametrize(
    "words",
    [("--kind", "boat"), ("--auto", "99"), ("--auto", "7", "--source", "X")],
    ids=["kind", "alone", "low"],
)
def test_bad_use_is_told(bare, file, words):
    bare.command("match", file, *words, code=2)


def test_a_missing_file_is_told(bare):
    bare.command("match", "nothing.csv", code=2)
