"""Connections, runs, errors and proofs as plain values for JSON, the same from the API and from commands.

Amounts are minor units of the connection's currency.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from closebook.apps.sync.codec import diff_from
from closebook.apps.sync.models import ActionRow, Connection, Run, SyncError
from closebook.apps.sync.selectors.plans import money_moved

if TYPE_CHECKING:
    from closebook.apps.sync.services.staging import PulledFile
    from closebook.core.planning.cutoff import CutOff
    from closebook.core.planning.tieout import TieOut, TieRow

_FILE_NAMES = ("state", "stream", "rows", "new", "changed", "same", "bad", "code", "message", "understood")


def run_plain(run: Run) -> dict[str, Any]:
    """Return a run with its connection's name, how far it got and its proofs."""
    return {
        "run": run.pk,
        "connection": run.connection.name,
        "kind": run.kind,
        "undoes": run.undoes_id,
        "state": run.state,
        "reason": run.reason,
        "finished": run.finished,
        "total": run.total,
        "created_at": run.created_at.isoformat(),
        "ended_at": run.ended_at.isoformat() if run.ended_at else None,
        "proofs": run.proofs,
    }


def actions_plain(rows: Sequence[ActionRow], currency: str) -> list[dict[str, Any]]:
    """Return actions with what each writes, its money, how it stands and what it changes."""
    found = []
    for row in rows:
        what, amount = row.what.replace("-", " "), money_moved(row.kind, row.amount_minor)
        names = ("position", "kind", "key", "reason", "state", "code", "message")
        facts = {name: getattr(row, name) for name in names}
        changes = [{"field": c.field, "before": c.before, "after": c.after} for c in diff_from(row.diff)]
        money = {"amount_minor": amount, "currency": currency}
        found.append({"action": row.pk, **facts, "what": what, **money, "changes": changes})
    return found


def error_plain(error: SyncError) -> dict[str, Any]:
    """Return a line of the error log: its cause, where it is, who can act and how."""
    return {
        "error": error.pk,
        "connection": error.connection.name,
        "code": error.code,
        "cause": error.cause,
        "who_acts": error.who_acts,
        "key": error.key,
        "file": error.file,
        "row": error.row,
        "field": error.field,
        "fixes": error.fixes,
        "created_at": error.created_at.isoformat(),
    }


def file_plain(file: PulledFile) -> dict[str, Any]:
    """Return what became of a pulled file, and what was understood of it."""
    return {
        "file": file.name,
        "months": list(file.months),
        **{name: getattr(file, name) for name in _FILE_NAMES},
    }


def tie_out_plain(
    connection: Connection,
    tied: TieOut,
    rows: Sequence[TieRow],
    gaps: Sequence[str],
    doubts: Sequence[str],
) -> dict[str, Any]:
    """Return files and books side by side for some rows of a tie-out, and the clearing account's proof.

    ``gaps`` are rows that stand in no figure, which keep it from tying; ``doubts`` are only told.
    """
    ties = not gaps and not tied.difference_minor and all(not row.difference_minor for row in rows)
    return {
        "connection": connection.name,
        "currency": connection.currency,
        "ties": ties,
        "rows": [
            {
                "month": str(row.month),
                "kind": row.kind,
                "source_minor": row.source_minor,
                "books_minor": row.books_minor,
                "difference_minor": row.difference_minor,
            }
            for row in rows
        ],
        "clearing": {
            "source_minor": tied.unsettled_minor,
            "books_minor": tied.clearing_minor,
            "difference_minor": tied.difference_minor,
            "waiting_minor": tied.waiting_minor,
        },
        "gaps": list(gaps),
        "doubts": list(doubts),
    }


def cut_off_plain(cut_off: CutOff | None) -> dict[str, Any] | None:
    """Return what a cut-off day leaves to the former books, and what they hold; None for none."""
    if cut_off is None:
        return None
    return {
        "since": str(cut_off.since),
        "rows_before": cut_off.rows_before,
        "rows_after": cut_off.rows_after,
        "held_minor": cut_off.held_minor,
        "overlaps": [
            {
                "document": f"{each.posting.kind}:{each.posting.remote_id}",
                "day": str(each.posting.day),
                "amount_minor": each.posting.amount_minor,
                "reason": each.reason,
            }
            for each in cut_off.overlaps
        ],
    }
