"""``closebook connect etsy NAME``: a shop whose business shall be posted into a company's books."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from cyclopts import App, Parameter

from closebook.cli.output import print_json, print_line
from closebook.cli.setup import load

connect_app = App(name="connect", help="Connect a shop to a company's books.")


@connect_app.command
def etsy(
    name: str,
    *,
    company: str = "",
    currency: str = "",
    profile: Literal["per-sale", "per-payout"] = "per-sale",
    since: dt.date | None = None,
    opening: str = "0",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Connect an Etsy shop, whose statement and order files will be pulled.

    Parameters
    ----------
    name: Name of the shop; the clearing account is called after it.
    company: Name or realm of the company; not needed when there is only one.
    currency: Currency of the shop's payment account; the company's own when it is left out.
    profile: per-sale posts each sale, refund and fee; per-payout one summary for each payout and month.
    since: First day to be posted (2026-01-01); what lies before is left to whoever booked it until then.
    opening: What Etsy held for the shop at the start of that day, such as 120.50.
    json: Print one JSON object instead of lines.
    """
    load()
    from closebook.apps.companies.selectors.companies import company_named
    from closebook.apps.sync.services.connecting import connection_create
    from closebook.founding import currency_ensure

    chosen = company_named(company)
    wanted = currency or chosen.home_currency
    note = currency_ensure(chosen, wanted)
    made = connection_create(chosen, name, "etsy", wanted, mode=profile, since=since, opening=opening)
    if json:
        print_json({"connection": made.name, "company": chosen.name, "currency": wanted, "profile": profile})
        return
    if note:
        print_line(note)
    print_line(f"{name!r} is connected to {chosen.name!r} in {wanted}, posted {profile.replace('-', ' ')}.")
    print_line(f'Next: `closebook sync "{name}" FILES…` with the statement and order files of Shop Manager.')
