"""``closebook match``: who is who between a list of another program and the books."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from closebook.cli.output import print_json, print_line, print_note, print_table
from closebook.cli.setup import load_current
from closebook.core.errors import InputError, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from closebook.apps.companies.models import Company
    from closebook.core.matching.match import Outcome
    from closebook.core.matching.party import Party

_SHOWN = 40


def match(
    file: Path,
    *,
    kind: str = "customer",
    company: str = "",
    source: str = "",
    auto: int = 0,
    limit: int = _SHOWN,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Compare a list with the books and print the pairs; nothing is written into the books.

    Parameters
    ----------
    file: The list as CSV.
    kind: customer, vendor or item.
    company: Name or realm of the company; not needed when there is only one.
    source: The program that the list is from: puts the list on the desk.
    auto: With --source: match on the desk what has at least this score, in hundredths (80 to 100).
    limit: How many pairs to print.
    json: Print one JSON object instead of lines.
    """
    load_current()
    from closebook.apps.companies.selectors.companies import company_named

    _refuse_bad(kind, source, auto)
    chosen = company_named(company)
    ours, theirs = _sides(chosen, file, kind)
    if source:
        result = _kept(chosen, ours, theirs, kind, source, file.name, auto)
        print_json(result) if json else _say_kept(result)
        return
    outcome = _compared(ours, theirs, kind)
    if json:
        print_json(_plain(outcome))
    else:
        _show(outcome, ours, theirs, limit)


def _refuse_bad(kind: str, source: str, auto: int) -> None:
    from closebook.apps.matching.services.lists import KINDS

    if kind not in KINDS:
        raise InputError("not-a-kind", f"{kind} cannot be matched.", remedy="Give customer, vendor or item.")
    if auto and not (80 <= auto <= 100 and source):
        remedy = "Give 80 to 100, and --source, under which the decisions are kept."
        raise InputError("not-a-number", f"--auto {auto} cannot be used.", remedy=remedy)


def _sides(company: Company, file: Path, kind: str) -> tuple[Sequence[Party], Sequence[Party]]:
    from closebook.apps.sync.services.access import books_client
    from closebook.connectors.contact_lists import contacts_read
    from closebook.connectors.quickbooks.parties import parties

    if not file.is_file():
        raise InputError(
            "no-file", "There is no such file.", remedy="Look at the path.", place=Place(str(file))
        )
    with books_client(company) as client:
        return contacts_read(file.name, file.read_bytes(), kind).parties, list(parties(client, kind))


def _compared(ours: Sequence[Party], theirs: Sequence[Party], kind: str) -> Outcome:
    from closebook.core.matching.ladder import ITEM_RULES, PARTY_RULES
    from closebook.core.matching.match import match as compare

    return compare(ours, theirs, rules=ITEM_RULES if kind == "item" else PARTY_RULES)


def _kept(
    company: Company,
    ours: Sequence[Party],
    theirs: Sequence[Party],
    kind: str,
    source: str,
    name: str,
    auto: int,
) -> dict[str, Any]:
    """Put the list on the desk and match what is sure enough; return what became of it."""
    from closebook.apps.matching.selectors.desk import counts_of, preview_of
    from closebook.apps.matching.services.deciding import list_match
    from closebook.apps.matching.services.lists import list_make

    made = list_make(company, "owner", ours, theirs, kind=kind, source=source, file_name=name)
    if auto and preview_of(made, 100 * auto).would:
        list_match(made, 100 * auto, "owner")
    return {"list": made.pk, "expected": made.expected, "automatic": made.automatic, **counts_of(made)}


def _say_kept(result: dict[str, Any]) -> None:
    counts = ", ".join(f"{result[state]} {state}" for state in ("open", "matched", "added", "ignored"))
    print_line(f"List {result['list']} is on the desk: {counts}.")
    if not result["automatic"]:
        print_note("The two lists have too little in common to match anything unseen.")


def _plain(outcome: Outcome) -> dict[str, Any]:
    from closebook.core.matching.reasons import sentence

    pairs = [
        {
            "id": one.left,
            "books_id": one.right,
            "score": one.score,
            "tier": one.tier,
            "rule": one.rule,
            "reasons": sentence(one.reasons),
        }
        for one in outcome.proposals
    ]
    return {"expected": outcome.expected, "automatic": outcome.automatic, "pairs": pairs}


def _show(outcome: Outcome, ours: Sequence[Party], theirs: Sequence[Party], limit: int) -> None:
    from closebook.core.matching.reasons import sentence

    mine = {one.id: one.display_name for one in ours}
    yours = {one.id: one.display_name for one in theirs}
    rows = [
        (f"0.{one.score:04}" if one.score < 10_000 else "1", mine[one.left], yours[one.right],
         sentence(one.reasons) or one.rule, one.tier)
        for one in outcome.proposals[: max(limit, 0)]
    ]  # fmt: skip
    print_table(("score", "list", "books", "why", "tier"), rows)
    left = len(ours) - len(outcome.proposals)
    print_line(
        f"{len(outcome.proposals)} pairs, about {outcome.expected} expected; {left} without a partner."
    )
    if not outcome.automatic and ours and theirs:
        print_note("The two lists have too little in common to match anything unseen.")
