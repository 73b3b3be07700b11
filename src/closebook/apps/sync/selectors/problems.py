"""What is wrong or held in a company: lines of the error log by cause, and the words that people gave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, F, Min, QuerySet, Window
from django.db.models.functions import RowNumber

from closebook.apps.sync.codec import diff_from
from closebook.apps.sync.models import ActionRow, Decision, SourceRow, SyncError
from closebook.core.planning.actions import FieldChange
from closebook.core.planning.naming import group_of_key

EXAMPLES = 5


@dataclass(slots=True)
class ProblemGroup:
    """The lines of one cause in one connection: how many there are, since when, and the oldest few."""

    connection_id: int
    connection: str
    code: str
    count: int
    first_at: dt.datetime
    examples: list[SyncError] = field(default_factory=list)


def problems(company_id: int, *, held: bool | None = None, state: str = "open") -> QuerySet[SyncError]:
    """Return a company's lines of the error log; ``state`` is open, resolved or "" for both."""
    rows = SyncError.objects.filter(connection__company_id=company_id).select_related("connection__company")
    if held is not None:
        rows = rows.filter(held=held)
    return rows if not state else rows.filter(resolved_at__isnull=state == "open")


def problem_groups(rows: QuerySet[SyncError]) -> list[ProblemGroup]:
    """Return the lines grouped by connection and code, those of most lines first. Three queries."""
    plain = rows.select_related(None).order_by()
    counted = plain.values("connection_id", "connection__name", "code")
    counted = counted.annotate(count=Count("pk"), first_at=Min("created_at")).order_by("-count", "code")
    groups = {
        (each["connection_id"], each["code"]): ProblemGroup(
            each["connection_id"],
            each["connection__name"],
            each["code"],
            each["count"],
            each["first_at"],
        )
        for each in counted
    }
    place = Window(RowNumber(), partition_by=[F("connection_id"), F("code")], order_by=F("pk").asc())
    oldest = plain.annotate(place=place).filter(place__lte=EXAMPLES).values_list("pk", flat=True)
    for error in rows.filter(pk__in=list(oldest)).order_by("pk"):
        if (error.connection_id, error.code) in groups:
            groups[error.connection_id, error.code].examples.append(error)
    return [group for group in groups.values() if group.examples]


def problem_codes(company_id: int) -> list[str]:
    """Return the codes of all lines that a company ever had, by name."""
    rows = SyncError.objects.filter(connection__company_id=company_id)
    return sorted(rows.order_by().values_list("code", flat=True).distinct())


def problem(company_id: int, error_id: int) -> SyncError | None:
    """Return a line of a company's error log, None when it is not theirs."""
    return problems(company_id, state="").filter(pk=error_id).first()


def held_diff(error: SyncError) -> tuple[FieldChange, ...]:
    """Return what the newest plan that has the line's key would change, field by field."""
    rows = ActionRow.objects.filter(run__connection_id=error.connection_id, key=error.key).exclude(diff="")
    newest = rows.order_by("-run_id").first()
    return diff_from(newest.diff) if newest else ()


def held_amounts(connection_id: int, keys: Sequence[str]) -> dict[str, int]:
    """Return by key what its newest document moves, in minor units; a key without any is left out."""
    found: dict[str, int] = {}
    for start in range(0, len(keys), 500):
        rows = ActionRow.objects.filter(run__connection_id=connection_id, key__in=keys[start : start + 500])
        known = rows.exclude(amount_minor=0).order_by("run_id").values_list("key", "amount_minor")
        found |= dict(known)
    return found


def rows_behind(error: SyncError, most: int = 20) -> list[SourceRow]:
    """Return the source rows of the business key that a line concerns, at most so many."""
    if not error.key:
        return []
    rows = SourceRow.objects.filter(connection_id=error.connection_id, group=group_of_key(error.key))
    return list(rows.select_related("file").order_by("pk")[:most])


def decisions_of(company_id: int) -> QuerySet[Decision]:
    """Return the words that are kept for a company's connections."""
    return Decision.objects.filter(connection__company_id=company_id).select_related("connection__company")
