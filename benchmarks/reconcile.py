"""Ten seeded years of payouts against the rows of the books, ours beside the rules of peers.

``python -m benchmarks.reconcile [years]``. Times are CPU seconds.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.reconcile_data import Stream, year
from closebook.core.reconcile.payouts import Reconciled, Verdict, reconcile


@dataclass
class Score:
    """What came of some years."""

    rows: int = 0
    rows_right: int = 0
    payouts: int = 0
    payouts_right: int = 0
    explained: int = 0
    false: int = 0
    seconds: float = 0

    def line(self, name: str) -> str:
        right = 100 * self.rows_right / max(1, self.rows)
        return (
            f"| {name} | {self.rows:,} | {right:.2f} % | {self.payouts_right} of {self.payouts} "
            f"| {self.explained} | {self.false} | {self.seconds:.2f} |"
        )


def add(score: Score, stream: Stream, found: Reconciled) -> None:
    at = {key: payout.deposit.key for payout in found.payouts for key in payout.keys}
    true: dict[str | None, set[str]] = {}
    for row in stream.rows:
        true.setdefault(stream.truth.get(row.key), set()).add(row.key)
        score.rows_right += at.get(row.key) == stream.truth.get(row.key)
    score.rows += len(stream.rows)
    for payout in found.payouts:
        foreign = payout.deposit.key in stream.foreign
        right = not foreign and set(payout.keys) == true.get(payout.deposit.key, set())
        score.payouts += not foreign
        score.payouts_right += right
        if payout.verdict is Verdict.EXPLAINED:
            score.explained += 1
            score.false += not right


def years(seeds: Sequence[int], **options: int) -> Score:
    score = Score()
    for seed in seeds:
        streams = year(seed, **options)
        began = time.process_time()
        found = [reconcile(stream.rows, stream.deposits) for stream in streams]
        score.seconds += time.process_time() - began
        for stream, one in zip(streams, found, strict=True):
            add(score, stream, one)
    score.seconds /= len(seeds)
    return score


def one_row_rule(streams: Sequence[Stream]) -> int:
    """Return how many payouts have exactly one row of their amount within the seven days before."""
    found = 0
    for stream in streams:
        for deposit in stream.deposits:
            fits = [
                row
                for row in stream.rows
                if row.amount_minor == deposit.amount_minor and 0 <= (deposit.day - row.day).days <= 7
            ]
            found += len(fits) == 1 and stream.truth.get(fits[0].key) == deposit.key
    return found


def one_day_rule(streams: Sequence[Stream]) -> int:
    """Return how many payouts are the total of one day of the week before, with the right rows."""
    right = 0
    for stream in streams:
        totals: Counter[int] = Counter()
        keys: dict[int, set[str]] = {}
        true: dict[str | None, set[str]] = {}
        for row in stream.rows:
            totals[row.day.toordinal()] += row.amount_minor
            keys.setdefault(row.day.toordinal(), set()).add(row.key)
            true.setdefault(stream.truth.get(row.key), set()).add(row.key)
        for deposit in stream.deposits:
            days = [deposit.day.toordinal() - back for back in range(8)]
            fits = [day for day in days if totals[day] == deposit.amount_minor]
            right += any(keys.get(day) == true.get(deposit.key) for day in fits)
    return right


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    seeds = range(1, count + 1)
    print(
        "| years | rows | rows right | payouts with every row right | explained | of them false | s a year |"
    )
    print("|---|---|---|---|---|---|---|")
    clean = {"held_per_mille": 0, "odd_charges": 0}
    print(years(seeds[:3], wrong_per_mille=0, **clean).line("clean books, nothing held back"))
    print(years(seeds[:3], **clean).line("2 % wrong, nothing held back"))
    base = years(seeds)
    print(base.line("2 % wrong, 0.1 % held back, odd charges, foreign deposits"))
    large = years(seeds[:1], sales_a_day=2000)
    print(large.line("the same with 2,000 sales a day, one year"))
    per_row = (large.seconds / large.rows) / (base.seconds / (base.rows / count))
    print(f"\nPer row at ten times the size: {per_row:.2f} of the time.")
    streams = year(1)
    print(f"One deposit = one row: {one_row_rule(streams)} of {sum(len(s.deposits) for s in streams)}.")
    print(f"One deposit = one day's total: {one_day_rule(streams)}.")


if __name__ == "__main__":
    main()
