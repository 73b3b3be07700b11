"""Backup and restore of a data folder: whole or not at all."""

from __future__ import annotations

import io
import json
import random
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from closebook.core.errors import InputError
from closebook.transport.archive import read_archive, write_archive


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a data folder with two databases, one of them in use, keys, an uploaded file and a log."""
    made = tmp_path / "home"
    (made / "files" / "c1").mkdir(parents=True)
    for name in ("closebook.sqlite3", "books.sqlite3"):
        with closing(sqlite3.connect(made / name)) as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("CREATE TABLE t (x)")
            database.executemany("INSERT INTO t VALUES (?)", [(f"{name} {n}",) for n in range(500)])
            database.commit()
    for name in ("secret.key", "field.key"):
        (made / name).write_text(f"the {name}")
        (made / name).chmod(0o600)
    (made / "files" / "c1" / "receipt.pdf").write_bytes(random.Random(5).randbytes(40_000))
    (made / "worker-1.lock").touch()
    return made


def rows(path: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT x FROM t ORDER BY rowid").fetchall()


def refused(archive: Path, into: Path) -> str:
    """Return the code of the refusal; nothing may be left in the folder."""
    into.mkdir(exist_ok=True)
    with pytest.raises(InputError) as caught:
        read_archive(archive, into)
    assert not list(into.iterdir())
    return caught.value.code


def test_what_goes_in_comes_out(folder, tmp_path):
    archive, into = tmp_path / "b.tar.gz", tmp_path / "new"
    size = write_archive(folder, archive, "1.2.3")
    assert size == archive.stat().st_size > 0
    assert archive.stat().st_mode & 0o777 == 0o600
    names = read_archive(archive, into)
    assert names == ["books.sqlite3", "closebook.sqlite3", "field.key", "files/c1/receipt.pdf", "secret.key"]
    assert rows(into / "books.sqlite3") == rows(folder / "books.sqlite3")
    assert (into / "field.key").stat().st_mode & 0o077 == 0
    for name in ("secret.key", "files/c1/receipt.pdf"):
        assert (into / name).read_bytes() == (folder / name).read_bytes()


def test_a_writer_may_go_on_while_it_is_backed_up(folder, tmp_path):
    with closing(sqlite3.connect(folder / "books.sqlite3")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO t VALUES ('not committed')")
        write_archive(folder, tmp_path / "b.tar.gz", "1")
        writer.commit()
    read_archive(tmp_path / "b.tar.gz", tmp_path / "new")
    assert len(rows(tmp_path / "new" / "books.sqlite3")) == 500
    assert len(rows(folder / "books.sqlite3")) == 501


def test_a_backup_never_writes_over_a_file(folder, tmp_path):
    archive = tmp_path / "b.tar.gz"
    archive.write_text("mine")
    with pytest.raises(InputError, match="already"):
        write_archive(folder, archive, "1")
    assert archive.read_text() == "mine"


def test_a_folder_with_data_is_never_restored_into(folder, tmp_path):
    write_archive(folder, tmp_path / "b.tar.gz", "1")
    before = rows(folder / "books.sqlite3")
    with pytest.raises(InputError) as caught:
        read_archive(tmp_path / "b.tar.gz", folder)
    assert caught.value.code == "folder-holds-data"
    assert rows(folder / "books.sqlite3") == before


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_cut_archive_restores_nothing(folder, tmp_path, share):
    archive = tmp_path / "b.tar.gz"
    write_archive(folder, archive, "1")
    data = archive.read_bytes()
    archive.write_bytes(data[: int(len(data) * share)])
    assert refused(archive, tmp_path / "new") == "not-a-backup"


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_archive_restores_nothing(folder, tmp_path, seed):
    archive = tmp_path / "b.tar.gz"
    write_archive(folder, archive, "1")
    data = bytearray(archive.read_bytes())
    place = random.Random(seed).randrange(10, len(data))
    data[place] ^= 0xFF
    archive.write_bytes(bytes(data))
    code = refused(archive, tmp_path / "new")
    assert code in {"not-a-backup", "backup-damaged", "backup-format"}, f"byte {place}"


def packed(archive: Path, entries: dict[str, bytes], **manifest: object) -> Path:
    """Write an archive with a manifest of one's own making."""
    whole = {"format": 1, "version": "1", "files": {}, **manifest}
    with tarfile.open(archive, "w:gz") as tar:
        for name, data in {"manifest.json": json.dumps(whole).encode(), **entries}.items():
            head = tarfile.TarInfo(name)
            head.size = len(data)
            tar.addfile(head, io.BytesIO(data))
    return archive


EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("entries", "manifest", "code"),
    [
        ({"../outside": b""}, {"files": {"../outside": EMPTY}}, "not-a-backup"),
        ({"/tmp/outside": b""}, {"files": {"/tmp/outside": EMPTY}}, "not-a-backup"),
        ({}, {"files": {"../../etc/hostname": EMPTY}}, "not-a-backup"),
        ({}, {"files": {"books.sqlite3": EMPTY}}, "not-a-backup"),
        ({}, {"files": ["books.sqlite3"]}, "not-a-backup"),
        ({"books.sqlite3": b"x"}, {"files": {"books.sqlite3": EMPTY}}, "backup-damaged"),
        ({}, {"format": 99}, "backup-format"),
    ],
)
def test_an_archive_of_foreign_making_is_refused(tmp_path, entries, manifest, code):
    archive = packed(tmp_path / "b.tar.gz", entries, **manifest)
    assert refused(archive, tmp_path / "new") == code
    assert not (tmp_path / "outside").exists()


def test_links_out_of_the_archive_are_refused(tmp_path):
    with tarfile.open(tmp_path / "b.tar.gz", "w:gz") as tar:
        link = tarfile.TarInfo("books.sqlite3")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    assert refused(tmp_path / "b.tar.gz", tmp_path / "new") == "not-a-backup"


def test_other_files_are_no_backups(tmp_path):
    for data in (b"", b"PK\x03\x04", b"hello"):
        (tmp_path / "x").write_bytes(data)
        assert refused(tmp_path / "x", tmp_path / "new") == "not-a-backup"
    assert refused(tmp_path / "absent", tmp_path / "new") == "not-a-backup"
