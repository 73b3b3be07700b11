"""Server time of every page in a company with over 10,000 documents and 100,000 postings.

    python -m benchmarks.pages                 makes the company (two minutes), then walks the pages
    python -m benchmarks.pages --home DIR      walks the pages of a folder that is there, as its owner
    python -m benchmarks.pages --large         walks the statements again with a million postings in the books

Pages are found by their links, one of each kind, every statement by its name; routes that no link led to are
named at the end. The figure is the median of five answers in CPU milliseconds of this process, after a first
one. Ends with code 1 when a page passes the limit.
"""

from __future__ import annotations

import argparse
import html
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

ROWS = 100_000
LIMIT_MS = 100.0
ROUNDS = 5
LARGE = 1_000_000
SEED = 7
Figure: TypeAlias = "tuple[float, str, int, int]"
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


def kind_of(path: str) -> str:
    """Return the route of an address, with the statement's name for a statement; "" for no page of ours."""
    from django.urls import Resolver404, resolve

    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return ""
    return f"{found.route} {found.kwargs['name']}" if found.url_name == "statement" else found.route


def walk(client: Client, start: str, only: str = "") -> list[Figure]:
    """Return the figures of each kind of page that can be reached; of those with ``only`` in the address."""
    seen, waiting, found = set(), [start], []
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if not kind or kind in seen or any(word in path for word in NOT_PAGES):
            continue
        seen.add(kind)
        answer = prepared(client, path)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        if only in path:
            found.append(figure(client, path))
        base = urlsplit(path).path
        links = map(html.unescape, LINK.findall(answer.content.decode()))
        waiting += [base + a if a.startswith("?") else a for a in links]
    return found


def prepared(client: Client, path: str) -> HttpResponse:
    """Return the answer; what a worker has to make for it is made here first, and not measured."""
    from closebook.apps.sync.models import Preparation
    from closebook.apps.sync.services import preparing

    answer = client.get(path, HTTP_HOST="localhost")
    if "/preparations/" in answer.get("Location", ""):
        preparing.advance(str(Preparation.objects.latest("pk").pk))
        answer = client.get(path, HTTP_HOST="localhost")
    return answer


def figure(client: Client, path: str) -> Figure:
    """Return what a page costs."""
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    spent = statistics.median(milliseconds(client, path) for _ in range(ROUNDS))
    with ExitStack() as stack:
        asked = [stack.enter_context(CaptureQueriesContext(connections[name])) for name in connections]
        size = len(client.get(path, HTTP_HOST="localhost").content)
    return spent, path, size, sum(map(len, asked))


def routes_left(found: list[Figure]) -> list[str]:
    """Return the company's addresses that were not measured; some of them only take forms."""
    from closebook.web.urls import company_patterns

    seen = {kind_of(path).partition(" ")[0] for _ms, path, _size, _queries in found}
    measured = {route.removeprefix("c/<int:company_id>/") for route in seen}
    return sorted({str(each.pattern) for each in company_patterns} - measured)


def fill(postings: int) -> None:
    """Post so many plain entries into the sample company's books, by the way that all posting goes."""
    from django.db import connections

    from benchmarks.ledger_data import ledger_entries
    from closebook.apps.books.models import BooksCompany, LedgerAccount, Record
    from closebook.apps.books.services.journal import entries_post
    from closebook.apps.companies.models import Company
    from closebook.core.ledger.entry import JournalEntry, Posting

    books = BooksCompany.objects.get(realm_id=Company.objects.get(is_sample=True).realm_id)
    accounts = list(LedgerAccount.objects.filter(company=books).values_list("pk", flat=True))
    first = Record.objects.using("books").latest("pk").pk + 1
    names = (
        "id, company_id, entity, wire_id, sync_token, name_key, doc_number, active, created_at, updated_at"
    )
    rows = (
        (first + n, books.pk, f"9{first + n}", one.day.isoformat())
        for n, one in enumerate(ledger_entries(postings, SEED))
    )
    with connections["books"].cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.executemany(
            f"INSERT INTO books_record ({names}, txn_date, body) VALUES"
            " (%s, %s, 'JournalEntry', %s, 0, '', '', 1, '2023-01-01', '2023-01-01', %s, '{}')",
            rows,
        )
        cursor.execute("COMMIT")
    entries = (
        JournalEntry(
            one.day,
            [Posting(accounts[p.ledger_account % len(accounts)], p.amount_minor) for p in one.postings],
        )
        for one in ledger_entries(postings, SEED)
    )
    entries_post(books.pk, ((first + n, 0, entry) for n, entry in enumerate(entries)))


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
    parser.add_argument("--large", action="store_true", help="fills the books, so better not with --home")
    arguments = parser.parse_args()
    home = arguments.home or Path(tempfile.mkdtemp(prefix="closebook-pages-"))
    os.environ["CLOSEBOOK_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closebook.config.settings")
    try:
        if not arguments.home:
            make(home)
        import django

        django.setup()
        client, company_id = signed_in()
        start = f"/c/{company_id}/"
        found = walk(client, start)
        slow = show(found)
        print("not reached:", ", ".join(routes_left(found)))
        if arguments.large:
            fill(LARGE)
            slow += show(walk(client, f"{start}statements/", "/statements/"))
    finally:
        if not arguments.home:
            shutil.rmtree(home, ignore_errors=True)
    return 1 if slow else 0


def show(found: list[Figure]) -> int:
    """Print a table, the slowest page first, and return how many pages pass the limit."""
    from django.db import connections

    with connections["books"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM posting")
        print(f"{cursor.fetchone()[0]:,} postings in the books\n   CPU ms  queries       kB")
    for spent, path, size, queries in sorted(found, reverse=True):
        late = "  OVER THE LIMIT" if spent > LIMIT_MS else ""
        print(f"{spent:9.1f}  {queries:7}  {size / 1024:7.0f}  {path}{late}")
    slow = sum(spent > LIMIT_MS for spent, *_others in found)
    print(f"{len(found)} kinds of pages, {slow} above {LIMIT_MS:.0f} ms")
    return slow


if __name__ == "__main__":
    sys.exit(main())
