"""The mutation check: each safeguard is taken away in turn, and the invariants have to notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace

from tests.simulation.schedule import Report, run_seed
from tests.simulation.switches import ALL, Safeguards

LIMIT = 1000
"""The number of seeds within which a missing safeguard has to be noticed."""


def names() -> tuple[str, ...]:
    """Return the names of all safeguards."""
    return tuple(field.name for field in fields(Safeguards))


def first_caught(name: str, limit: int = LIMIT) -> Report | None:
    """Return the report of the first seed that notices that a safeguard is missing; None when none does."""
    without = replace(ALL, **{name: False})
    for seed in range(limit):
        report = run_seed(seed, without)
        if report.violation:
            return report
    return None


def check_all() -> Iterator[tuple[str, Report | None]]:
    """Yield each safeguard with the report that noticed its absence."""
    for name in names():
        yield name, first_caught(name)
