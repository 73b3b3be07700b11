"""``closebook why``: from a figure, posting, document or source row to the others, both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from closebook.cli.output import money, print_json, print_line
from closebook.cli.setup import load
from closebook.core.errors import InputError

if TYPE_CHECKING:
    from closebook.trails import Trail

_SHOWN = 40


def why(
    ref: str, *, company: str = "", limit: int = _SHOWN, json: Annotated[bool, Parameter(negative="")] = False
) -> None:
    """Follow a reference to what it rests on and to what rests on it.

    A reference is a figure (`Sales`, `Sales@2025-03`, `Etsy: Sample shop@2025-03-31`), a posting
    (`posting:812/1`), a document (`ES-3900112233`, `SalesReceipt:141`, `order:3900112233/sale`),
    an order with all its documents (`order:3900112233`)
    or a source row (`etsy_statement_2025_3.csv:17`).

    Parameters
    ----------
    ref: What to explain.
    company: Name or realm of the company; not needed when there is only one.
    limit: How many postings of a figure to list.
    json: Print one JSON object instead of lines.
    """
    load()
    from closebook.apps.companies.selectors.companies import company_named
    from closebook.trails import trail_of

    if limit < 0:
        raise InputError("not-a-number", f"{limit} is no number of postings.", remedy="Give 0 or more.")
    trail = trail_of(company_named(company), ref.strip(), limit) if ref.strip() else None
    if trail is None:
        raise InputError(
            "nothing-found",
            f"Nothing is known of {ref!r}.",
            remedy="Give a ledger account (Sales@2025-03), a document (ES-39…), posting:12/1 or file.csv:17.",
        )
    if json:
        print_json(trail.plain())
    else:
        _show(trail)


def _show(trail: Trail) -> None:
    print_line(f"{trail.title}")
    for document in trail.documents:
        print_line(f"  {document['title']}")
        for posting in document["postings"]:
            print_line(_posting_line(posting, document["currency"]))
        for row in document["rows"]:
            print_line(f"      {row['file']}:{row['row']}  {row['text']}")
    if trail.left_out:
        print_line(f"  … and {trail.left_out} more documents; --limit shows them.")


def _posting_line(posting: dict[str, Any], currency: str) -> str:
    amount = posting["amount_minor"]
    side = (
        f"{money(amount, currency):>14} {'':14}" if amount >= 0 else f"{'':14} {money(-amount, currency):>14}"
    )
    return f"      posting:{posting['entry']}/{posting['line']}  {side}  {posting['ledger_account']}"
