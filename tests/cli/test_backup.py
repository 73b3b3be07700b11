"""Backup and restore as a person does them, in processes and data folders of their own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from closebook.cli.main import run
from tests.apps.sync.harness import copied, data_folder


class Home:
    """Runs commands in a data folder."""

    def __init__(self, folder: Path):
        self.folder = folder

    def __call__(self, *words: object, code: int = 0) -> subprocess.CompletedProcess[str]:
        kept = {name: text for name, text in os.environ.items() if not name.startswith("CLOSEBOOK_")}
        done = subprocess.run(
            [sys.executable, "-m", "closebook", *map(str, words)],
            env={**kept, "CLOSEBOOK_HOME": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, f"{words}: {done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done

    def json(self, *words: object) -> Any:
        return json.loads(self(*words, "--json").stdout)


READS = (("prove",), ("runs",), ("profile", "show", "Sample shop"))


def told(folder: Path, blocker: Any) -> list[Any]:
    """Return what commands that need no key of the folder say of it; in this process, which is quicker."""
    with data_folder(folder, blocker) as world:
        return [world.json(*words) for words in READS]


def test_a_restored_folder_is_the_same_and_works_on(tmp_path, django_db_blocker):
    old, new, archive = Home(tmp_path / "old"), Home(tmp_path / "new"), tmp_path / "backup.tar.gz"
    files = old.json("sample", "--rows", 60)["files"]
    done = old.json("sync", "Sample shop", *files, "--yes")["run"]
    assert done["state"] == "done"
    old("backup", archive)
    assert "already" in old("backup", archive, code=2).stderr
    new("restore", archive)
    assert new.json("tieout", "Sample shop") == old.json("tieout", "Sample shop")
    assert told(new.folder, django_db_blocker) == told(old.folder, django_db_blocker)
    assert new.json("sync", "Sample shop", *files, "--yes")["plan"]["run"] is None
    assert new.json("undo", done["run"], "--yes")["state"] == "done"
    assert "holds data" in new("restore", archive, code=2).stderr


def test_a_damaged_archive_leaves_the_folder_empty(tmp_path):
    (tmp_path / "bad.tar.gz").write_bytes(b"\x1f\x8b" + b"\x00" * 500)
    home = Home(tmp_path / "new")
    assert "not a whole Closebook backup" in home("restore", tmp_path / "bad.tar.gz", code=2).stderr
    assert not list((tmp_path / "new").iterdir())


def test_nothing_works_before_init_and_it_says_so(tmp_path):
    home = Home(tmp_path / "new")
    for words in (("runs",), ("tieout", "x"), ("prove",), ("keys",), ("worker",)):
        assert "closebook init" in home(*words, code=2).stderr


def test_tables_of_an_earlier_version_are_not_served(bare_template, tmp_path):
    home = Home(copied(bare_template, tmp_path))
    with closing(sqlite3.connect(tmp_path / "closebook.sqlite3")) as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'sync'")
        database.commit()
    assert "closebook init" in home("serve", "--port", 8999, code=2).stderr
    assert "WRONG databases" in home("doctor", code=3).stdout


def test_postgresql_is_backed_up_by_its_own_tools(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
    assert run(["backup", str(tmp_path / "b.tar.gz")]) == 2
    assert "pg_dump" in capsys.readouterr().err
