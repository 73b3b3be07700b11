"""Files that a person hands in: stored in a folder of their own, pulled by their content, and gone again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import Connection
from closebook.apps.sync.services.staging import PulledFile, pull
from closebook.core.errors import InputError
from closebook.core.wording import shown

MOST_FILES = 100
_NAME_BYTES = 200


@dataclass(frozen=True, slots=True)
class _Stored:
    """A file in the folder, or what is said of one that was not taken."""

    path: Path | None
    refused: PulledFile | None = None


def uploads_pull(connection: Connection, handed: Sequence[UploadedFile[Any]], by: str) -> list[PulledFile]:
    """Stage files that a person handed in; return what became of each, in their order.

    A file over the size limit or without content is refused before it is stored. Raises InputError for none
    or for more than 100 files at once.
    """
    if not handed:
        raise InputError("no-files", "No file was chosen.", remedy="Choose one or more files of the shop.")
    if len(handed) > MOST_FILES:
        raise InputError(
            "too-many-files", f"{len(handed)} files came at once.", remedy=f"Hand in up to {MOST_FILES}."
        )
    with tempfile.TemporaryDirectory(prefix="closebook-upload-") as folder:
        stored = [_store(Path(folder) / str(number), one) for number, one in enumerate(handed)]
        pulled = iter(pull(connection, [each.path for each in stored if each.path]))
        answers = [each.refused or next(pulled) for each in stored]
    _note(connection, answers, by)
    return answers


def safe_name(name: str) -> str:
    """Return the last part of a file's name, at most 200 bytes of it: its end tells the month and the kind.

    >>> safe_name("../../etc/passwd"), safe_name("")
    ('passwd', 'file')
    """
    last = "".join(mark for mark in name.replace("\\", "/").rpartition("/")[2] if mark.isprintable())
    return last.encode()[-_NAME_BYTES:].decode(errors="ignore").strip(". ") or "file"


def _store(folder: Path, one: UploadedFile[Any]) -> _Stored:
    name, limit = safe_name(one.name or ""), settings.CLOSEBOOK_MAX_SOURCE_BYTES
    size = one.size or 0
    if not size:
        return _Stored(
            None, PulledFile(name, "refused", code="empty-file", message=shown(f"{name}: {_EMPTY}"))
        )
    if size > limit:
        told = f"{name}: The file has {_megabytes(size)}; {_megabytes(limit)} is the limit. {_LARGE}"
        return _Stored(None, PulledFile(name, "refused", code="too-large-file", message=told))
    folder.mkdir()
    with (folder / name).open("wb") as file:
        file.writelines(one.chunks())
    return _Stored(folder / name)


_EMPTY = "The file is empty. Download it again and hand in the new one."
_LARGE = "Download it month by month."


def _megabytes(size: int) -> str:
    return f"{-(-size // 1_000_000):,} MB"


def _note(connection: Connection, answers: Iterable[PulledFile], by: str) -> None:
    """Leave a line in the audit log about the files that were staged."""
    staged = {each.name: f"{each.rows} rows" for each in answers if each.state == "staged"}
    if staged:
        audit_append(connection.company_id, by, "files-pulled", connection.name, staged)
