"""``closebook errors``, ``closebook holds`` and ``closebook retry``."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from closebook.cli.output import print_json, print_line
from closebook.cli.setup import load
from closebook.core.errors import InputError

if TYPE_CHECKING:
    from closebook.apps.sync.models import SyncError

Json = Annotated[bool, Parameter(negative="")]


def errors(connection: str = "", *, json: Json = False) -> None:
    """List open errors, grouped by cause, each with where it is and what to do.

    Parameters
    ----------
    connection: Name of a connection; all of them when it is left out.
    json: Print one JSON object instead of lines.
    """
    _show(connection, held=False, as_json=json, none="There are no open errors.")


def holds(connection: str = "", *, json: Json = False) -> None:
    """List what is held back, with the difference that is named and its nearest explanations.

    Parameters
    ----------
    connection: Name of a connection; all of them when it is left out.
    json: Print one JSON object instead of lines.
    """
    _show(connection, held=True, as_json=json, none="Nothing is held.")


def _show(connection: str, *, held: bool, as_json: bool, none: str) -> None:
    load()
    from closebook.apps.sync.selectors.connections import connection_named, errors_open
    from closebook.apps.sync.selectors.plain import error_plain

    chosen = [connection_named(connection)] if connection else None
    found = list(errors_open(chosen, held=held))
    if as_json:
        print_json({("holds" if held else "errors"): [error_plain(error) for error in found]})
        return
    if not found:
        print_line(none)
        return
    for code, members in groupby(found, key=lambda error: error.code):
        group = list(members)
        print_line(f"{code} ({len(group)})")
        for error in group[:20]:
            print_line(f"  {error.pk}  {_where(error)}{error.cause}")
        if len(group) > 20:
            print_line(f"  … and {len(group) - 20} more of this kind")
        for fix in group[0].fixes:
            print_line(f"     → {fix}")


def _where(error: Any) -> str:
    parts = [
        error.file,
        f"row {error.row}" if error.row else "",
        f"field {error.field}" if error.field else "",
        error.key,
    ]
    text = ", ".join(part for part in parts if part)
    return f"{text}: " if text else ""


def retry(
    error: int,
    *,
    decide: Literal[
        "",
        "ignore",
        "recreate",
        "keep",
        "overwrite",
        "post-anyway",
        "statement-only",
        "same-payment",
        "another-payment",
    ] = "",
    yes: bool = False,
    json: Json = False,
) -> int:
    """Plan and apply again what one error or hold concerns, that row alone.

    Parameters
    ----------
    error: Number of the error or hold, as `closebook errors` and `closebook holds` print it.
    decide: Your word on a hold, which is remembered.
    yes: Apply without asking.
    json: Print one JSON object instead of lines.
    """
    load()
    from closebook.apps.sync.models import SyncError
    from closebook.apps.sync.services.deciding import decision_keep, retry_plan
    from closebook.cli.sync import apply_run, show_plan

    row = SyncError.objects.select_related("connection__company").filter(pk=error).first()
    if row is None:
        raise InputError(
            "no-such-error", f"There is no error {error}.", remedy="`closebook errors` lists them."
        )
    if not row.key:
        _leave_out(row, decide, as_json=json)
        return 0
    decision_keep(row, decide)
    run = retry_plan(row)
    if run is None:
        show_plan(row.connection, None, as_json=json)
        return 0
    if not json:
        show_plan(row.connection, run, as_json=False)
    return apply_run(run, yes=yes, as_json=json)


def _leave_out(error: SyncError, word: str, *, as_json: bool) -> None:
    """Close the line of a bad row of a file when the word is to ignore it; else InputError error-in-file."""
    from closebook.apps.sync.services.deciding import row_leave_out

    if word != "ignore":
        raise InputError(
            "error-in-file",
            "This error is in a file, not in the books.",
            remedy=f"Correct {error.file or 'the file'} and pull it again; the error closes by itself."
            f" Or leave the row out: `closebook retry {error.pk} --decide ignore`.",
        )
    row_leave_out(error)
    if as_json:
        print_json({"error": error.pk, "left_out": True})
    else:
        print_line(f"{_where(error)}left out.")
