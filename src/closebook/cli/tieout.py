"""``closebook tieout``: source and books side by side, with the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from closebook.cli.output import money, print_json, print_line, print_table
from closebook.cli.setup import load
from closebook.core.periods import Month

if TYPE_CHECKING:
    from closebook.apps.sync.models import Connection
    from closebook.core.planning.tieout import TieOut


def tieout(
    connection: str,
    *,
    month: str = "",
    company: str = "",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Compare files and books per month and kind, prove the clearing account; exit code 3 for a difference,
    or for rows that are in no figure.

    Parameters
    ----------
    connection: Name of the connection.
    month: Only this month, such as 2025-03.
    company: Name or realm of the company, where several have a connection of that name.
    json: Print one JSON object instead of tables.
    """
    load()
    from closebook.apps.companies.selectors.companies import company_named
    from closebook.apps.sync.selectors.connections import connection_named
    from closebook.apps.sync.selectors.plain import tie_out_plain
    from closebook.apps.sync.services.tying import connection_tie_out, doubts_of, gaps_of

    wanted = Month.parse(month) if month else None
    chosen = connection_named(connection, company_named(company) if company else None)
    tied = connection_tie_out(chosen)
    rows = [row for row in tied.rows if wanted is None or row.month == wanted]
    gaps, doubts = gaps_of(chosen), doubts_of(chosen)
    ties = not tied.difference_minor and all(not row.difference_minor for row in rows)
    if json:
        print_json(tie_out_plain(chosen, tied, rows, gaps, doubts))
    else:
        _show(chosen, tied, rows, ties=ties, gaps=gaps)
        for doubt in doubts:
            print_line(f"Note: {doubt}")
    return 0 if ties and not gaps else 3


def _show(connection: Connection, tied: TieOut, rows: list[Any], *, ties: bool, gaps: list[str]) -> None:
    from closebook.apps.sync.selectors.profiles import profile_of

    currency, label = connection.currency, f"Held by {profile_of(connection).platform} for the shop"
    print_table(
        ("month", "kind", "source", "books", "difference"),
        [
            (
                str(row.month),
                row.kind,
                money(row.source_minor, currency),
                money(row.books_minor, currency),
                money(row.difference_minor, currency) if row.difference_minor else "",
            )
            for row in rows
        ],
        right=(2, 3, 4),
    )
    print_line()
    print_line(f"{label:25}  {money(tied.unsettled_minor, currency):>16} {currency}")
    print_line(f"Clearing account           {money(tied.clearing_minor, currency):>16} {currency}")
    print_line(f"Difference                 {money(tied.difference_minor, currency):>16} {currency}")
    if tied.waiting_minor:
        print_line(f"Not due to be posted yet   {money(tied.waiting_minor, currency):>16} {currency}")
    if ties:
        print_line("What could be read ties out to the cent, but:" if gaps else "It ties out to the cent.")
    else:
        print_line("It does not tie out; `closebook errors` and `holds` say why.")
    for gap in gaps:
        print_line(f"  {gap}")
