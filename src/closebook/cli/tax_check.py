"""``closebook tax-check``: a till's sales tax reckoned again, and why the books would reckon another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from closebook.cli.output import money, print_json, print_line, print_table
from closebook.cli.setup import load
from closebook.core.periods import Month

if TYPE_CHECKING:
    from closebook.core.planning.tax_check import TaxFinding


def tax_check(
    connection: str,
    *,
    month: str = "",
    company: str = "",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Reckon a till's sales tax again by line and on the document, and name the cause of each difference;
    exit code 3 when one is unexplained.

    Parameters
    ----------
    connection: Name of the connection.
    month: Only this month, such as 2026-03.
    company: Name or realm of the company, where several have a connection of that name.
    json: Print one JSON object instead of a table.
    """
    load()
    from closebook.apps.companies.selectors.companies import company_named
    from closebook.apps.sync.selectors.connections import connection_named
    from closebook.apps.sync.services.tax_checking import connection_tax_check

    wanted = Month.parse(month) if month else None
    chosen = connection_named(connection, company_named(company) if company else None)
    checked = connection_tax_check(chosen, wanted)
    if json:
        print_json(
            {
                "connection": chosen.name,
                "currency": chosen.currency,
                "sales": checked.sales,
                "findings": [_plain(each) for each in checked.findings],
            }
        )
    else:
        _show(checked.findings, chosen.currency, checked.sales)
    return 3 if any(each.cause == "unexplained" for each in checked.findings) else 0


def _plain(one: TaxFinding) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "day": one.day.isoformat(),
        "rate": one.rate,
        "source_minor": one.source_minor,
        "per_line_minor": one.per_line_minor,
        "books_minor": one.books_minor,
        "difference_minor": one.difference_minor,
        "cause": one.cause.value,
    }


def _show(findings: list[TaxFinding], currency: str, sales: int) -> None:
    if not findings:
        print_line(f"The tax of {sales} sales is what the books would reckon, to the cent.")
        return
    print_table(
        ("sale or refund", "day", "rate", "till", "by line", "on the document", "apart", "cause"),
        [
            (
                one.ref,
                one.day.isoformat(),
                one.rate,
                money(one.source_minor, currency),
                money(one.per_line_minor, currency),
                money(one.books_minor, currency),
                money(one.difference_minor, currency),
                one.cause.value,
            )
            for one in findings
        ],
        right=(3, 4, 5, 6),
    )
    apart = sum(one.difference_minor for one in findings)
    print_line(f"{len(findings)} differ among {sales} sales, {money(apart, currency)} {currency} in all.")
