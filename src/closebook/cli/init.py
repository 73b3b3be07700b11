"""``closebook init``: databases, an owner and a company."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from closebook.cli.output import print_json, print_line
from closebook.cli.setup import load_bare, migrate


def init(
    *,
    company: str = "My company",
    currency: str = "USD",
    owner: str = "owner",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Make the databases, a company with its books, and an owner; what is there already stays.

    Parameters
    ----------
    company: Name of the company.
    currency: Home currency of its books, as an ISO 4217 code.
    owner: Name under which the owner will sign in.
    json: Print one JSON object instead of lines.
    """
    load_bare()
    migrate()
    from closebook.founding import company_ensure
    from closebook.transport.home import home_folder

    made, password = company_ensure(company, currency, owner)
    if json:
        print_json(
            {
                "home": str(home_folder()),
                "company": made.name,
                "realm_id": made.realm_id,
                "owner": owner,
                "one_time_password": password,
            }
        )
        return
    print_line(f"Closebook keeps its data in {home_folder()}.")
    print_line(f"Company {made.name!r} is ready; its realm is {made.realm_id}.")
    if password:
        print_line(f"The owner is {owner!r}; the one-time password is {password} (it is shown only now).")
    print_line("Next: `closebook connect etsy NAME`, or `closebook sample` for a shop to try things on.")
