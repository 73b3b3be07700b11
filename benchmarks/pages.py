"""Server time of every page in a company with over 10,000 documents and 100,000 postings.

    python -m benchmarks.pages                 makes the company (four minutes), then walks the pages
    python -m benchmarks.pages --home DIR      walks the pages of a folder that is there, as its owner

Pages are found by their links, one of each kind; the figure is the median of five answers in CPU milliseconds
of this process, after a first one. Ends with code 1 when a page passes the limit.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from django.test import Client

ROWS = 100_000
LIMIT_MS = 100.0
ROUNDS = 5
LINK = re.compile(r'href="(/[^"#]*|\?[^"#]*)"')
NOT_PAGES = ("export=", "/static/", "/accounts/logout", ".csv", ".xlsx", ".pdf", "download")


def make(home: Path) -> None:
    """Make the sample company and post its year."""
    for words in (["sample", "--rows", str(ROWS)],):
        subprocess.run([sys.executable, "-m", "closebook", *words], check=True)
    files = sorted(str(path) for path in (home / "sample").glob("*.csv"))
    command = [sys.executable, "-m", "closebook", "sync", "Sample shop", *files, "--yes"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def signed_in() -> tuple[Client, int]:
    """Return a client of an owner of the sample company, and the company's number."""
    from django.test import Client

    from closebook.apps.companies.models import Company, Membership, Person, Role

    company = Company.objects.get(is_sample=True)
    person, _made = Person.objects.get_or_create(username="benchmark")
    Membership.objects.get_or_create(person=person, company=company, defaults={"role": Role.OWNER})
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, company.pk


def walk(client: Client, start: str) -> list[tuple[float, str, int]]:
    """Return median milliseconds, address and bytes of each kind of page that can be reached."""
    from django.urls import Resolver404, resolve

    seen, waiting, found = set(), [start], []
    while waiting:
        path = waiting.pop(0)
        try:
            route = resolve(urlsplit(path).path).route
        except Resolver404:
            continue
        if route in seen or any(word in path for word in NOT_PAGES):
            continue
        seen.add(route)
        answer = client.get(path, HTTP_HOST="localhost")
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        times = [milliseconds(client, path) for _ in range(ROUNDS)]
        found.append((statistics.median(times), path, len(answer.content)))
        base = urlsplit(path).path
        waiting += [base + a if a.startswith("?") else a for a in LINK.findall(answer.content.decode())]
    return found


def milliseconds(client: Client, path: str) -> float:
    """Return the CPU milliseconds of an answer, made whole."""
    start = time.process_time()
    answer = client.get(path, HTTP_HOST="localhost")
    b"".join(answer) if answer.streaming else answer.content
    return (time.process_time() - start) * 1000


def main() -> int:
    """Run from the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Server time of every page.")
    parser.add_argument("--home", type=Path)
    arguments = parser.parse_args()
    home = arguments.home or Path(tempfile.mkdtemp(prefix="closebook-pages-"))
    os.environ["CLOSEBOOK_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closebook.config.settings")
    try:
        if not arguments.home:
            make(home)
        import django

        django.setup()
        from django.db import connections

        with connections["books"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM posting")
            print(f"{cursor.fetchone()[0]:,} postings in the books")
        client, company_id = signed_in()
        found = sorted(walk(client, f"/c/{company_id}/"), reverse=True)
    finally:
        if not arguments.home:
            shutil.rmtree(home, ignore_errors=True)
    for spent, path, size in found:
        print(
            f"{spent:8.1f} ms  {size / 1024:7.0f} kB  {path}{'  OVER THE LIMIT' if spent > LIMIT_MS else ''}"
        )
    slow = sum(spent > LIMIT_MS for spent, _path, _size in found)
    print(f"{len(found)} kinds of pages, {slow} above {LIMIT_MS:.0f} ms")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
