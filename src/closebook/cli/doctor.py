"""``closebook doctor``: looks at everything Closebook needs and says what is wrong and what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated

from cyclopts import Parameter

from closebook.cli.output import print_json, print_line


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, what was seen, and what to do otherwise."""

    name: str
    well: bool
    seen: str
    remedy: str = ""


def doctor(*, json: Annotated[bool, Parameter(negative="")] = False) -> int:
    """Look at Python, data folder, databases, mail, books and audit log; exit code 3 when something is wrong.

    Parameters
    ----------
    json: Print one JSON object instead of lines.
    """
    found = list(_findings())
    well = all(finding.well for finding in found)
    if json:
        print_json({"well": well, "findings": [asdict(finding) for finding in found]})
        return 0 if well else 3
    for finding in found:
        print_line(f"{'ok   ' if finding.well else 'WRONG'} {finding.name}: {finding.seen}")
        if not finding.well:
            print_line(f"      {finding.remedy}")
    return 0 if well else 3


def _findings() -> Iterator[Finding]:
    yield _python()
    yield from _folder()
    migrated = _migrated()
    yield migrated
    yield _mail()
    yield _fonts()
    if migrated.well:
        yield from _companies()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    seen = f"{version}, SQLite {sqlite3.sqlite_version}"
    return Finding("Python", sys.version_info >= (3, 11), seen, "Install Python 3.11 or later.")


def _folder() -> Iterator[Finding]:
    from closebook.transport.home import home_folder

    folder = home_folder()
    writable = os.access(folder, os.W_OK)
    yield Finding("data folder", writable, str(folder), "Give this user the right to write there.")
    free = shutil.disk_usage(folder).free
    yield Finding(
        "free space", free > 500_000_000, f"{free / 1e9:.1f} GB", "Make room: below 0.5 GB runs may stop."
    )
    private = not folder.stat().st_mode & 0o007
    yield Finding(
        "privacy", private, "only its owner" if private else "others may read", f"chmod 700 {folder}"
    )


def _migrated() -> Finding:
    from closebook.cli.setup import load_bare, migrations_missing

    load_bare()
    from django.db.utils import DatabaseError

    try:
        missing = migrations_missing()
    except DatabaseError as error:
        return Finding(
            "databases", False, " ".join(str(error).split()), "Check DATABASE_URL and that the server runs."
        )
    return Finding("databases", not missing, f"{missing} migrations missing", "Run `closebook init`.")


def _mail() -> Finding:
    from django.conf import settings

    server = settings.CLOSEBOOK_MAIL_SERVER
    seen = f"through {server}" if server else f"no server; written into {settings.EMAIL_FILE_PATH}"
    return Finding("mail", True, seen)


def _fonts() -> Finding:
    """Say in which font Chinese is printed; without one the rest works, so that is no defect."""
    from closebook.transport.fonts import chinese_font

    lacking = (
        "none with Chinese characters, so PDF files lack them; on Debian `apt-get install fonts-noto-cjk`"
    )
    return Finding("fonts", True, chinese_font() or lacking)


def _companies() -> Iterator[Finding]:
    from closebook.apps.books.models import BooksCompany
    from closebook.apps.books.selectors.prove import prove
    from closebook.apps.companies.models import Company
    from closebook.apps.companies.services.audit import audit_broken_at

    for company in Company.objects.order_by("pk"):
        books = BooksCompany.objects.filter(realm_id=company.realm_id).first()
        if books:
            report = prove(books.pk, thorough=True)
            seen = f"{report.postings:,} postings, {len(report.differences)} differences"
            yield Finding(f"books of {company.name}", not report.differences, seen, "See `closebook prove`.")
        broken = audit_broken_at(company.pk)
        seen = "follows" if broken is None else f"breaks at line {broken}"
        yield Finding(f"audit log of {company.name}", broken is None, seen, "Restore the last good backup.")
