"""Computing a summary: its figures from what was gathered, and the identities that must hold."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from closebook.core.periods import Month
from closebook.core.selling import figures as money
from closebook.core.selling import figures_counts as counts
from closebook.core.selling.figures import Figure, ratio
from closebook.core.selling.identities import UNASSIGNED, difference
from closebook.core.selling.receivables import identity
from closebook.core.selling.summary.compute_more import more_figures
from closebook.core.selling.summary.gathered import Gathered, Sale
from closebook.core.selling.summary.report import Broken, Live, Records

Figures = dict[str, Live]
NONE = Records()


def figures_of(given: Gathered) -> Figures:
    """Return all figures of a summary by id; what was not gathered has no figure."""
    found: Figures = {}
    for part in (_sales, _targets, _parts, _activity, _complaints, _cash, _costs, _team, _plan):
        part(given, found)
    more_figures(given, found)
    return found


def _keep(found: Figures, name: str, figure: Figure, records: Records = NONE, whose: str = "") -> None:
    found[name] = Live(name, figure, records, whose)


def _records(kind: str, ids: Iterable[int]) -> Records:
    return Records(kind, tuple(sorted({one for one in ids if one})))


def _sold(given: Gathered, rows: Iterable[Sale]) -> Records:
    kind = "opportunities" if given.source == "deals" else "customers"
    return _records(kind, (row.record for row in rows))


def months_of(given: Gathered) -> list[str]:
    """Return the months of the scope, such as 2026-03."""
    month, found = Month.of(given.scope.start), []
    while month.first_day <= given.scope.end:
        found.append(str(month))
        month = month.next()
    return found


def _before(month: str) -> str:
    return f"{int(month[:4]) - 1}{month[4:]}"


def _sales(given: Gathered, found: Figures) -> None:
    now, records = given.sales_minor, _sold(given, given.sales)
    before = sum(row.minor for row in given.sales_before)
    _keep(found, "F3", Figure("F3", "money", now, variant=given.source), records)
    _keep(found, "F3/before", Figure("F3", "money", before, variant="same-dates"))
    _keep(found, "F6", money.growth(now, before))
    for month in months_of(given):
        rows = [row for row in given.sales if row.month == month]
        past = sum(row.minor for row in given.sales_before if row.month == _before(month))
        amount = sum(row.minor for row in rows)
        _keep(found, f"F3/month/{month}", Figure("F3", "money", amount), _sold(given, rows), month)
        _keep(found, f"F3/month-before/{month}", Figure("F3", "money", past), whose=month)
    months = {row.month for row in given.sales if row.minor > 0}
    _keep(found, "F30", Figure("F30", "count", len(months), len(months), len(months_of(given))))
    if given.working_days:
        _keep(found, "F31", counts.year_elapsed(given.working_days, given.scope.until))


def _targets(given: Gathered, found: Figures) -> None:
    if given.target is not None:
        for figure in money.target(given.target.minor, given.first_target_minor):
            name = "F1" if figure.variant == "in-force" else "F1/first"
            _keep(found, name, figure, _records("targets", [given.target.record]))
        _keep(found, "F4", money.completion(given.sales_minor, given.target.minor))
        _keep(found, "F5", money.over_short(given.sales_minor, given.target.minor))
    if given.own_target_minor is not None:
        _keep(found, "F2", money.own_target(given.own_target_minor))
        _keep(found, "F4/own", money.completion(given.sales_minor, given.own_target_minor, "own"))


def _by(rows: Iterable[Sale], kind: str) -> dict[str, list[Sale]]:
    found: dict[str, list[Sale]] = defaultdict(list)
    for row in rows:
        found[getattr(row, kind)].append(row)
    return found


def _parts(given: Gathered, found: Figures) -> None:
    """Keep sales, sales before, share and target of each region, person and large customer."""
    targets = given.target.parts if given.target else ()
    aims = {
        "region": _summed((part.region, part.minor) for part in targets),
        "person": _summed((part.person, part.minor) for part in targets),
        "customer": {},
    }
    for kind, aimed in aims.items():
        now, past = _by(given.sales, kind), _by(given.sales_before, kind)
        for name in now.keys() | past.keys() | aimed.keys():
            _part(given, found, f"{kind}/{name}", (now[name], past[name]), aimed.get(name))


def _summed(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for name, minor in pairs:
        found[name] += minor
    return dict(found)


def _part(
    given: Gathered, found: Figures, key: str, rows: tuple[list[Sale], list[Sale]], aimed: int | None
) -> None:
    whose = key.split("/", 1)[1]
    now, past = (sum(row.minor for row in each) for each in rows)
    records = _sold(given, rows[0])
    _keep(found, f"F3/{key}", Figure("F3", "money", now), records, whose)
    _keep(found, f"F3/before/{key}", Figure("F3", "money", past), whose=whose)
    _keep(found, f"F6/{key}", money.growth(now, past), whose=whose)
    _keep(found, f"share/{key}", ratio("share", now, given.sales_minor), records, whose)
    if aimed is not None:
        _keep(found, f"F1/{key}", Figure("F1", "money", aimed), whose=whose)
        _keep(found, f"F4/{key}", money.completion(now, aimed), whose=whose)


def _activity(given: Gathered, found: Figures) -> None:
    visits = [one for one in given.met if one.kind == "visit"]
    refused = [one for one in given.met if one.refused]
    _keep(
        found,
        "met",
        Figure("met", "count", len(given.met)),
        _records("conversations", (one.record for one in given.met)),
    )
    _keep(
        found, "F16", counts.visits(len(visits))[0], _records("conversations", (one.record for one in visits))
    )
    present = [sum(day <= given.scope.until for day in _within(given))] * given.staff
    if given.staff:
        _keep(found, "F17", replace(counts.visits_per_day(len(visits), present), unit="number"))
    followed = sum(one.followed for one in refused)
    _keep(
        found,
        "F20",
        counts.second_follow_ups(followed, len(refused)),
        _records("conversations", (one.record for one in refused)),
    )
    if given.revisits is not None:
        _keep(found, "F21", counts.revisits(*given.revisits))
    if given.hot is not None:
        _keep(found, "F22", counts.hot_realised(*given.hot))
    _customers(given, found)


def _within(given: Gathered) -> list[dt.date]:
    return [day for day in given.working_days if given.scope.start <= day <= given.scope.until]


def _customers(given: Gathered, found: Figures) -> None:
    new = counts.new_customers(given.firsts, given.scope.start, given.scope.end, given.new_planned)
    for name, figure in zip(("F14", "F14/plan", "F14/small"), new, strict=True):
        _keep(found, name, figure)
    for figure in counts.dealers_by_grade(given.dealers, given.dealers_before):
        if figure.variant != "move":
            _keep(found, f"F15/{figure.variant}/{figure.line}", figure, whose=figure.line)


def _complaints(given: Gathered, found: Figures) -> None:
    rows = given.complaints
    asked = [one for one in rows if one.verdict in {"satisfied", "partly", "not"}]
    closed = [one for one in rows if one.closed]
    made = counts.complaints(
        len(rows), in_time=sum(one.in_time for one in closed), closed=len(closed),
        satisfied=sum(one.verdict == "satisfied" for one in asked), asked=len(asked), deliveries=0,
    )  # fmt: skip
    for name, figure in zip(("F23", "F23/time", "F23/satisfied"), made, strict=False):
        _keep(found, name, figure, _records("complaints", (one.record for one in rows)))
    for cause in sorted({one.cause for one in rows}):
        ids = [one.record for one in rows if one.cause == cause]
        _keep(
            found, f"F23/cause/{cause}", Figure("F23", "count", len(ids)), _records("complaints", ids), cause
        )


def _cash(given: Gathered, found: Figures) -> None:
    moved = given.receivables
    if moved is None:
        return
    _keep(found, "F9", money.collected(moved.collected_minor))
    invoiced = moved.invoiced_minor - moved.credited_minor
    _keep(found, "F10", money.collection_rate(moved.collected_minor, invoiced, moved.opening_minor, 0)[0])
    _keep(found, "F10/b", money.collection_rate(moved.collected_minor, invoiced, moved.opening_minor, 0)[1])
    for name in ("opening", "invoiced", "credited", "collected", "written_off", "closing"):
        _keep(found, f"F11/{name}", Figure("F11", "money", getattr(moved, f"{name}_minor"), variant=name))
    _keep(found, "F11", identity(moved))
    for name, minor in given.ageing.items():
        _keep(found, f"age/{name}", Figure("age", "money", minor), whose=name)


def _costs(given: Gathered, found: Figures) -> None:
    if given.gross_minor is None:
        return
    for figure in money.expenses(given.expenses, given.sales_minor):
        name = {"by-kind": f"F27/kind/{figure.line}", "total": "F27", "of-sales": "F27/rate"}[figure.variant]
        _keep(found, name, figure, whose=figure.line)
    _keep(found, "gross", Figure("gross", "money", given.gross_minor))
    _keep(found, "F28", money.profit(given.gross_minor, sum(given.expenses.values())))


def _team(given: Gathered, found: Figures) -> None:
    start, end = given.scope.start, given.scope.end
    rows = [one for one in given.decided if start <= one.day <= end]
    ids = {result: [one.record for one in rows if one.result == result] for result in ("won", "lost")}
    _keep(
        found,
        "F29",
        counts.close_rate(((one.day, one.result) for one in rows), start, end),
        _records("opportunities", ids["won"] + ids["lost"]),
    )
    for result, found_ids in ids.items():
        _keep(found, result, Figure(result, "count", len(found_ids)), _records("opportunities", found_ids))
    for name in ("diagnoses", "points", "tried", "helped"):
        _keep(found, f"coached/{name}", Figure("coached", "count", getattr(given.coached, name)))


def _plan(given: Gathered, found: Figures) -> None:
    if given.plan is None:
        return
    records = _records("targets", [given.plan.record])
    _keep(found, "plan", Figure("plan", "money", given.plan.minor), records)
    for kind in ("region", "person"):
        for name, minor in _summed((getattr(part, kind), part.minor) for part in given.plan.parts).items():
            _keep(found, f"plan/{kind}/{name}", Figure("plan", "money", minor), records, name)
    for name, minor in given.hoped.items():
        _keep(found, f"hoped/{name}", Figure("hoped", "money", minor), whose=name)


def broken_identities(given: Gathered) -> list[Broken]:
    """Return the identities that do not hold, to the minor unit: a summary with one cannot become final.

    Regions and persons (what is nobody's included) give the total, months too; receivables add up; the
    parts of each target give the target.
    """
    total = given.sales_minor
    checks: list[tuple[str, int]] = [
        (name, difference(_summed((getattr(row, name), row.minor) for row in given.sales), total))
        for name in ("region", "person", "month")
    ]
    if given.receivables is not None:
        checks.append(("receivables", given.receivables.difference_minor))
    for name, aim in (("target", given.target), ("plan", given.plan)):
        if aim is not None and aim.parts:
            checks.append((name, difference(_numbered([part.minor for part in aim.parts]), aim.minor)))
    return [Broken(name, minor) for name, minor in checks if minor]


def _numbered(amounts: Sequence[int]) -> Mapping[str, int]:
    return {str(number): minor for number, minor in enumerate(amounts)}


def names_in(found: Mapping[str, Live], prefix: str) -> list[str]:
    """Return the names under a prefix such as F3/region/, largest first, and what is nobody's last."""
    names = [name.removeprefix(prefix) for name in found if name.startswith(prefix)]
    return sorted(
        names, key=lambda name: (name == UNASSIGNED, -(found[prefix + name].figure.minor or 0), name)
    )
