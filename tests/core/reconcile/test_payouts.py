"""Payouts and their rows: what is claimed is true, whatever the books and the order of the input."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from benchmarks.reconcile_data import year
from closebook.core.reconcile.joined import joined
from closebook.core.reconcile.payouts import Cause, Deposit, PaidRow, Verdict, reconcile

DAY = dt.date(2026, 3, 2)


def true_rows(stream) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in stream.rows:
        found.setdefault(stream.truth.get(row.key, ""), set()).add(row.key)
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_with_nothing_held_back_nearly_every_row_is_right_and_no_claim_is_false(seed: int):
    print("seed", seed)
    for stream in year(seed, sales_a_day=40, days=120, held_per_mille=0, odd_charges=False):
        true = true_rows(stream)
        found = reconcile(stream.rows, stream.deposits)
        for payout in found.payouts:
            if payout.verdict is Verdict.EXPLAINED:
                assert set(payout.keys) == true[payout.deposit.key]


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_rows_are_used_once_and_make_the_deposit_with_the_residual(seed: int):
    print("seed", seed)
    for stream in year(seed, sales_a_day=40, days=90):
        amounts = {row.key: row.amount_minor for row in stream.rows}
        found = reconcile(stream.rows, stream.deposits)
        used = [key for payout in found.payouts for key in payout.keys]
        assert len(used) == len(set(used))
        assert set(used) | set(found.unpaid) == set(amounts)
        for payout in found.payouts:
            total = sum(amounts[key] for key in payout.keys)
            assert total + payout.residual_minor == payout.deposit.amount_minor
            if payout.verdict in {Verdict.EXPLAINED, Verdict.LIKELY}:
                assert payout.residual_minor == 0
            elif payout.verdict is Verdict.RESIDUAL:
                assert payout.explanations


@pytest.mark.parametrize("seed", [6, 7])
def test_the_order_of_the_input_does_not_matter(seed: int):
    print("seed", seed)
    chance = random.Random(seed)
    for stream in year(seed, sales_a_day=30, days=60):
        first = reconcile(stream.rows, stream.deposits)
        rows, deposits = stream.rows[:], stream.deposits[:]
        chance.shuffle(rows)
        chance.shuffle(deposits)
        again = reconcile(rows, deposits)
        assert [(p.deposit, p.keys, p.residual_minor) for p in again.payouts] == [
            (p.deposit, p.keys, p.residual_minor) for p in first.payouts
        ]


def shop(days: int = 40) -> tuple[list[PaidRow], list[Deposit]]:
    """Ten sales a day of odd amounts, paid the day after the next, cut at five in the afternoon."""
    chance = random.Random(11)
    rows, sums = [], dict[dt.date, int]()
    for day in range(days):
        for number in range(10):
            minute = chance.randrange(1440)
            row = PaidRow(
                f"{day}-{number}", DAY + dt.timedelta(days=day), minute, chance.randrange(500, 20000)
            )
            rows.append(row)
            cut = row.day + dt.timedelta(days=minute >= 17 * 60)
            sums[cut] = sums.get(cut, 0) + row.amount_minor
    deposits = [Deposit(f"p{day}", day + dt.timedelta(days=2), total) for day, total in sums.items()]
    return rows, deposits[:-1]


def test_the_cut_off_of_clean_books_is_found_and_all_is_explained():
    rows, deposits = shop()
    found = reconcile(rows, deposits)
    assert {payout.residual_minor for payout in found.payouts} == {0}
    assert sum(payout.verdict is Verdict.EXPLAINED for payout in found.payouts) >= 35


def test_a_missing_sale_is_named_by_its_amount():
    rows, deposits = shop()
    gone = rows.pop(205)
    found = reconcile(rows, deposits)
    (payout,) = [one for one in found.payouts if one.verdict is Verdict.RESIDUAL]
    assert payout.residual_minor == gone.amount_minor
    assert payout.explanations[0].cause is Cause.MISSING


def test_a_doubled_sale_is_named_with_its_rows():
    rows, deposits = shop()
    twice = rows[205]
    rows.append(PaidRow("twice", twice.day, twice.minute, twice.amount_minor))
    (payout,) = [one for one in reconcile(rows, deposits).payouts if one.verdict is Verdict.RESIDUAL]
    assert payout.explanations[0].cause is Cause.DOUBLED
    assert set(payout.explanations[0].keys) == {"twice", twice.key}


def test_a_sale_held_back_until_the_next_payout_is_likely_never_certain():
    rows, deposits = shop()
    held = rows[205]
    at = next(i for i, one in enumerate(deposits) if held.key in reconcile(rows, deposits).payouts[i].keys)
    deposits[at] = Deposit(deposits[at].key, deposits[at].day, deposits[at].amount_minor - held.amount_minor)
    other = deposits[at + 1]
    deposits[at + 1] = Deposit(other.key, other.day, other.amount_minor + held.amount_minor)
    found = reconcile(rows, deposits).payouts
    assert (found[at].verdict, found[at + 1].verdict) == (Verdict.LIKELY, Verdict.LIKELY)
    assert held.key in found[at + 1].keys


def test_a_deposit_of_nobody_takes_no_rows():
    rows, deposits = shop()
    found = reconcile(rows, [*deposits, Deposit("gift", DAY + dt.timedelta(days=20), 123)])
    foreign = {one.deposit.key: one for one in found.payouts}["gift"]
    assert (foreign.verdict, foreign.keys) == (Verdict.FOREIGN, ())


@pytest.mark.parametrize(
    ("rows", "deposits"), [([], []), ([PaidRow("a", DAY, 0, 5)], []), ([], [Deposit("p", DAY, 5)])]
)
def test_little_or_nothing_is_no_trouble(rows: list[PaidRow], deposits: list[Deposit]):
    found = reconcile(rows, deposits)
    assert len(found.payouts) == len(deposits)
    assert not any(one.verdict is Verdict.EXPLAINED for one in found.payouts)


def test_a_reported_payout_is_joined_by_its_id_and_held_to_the_cent():
    rows = [PaidRow(key, DAY, 0, amount) for key, amount in (("a", 500), ("b", -100), ("c", 700))]
    deposits = [Deposit("p1", DAY, 400), Deposit("p2", DAY, 690), Deposit("p3", DAY, 1)]
    one, two, three = joined(deposits, rows, {"a": "p1", "b": "p1", "c": "p2"})
    assert (one.verdict, one.keys) == (Verdict.EXPLAINED, ("a", "b"))
    assert (two.verdict, two.residual_minor, two.explanations[0].cause) == (
        Verdict.RESIDUAL,
        -10,
        Cause.CHARGE,
    )
    assert (three.verdict, three.keys) == (Verdict.RESIDUAL, ())


def test_rows_that_begin_in_the_middle_of_a_stream_leave_the_first_ones_to_earlier_payouts():
    rows, deposits = shop()
    found = reconcile(rows, deposits[10:], under_way=True).payouts
    assert found[0].verdict is Verdict.LIKELY
    assert {payout.residual_minor for payout in found} == {0}
    assert sum(payout.verdict is Verdict.EXPLAINED for payout in found[1:]) >= 24
