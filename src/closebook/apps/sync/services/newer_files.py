"""What a newer file says about an earlier one of the same months: rows that are right now, and rows that are
gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from django.db import models

from closebook.apps.sync.models import Connection, Group, SourceFile, SourceRow, SyncError
from closebook.apps.sync.services.errors import error_record
from closebook.apps.sync.services.telling import errors_close
from closebook.connectors.base import Connector
from closebook.core.commerce.records import SourceRecord
from closebook.core.errors import Place
from closebook.core.money import format_minor
from closebook.core.wording import shown

VANISHED = "rows-vanished"
_FIELDS = msgspec.json.Decoder(dict[str, str]).decode


def close_mended(file: SourceFile) -> None:
    """Resolve the row errors of earlier files of the same name, or kind and days: the new file says itself
    what is still wrong.
    """
    earlier = SourceFile.objects.filter(
        connection=file.connection, stream=file.stream, first_day__isnull=False
    )
    same = earlier.filter(first_day=file.first_day, last_day=file.last_day).values_list("name", flat=True)
    rows = SyncError.objects.filter(connection=file.connection, row__isnull=False)
    errors_close(rows.filter(file__in={file.name, *same}))


def vanished_tell(file: SourceFile, connector: Connector, months: Sequence[str], keys: set[str]) -> None:
    """Say in the error log, a line per month, which rows of earlier files this one lacks; nothing is deleted.

    Only what moves money is told: of the other kinds of files the vendor offers excerpts.
    """
    gone: dict[str, list[SourceRow]] = {month: [] for month in months}
    back: list[int] = []
    for row in _earlier(file):
        month = month_of(row)
        if month in gone and row.source_key not in keys:
            gone[month].append(row)
        elif row.missing_from is not None and row.source_key in keys:
            back.append(row.pk)
    _mark(back, None)
    for month, rows in gone.items():
        key = f"{file.stream}:{month}"
        errors_close(SyncError.objects.filter(connection=file.connection, code=VANISHED, key=key))
        movements = connector.normalise(map(_record, rows)).movements if rows else ()
        if movements:
            _mark([row.pk for row in rows], file.pk)
            money = format_minor(sum(one.amount_minor for one in movements), movements[0].currency)
            what = shown(f"{len(movements)} rows ({money} {movements[0].currency} in all) of {month}")
            _tell(file, key, what)


def vanished_drop(error: SyncError) -> int:
    """Take the rows out that a line of the error log tells of, since the newer file is right; return how
    many.

    Their business keys are planned again, and the plan shows what that changes in the books.
    """
    stream, _, month = error.key.partition(":")
    rows = SourceRow.objects.filter(connection=error.connection, stream=stream, missing_from__isnull=False)
    chosen = [row for row in rows if month_of(row) == month]
    groups = Group.objects.filter(connection=error.connection, key__in={row.group for row in chosen})
    groups.update(changed=True)
    SourceRow.objects.filter(pk__in=[row.pk for row in chosen]).delete()
    Connection.objects.filter(pk=error.connection_id).update(staged=models.F("staged") + 1)
    return len(chosen)


def month_of(row: SourceRow) -> str:
    """Return the month of a row's day, such as ``2026-03``."""
    return _FIELDS(row.fields).get("day", "")[:7]


def _mark(pks: Sequence[int], file_id: int | None) -> None:
    for start in range(0, len(pks), 500):
        SourceRow.objects.filter(pk__in=pks[start : start + 500]).update(missing_from=file_id)


def _earlier(file: SourceFile) -> Iterator[SourceRow]:
    """Yield the rows of earlier files of the same kind whose days overlap with this file's."""
    if file.first_day is None or file.last_day is None:
        return
    others = SourceFile.objects.filter(connection=file.connection, stream=file.stream).exclude(pk=file.pk)
    near = list(others.filter(first_day__lte=file.last_day, last_day__gte=file.first_day))
    if near:
        yield from SourceRow.objects.filter(file__in=near).select_related("file").iterator(5000)


def _record(row: SourceRow) -> SourceRecord:
    fields = _FIELDS(row.fields)
    return SourceRecord(row.stream, row.source_key, row.group, row.digest, fields, row.file.name, row.row)


def _tell(file: SourceFile, key: str, what: str) -> None:
    error_record(
        file.connection,
        code=VANISHED,
        cause=f"{what} stood in an earlier file and are not in {file.name}."
        " Nothing was deleted: they stay posted.",
        who_acts="user",
        fixes=[
            "Pull the month's complete statement again; the line closes when nothing is missing.",
            "`closebook retry ERROR --decide ignore` when the earlier file is right.",
            "`closebook retry ERROR --decide overwrite` when the newer file is right: the rows go.",
        ],
        place=Place(file.name),
        key=key,
    )
