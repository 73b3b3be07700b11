"""The Debian tools ``ledger`` and ``hledger`` on the same data, as whole processes beside ours.

``apt-get install ledger hledger`` makes them available; a tool that is not there is left out with a line
that says so.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.ledger_data import STATEMENT_DAY, kind_of, ledger_entries

_REPORTS = {
    "ledger": [("balance of all", ["balance", "--flat", "--end", STATEMENT_DAY.isoformat()])],
    "hledger": [("balance sheet", ["balancesheet", "-e", STATEMENT_DAY.isoformat()])],
}
_OURS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
day, start = sys.argv[2], sys.argv[2][:4] + "-01-01"
month = day[:8] + "01"
for first in ("0000", "0000", start):
    sums = {}
    parts = (("month_balance", "month_first_day", first, month), ("day_balance", "day", month, day + "~"))
    for table, column, low, high in parts:
        sql = f"SELECT ledger_account, sum(debit_minor) - sum(credit_minor) FROM {table}" \
              f" WHERE company_id = 1 AND {column} >= ? AND {column} < ? GROUP BY ledger_account"
        for ledger_account, net in connection.execute(sql, (low, high)):
            sums[ledger_account] = sums.get(ledger_account, 0) + net
"""


def write_journal(path: Path, postings: int, seed: int) -> None:
    """Write the seeded entries in the text format that both tools read."""
    with path.open("w", encoding="ascii") as file:
        for number, entry in enumerate(ledger_entries(postings, seed)):
            file.write(f"{entry.day.isoformat()} entry {number}\n")
            for posting in entry.postings:
                sign, (whole, cents) = (
                    "-" * (posting.amount_minor < 0),
                    divmod(abs(posting.amount_minor), 100),
                )
                name = f"{kind_of(posting.ledger_account)}:a{posting.ledger_account}"
                file.write(f"    {name}  {sign}{whole}.{cents:02d}\n")
            file.write("\n")


def process_seconds(command: list[str]) -> float:
    """Return the CPU seconds of a whole process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure_peers(folder: Path, postings: int, seed: int, books: Path) -> None:
    """Print what each tool takes for one report, beside a Python process that makes all three statements
    from our file.
    """
    ours = [sys.executable, "-S", "-c", _OURS, str(books), STATEMENT_DAY.isoformat()]
    process_seconds(ours)
    journal = folder / "journal.txt"
    for tool, reports in _REPORTS.items():
        if shutil.which(tool) is None:
            print(f"peer        {tool} is not installed (apt-get install {tool})")
            continue
        if not journal.exists():
            write_journal(journal, postings, seed)
        for name, arguments in reports:
            theirs, mine = (
                process_seconds([tool, "-f", os.fspath(journal), *arguments]),
                process_seconds(ours),
            )
            print(
                f"peer        {tool}, {name}, {postings:,}: {theirs:.2f} s;"
                f" our three statements, whole process: {mine:.3f} s: 1/{theirs / mine:.0f}"
            )
