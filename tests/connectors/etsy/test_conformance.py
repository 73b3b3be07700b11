"""The Etsy connector passes the suite of all connectors, on its golden files."""

from __future__ import annotations

from pathlib import Path

from closebook.connectors.etsy import ETSY
from tests.connectors.suite import ConnectorSuite

GOLDEN = Path(__file__).parents[2] / "golden" / "etsy"


class TestEtsy(ConnectorSuite):
    """All samples are invented."""

    connector = ETSY
    samples = sorted(GOLDEN.glob("*/*.csv"))
