"""What each payout clears, with the cut inside its day."""

from __future__ import annotations

from closebook.core.commerce.records import FeeKind, MovementKind
from closebook.core.planning.settlement import BadRow, SettlementState, settlements_of
from tests.core.planning.shop import day, fee, payout, refund, row, sale, tax


def states(*rows, **more):
    return [
        (one.state.value, one.opening_minor, one.payout_minor, one.carried_minor)
        for one in settlements_of(rows, **more).all
    ]


def test_a_payout_that_takes_all_is_exact():
    assert states(sale("03-04", 5400), tax("03-04", -400), fee("03-04", -325), payout("03-09", 4675)) == [
        ("exact", 0, 4675, 0),
        ("open", 0, 0, 0),
    ]


def test_what_stays_behind_is_carried_into_the_next_settlement():
    assert states(sale("03-04", 5000), payout("03-09", 4000), sale("03-10", 100), payout("03-16", 1100)) == [
        ("carried", 0, 4000, 1000),
        ("exact", 1000, 1100, 0),
        ("open", 0, 0, 0),
    ]


def test_the_opening_balance_counts():
    assert states(payout("03-09", 1500), opening_minor=1500)[0] == ("exact", 1500, 1500, 0)


def test_a_payout_that_is_too_big_is_short_and_the_next_one_starts_from_nothing():
    rows = (sale("03-04", 5000), payout("03-09", 6000), sale("03-10", 100), payout("03-16", 100))
    assert states(*rows) == [("short", 0, 6000, 0), ("exact", 0, 100, 0), ("open", 0, 0, 0)]
    assert settlements_of(rows).all[0].short_minor == 1000


def test_rows_of_the_payouts_day_come_before_it_when_that_fits_exactly():
    before = settlements_of([sale("03-04", 5000), sale("03-09", 700, "2"), payout("03-09", 5700)])
    assert before.index_of("order:2", day("03-09")) == 0
    behind = settlements_of([sale("03-04", 5000), sale("03-09", 700, "2"), payout("03-09", 5000)])
    assert behind.index_of("order:2", day("03-09")) == 1


def test_charges_of_the_payouts_day_may_come_behind_it():
    rows = [sale("03-09", 5000, "2"), fee("03-09", -900, kind=FeeKind.ADS), payout("03-09", 4500)]
    found = settlements_of(rows)
    assert [one.state for one in found.all] == [SettlementState.CARRIED, SettlementState.OPEN]
    assert found.all[0].carried_minor == 500
    assert found.all[1].balance_minor == -400


def test_two_payouts_of_a_day_are_two_settlements():
    rows = (sale("03-04", 5000), payout("03-09", 2000), payout("03-09", 3000))
    assert [one[0] for one in states(*rows)] == ["carried", "exact", "open"]


def test_a_returned_payout_is_an_adjustment():
    rows = (
        sale("03-04", 5000), payout("03-09", 5000),
        row(MovementKind.RETURNED_PAYOUT, "03-11", 5000), payout("03-16", 5000),
    )  # fmt: skip
    second = settlements_of(rows).all[1]
    assert second.parts == [0, 0, 0, 0, 5000, 0]
    assert second.identity("USD") == "opening 0.00 + adjustments 50.00 = payout 50.00"


def test_the_identity_in_words():
    one = settlements_of(
        [
            sale("03-04", 5400),
            tax("03-04", -400),
            refund("03-05", -1000),
            fee("03-05", -300),
            payout("03-09", 3000),
        ]
    ).all[0]
    assert one.identity("USD") == (
        "opening 0.00 + sales 54.00 - refunds 10.00 - taxes 4.00 - fees 3.00 = "
        "payout 30.00 + carried 7.00 (reserve, not yet available, or rows of that day)"
    )


def test_a_settlement_keeps_its_name_when_its_payout_arrives():
    rows = [sale("03-04", 5000), payout("03-09", 5000, key="p1"), sale("03-10", 100)]
    before = [one.name for one in settlements_of(rows).all]
    after = [one.name for one in settlements_of([*rows, payout("03-16", 100)]).all]
    assert after[:2] == before
    assert before[0] == "start"
    assert before[1].startswith("2026-03-09~")


def test_explanations_name_bad_rows_and_missing_months():
    rows = (
        sale("01-04", 5000), payout("01-09", 5000), sale("03-02", 10), payout("03-09", 700),
    )  # fmt: skip
    bad = [BadRow("march.csv, row 12", day("03-03")), BadRow("january.csv, row 2", day("01-02"))]
    short = settlements_of(rows, bad_rows=bad).all[1]
    assert short.explanations == (
        "A row could not be read: march.csv, row 12.",
        "There is no row at all in 2026-02: its statement is missing.",
    )


def test_a_choice_of_the_days_orders_may_explain_the_payout():
    rows = [
        sale("03-04", 5000),
        refund("03-09", -1200, "2"),
        sale("03-09", 700, "3"),
        sale("03-09", 333, "4"),
        payout("03-09", 4133),
    ]
    found = settlements_of(rows)
    assert found.all[0].state is SettlementState.EXACT
    assert [found.index_of(f"order:{ref}", day("03-09")) for ref in "234"] == [0, 1, 0]
