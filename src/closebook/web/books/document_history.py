"""Who made each version of a record: a run, a person on these pages, or a program with its own access."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from closebook.apps.books.models import Record
from closebook.apps.books.selectors.versions import Version, versions_of
from closebook.apps.companies.selectors.audit import writers_of
from closebook.apps.sync.models import Link
from closebook.apps.sync.selectors.record_runs import runs_of


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One version: its token, since when it holds, who made it ("" when nobody noted it), by which run."""

    token: int
    since: dt.datetime
    by: str
    run: int | None


def history_of(company_id: int, record: Record, link: Link | None) -> list[HistoryLine]:
    """Return the versions of a record, the present one first."""
    people = writers_of(company_id, f"{record.entity} {record.wire_id}")
    runs = runs_of(link) if link is not None else {}
    return [_line(version, people, runs) for version in versions_of(record)]


def _line(version: Version, people: dict[str, str], runs: dict[str, int]) -> HistoryLine:
    token = str(version.token)
    person = people.get(token, "")
    run = None if person else runs.get(token) or _run_named(version.by)
    return HistoryLine(version.token, version.since, person or ("" if run else version.by), run)


def _run_named(by: str) -> int | None:
    """Return the number of the run that the books noted, None for anybody else."""
    word, _space, number = by.partition(" ")
    return int(number) if word == "run" and number.isdecimal() else None
