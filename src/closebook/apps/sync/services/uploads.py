"""Staging files that came over the network."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from closebook.apps.sync.models import Connection
from closebook.apps.sync.services.staging import PulledFile, pull
from closebook.core.errors import InputError


def uploads_pull(connection: Connection, files: Iterable[tuple[str, Iterable[bytes]]]) -> list[PulledFile]:
    """Stage files given by name and content; return what became of each, in the order given.

    Raises InputError when there is none. Nothing of them stays on disk.
    """
    with tempfile.TemporaryDirectory(prefix="closebook-upload-") as folder:
        paths = [_written(Path(folder) / str(n), name, chunks) for n, (name, chunks) in enumerate(files)]
        if not paths:
            raise InputError("no-files", "No file was sent.", remedy="Send one or more files of the shop.")
        return pull(connection, paths)


def _written(folder: Path, name: str, chunks: Iterable[bytes]) -> Path:
    """Write a file under its own name, which connectors read; each in a folder, as two may be named alike."""
    folder.mkdir()
    path = folder / (Path(name).name[-200:] or "file")
    with path.open("wb") as file:
        file.writelines(chunks)
    return path
