"""Work that comes again: cron words, kept by the engine's database and carried out by whichever worker
lives.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dbos import DBOS


@dataclass(frozen=True, slots=True)
class Schedule:
    """A name, cron words (``0 3 * * *``) and what is done then."""

    name: str
    cron: str
    work: Callable[[], object]


_SCHEDULES: dict[str, Schedule] = {}


def define_schedule(name: str, cron: str, work: Callable[[], object]) -> Schedule:
    """Return a schedule that every worker started after this will keep."""
    _SCHEDULES[name] = Schedule(name, cron, work)
    return _SCHEDULES[name]


def _carry_out(name: str) -> bool:
    """Do the work of a schedule; False in a process that does not know it and leaves it to the others."""
    schedule = _SCHEDULES.get(name)
    if schedule is None:
        return False
    schedule.work()
    return True


@DBOS.workflow(name="closebook-schedule")
def _tick(_at: dt.datetime, name: Any) -> None:
    DBOS.run_step({"name": "schedule"}, _carry_out, str(name))


def schedules_apply() -> None:
    """Hand the defined schedules to the engine; called once a worker has started."""
    if _SCHEDULES:
        DBOS.apply_schedules(
            [
                {
                    "schedule_name": each.name,
                    "workflow_fn": _tick,
                    "schedule": each.cron,
                    "context": each.name,
                }
                for each in _SCHEDULES.values()
            ]
        )
