"""Every kill point with every fault on every kind of document."""

from __future__ import annotations

import pytest

from tests.simulation.faults import FAULTS, Point
from tests.simulation.singles import KINDS, run_single, singles

ALL = list(singles())


def test_the_table_is_whole() -> None:
    assert len(list(Point)) == 9
    assert len(KINDS) == 11
    assert {single.fault for single in ALL} == set(FAULTS)
    assert len({(s.point, s.fault, s.kind) for s in ALL}) == 9 * 24 * 11


@pytest.mark.parametrize("point", list(Point))
def test_every_invariant_holds(point: Point) -> None:
    mine = [single for single in ALL if single.point == point]
    injected: set[str] = set()
    violations = []
    for single in mine:
        report = run_single(single)
        injected.update(report.injected)
        if report.violation:
            violations.append(f"{single.name}: {report.violation}")
    assert violations == []
    assert injected == set(FAULTS)
