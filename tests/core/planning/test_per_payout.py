"""Summaries per settlement and month, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from closebook.core.errors import InvariantError
from closebook.core.planning.documents import DocumentKind
from closebook.core.planning.posting import documents_of
from closebook.core.planning.profile import Mode, ModeRange
from tests.core.planning.shop import (
    CLEARING,
    business,
    by_key,
    day,
    fee,
    lines,
    order,
    payout,
    profile,
    refund,
    sale,
    tax,
    totals,
    wanted,
)

SUMMARY = Mode.PER_PAYOUT


def test_a_settlement_is_one_entry_with_a_line_per_kind_and_the_payout():
    desired = wanted(
        sale("03-04", 5400), tax("03-04", -400), fee("03-04", -325, "3900112233"), sale("03-05", 1000, "2"),
        refund("03-06", -200, "2"), payout("03-09", 5475), orders=(order(),), mode=SUMMARY,
    )  # fmt: skip
    entry, move = sorted(desired.documents, key=lambda one: one.kind.value)
    assert (entry.key, entry.day) == ("settlement:start/2026-03", day("03-09"))
    assert [(line.description, line.amount_minor) for line in entry.lines] == [
        ("Net into the payment account", 5475),
        ("Sales", -5000),
        ("Shipping", -1000),
        ("Refunds", 200),
        ("Transaction fees", 325),
    ]
    assert move.kind is DocumentKind.TRANSFER
    assert len(entry.source_keys) == 6


def test_a_settlement_over_a_month_end_has_a_part_in_each_month():
    rows = (sale("03-30", 1000, "1"), sale("04-01", 500, "2"), payout("04-03", 1500))
    found = by_key(wanted(*rows, mode=SUMMARY))
    assert found["settlement:start/2026-03"].day == day("03-31")
    assert found["settlement:start/2026-04"].day == day("04-03")


def test_the_tail_of_a_finished_month_is_posted_and_that_of_a_running_month_waits():
    rows = (sale("03-30", 1000, "1"), sale("04-01", 500, "2"))
    running = wanted(*rows, mode=SUMMARY, as_of=day("04-15"))
    assert [one.key for one in running.documents] == ["settlement:start/2026-03"]
    assert running.waiting_minor == 500
    assert wanted(*rows, mode=SUMMARY, as_of=day("05-01")).waiting_minor == 0


def test_the_tails_entry_does_not_change_when_the_payout_arrives():
    rows = (sale("03-30", 1000, "1"), sale("04-01", 500, "2"))
    before = by_key(wanted(*rows, mode=SUMMARY, as_of=day("04-02")))
    after = by_key(wanted(*rows, payout("04-03", 1500), mode=SUMMARY, as_of=day("04-04")))
    key = "settlement:start/2026-03"
    assert before[key].fingerprint() == after[key].fingerprint()


def test_a_held_sale_holds_its_whole_summary():
    desired = wanted(
        sale("03-04", 5399), tax("03-04", -400), sale("03-05", 10, "2"), orders=(order(),), mode=SUMMARY
    )
    assert not desired.documents
    assert [hold.code for hold in desired.holds] == ["order-differs", "settlement-held"]


def test_a_month_can_be_posted_per_payout_between_months_per_sale():
    mixed = replace(profile(), modes=(ModeRange(SUMMARY, day("04-01"), day("04-30")),))
    rows = (sale("03-30", 1000, "1"), sale("04-02", 500, "2"), sale("05-01", 70, "3"), payout("05-05", 1570))
    found = by_key(documents_of(business(*rows), mixed, day("12-31")))
    assert sorted(key for key in found if "payout" not in key) == [
        "order:1/sale",
        "order:3/sale",
        "settlement:start/2026-04",
    ]
    assert totals(list(found.values()))[CLEARING] == 0


def test_a_part_of_the_business_cannot_be_posted_per_payout():
    with pytest.raises(InvariantError):
        documents_of(business(sale("03-04", 10)), profile(SUMMARY), day("12-31"), whole=False)


def test_tax_in_transit_over_the_month_end_stands_in_both_parts():
    rows = (sale("03-31", 5400), tax("04-01", -400))
    found = by_key(wanted(*rows, orders=(order(on="03-31"),), mode=SUMMARY))
    march, april = found["settlement:start/2026-03"], found["settlement:start/2026-04"]
    assert (-400, "etsy tax in transit") in lines(march)
    assert (400, "etsy tax in transit") in lines(april)
