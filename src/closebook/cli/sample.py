"""``closebook sample``: an invented shop's year, to learn on and to measure with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from closebook.cli.output import print_json, print_line
from closebook.cli.setup import load_bare, migrate
from closebook.core.errors import InputError

COMPANY, SHOP = "Sample company", "Sample shop"
_FIRST_MONTH = "2025-01"


def sample(
    *,
    rows: int = 3000,
    seed: int = 1,
    files: Path | None = None,
    currency: str = "USD",
    profile: str = "per-sale",
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Reset the sample company and write its shop's files for a year in Etsy's own formats.

    Parameters
    ----------
    rows: About how many statement rows the year has; 100,000 are some 12,000 orders.
    seed: The same seed gives the same files.
    files: Folder for the files; the folder `sample` beside the data when left out.
    currency: Currency of the shop: USD, GBP or EUR.
    profile: per-sale or per-payout.
    json: Print one JSON object instead of lines.
    """
    if not 12 <= rows <= 5_000_000:
        raise InputError(
            "sample-size", f"A sample of {rows} rows cannot be made.", remedy="Ask for 12 to 5,000,000."
        )
    load_bare()
    migrate()
    from closebook.transport.home import home_folder

    folder = files or home_folder() / "sample"
    written = _write(folder, rows, seed, currency)
    _reset(currency, profile)
    if json:
        print_json(
            {
                "company": COMPANY,
                "connection": SHOP,
                "folder": str(folder),
                "files": [str(p) for p in written],
            }
        )
        return
    print_line(f"{len(written)} files of {SHOP!r} are in {folder}; {COMPANY!r} is empty and waits for them.")
    print_line(f'Next: closebook sync "{SHOP}" {folder}/*.csv')


def _write(folder: Path, rows: int, seed: int, currency: str) -> list[Path]:
    from closebook.connectors.etsy.sample import write_sample

    for old in folder.glob("*.csv") if folder.is_dir() else ():
        if old.name.lower().startswith("etsy"):
            old.unlink()
    locale = {"USD": "en-US", "GBP": "en-GB", "EUR": "de"}.get(currency, "en-US")
    facts = write_sample(
        folder, rows=rows, seed=seed, first_month=_FIRST_MONTH, currency=currency, locale=locale
    )
    return sorted(path for paths in facts.files.values() for path in paths)


def _reset(currency: str, profile: str) -> None:
    from closebook.apps.companies.models import Company
    from closebook.apps.qbo.services.removal import company_remove
    from closebook.apps.sync.services.connecting import connection_create
    from closebook.founding import company_ensure

    for former in Company.objects.filter(is_sample=True):
        company_remove(former.realm_id)
        former.delete()
    company, _password = company_ensure(COMPANY, currency, "owner")
    company.is_sample = True
    company.save(update_fields=["is_sample"])
    connection_create(company, SHOP, "etsy", currency, mode=profile)
