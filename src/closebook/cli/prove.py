"""``closebook prove``: every balance recomputed from the postings and compared."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from closebook.cli.output import print_json, print_line
from closebook.cli.setup import load


def prove(*, company: str = "", json: Annotated[bool, Parameter(negative="")] = False) -> int:
    """Recompute every balance of a company's books and check the audit log; exit code 3 for a difference.

    Parameters
    ----------
    company: Name or realm of the company; not needed when there is only one.
    json: Print one JSON object instead of lines.
    """
    load()
    from closebook.apps.books.models import BooksCompany
    from closebook.apps.books.selectors.prove import prove as prove_books
    from closebook.apps.companies.selectors.companies import company_named
    from closebook.apps.companies.services.audit import audit_broken_at

    chosen = company_named(company)
    report = prove_books(BooksCompany.objects.get(realm_id=chosen.realm_id).pk, thorough=True)
    broken = audit_broken_at(chosen.pk)
    holds = not report.differences and broken is None
    if json:
        facts = {"holds": holds, "postings": report.postings, "balances": report.ledger_account_days}
        print_json({**facts, "differences": [str(d) for d in report.differences], "audit_broken_at": broken})
        return 0 if holds else 3
    print_line(f"{report.postings:,} postings give {report.ledger_account_days:,} balances.")
    for difference in report.differences:
        print_line(f"  {difference}")
    if broken is not None:
        print_line(f"  The audit log does not follow from line {broken} on.")
    print_line("Everything agrees." if holds else "The books do not agree with their postings.")
    return 0 if holds else 3
