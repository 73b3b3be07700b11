"""``closebook connect etsy NAME``, ``connect square NAME``: whose business is posted into a company's
books.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from closebook.cli.output import money, print_json, print_line
from closebook.cli.setup import load
from closebook.core.errors import InputError

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


@connect_app.command
def square(
    name: str,
    *,
    company: str = "",
    currency: str = "",
    since: dt.date | None = None,
    opening: str = "0",
    token_file: Path | None = None,
    address: str = "",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Connect a Square account: by the files of its dashboard, or by a token with which Closebook fetches.

    Parameters
    ----------
    name: Name of the till; the clearing account is called after it.
    company: Name or realm of the company; not needed when there is only one.
    currency: Currency of the account; the company's own when it is left out.
    since: First day to be posted (2026-01-01); what lies before is left to whoever booked it until then.
    opening: What Square held for you at the start of that day, such as 120.50.
    token_file: File with the access token, or - for the standard input; without it files are handed in.
    address: sandbox, or another address than Square's own.
    json: Print one JSON object instead of lines.
    """
    load()
    from closebook.apps.companies.selectors.companies import company_named
    from closebook.apps.sync.services.connecting import connection_create, profile_fit
    from closebook.apps.sync.services.service_access import token_save
    from closebook.founding import currency_ensure

    token = _secret(token_file) if token_file else ""
    chosen = company_named(company)
    wanted = currency or chosen.home_currency
    note = currency_ensure(chosen, wanted)
    made = connection_create(chosen, name, "square", wanted, since=since, opening=opening)
    profile_fit(made)
    if token:
        token_save(made, token, address, "command")
    by = "token" if token else "files"
    if json:
        print_json({"connection": made.name, "company": chosen.name, "currency": wanted, "by": by})
        return
    if note:
        print_line(note)
    print_line(f"{name!r} is connected to {chosen.name!r} in {wanted}, by {by}.")
    then = "" if token else " FILES…` with the transactions, items and transfers files of the dashboard"
    print_line(f'Next: `closebook sync "{name}"' + (then or "`, which fetches and shows the plan") + ".")


def _secret(path: Path) -> str:
    """Return a token from a file or from the standard input, so that it stands in no history of commands."""
    if str(path) == "-":
        return sys.stdin.readline().strip()
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        remedy = "Name a file that holds the token and nothing else."
        raise InputError("not-readable", f"{path} cannot be read.", remedy=remedy) from error


@connect_app.command
def overlap(
    name: str,
    *,
    choose: Literal["start-after", "ignore", ""] = "",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Show who else posted a shop's business into the books, and choose what is done about it.

    Parameters
    ----------
    name: Name of the shop.
    choose: start-after posts only what lies after their documents, ignore posts everything all the same.
    json: Print one JSON object instead of lines.
    """
    load()
    from closebook.apps.sync.selectors.connections import connection_named
    from closebook.apps.sync.services.overlapping import overlap_choose

    chosen = connection_named(name)
    if choose:
        overlap_choose(chosen, choose, "command")
    if json:
        print_json({"connection": name, "state": chosen.foreign, "posters": chosen.foreign_posters})
        return
    print_line(f"{name!r}: {chosen.foreign or 'not looked yet'}")
    for poster in chosen.foreign_posters:
        who = poster["name"] or poster["pattern"] or "without a mark"
        print_line(f"  {who}: {poster['documents']} documents, {poster['first_day']} to {poster['last_day']}")


@connect_app.command(name="clean-up")
def clean_up(
    name: str,
    *choose: str,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Show the documents of another app that hold a shop's business, and plan to take chosen ones out.

    The plan is read, applied and undone like any other.

    Parameters
    ----------
    name: Name of the shop.
    choose: Documents to take out (SalesReceipt:141), or all; nothing to look only.
    json: Print one JSON object instead of lines.
    """
    load()
    from closebook.apps.bank.selectors.cleared import records_cleared
    from closebook.apps.sync.selectors.connections import connection_named
    from closebook.apps.sync.services.cleaning_up import cleanup_plan, doubled_look

    chosen = connection_named(name)
    reconciled = records_cleared(chosen.company_id)
    if choose:
        run = cleanup_plan(chosen, choose, "command", reconciled)
        plain = {"run": run.pk, "connection": run.connection.name, "actions": run.total}
        if json:
            print_json({**plain, "left": run.warnings})
            return
        print_line(f"Run {run.pk} of {run.connection.name!r} is planned: {run.total} actions.")
        for line in run.warnings:
            print_line(f"  left: {line}")
        return
    found = doubled_look(chosen, reconciled)
    if json:
        rows = [
            {"ref": one.ref, "day": one.day.isoformat(), "number": one.number,
             "amount_minor": one.amount_minor,
             "by": one.by, "why": one.why, "stays": one.stays}
            for one in found
        ]  # fmt: skip
        print_json({"connection": name, "documents": rows})
        return
    for one in found:
        print_line(
            f"{one.day}  {money(one.amount_minor, chosen.currency):>12}  {one.ref}  {one.stays or one.why}"
        )
    if not found:
        print_line("Nothing of others holds business of this shop.")
