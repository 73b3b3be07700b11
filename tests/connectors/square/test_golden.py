"""Golden files of every variant: their business records are those stored beside them.

``UPDATE_GOLDEN=1`` writes what is found; read the difference before keeping it.
"""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import pytest

from closebook.connectors.square import SQUARE

GOLDEN = Path(__file__).parents[2] / "golden" / "square"


def found_in(folder: Path) -> dict[str, Any]:
    """Return what a folder's files come to, as plain data."""
    files = sorted(folder.glob("*.csv"))
    business = SQUARE.normalise(row for path in files for row in SQUARE.read(path))
    seen = {path.name: _described(path) for path in files}
    return json.loads(json.dumps({"files": seen, "business": dataclasses.asdict(business)}, default=str))


def _described(path: Path) -> dict[str, Any]:
    told = SQUARE.describe(path)
    kept = (
        "stream",
        "rows",
        "bad_rows",
        "months",
        "currencies",
        "encoding",
        "delimiter",
        "locale",
        "newest_first",
    )
    return {name: getattr(told, name) for name in kept}


@pytest.mark.parametrize("folder", sorted(GOLDEN.iterdir()), ids=lambda folder: folder.name)
def test_golden(folder: Path) -> None:
    stored, found = folder / "expected.json", found_in(folder)
    if os.environ.get("UPDATE_GOLDEN"):
        stored.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert found == json.loads(stored.read_text("utf-8"))
