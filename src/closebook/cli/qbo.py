"""``closebook qbo``: a company's books at QuickBooks Online, by keys of one's own."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import parse_qs, urlsplit

from cyclopts import App, Parameter

from closebook.cli.output import print_json, print_line
from closebook.cli.setup import load
from closebook.transport import clock

qbo_app = App(name="qbo", help="Keep a company's books at QuickBooks Online.")
Flag = Annotated[bool, Parameter(negative="")]


@qbo_app.command
def connect(
    *,
    company: str = "",
    environment: Literal["development", "production"] = "development",
    client_id: str = "",
    answer: str = "",
) -> None:
    """Connect a company: keep the keys, show the address of the consent page, take the answer.

    The secret is asked for, never given as a word of the command. After allowing access the browser comes to
    an address of this site; copy it whole from its address line.

    Parameters
    ----------
    company: Name or realm of the company; not needed when there is only one.
    environment: development reaches sandbox companies, production real books.
    client_id: Client ID of the app; left out, the keys that are kept are used.
    answer: The address that the browser came to; asked for when it is left out.
    """
    load()
    from getpass import getpass

    from closebook.apps.companies.selectors.companies import company_named
    from closebook.apps.sync.services.app_keys import keys_save
    from closebook.apps.sync.services.books_login import books_connect, consent_url
    from closebook.connectors.quickbooks.oauth import callback_code, new_state

    chosen = company_named(company)
    if client_id:
        keys_save(chosen, environment, client_id=client_id, client_secret=getpass("Client secret: "))
    state = new_state()
    print_line("Open this address, choose the company and allow access:")
    print_line(consent_url(chosen, environment, state))
    address = answer or input("The address that the browser came to: ")
    params = {name: values[0] for name, values in parse_qs(urlsplit(address.strip()).query).items()}
    code, realm_id = callback_code(params, state)
    manners = books_connect(chosen, environment, code, realm_id, "command")
    print_line(
        f"{chosen.name!r} keeps its books in {manners.name!r} ({manners.country}, {manners.currency})."
    )


@qbo_app.command
def status(*, company: str = "", json: Flag = False) -> None:
    """Show where a company's books are, until when the login lasts, and the calls of this month.

    Parameters
    ----------
    company: Name or realm of the company; not needed when there is only one.
    json: Print one JSON object instead of lines.
    """
    load()
    from closebook.apps.companies.selectors.companies import company_named
    from closebook.apps.sync.selectors.books_login import METERED_MOST, login_of

    chosen = company_named(company)
    login = login_of(chosen, clock.now())
    if login is None or not login.elsewhere:
        facts: dict[str, object] = {"company": chosen.name, "books": "embedded"}
    else:
        month = login.months[0]
        facts = {
            "company": chosen.name,
            "books": login.access.books_name,
            "realm": login.access.realm_id,
            "environment": login.access.environment,
            "connected": not login.access.broken,
            "ends": login.ends.date().isoformat(),
            "days": login.days,
            "reads": month.reads,
            "reads_free": METERED_MOST,
            "writes": month.writes,
        }
    if json:
        print_json(facts)
        return
    for name, value in facts.items():
        print_line(f"{name:12} {value}")


@qbo_app.command
def disconnect(*, company: str = "") -> None:
    """End the login of a company at QuickBooks Online; what was posted stays.

    Parameters
    ----------
    company: Name or realm of the company; not needed when there is only one.
    """
    load()
    from closebook.apps.companies.selectors.companies import company_named
    from closebook.apps.sync.services.books_login import books_disconnect

    confirmed = books_disconnect(company_named(company), "command")
    print_line(
        "Disconnected." if confirmed else "Forgotten here; Intuit did not answer: end the access there."
    )
