"""Finding companies."""

from __future__ import annotations

from closebook.apps.companies.models import Company
from closebook.core.errors import InputError


def company_named(name: str = "") -> Company:
    """Return the company of a name or realm id; without a name the only one there is.

    Raises InputError that lists the companies when the name is unknown or not given among several.
    """
    companies = Company.objects.order_by("pk")
    if name:
        found = companies.filter(name=name).first() or companies.filter(realm_id=name).first()
        if found:
            return found
    known = list(companies[:20])
    if not name and len(known) == 1:
        return known[0]
    names = ", ".join(repr(company.name) for company in known) or "none yet"
    problem = f"There is no company {name!r}." if name else "Which company is meant?"
    raise InputError("no-such-company", problem, remedy=f"Give --company; there are: {names}.")
