"""Pulling files: every row is stored once per source key, and business keys whose rows changed are marked.

A file is one database transaction: it is staged as a whole, with its bad rows in the error log, or not at
all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection as database
from django.db import models, transaction

from closebook.apps.sync.models import Connection, SourceFile, SourceRow
from closebook.apps.sync.services.errors import error_record
from closebook.apps.sync.services.newer_files import close_mended, vanished_tell
from closebook.connectors.base import Connector, RowError, Understanding
from closebook.connectors.registry import connector as connector_named
from closebook.core.commerce.records import SourceRecord
from closebook.core.errors import InputError, Place
from closebook.core.periods import Month
from closebook.transport import clock

_CHUNK = 5000
_HELD_BYTES = 8_000_000
_ENCODE = msgspec.json.Encoder().encode


@dataclass(slots=True)
class PulledFile:
    """What became of one file. ``state`` is staged, known (the same content came before) or refused."""

    name: str
    state: str
    stream: str = ""
    months: tuple[str, ...] = ()
    understood: dict[str, Any] = field(default_factory=dict)
    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    bad: int = 0
    code: str = ""
    message: str = ""


def pull(connection: Connection, paths: Sequence[Path]) -> list[PulledFile]:
    """Stage files one after another; return what became of each, in the order given.

    A refused file changes nothing and does not keep the others from being staged.
    """
    connector = connector_named(connection.connector)
    return [_pull_file(connection, connector, path) for path in paths]


def _pull_file(connection: Connection, connector: Connector, path: Path) -> PulledFile:
    try:
        _refuse_unstorable(path)
        _refuse_too_large(path)
        rows = _held_rows(connector, path)
        described = connector.describe(path, records=rows)
        sha256 = _digest_of(path)
        known = SourceFile.objects.filter(connection=connection, sha256=sha256).first()
        if known:
            return PulledFile(
                path.name, "known", known.stream, rows=known.rows, message=_known_message(known)
            )
        with transaction.atomic():
            pulled = PulledFile(path.name, "staged", described.stream, described.months, _plain(described))
            file = _file_store(connection, path, sha256, pulled)
            _stage(file, connector, connector.read(path) if rows is None else rows, pulled)
    except InputError as error:
        return PulledFile(error.place.file or path.name, "refused", code=error.code, message=str(error))
    return pulled


def _plain(described: Understanding) -> dict[str, Any]:
    """Return what was understood as values for JSON, without the errors, which stand in the error log."""
    return {each.name: getattr(described, each.name) for each in fields(described) if each.name != "errors"}


def _refuse_unstorable(path: Path) -> None:
    shown = path.name.encode("utf-8", "replace").decode()
    if shown != path.name:
        raise InputError(
            "not-a-file-name",
            "The file's name holds bytes that are no letters.",
            remedy="Rename it to the name under which the shop offers it.",
            place=Place(file=shown),
        )


def _size_of(path: Path) -> int:
    """Return the bytes of a file, 0 for what is none: the connector says what it is instead."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def _refuse_too_large(path: Path) -> None:
    limit: int = settings.CLOSEBOOK_MAX_SOURCE_BYTES
    if _size_of(path) > limit:
        size, most = (f"{each / 1_000_000:,.0f} MB" for each in (_size_of(path), limit))
        raise InputError(
            "too-large-file",
            f"The file has {size}; {most} is the limit.",
            remedy="Download it month by month, or raise CLOSEBOOK_MAX_SOURCE_BYTES.",
            place=Place(file=path.name),
        )


def _known_message(known: SourceFile) -> str:
    return f"The same content was staged on {known.received_at:%Y-%m-%d} as {known.name}; nothing changes."


def _digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _held_rows(connector: Connector, path: Path) -> list[SourceRecord | RowError] | None:
    """Return the rows of a file that is small enough to be held while it is staged, else None."""
    if _size_of(path) > _HELD_BYTES:
        return None
    return list(connector.read(path))


def _file_store(connection: Connection, path: Path, sha256: str, pulled: PulledFile) -> SourceFile:
    return SourceFile.objects.create(
        connection=connection,
        first_day=Month.parse(pulled.months[0]).first_day if pulled.months else None,
        last_day=Month.parse(pulled.months[-1]).last_day if pulled.months else None,
        name=path.name,
        sha256=sha256,
        size=path.stat().st_size,
        stream=pulled.stream,
        received_at=clock.now(),
    )


def _stage(
    file: SourceFile, connector: Connector, rows: Iterable[SourceRecord | RowError], pulled: PulledFile
) -> None:
    connection = file.connection
    close_mended(file)
    keys: set[str] = set()
    for chunk in _chunks(rows, _CHUNK):
        good = [record for record in chunk if isinstance(record, SourceRecord)]
        for bad in (record for record in chunk if isinstance(record, RowError)):
            _bad_row(connection, bad, pulled)
        records_store(connection, file, good, pulled)
        keys.update(record.source_key for record in good)
    if not any(one.any_days for one in connector.info.streams if one.name == file.stream):
        vanished_tell(file, connector, pulled.months, keys)
    if pulled.new or pulled.changed:
        Connection.objects.filter(pk=connection.pk).update(staged=models.F("staged") + 1)
    file.rows, file.bad_rows = pulled.rows, pulled.bad
    file.save(update_fields=["rows", "bad_rows"])


def _chunks(records: Iterable[SourceRecord | RowError], size: int) -> Iterator[list[SourceRecord | RowError]]:
    iterator = iter(records)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _bad_row(connection: Connection, bad: RowError, pulled: PulledFile) -> None:
    pulled.rows += 1
    pulled.bad += 1
    error_record(
        connection,
        code=bad.code,
        cause=bad.message,
        who_acts="user",
        place=Place(bad.place.file or pulled.name, bad.place.row, bad.place.field),
        fixes=[bad.remedy or "Correct the row in the file and pull the file again."],
    )


def records_store(
    connection: Connection, file: SourceFile, records: list[SourceRecord], pulled: PulledFile
) -> None:
    """Store records once per source key, mark the business keys of those that are new or changed, and
    count.
    """
    if not records:
        return
    known = _known_digests(connection, records)
    new, changed = [], []
    for record in records:
        digest = known.get((record.stream, record.source_key))
        if digest is None:
            new.append(record)
            known[record.stream, record.source_key] = record.digest
        elif digest != record.digest:
            changed.append(record)
    pulled.rows += len(records)
    pulled.new += len(new)
    pulled.changed += len(changed)
    pulled.same += len(records) - len(new) - len(changed)
    _insert(connection, file, new)
    _replace(connection, file, changed)
    _mark_groups(connection, {record.group for record in (*new, *changed)})


def _known_digests(connection: Connection, records: list[SourceRecord]) -> dict[tuple[str, str], str]:
    """Return the digests of those records that are stored, by stream and source key."""
    keys: dict[str, list[str]] = {}
    for record in records:
        keys.setdefault(record.stream, []).append(record.source_key)
    known: dict[tuple[str, str], str] = {}
    with database.cursor() as cursor:
        for stream, wanted in keys.items():
            # The stream is named because the index begins with it: without it every stored row is read.
            marks = ", ".join(["%s"] * len(wanted))
            cursor.execute(
                "SELECT source_key, digest FROM sync_sourcerow"
                f" WHERE connection_id = %s AND stream = %s AND source_key IN ({marks})",
                [connection.pk, stream, *wanted],
            )
            known.update(((stream, key), digest) for key, digest in cursor.fetchall())
    return known


def _insert(connection: Connection, file: SourceFile, records: list[SourceRecord]) -> None:
    connection_id, file_id = connection.pk, file.pk
    with database.cursor() as cursor:
        # The mapper costs a dozen times as much as a plain batch, and a month has tens of thousands of rows.
        cursor.executemany(
            'INSERT INTO sync_sourcerow (connection_id, stream, source_key, "group", digest, fields,'
            " file_id, row)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (connection_id, r.stream, r.source_key, r.group, r.digest, _json(r.fields), file_id, r.row)
                for r in records
            ],
        )


def _json(fields: dict[str, str]) -> str:
    return _ENCODE(fields).decode()


def _replace(connection: Connection, file: SourceFile, records: list[SourceRecord]) -> None:
    for record in records:
        old = SourceRow.objects.get(connection=connection, stream=record.stream, source_key=record.source_key)
        _mark_groups(connection, {old.group})
        old.group, old.digest, old.fields = record.group, record.digest, _json(record.fields)
        old.file, old.row = file, record.row
        old.save()


def _mark_groups(connection: Connection, keys: set[str]) -> None:
    connection_id = connection.pk
    with database.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO sync_group (connection_id, key, changed) VALUES (%s, %s, %s)"
            " ON CONFLICT (connection_id, key) DO UPDATE SET changed = excluded.changed"
            # An order's key comes with every file that names it; what is marked already is not written again.
            " WHERE NOT sync_group.changed",
            [(connection_id, key, True) for key in sorted(keys)],
        )
