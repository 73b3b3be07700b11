"""``closebook runs``: what was planned, applied and taken back."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter

from closebook.cli.output import print_json, print_line, print_table
from closebook.cli.setup import load


def runs(
    connection: str = "",
    *,
    company: str = "",
    last: int = 20,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """List the latest runs, newest first.

    Parameters
    ----------
    connection: Name of a connection; all of them when it is left out.
    company: Name or realm of the company, where several have a connection of that name.
    last: How many to list.
    json: Print one JSON object instead of a table.
    """
    load()
    from closebook.apps.companies.selectors.companies import company_named
    from closebook.apps.sync.models import Run
    from closebook.apps.sync.selectors.connections import connection_named
    from closebook.apps.sync.selectors.plain import run_plain

    rows = Run.objects.select_related("connection").order_by("-pk")
    if connection:
        rows = rows.filter(
            connection=connection_named(connection, company_named(company) if company else None)
        )
    found = list(rows[:last])
    if json:
        print_json({"runs": [run_plain(run) for run in found]})
        return
    if not found:
        print_line("There are no runs yet. `closebook sync CONNECTION FILE…` makes the first.")
        return
    print_table(
        ("run", "connection", "kind", "state", "done", "of", "begun"),
        [
            (
                str(run.pk), run.connection.name, _kind(run), run.state,
                str(run.finished), str(run.total), f"{run.created_at:%Y-%m-%d %H:%M}",
            )
            for run in found
        ],
        right=(0, 4, 5),
    )  # fmt: skip


def _kind(run: Any) -> str:
    return f"{run.kind} of {run.undoes_id}" if run.undoes_id else str(run.kind)
