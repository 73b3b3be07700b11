"""A year posted per sale and per payout: the same at each month's end, and every month ties out."""

from __future__ import annotations

import pytest

from closebook.apps.sync.models import Link
from closebook.connectors.etsy.sample import write_sample
from closebook.core.periods import Month
from tests.apps.sync.harness import SHOP, World

FIRST = Month.parse("2025-01")
RAILS = ("rails.max_removed=100000", "rails.max_removed_percent=100", "rails.max_changed_percent=100")


@pytest.fixture(scope="module")
def year_files(tmp_path_factory):
    facts = write_sample(tmp_path_factory.mktemp("year"), rows=700, seed=3, first_month=FIRST)
    return sorted(path for paths in facts.files.values() for path in paths)


def month_ends(world: World) -> dict[str, dict[str, int]]:
    """Return the trial balance at each month's end."""
    found = {}
    for month in (FIRST.shift(index) for index in range(12)):
        day = month.last_day.isoformat()
        table = world.json("statement", "trial-balance", "--from", "2025-01-01", "--to", day)
        rows = {
            row["label"]: [cell["value"] or 0 for cell in row["cells"][1:3]]
            for row in table["rows"]
            if row["cells"]
        }
        found[str(month)] = {name: debit - credit for name, (debit, credit) in rows.items() if debit - credit}
    return found


def switched(world: World, mode: str) -> None:
    world.command("profile", "set", SHOP, mode, *RAILS)
    run = world.sync()
    assert (run.state, world.proofs_hold(run)) == ("done", True), (run.reason, run.proofs)


def test_a_year_is_the_same_per_sale_and_per_payout_and_back(fresh, year_files):
    run = fresh.sync(*year_files)
    assert (run.state, fresh.proofs_hold(run)) == ("done", True)
    per_sale, sales = month_ends(fresh), Link.objects.filter(kind="sales-receipt").count()
    assert all(per_sale.values())
    switched(fresh, "mode=per-payout@2025-05")
    assert Link.objects.filter(kind="sales-receipt").count() < sales
    assert month_ends(fresh) == per_sale
    switched(fresh, "mode=per-payout")
    assert Link.objects.filter(kind="sales-receipt").count() == 0
    assert month_ends(fresh) == per_sale
    tied = fresh.json("tieout", SHOP)
    assert tied["ties"]
    assert {row["month"] for row in tied["rows"]} >= {str(FIRST.shift(index)) for index in range(12)}
    switched(fresh, "mode=per-sale")
    assert Link.objects.filter(kind="sales-receipt").count() == sales
    assert month_ends(fresh) == per_sale
    assert fresh.plan() is None
    assert fresh.json("prove")["holds"]


def test_a_switch_without_raised_rails_is_one_hold_that_says_how(synced):
    synced.command("profile", "set", SHOP, "mode=per-payout", "rails.max_removed=1")
    assert synced.plan() is None
    holds = synced.holds()
    assert [hold.code for hold in holds] == ["rail"]
    assert "delete" in holds[0].cause
    assert f'closebook profile set "{SHOP}" rails.max_removed=' in holds[0].fixes[0]
    switched(synced, "mode=per-payout")
    assert not synced.holds()


def test_trying_a_profile_writes_nothing(synced):
    before = synced.footprint()
    lines = synced.json("profile", "try", SHOP, "mode=per-payout")["lines"]
    assert lines
    assert all(line["now_minor"] == line["then_minor"] for line in lines)
    assert synced.footprint() == before
    assert synced.plan() is None
