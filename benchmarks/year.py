"""The simulated year: one company fed by Etsy and Square, the payouts of both in one bank file, with faults.

``python -m benchmarks.year [--days 365] [--per-day 20] [--every 14] [--faults 0.05] [--seed 1]`` prints a
month a line: source = books (the tie-out certificates of shop and till), books = bank with what is on its
way; then what was counted, what failed on the way, and what an undone month and its return leave behind. It
ends with 1 when anything does not hold.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.year.driver import Year


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--per-day", type=int, default=20)
    parser.add_argument("--every", type=int, default=14)
    parser.add_argument("--faults", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="closebook-year-") as folder:
        os.environ["CLOSEBOOK_HOME"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closebook.config.settings")
        import django

        django.setup()
        logging.disable(logging.CRITICAL)  # the faults are meant
        return _year(Path(folder), options)


def _year(folder: Path, options: argparse.Namespace) -> int:
    import datetime as dt

    from tests.apps.sync.harness import data_folder
    from tests.year.driver import Story, live, year_of

    story = Story(options.seed, dt.date(2027, 1, 1), options.days, options.per_day)
    orders = len(story.shop.orders) + len(story.till.orders)
    print(f"seed {options.seed}: {orders:,} sales and returns, {len(story.bank.lines):,} bank lines")
    print(f"from {story.first} to {story.last}, {options.faults:.0%} faults", flush=True)
    began = time.process_time()
    unblocked = SimpleNamespace(unblock=nullcontext)  # outside pytest nothing keeps us from the databases
    with data_folder(folder, unblocked) as world:
        world.command("init")
        with year_of(world, story, options.faults) as year:
            live(year, options.every, lambda day: _tell(day, time.process_time() - began))
            good = _prove(year)
            print(f"{time.process_time() - began:.0f} CPU s, {_faults(year)}")
    return 0 if good else 1


def _tell(day: object, seconds: float) -> None:
    print(f"  {day}  {seconds:6.0f} CPU s", file=sys.stderr, flush=True)


def _faults(year: Year) -> str:
    return ", ".join(f"{count} {word}" for word, count in sorted(year.counts.items()))


def _prove(year: Year) -> bool:
    from tests.year import proofs
    from tests.year.driver import SHOP, TILL

    story, last = year.story, year.story.last
    checks = {
        "nothing waits": not proofs.nothing_waits(year),
        "documents = events of the sources": proofs.live_documents() == proofs.source_documents(story),
        "every document once": proofs.each_once(year),
        "Etsy's clearing = pending payouts": proofs.clearing(year, SHOP, last)
        == story.shop.unsettled_on(last),
        "Square's clearing = pending payouts": proofs.clearing(year, TILL, last)
        == proofs.unsettled_of_till(story, last),
        "both are zero when all is paid": not any(
            proofs.clearing(year, name, story.end) for name in (SHOP, TILL)
        ),
    }
    print("  month     Etsy      Square    payouts   bank          books         on its way    proof")
    for one in proofs.month_proofs(year):
        payouts = one.shop.payouts + one.till.payouts
        explained = one.shop.explained + one.till.explained
        cells = (
            f"{_word(one.shop.ties):9} {_word(one.till.ties):9} {explained}/{payouts}".ljust(30),
            *(f"{cents / 100:<13,.2f}" for cents in (one.bank_minor, one.books_minor, one.on_the_way_minor)),
        )
        print(f"  {one.month}   {' '.join(cells)} {_word(one.holds)}")
        checks[f"month {one.month}"] = one.holds and payouts == explained
    checks |= _undone(year)
    print(f"documents: {dict(proofs.live_documents())}; faults of Square: {dict(year.square.failed)}")
    wrong = [name for name, holds in checks.items() if not holds]
    print(f"{len(checks) - len(wrong)} of {len(checks)} proofs hold" + (f"; not: {wrong}" if wrong else ""))
    for line in proofs.nothing_waits(year)[:20]:
        print("  still open:", line)
    return not wrong


def _undone(year: Year) -> dict[str, bool]:
    from tests.year import proofs
    from tests.year.driver import SHOP, TILL

    before, month = year.world.trial_balance(), year.story.last
    runs = sum(year.undo_month(name, month.year, month.month) for name in (SHOP, TILL))
    gone = year.world.trial_balance() != before
    for name in (SHOP, TILL):
        year.post(name)
    year.follow()
    print(f"undone and posted again: {runs} runs of {month:%Y-%m}")
    return {
        "an undone month is gone": gone,
        "posted again the trial balance is the same": year.world.trial_balance() == before,
        "bank lines follow their payouts": not proofs.answers_without_record(year),
        "every document once again": proofs.each_once(year),
        "the audit log is whole": proofs.audit_holds(year),
    }


def _word(holds: bool) -> str:
    return "agrees" if holds else "DIFFERS"


if __name__ == "__main__":
    sys.exit(main())
