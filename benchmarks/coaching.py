"""False alarms and delay of watching a close rate: ``python -m benchmarks.coaching [SEED]``."""

from __future__ import annotations

import random
import statistics
import sys

from closebook.core.selling.rates import E_LIMIT, Count, e_value, newcombe

BASELINE, LATER, DEALS, COURSES, STEP = 0.1, 0.3, 200, 1000, 5


def crossing(chance: random.Random, rate: float) -> int | None:
    """Return after how many deals the e-value declares a change, None within the two hundred."""
    won = 0
    for deals in range(1, DEALS + 1):
        won += chance.random() < rate
        if e_value(Count(won, deals), BASELINE) >= E_LIMIT:
            return deals
    return None


def peeked(chance: random.Random) -> bool:
    """Tell whether an ordinary interval, looked at every five deals, raises a false alarm."""
    one = two = 0
    for deals in range(1, DEALS + 1):
        one += chance.random() < BASELINE
        two += chance.random() < BASELINE
        if deals % STEP == 0 and newcombe(Count(one, deals), Count(two, deals)).low > 0:
            return True
    return False


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    chance = random.Random(seed)
    alarms = sum(crossing(chance, BASELINE) is not None for _ in range(COURSES))
    seen = sorted(at for _ in range(COURSES) if (at := crossing(chance, LATER)))
    looks = sum(peeked(chance) for _ in range(COURSES))
    print(f"seed {seed}, {COURSES} courses of {DEALS} deals")
    print(f"e-value, nothing changed: {100 * alarms / COURSES:.1f} % false alarms")
    print(f"e-value, 10 to 30 %: median {statistics.median(seen):.0f}, 90 % by {seen[len(seen) * 9 // 10]}")
    print(f"ordinary interval every {STEP} deals: {100 * looks / COURSES:.1f} % false alarms")


if __name__ == "__main__":
    main()
