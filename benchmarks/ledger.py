"""Posting, statements and proof of a large ledger, beside bare SQLite and the tools ledger and hledger.

    python -m benchmarks.ledger                     1,000,000 postings
    python -m benchmarks.ledger --large             10,000,000 as well (some minutes, 4 GB of disk)
    python -m benchmarks.ledger --postings 100000   quick

All times are CPU seconds of this process; the runs of a ratio alternate, so that a busy machine hits both.
Ends with code 1 when a limit is passed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.ledger_data import KINDS, LEDGER_ACCOUNTS, STATEMENT_DAY, kind_of, ledger_entries

if TYPE_CHECKING:
    from closebook.core.ledger.entry import JournalEntry

SEED = int(os.environ.get("SEED", "7"))
ROUNDS = 2
MAX_RATIO = 2.5
MIN_RATE = 100_000
MAX_STATEMENTS_MS = 5.0
MAX_GROWTH = 1.2
MAX_PROOF_SECONDS_PER_MILLION = 0.5

_BARE = """
    CREATE TABLE journal_entry (
        id INTEGER PRIMARY KEY, company_id, record_id, sync_token, day, reverses_id, superseded DEFAULT 0
    );
    CREATE TABLE posting (
        entry_id, line_no, company_id, ledger_account, day, amount_minor, foreign_minor, currency,
        counterparty, item, klass, location, quantity_micro, memo, line, PRIMARY KEY (entry_id, line_no)
    ) WITHOUT ROWID;
    CREATE INDEX posting_balance ON posting (company_id, ledger_account, day, amount_minor);
"""


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds that a call takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def bare_rows(entries: Iterable[JournalEntry]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return the rows of both tables as the journal would write them."""
    heads, sides = [], []
    for number, entry in enumerate(entries, 1):
        day = entry.day.isoformat()
        heads.append((number, 1, LEDGER_ACCOUNTS + number, 0, day))
        for line_no, posting in enumerate(entry.postings, 1):
            ours = (number, line_no, 1, posting.ledger_account, day, posting.amount_minor)
            sides.append((*ours, 0, posting.currency, 0, 0, 0, 0, 0, posting.memo, posting.line))
    return heads, sides


def bare_load(path: Path, heads: list[tuple[Any, ...]], sides: list[tuple[Any, ...]]) -> float:
    """Return the CPU seconds of plain executemany of ready rows: one transaction, the same covering index."""
    connection = sqlite3.connect(path)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;" + _BARE
    )

    def load() -> None:
        marks = ", ".join("?" * len(sides[0]))
        connection.executemany(f"INSERT INTO posting VALUES ({marks})", sides)
        columns = "id, company_id, record_id, sync_token, day"
        connection.executemany(f"INSERT INTO journal_entry ({columns}) VALUES (?, ?, ?, ?, ?)", heads)
        connection.commit()

    seconds = cpu_seconds(load)
    connection.close()
    return seconds


@contextmanager
def books_file(path: Path) -> Iterator[None]:
    """Point Django's connection to the books at a file."""
    from django.db import connections

    connections["books"].close()
    connections["books"].settings_dict["NAME"] = str(path)
    yield
    connections["books"].close()


def make_books(path: Path, records: int) -> None:
    """Make a migrated file with a company, its ledger accounts (ids from 1) and documents after them."""
    from django.core.management import call_command
    from django.db import connections

    with books_file(path):
        call_command("migrate", database="books", verbosity=0)
        with connections["books"].cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "INSERT INTO books_bookscompany"
                " (id, realm_id, name, home_currency, country, fiscal_year_start_month, created_at)"
                " VALUES (1, '1', 'Bench', 'USD', 'US', 1, '2023-01-01')"
            )
            names = "id, company_id, entity, wire_id, sync_token, name_key, doc_number, active, created_at"
            cursor.executemany(
                f"INSERT INTO books_record ({names}, updated_at, body) VALUES"
                " (%s, 1, %s, %s, 0, '', '', 1, '2023-01-01', '2023-01-01', '{}')",
                [
                    (number, "Account" if number <= LEDGER_ACCOUNTS else "JournalEntry", str(number))
                    for number in range(1, LEDGER_ACCOUNTS + records + 1)
                ],
            )
            cursor.execute("COMMIT")


def posting_items(entries: Iterable[JournalEntry], start: int = 0) -> Iterator[tuple[int, int, JournalEntry]]:
    """Yield what entries_post takes; documents are numbered after the ledger accounts."""
    for number, entry in enumerate(entries, LEDGER_ACCOUNTS + start + 1):
        yield number, 0, entry


def measure_posting(folder: Path, postings: int) -> tuple[Path, bool]:
    """Print the cost of posting beside the bare load; return the last round's file and the verdict."""
    from closebook.apps.books.services.journal import entries_post

    entries = list(ledger_entries(postings, SEED))
    heads, sides = bare_rows(entries)
    make_books(folder / "empty.sqlite3", len(entries))
    bare, books, path = [], [], folder / "books.sqlite3"
    for number in range(ROUNDS):
        bare.append(bare_load(folder / f"bare{number}.sqlite3", heads, sides))
        (folder / f"bare{number}.sqlite3").unlink()
        shutil.copy(folder / "empty.sqlite3", path)
        with books_file(path):
            books.append(cpu_seconds(lambda: entries_post(1, posting_items(entries))))
    ratio, rate = statistics.median(b / a for a, b in zip(bare, books, strict=True)), postings / min(books)
    print(
        f"posting     {postings:,}: bare executemany {_list(bare)} s, entries_post {_list(books)} s:"
        f" {ratio:.2f}x (limit {MAX_RATIO}x);"
        f" {rate:,.0f} a second (goal {MIN_RATE:,}; bare {postings / min(bare):,.0f})"
    )
    return path, ratio <= MAX_RATIO


def load_large(folder: Path, postings: int) -> Path:
    """Return a file with so many postings, loaded in constant memory."""
    from closebook.apps.books.services.journal import entries_post

    path = folder / "large.sqlite3"
    make_books(path, postings // 2)
    with books_file(path):
        seconds = cpu_seconds(lambda: entries_post(1, posting_items(ledger_entries(postings, SEED))))
    rate = postings / seconds
    print(f"posting     {postings:,}: {seconds:.1f} s with the making of the entries: {rate:,.0f} a second")
    return path


def three_statements() -> dict[str, dict[str, int]]:
    """Return a trial balance, a balance sheet and a profit and loss of the year, for STATEMENT_DAY."""
    from closebook.apps.books.selectors.balances import balances_of_year

    before, within = balances_of_year(1, STATEMENT_DAY.replace(month=1, day=1), STATEMENT_DAY)
    trial, sheet, result = {}, dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0)
    for ledger_account in before.keys() | within.keys():
        forward = before[ledger_account].net_minor if ledger_account in before else 0
        moved = within[ledger_account].net_minor if ledger_account in within else 0
        trial[str(ledger_account)] = forward + moved
        sheet[kind_of(ledger_account)] += forward + moved
        result[kind_of(ledger_account)] += moved
    return {"trial balance": trial, "balance sheet": sheet, "profit and loss": result}


def one_statement() -> object:
    """Read what a single balance sheet needs."""
    from closebook.apps.books.selectors.balances import balances

    return balances(1, None, STATEMENT_DAY)


def measure_statements(path: Path, label: str) -> float:
    """Print and return the milliseconds of the three statements together, warm."""
    with books_file(path):
        three_statements()
        together = statistics.median(cpu_seconds(three_statements) * 1000 for _ in range(25))
        single = statistics.median(cpu_seconds(one_statement) * 1000 for _ in range(25))
    print(
        f"statements  {label}: {together:.2f} ms for trial balance, balance sheet and profit and loss"
        f" (limit {MAX_STATEMENTS_MS} ms); the balances of one alone {single:.2f} ms; warm, in process"
    )
    return together


def measure_proof(path: Path, postings: int) -> bool:
    """Print the seconds of both proofs; tell whether the quick one is within its limit."""
    from closebook.apps.books.selectors.prove import prove

    with books_file(path):
        if not prove(1).ok:
            raise SystemExit("the loaded books are not proved")
        quick = min(cpu_seconds(lambda: prove(1)) for _ in range(3))
        thorough = cpu_seconds(lambda: prove(1, thorough=True))
        scan = min(cpu_seconds(lambda: _bare_scan(path)) for _ in range(3))
    limit = MAX_PROOF_SECONDS_PER_MILLION * max(postings / 1_000_000, 1)
    print(
        f"proof       {postings:,}: {quick:.2f} s (limit {limit:.1f} s),"
        f" bare scan {scan:.2f} s: {quick / scan:.1f}x;"
        f" thorough {thorough:.2f} s"
    )
    return quick <= limit


def _bare_scan(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(
        "SELECT ledger_account, day, sum(amount_minor) FROM posting GROUP BY company_id, 1, 2"
    ).fetchall()
    connection.close()


def _list(seconds: list[float]) -> str:
    return " ".join(f"{value:.2f}" for value in seconds)


def run(arguments: argparse.Namespace, folder: Path) -> bool:
    """Run all measurements in a folder; tell whether all limits are kept."""
    from benchmarks.ledger_peers import measure_peers

    path, good = measure_posting(folder, arguments.postings)
    milliseconds = measure_statements(path, f"{arguments.postings:,}")
    good &= milliseconds <= MAX_STATEMENTS_MS
    good &= measure_proof(path, arguments.postings)
    if arguments.peers:
        measure_peers(folder, arguments.postings, SEED, path)
    if arguments.large:
        large = load_large(folder, 10_000_000)
        growth = measure_statements(large, "10,000,000") / measure_statements(path, f"{arguments.postings:,}")
        print(f"statements  growth {growth:.2f}x (limit {MAX_GROWTH}x)")
        good &= growth <= MAX_GROWTH and measure_proof(large, 10_000_000)
    return good


def main() -> int:
    """Run from the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Posting, statements and proof of a large ledger.")
    parser.add_argument("--postings", type=int, default=1_000_000)
    parser.add_argument("--large", action="store_true", help="10,000,000 postings as well")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="without ledger and hledger")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="closebook-bench-"))
    os.environ["CLOSEBOOK_HOME"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closebook.config.settings")
    import django

    django.setup()
    try:
        good = run(arguments, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("all limits kept" if good else "A LIMIT WAS PASSED")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
