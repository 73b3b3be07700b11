"""``closebook keys``: what a client program needs to reach a company's books."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from closebook.cli.output import print_json, print_line
from closebook.cli.setup import load
from closebook.transport import clock


def keys(*, company: str = "", json: Annotated[bool, Parameter(negative="")] = False) -> None:
    """Make credentials for an outside client: base address, realm, client id, secret and tokens.

    Each call makes new ones; what was given out before stays valid.

    Parameters
    ----------
    company: Name or realm of the company; not needed when there is only one.
    json: Print one JSON object instead of lines.
    """
    load()
    from django.conf import settings

    from closebook.apps.books.models import BooksCompany
    from closebook.apps.companies.selectors.companies import company_named
    from closebook.apps.qbo.services.oauth import client_create

    chosen = company_named(company)
    books = BooksCompany.objects.get(realm_id=chosen.realm_id)
    made = client_create(books, now=clock.now(), redirect_uris=("http://localhost/callback",))
    base = settings.CLOSEBOOK_BASE_URL
    facts = {
        "base_url": base,
        "realm_id": chosen.realm_id,
        "client_id": made.client_id,
        "client_secret": made.client_secret,
        "refresh_token": made.refresh_token,
        "access_token": made.access_token,
        "discovery_url": f"{base}/.well-known/openid_configuration",
    }
    if json:
        print_json(facts)
        return
    for name, value in facts.items():
        print_line(f"{name:14} {value}")
