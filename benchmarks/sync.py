"""The whole way of a shop's year: read, plan, apply, nothing new, undo. Seconds, CPU seconds and peak memory
of each command.

``python -m benchmarks.sync [--rows 100000] [--undo-rows 84000]`` in a data folder of its own. The pure part
(read, normalise, plan) is
measured beside a bare ``csv.reader`` over the same files, so that the ratio means the same on any machine.
"""

from __future__ import annotations

import argparse
import csv
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

SHOP, COMPANY = "Sample shop", "Sample company"


@dataclass
class Cost:
    wall: float
    cpu: float
    peak_mb: float
    out: str


class Home:
    """A data folder in which commands are run and measured."""

    def __init__(self, folder: Path) -> None:
        self.env = {**os.environ, "CLOSEBOOK_HOME": str(folder)}
        # An installed product keeps its bytecode; without it every command would compile its sources again.
        self.env.pop("PYTHONDONTWRITEBYTECODE", None)

    def run(self, *words: str) -> Cost:
        command = [sys.executable, "-m", "closebook", *words, "--json"]
        started = time.monotonic()
        with tempfile.TemporaryFile("w+") as out:
            process = subprocess.Popen(command, env=self.env, stdout=out, stderr=subprocess.DEVNULL)
            _pid, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            text = out.read()
        if process.returncode:
            raise SystemExit(f"{words[0]} ended with {process.returncode}: {text[:500]}")
        wall = time.monotonic() - started
        return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text)


def show(name: str, cost: Cost, goal: str) -> None:
    print(
        f"{name:34} {cost.wall:7.1f} s  {cost.cpu:7.1f} CPU s  {cost.peak_mb:6.0f} MB   goal {goal}",
        flush=True,
    )


def pure(files: list[str]) -> None:
    """Measure read, normalise and plan in the core alone, beside a bare reader of the statements."""
    import datetime as dt

    from closebook.connectors.etsy import ETSY
    from closebook.core.planning.plan import make_plan
    from closebook.core.planning.posting import documents_of
    from closebook.core.planning.profile import default_profile
    from closebook.core.planning.remote import RemoteFacts

    statements = [Path(name) for name in files if "statement" in name]
    started = time.process_time()
    rows = 0
    for path in statements:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows += sum(1 for _ in csv.reader(handle)) - 1
    bare = time.process_time() - started
    profile = default_profile("Sample", "USD")
    gc.collect()
    gc.disable()
    steps = [time.process_time()]
    records = [record for path in statements for record in ETSY.read(path)]
    steps.append(time.process_time())
    business = ETSY.normalise(records)
    steps.append(time.process_time())
    plan = make_plan(documents_of(business, profile, dt.date(2026, 6, 30)), {}, RemoteFacts(), profile)
    steps.append(time.process_time())
    gc.enable()
    read, normalise, planned = (later - earlier for earlier, later in pairwise(steps))
    whole = read + normalise + planned
    print(f"pure core: {rows:,} statement rows, {len(plan.actions):,} actions")
    print(
        f"  csv.reader alone {bare:.2f} CPU s; read {read:.2f}, normalise {normalise:.2f}, plan {planned:.2f}"
    )
    print(f"  together {whole:.2f} CPU s, {whole / bare:.1f} times the bare reader; goal 2 s", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--undo-rows", type=int, default=84_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="closebook-bench-") as folder:
        home = Home(Path(folder))
        made = json.loads(home.run("sample", "--rows", str(options.rows)).out)
        pulled, planned = home.run("pull", SHOP, *made["files"]), home.run("plan", SHOP)
        show("pull (staged)", pulled, "with plan 15 s")
        show("plan (matched, saved)", planned, "with pull 15 s, 500 MB")
        applied = home.run("apply", SHOP, "--yes")
        show(f"apply ({json.loads(planned.out)['total']:,} actions)", applied, "60 s, 500 MB")
        show("nothing new", home.run("sync", SHOP, "--yes"), "2 s")
        # Last, because a child's peak of memory begins with that of its parent.
        pure(made["files"])
        before = json.loads(
            home.run("statement", "trial-balance", "--company", COMPANY, "--to", "2030-01-01").out
        )
    with tempfile.TemporaryDirectory(prefix="closebook-bench-") as folder:
        home = Home(Path(folder))
        made = json.loads(home.run("sample", "--rows", str(options.undo_rows)).out)
        home.run("sync", SHOP, *made["files"], "--yes")
        undone = home.run("undo", "1", "--yes")
        show(f"undo of {options.undo_rows * 12 // 100:,} sales", undone, "120 s")
        after = json.loads(
            home.run("statement", "trial-balance", "--company", COMPANY, "--to", "2030-01-01").out
        )
    left = [
        row for row in after["rows"] if any(cell.get("value") for cell in (row["cells"] or row["total"])[1:])
    ]
    print("trial balance after the undo:", left or "as before, to the cent")
    return 0 if before["rows"] and not left else 1


if __name__ == "__main__":
    sys.exit(main())
