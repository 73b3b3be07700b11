"""The command line in this process, on databases of its own, with an invented shop's files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from closebook.cli.main import run
from closebook.connectors.etsy.sample import write_sample

SHOP = "Quill prints"


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


class Closebook:
    """Runs commands as a person would type them."""

    def __init__(self, capsys):
        self._capsys = capsys

    def __call__(self, *words: object, code: int = 0) -> Result:
        self._capsys.readouterr()
        found = run([str(word) for word in words])
        seen = self._capsys.readouterr()
        assert found == code, f"{words}: exit code {found}\n{seen.out}\n{seen.err}"
        return Result(found, seen.out, seen.err)

    def json(self, *words: object, code: int = 0):
        return self(*words, "--json", code=code).json

    def trial_balance(self, company: str = "My company") -> dict[str, int]:
        table = self.json("statement", "trial-balance", "--company", company, "--to", "2027-12-31")
        found = {}
        for row in table["rows"]:
            if row["cells"]:
                debit, credit = (cell["value"] or 0 for cell in row["cells"][1:3])
                found[row["label"]] = debit - credit
        return found


@pytest.fixture
def closebook(transactional_db, capsys, tmp_path, settings, monkeypatch):
    """Return the command line in an empty data folder with a company."""
    monkeypatch.setenv("CLOSEBOOK_HOME", str(tmp_path))
    settings.CLOSEBOOK_HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    tool = Closebook(capsys)
    tool("init")
    return tool


@pytest.fixture(scope="session")
def shop_files(tmp_path_factory) -> list[Path]:
    """Return the files of an invented shop's four months."""
    folder = tmp_path_factory.mktemp("shop")
    facts = write_sample(folder, rows=400, seed=5, first_month="2026-01", months=4)
    return sorted(path for paths in facts.files.values() for path in paths)


@pytest.fixture
def shop(closebook) -> str:
    """Return the name of a connected shop."""
    closebook("connect", "etsy", SHOP)
    return SHOP
