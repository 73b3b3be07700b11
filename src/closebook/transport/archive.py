"""Backups as one archive: consistent copies of SQLite files, uploaded files and keys, with digests."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from contextlib import closing
from pathlib import Path, PurePosixPath

from closebook.core.errors import InputError

_MANIFEST = "manifest.json"
_FORMAT = 1
_DATABASES = ("closebook.sqlite3", "books.sqlite3", "jobs.sqlite3")
_KEYS = ("secret.key", "field.key")
_FOLDERS = ("files",)


def write_archive(folder: Path, target: Path, version: str) -> int:
    """Write a backup of a data folder; return its size in bytes.

    Databases are copied by SQLite's own online backup, so that a running Closebook may go on.
    Raises InputError when the target is there already.
    """
    if target.exists():
        raise InputError("file-exists", f"{target} is there already.", remedy="Name another file.")
    with tempfile.TemporaryDirectory() as scratch:
        names = [
            _copy_database(folder / name, Path(scratch)) for name in _DATABASES if (folder / name).exists()
        ]
        names += [
            _copy_file(folder / name, Path(scratch) / name) for name in _KEYS if (folder / name).exists()
        ]
        for sub in _FOLDERS:
            names += [
                _copy_file(file, Path(scratch) / file.relative_to(folder))
                for file in sorted((folder / sub).rglob("*"))
                if file.is_file()
            ]
        _pack(Path(scratch), names, target, version)
    return target.stat().st_size


def _copy_database(source: Path, scratch: Path) -> Path:
    copy = scratch / source.name
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
    return copy


def _copy_file(source: Path, copy: Path) -> Path:
    copy.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy2(source, copy))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pack(scratch: Path, files: list[Path], target: Path, version: str) -> None:
    entries = {str(file.relative_to(scratch)): _digest(file) for file in files}
    manifest = json.dumps({"format": _FORMAT, "version": version, "files": entries}).encode()
    partial = target.with_name(target.name + ".partial")
    with tarfile.open(partial, "w:gz", compresslevel=6) as archive:
        head = tarfile.TarInfo(_MANIFEST)
        head.size = len(manifest)
        archive.addfile(head, io.BytesIO(manifest))
        for name in entries:
            archive.add(scratch / name, name)
    partial.chmod(0o600)
    partial.rename(target)


def read_archive(source: Path, folder: Path) -> list[str]:
    """Put a backup into an empty data folder; return the names of what was restored.

    Nothing is left behind when the archive is not whole. Raises InputError for a folder that holds data, a
    file that is no backup, and one whose content does not fit its digests.
    """
    if any((folder / name).exists() for name in _DATABASES):
        raise InputError(
            "folder-holds-data",
            f"{folder} holds data.",
            remedy="Restore into an empty folder, named by CLOSEBOOK_HOME.",
        )
    with tempfile.TemporaryDirectory() as scratch:
        names = _unpack(source, Path(scratch))
        for name in names:
            copy = folder / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(Path(scratch) / name, copy)
    return names


def _unpack(source: Path, scratch: Path) -> list[str]:
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(scratch, filter="data")
        manifest = json.loads((scratch / _MANIFEST).read_text("utf-8"))
        form, files = manifest["format"], dict(manifest["files"])
    except (OSError, EOFError, tarfile.TarError, zlib.error, ValueError, LookupError, TypeError) as error:
        raise InputError("not-a-backup", f"{source} is not a whole Closebook backup.") from error
    if form != _FORMAT:
        raise InputError(
            "backup-format", f"{source} was written by another Closebook.", remedy="Use that version."
        )
    for name, digest in files.items():
        inside = PurePosixPath(name)
        copy = scratch / name
        if inside.is_absolute() or ".." in inside.parts or copy.is_symlink() or not copy.is_file():
            raise InputError("not-a-backup", f"{source} lacks {name}.")
        if _digest(copy) != digest:
            raise InputError("backup-damaged", f"{name} in {source} does not fit its digest.")
    return sorted(files)
