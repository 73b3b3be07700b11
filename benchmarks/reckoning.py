"""What reckoning costs: a person's week of evidence, and a year of twenty assistants.

    python -m benchmarks.reckoning            a week, and a year of one assistant times twenty
    python -m benchmarks.reckoning --whole    the year of all twenty

CPU seconds (user and system) of this process. Ends with code 1 when a limit is passed.
"""

from __future__ import annotations

import statistics
import sys
import time

from closebook.core.workforce.minutes import Rounding, rounded_rows
from closebook.core.workforce.reckoning import Level, Terms, reckon
from closebook.core.workforce.settling import paid_time, proposals_of
from tests.core.workforce.weeks import RULES, scrambled, week_of

WEEKS, PEOPLE = 52, 20
MOST_WEEK_SECONDS, MOST_YEAR_SECONDS = 0.050, 60


def cost_of(seed: int) -> tuple[float, int]:
    """Return the CPU seconds from raw spans to paid minutes of one week, and how many spans it had."""
    week = week_of(seed)
    spans = scrambled(week.spans, seed)
    begun = time.process_time()
    segments = reckon(week.timers, spans, RULES, (), Terms(level=Level.SITES))
    proposals_of(segments, "Asia/Manila")
    paid = paid_time(segments, week.timers, "Asia/Manila")
    rounded_rows([each.ms for each in paid], Rounding())
    return time.process_time() - begun, len(spans)


def main() -> int:
    people = PEOPLE if "--whole" in sys.argv else 1
    cost_of(0)
    costs = [cost_of(seed) for seed in range(people * WEEKS)]
    seconds = [each for each, _ in costs]
    week, year = statistics.median(seconds), sum(seconds) * PEOPLE / people
    spans = statistics.median(count for _, count in costs)
    print(f"A person's week: {1000 * week:.1f} ms (worst {1000 * max(seconds):.1f}), {spans:.0f} spans.")
    print(f"A year of {PEOPLE} assistants: {year:.1f} s{'' if people == PEOPLE else ' (one, times twenty)'}.")
    return 0 if week < MOST_WEEK_SECONDS and year < MOST_YEAR_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
