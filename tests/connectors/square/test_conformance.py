"""The Square connector passes the suite of all connectors, on its golden files."""

from __future__ import annotations

from pathlib import Path

from closebook.connectors.square import SQUARE
from tests.connectors.suite import ConnectorSuite

GOLDEN = Path(__file__).parents[2] / "golden" / "square"


class TestSquare(ConnectorSuite):
    """All samples are invented."""

    connector = SQUARE
    pulls = True  # test_pull and test_access
    samples = sorted(GOLDEN.glob("*/*.csv"))
