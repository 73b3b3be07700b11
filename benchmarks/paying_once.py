"""Nobody is paid twice: seeded schedules of crashes and retries of payment runs, through the real services.

``python -m benchmarks.paying_once [--schedules 1000] [--seed 7]`` drives each by the services and jobs of the
product, on a database in a folder of its own, against local services over HTTP; it ends with 1 and names the
seeds when a payment was sent twice, got lost, or a bill was paid above its sum. ``--seed N --schedules 1``
plays one of them again.
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schedules", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="closebook-paying-") as folder:
        os.environ["CLOSEBOOK_HOME"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closebook.config.settings")
        import django

        django.setup()
        logging.disable(logging.CRITICAL)  # the faults are meant
        return _played(Path(folder), options.schedules, options.seed)


def _played(folder: Path, schedules: int, first: int) -> int:
    from tests.apps.sync.harness import data_folder
    from tests.apps.workforce.pay_rooms import with_accounts
    from tests.apps.workforce.pay_schedules import Schedule, Told
    from tests.apps.workforce.rooms import room

    unblocked = SimpleNamespace(unblock=nullcontext)  # outside pytest nothing keeps us from the databases
    told, began = Told(), time.process_time()
    with data_folder(folder, unblocked) as world:
        world.command("init")
        desk = room()
        with_accounts(desk.company, desk.assistant)
        for seed in range(first, first + schedules):
            one = Schedule(desk.company, desk.assistant, seed)
            told.add(one.play())
            one.clear()
    print(f"{schedules:,} schedules from seed {first}: {dict(told.rails)}")
    print(f"{told.moved:,} payments reached a service or a file, {told.kills:,} kills between two statements")
    print(f"faults on the wire: {dict(sorted(told.faults.items()))}")
    print(f"payments at the end: {dict(told.ends.most_common())}")
    print(f"refused: {dict(told.refused.most_common())}")
    print(f"{time.process_time() - began:.0f} s of work; {len(told.wrong)} wrong")
    for line in told.wrong[:20]:
        print(line)
    return int(bool(told.wrong))


if __name__ == "__main__":
    sys.exit(main())
