"""``closebook webhook``: tells an address of every change in a company's books."""

from __future__ import annotations

import secrets
from typing import Annotated

from cyclopts import Parameter

from closebook.cli.output import print_json, print_line
from closebook.cli.setup import load

Flag = Annotated[bool, Parameter(negative="")]


def webhook(
    url: str,
    *,
    company: str = "",
    entities: Annotated[list[str] | None, Parameter(consume_multiple=True, negative="")] = None,
    cloud_events: Flag = False,
    json: Flag = False,
) -> None:
    """Subscribe an address to the changes in a company's books; the worker delivers them, signed.

    Parameters
    ----------
    url: Address that receives the changes, such as https://shop.example/hook.
    company: Name or realm of the company; not needed when there is only one.
    entities: Kinds of objects, such as Invoice Customer; all of them when left out.
    cloud_events: Send an array of CloudEvents instead of the classic body.
    json: Print one JSON object instead of lines.
    """
    load()
    from closebook.apps.books.models import BooksCompany
    from closebook.apps.companies.selectors.companies import company_named
    from closebook.apps.qbo.services.webhooks import subscribe

    chosen = company_named(company)
    token = secrets.token_urlsafe(24)
    books = BooksCompany.objects.get(realm_id=chosen.realm_id)
    subscribe(books, url, token, entities=entities or (), cloud_events=cloud_events)
    if json:
        print_json({"url": url, "company": chosen.name, "verifier_token": token})
        return
    print_line(f"{url} is told of changes in {chosen.name!r}; its verifier token is {token}")
