"""How long 100,000 statement rows take to be read and normalised, as a ratio to a bare csv.reader.

Run: ``python benchmarks/etsy_read.py [rows]``. Exit code 1 when the best run is above the limits.
"""

from __future__ import annotations

import csv
import gc
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from closebook.connectors.etsy import ETSY
from closebook.connectors.etsy.sample import write_sample

RUNS = 5
RATIO_LIMIT = 16.0
MEGABYTES_LIMIT = 8.0


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of one call."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def bare(paths: list[Path]) -> int:
    """Return the number of rows that csv.reader finds."""
    count = 0
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            for _ in csv.reader(handle):
                count += 1
    return count


def stream(paths: list[Path]) -> int:
    """Return the number of records, keeping none."""
    return sum(1 for path in paths for _ in ETSY.read(path))


def whole(paths: list[Path]) -> int:
    """Return the number of movements that reading and normalising give."""
    return len(ETSY.normalise(row for path in paths for row in ETSY.read(path)).movements)


def peak_megabytes(paths: list[Path]) -> float:
    """Return how much memory reading needs at most, records let go."""
    tracemalloc.start()
    stream(paths)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1024 / 1024


def main() -> int:
    """Print the figures and return the exit code."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        making = time.process_time()
        facts = write_sample(Path(folder), rows=rows, seed=1, first_month="2025-01")
        making = time.process_time() - making
        paths = facts.files["statement"]
        floor = min(seconds(lambda: bare(paths)) for _ in range(RUNS))
        reading = min(seconds(lambda: stream(paths)) for _ in range(RUNS))
        both = min(seconds(lambda: whole(paths)) for _ in range(RUNS))
        peak = peak_megabytes(paths[:1])
    print(f"{facts.rows} rows, {facts.orders.orders} orders; sample written in {making:.2f} s")
    print(f"bare csv.reader {floor:.3f} s; read {reading:.3f} s ({reading / floor:.1f}x)")
    speed = f"{facts.rows / both:,.0f} rows/s"
    print(f"read + normalise {both:.3f} s ({both / floor:.1f}x), {speed}; limit {RATIO_LIMIT}x")
    print(f"memory of reading {facts.months[0].rows} rows: {peak:.1f} MB; limit {MEGABYTES_LIMIT} MB")
    return 0 if both / floor <= RATIO_LIMIT and peak <= MEGABYTES_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
