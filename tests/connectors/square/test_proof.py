"""Files of a few days, all the way to documents that prove themselves."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from closebook.connectors.square import SQUARE
from closebook.core.planning.documents import DocumentKind
from closebook.core.planning.posting import documents_of
from closebook.core.planning.profile import default_profile
from closebook.core.planning.tieout import month_totals, tie_out

GOLDEN = Path(__file__).parents[2] / "golden" / "square"
AS_OF = dt.date(2027, 1, 1)


@pytest.mark.parametrize("folder", sorted(GOLDEN.iterdir()), ids=lambda folder: folder.name)
def test_what_is_posted_ties_to_the_files(folder: Path) -> None:
    business = SQUARE.normalise(row for path in sorted(folder.glob("*.csv")) for row in SQUARE.read(path))
    currency = "JPY" if "yen" in folder.name else "USD"
    profile = default_profile("Corner", currency, connection="till-1", platform="Square", till=True)
    desired = documents_of(business, profile, AS_OF)
    held = {hold.code for hold in desired.holds}
    tied = tie_out(business, profile, month_totals(desired.documents), AS_OF)
    if held:
        assert held == {"payout-short"}, desired.holds  # transfers at the edge of the files
        assert {row.kind for row in tied.rows if row.difference_minor} == {"payouts"}
    else:
        assert tied.ties, [row for row in tied.rows if row.difference_minor]


def test_a_file_of_transfers_lets_every_payout_be_posted() -> None:
    folder = GOLDEN / "tx_2026_55"
    business = SQUARE.normalise(row for path in sorted(folder.glob("*.csv")) for row in SQUARE.read(path))
    profile = default_profile("Corner", "USD", connection="till-1", platform="Square", till=True)
    desired = documents_of(business, profile, AS_OF)
    assert not desired.holds
    payouts = {one.day: one.total_minor for one in desired.documents if "/payout/" in one.key}
    assert payouts == {
        dt.date(2026, 3, 10): 8408,
        dt.date(2026, 3, 11): 1639,
        dt.date(2026, 3, 12): 119358,
    }
    receipts = [one for one in desired.documents if one.kind is DocumentKind.SALES_RECEIPT]
    assert len(receipts) == 8
