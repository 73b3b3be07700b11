"""What waits for a person in a company: a failed run, a plan, held sales, open errors by their cause."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Min, OuterRef, Subquery

from closebook.apps.companies.models import Company
from closebook.apps.sync.models import Connection, Run, RunState, SyncError


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run in short: its number, its connection's name, how many actions it has."""

    number: int
    connection: str
    actions: int = 0


@dataclass(frozen=True, slots=True)
class Cause:
    """So many open errors of one code, with the sentence of one of them."""

    code: str
    sentence: str
    errors: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a company stands: each last run that failed, plans not yet approved, holds, errors by cause."""

    failed: tuple[RunFacts, ...] = ()
    plans: tuple[RunFacts, ...] = ()
    held: int = 0
    causes: tuple[Cause, ...] = ()


def company_standing(company: Company) -> Standing:
    """Return how a company stands, in three queries whatever its size."""
    connections = Connection.objects.filter(company=company)
    last = Run.objects.filter(connection=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    newest = connections.annotate(last=Subquery(last)).values("last")
    runs = Run.objects.filter(pk__in=newest).select_related("connection").order_by("-pk")
    opened = SyncError.objects.filter(connection__company=company, resolved_at=None)
    return Standing(
        failed=_facts([run for run in runs if run.state == RunState.FAILED]),
        plans=_facts(
            [run for run in runs if run.state == RunState.PLANNED and run.approved_at is None and run.total]
        ),
        held=opened.filter(held=True).count(),
        causes=tuple(
            Cause(row["code"], row["sentence"], row["errors"])
            for row in opened.filter(held=False)
            .values("code")
            .annotate(errors=Count("pk"), sentence=Min("cause"))
            .order_by("-errors", "code")
        ),
    )


def _facts(runs: list[Run]) -> tuple[RunFacts, ...]:
    return tuple(RunFacts(run.pk, run.connection.name, run.total) for run in runs)
