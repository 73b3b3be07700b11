"""The simulation from the command line.

``python -m tests.simulation.run --seeds 20000`` runs seeds and prints what was injected and checked; it
exits with 1 and names the seed when an invariant does not hold. ``SEED=7 python -m tests.simulation.run``
replays one seed with its trace. ``--mutations`` takes each safeguard away and prints after how many seeds
that was noticed.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.faults import FAULTS
from tests.simulation.mutations import LIMIT, check_all
from tests.simulation.schedule import run_seed

CHUNK = 500


@dataclass
class Total:
    """What came of many seeds."""

    seeds: int = 0
    steps: int = 0
    checks: int = 0
    cpu_seconds: float = 0.0
    injected: Counter[str] = field(default_factory=Counter)
    violations: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: Total) -> None:
        """Add another total to this one."""
        self.seeds += other.seeds
        self.steps += other.steps
        self.checks += other.checks
        self.cpu_seconds += other.cpu_seconds
        self.injected.update(other.injected)
        self.violations += other.violations


def run_range(bounds: tuple[int, int]) -> Total:
    """Return what came of the seeds from the first bound up to, not including, the second."""
    total = Total()
    began = time.process_time()
    gc.disable()
    for seed in range(*bounds):
        report = run_seed(seed)
        total.seeds += 1
        total.steps += report.steps
        total.checks += report.checks
        total.injected.update(report.injected)
        if report.violation:
            total.violations.append((seed, report.violation))
    gc.enable()
    gc.collect()
    total.cpu_seconds = time.process_time() - began
    return total


def run_many(first: int, seeds: int, jobs: int) -> Total:
    """Return what came of many seeds, on one or more processes; stops after the chunk with the first
    violation.
    """
    chunks = [(start, min(start + CHUNK, first + seeds)) for start in range(first, first + seeds, CHUNK)]
    total = Total()
    if jobs == 1:
        for chunk in chunks:
            total.add(run_range(chunk))
            if total.violations:
                break
        return total
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for part in pool.imap_unordered(run_range, chunks):
            total.add(part)
            if total.violations:
                pool.terminate()
                break
    return total


def show(total: Total, seconds: float) -> None:
    """Print a total."""
    print(f"{total.seeds} schedules, {total.steps / max(total.seeds, 1):.1f} steps each, in {seconds:.1f} s")
    rate, per_core = total.seeds / seconds, total.seeds / max(total.cpu_seconds, 0.001)
    print(f"{rate:.0f} schedules a second; {per_core:.0f} a second of one core's time")
    print(f"{total.checks} checks of invariants")
    for fault, meaning in FAULTS.items():
        print(f"  {fault:<4}{total.injected[fault]:>8}  {meaning}")
    for seed, violation in sorted(total.violations):
        print(f"VIOLATION seed {seed}: {violation}\n  replay: SEED={seed} python -m tests.simulation.run")
    print("no invariant was violated" if not total.violations else "FAILED")


def replay(seed: int) -> int:
    """Print the trace of one seed; return 1 when it violates an invariant."""
    report = run_seed(seed, trace=True)
    print("\n".join(report.trace))
    print(report.violation or "no invariant was violated")
    return int(bool(report.violation))


def mutations() -> int:
    """Print after how many seeds the absence of each safeguard is noticed; return 1 when one is not."""
    missed = 0
    for name, report in check_all():
        missed += report is None
        print(
            f"{name:<12}"
            + (f"{report.seed + 1:>5} seeds  {report.violation}" if report else f"not in {LIMIT} seeds")
        )
    return int(missed > 0)


def main() -> int:
    """Return the exit code of the command."""
    parser = argparse.ArgumentParser(description="Run the simulation.")
    parser.add_argument("--seeds", type=int, default=20000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, choices=(1, 2))
    parser.add_argument("--mutations", action="store_true")
    given = parser.parse_args()
    if os.environ.get("SEED"):
        return replay(int(os.environ["SEED"]))
    if given.mutations:
        return mutations()
    began = time.perf_counter()
    total = run_many(given.first, given.seeds, given.jobs)
    show(total, time.perf_counter() - began)
    return int(bool(total.violations))


if __name__ == "__main__":
    sys.exit(main())
