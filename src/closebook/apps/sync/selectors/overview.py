"""How the connections of a company stand, in as many queries for thirty as for one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery

from closebook.apps.companies.models import AuditEvent, Company
from closebook.apps.sync.models import (
    LISTS,
    UNFINISHED,
    Connection,
    Group,
    Run,
    RunState,
    SourceFile,
    SyncError,
)

_LONG = ("basis", "effect", "warnings", "proofs")


@dataclass(frozen=True, slots=True)
class Standing:
    """How one connection stands.

    ``state`` is empty (no file yet), running, plan (one waits for approval), new (rows that no plan has
    seen), held or in-order; ``open_run`` is the plan or run that is not finished; ``last_run`` the latest
    that was begun.
    """

    connection: Connection
    state: str
    open_run: Run | None
    last_run: Run | None
    files: int
    first_day: dt.date | None
    last_day: dt.date | None
    errors: int
    holds: int


def standings(company: Company, connection_id: int | None = None) -> list[Standing]:
    """Return how each connection of a company stands, by name; of one of them when it is named."""
    rows = Connection.objects.filter(company=company).order_by("name")
    rows = rows.exclude(connector=LISTS) if connection_id is None else rows.filter(pk=connection_id)
    found = list(_annotated(rows))
    runs = Run.objects.defer(*_LONG).in_bulk([pk for row in found for pk in _run_ids(row) if pk])
    return [_standing(row, runs) for row in found]


def _run_ids(row: Connection) -> tuple[int | None, int | None]:
    return row.__dict__["open_id"], row.__dict__["last_id"]


def _annotated(rows: QuerySet[Connection]) -> QuerySet[Connection]:
    """Return the connections with what their cards show; each part is found by an index of its own."""
    here = {"connection": OuterRef("pk")}
    runs = Run.objects.filter(**here).order_by("-pk").values("pk")
    files = SourceFile.objects.filter(**here).order_by().values("connection")
    errors = SyncError.objects.filter(**here, resolved_at=None).order_by().values("connection")
    return rows.annotate(
        open_id=Subquery(runs.filter(state__in=UNFINISHED)[:1]),
        last_id=Subquery(runs.exclude(started_at=None)[:1]),
        changed=Exists(Group.objects.filter(**here, changed=True)),
        files=Subquery(files.annotate(n=Count("pk")).values("n")),
        first_day=Subquery(files.annotate(n=Min("first_day")).values("n")),
        last_day=Subquery(files.annotate(n=Max("last_day")).values("n")),
        errors=Subquery(errors.annotate(n=Count("pk", filter=Q(held=False))).values("n")),
        holds=Subquery(errors.annotate(n=Count("pk", filter=Q(held=True))).values("n")),
    )


def _standing(row: Connection, runs: dict[int, Run]) -> Standing:
    facts = row.__dict__
    open_run, last_run = (runs.get(pk or 0) for pk in _run_ids(row))
    counts = {name: facts[name] or 0 for name in ("files", "errors", "holds")}
    state = _state(open_run, counts, changed=facts["changed"])
    return Standing(row, state, open_run, last_run, first_day=facts["first_day"], last_day=facts["last_day"],
                    **counts)  # fmt: skip


def _state(open_run: Run | None, counts: dict[str, int], *, changed: bool) -> str:
    if open_run:
        return "plan" if is_plan(open_run) else "running"
    if not counts["files"]:
        return "empty"
    if counts["holds"]:
        return "held"
    return "new" if changed else "in-order"


def is_plan(run: Run) -> bool:
    """Tell whether a run is a plan that waits for approval."""
    return run.state == RunState.PLANNED and run.approved_at is None


def runs_of(company: Company) -> QuerySet[Run]:
    """Return the runs of a company with the names of their connections."""
    return Run.objects.filter(connection__company=company).select_related("connection").defer(*_LONG)


def run_events(run: Run) -> QuerySet[AuditEvent]:
    """Return the lines of the audit log that speak of a run, newest first."""
    company_id = run.connection.company_id
    by_it = Q(actor=f"run {run.pk}")
    about_it = Q(action__startswith="run-", details__regex=rf'"run": {run.pk}[,}}]')
    begun = AuditEvent.objects.filter(company_id=company_id, at__gte=run.created_at)
    return begun.filter(by_it | about_it).order_by("-number")
