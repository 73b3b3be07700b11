"""Six weeks of a shop and a till into one company and one bank account, with a twentieth of everything
failing; then a month is taken back and posted again.
"""

from __future__ import annotations

import datetime as dt

import pytest

from tests.year import proofs
from tests.year.driver import SHOP, TILL, Story, live, year_of

FIRST = dt.date(2027, 3, 1)
RATE = 0.05


@pytest.mark.parametrize("seed", [7])
def test_six_weeks_come_to_the_cent_whatever_fails(bare, seed: int) -> None:
    print(f"seed {seed}")
    story = Story(seed, FIRST, days=42, per_day=10)
    with year_of(bare, story, RATE) as year:
        live(year, every=14)
        assert proofs.nothing_waits(year) == []
        assert proofs.live_documents() == proofs.source_documents(story)
        assert proofs.each_once(year)
        last = story.last
        assert proofs.clearing(year, SHOP, last) == story.shop.unsettled_on(last) != 0
        assert proofs.clearing(year, TILL, last) == proofs.unsettled_of_till(story, last) != 0
        assert (proofs.clearing(year, SHOP, story.end), proofs.clearing(year, TILL, story.end)) == (0, 0)
        assert [str(one.month) for one in proofs.month_proofs(year) if not one.holds] == []
        before = bare.trial_balance()
        undone = year.undo_month(SHOP, 2027, 4) + year.undo_month(TILL, 2027, 4)
        assert undone >= 4
        assert bare.trial_balance() != before
        year.post(SHOP)
        year.post(TILL)
        year.follow()
        assert bare.trial_balance() == before
        assert proofs.answers_without_record(year) == []
        assert proofs.each_once(year)
        assert proofs.audit_holds(year)
    assert year.counts["process died in a run"], year.counts
    assert sum(year.square.failed.values()), "no fault of Square was met"


def test_the_same_seed_makes_the_same_story() -> None:
    one, other = (Story(3, FIRST, days=14, per_day=8) for _ in range(2))
    assert one.shop.rows == other.shop.rows
    assert one.bank.lines == other.bank.lines
