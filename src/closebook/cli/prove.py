"""``closebook prove``: every balance recomputed from the postings and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from closebook.cli.output import print_json, print_line
from closebook.cli.setup import load
from closebook.core.errors import ConflictError

if TYPE_CHECKING:
    from closebook.apps.companies.models import Company


def prove(
    *,
    company: str = "",
    rebuild: Annotated[bool, Parameter(negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Recompute every balance of a company's books and check the audit log; exit code 3 for a difference.

    Parameters
    ----------
    company: Name or realm of the company; not needed when there is only one.
    rebuild: First make balances, sums by name and open documents anew from the postings.
    json: Print one JSON object instead of lines.
    """
    load()
    from closebook.apps.books.models import BooksCompany
    from closebook.apps.books.selectors.prove import prove as prove_books
    from closebook.apps.companies.selectors.companies import company_named
    from closebook.apps.companies.services.audit import audit_broken_at

    chosen = company_named(company)
    books_id = BooksCompany.objects.get(realm_id=chosen.realm_id).pk
    if rebuild:
        _rebuild(chosen, books_id)
    report = prove_books(books_id, thorough=True)
    broken = audit_broken_at(chosen.pk)
    holds = not report.differences and broken is None
    if json:
        facts = {"holds": holds, "postings": report.postings, "balances": report.ledger_account_days}
        print_json({**facts, "differences": [str(d) for d in report.differences], "audit_broken_at": broken})
        return 0 if holds else 3
    print_line(f"{report.postings:,} postings give {report.ledger_account_days:,} balances.")
    for difference in report.differences:
        print_line(f"  {difference}")
    if report.number > len(report.differences):
        print_line(f"  And {report.number - len(report.differences):,} more.")
    if report.number and report.postings_hold:
        print_line("The postings hold; `closebook prove --rebuild` makes anew what is kept beside them.")
    if broken is not None:
        print_line(f"  The audit log does not follow from line {broken} on.")
    print_line("Everything agrees." if holds else "The books do not agree with their postings.")
    return 0 if holds else 3


def _rebuild(company: Company, books_id: int) -> None:
    """Make what is kept beside the postings anew. Raises ConflictError while a run writes into the books."""
    from closebook.apps.books.services.rebuild import kept_rebuild
    from closebook.apps.companies.services.audit import audit_append
    from closebook.apps.sync.models import RunState
    from closebook.apps.sync.selectors.scoped import runs_in

    run = runs_in(company).filter(state__in=(RunState.RUNNING, RunState.WAITING)).first()
    if run is not None:
        raise ConflictError(
            "run-under-way",
            f"Run {run.pk} writes into these books.",
            remedy="Wait until it has ended, or stop it; then rebuild.",
        )
    audit_append(company.pk, "owner", "kept-rebuilt", company.name, {"rows": kept_rebuild(books_id)})
