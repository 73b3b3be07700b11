"""Finding connections, runs and errors."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from closebook.apps.companies.models import Company
from closebook.apps.sync.models import UNFINISHED, Connection, Run, SyncError
from closebook.core.errors import InputError


def connection_named(name: str, company: Company | None = None) -> Connection:
    """Return the connection of a name; InputError that lists the names when there is none, or several
    companies have it.
    """
    every = Connection.objects.select_related("company").order_by("name")
    found = list(every.filter(name=name, **({"company": company} if company else {})))
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(
            "which-company", f"Several companies have a connection {name!r}.", remedy="Give --company."
        )
    names = ", ".join(repr(each.name) for each in every[:20]) or "none yet"
    raise InputError("no-such-connection", f"There is no connection {name!r}.", remedy=f"There are: {names}.")


def run_numbered(number: int) -> Run:
    """Return the run of a number; InputError when there is none."""
    run = Run.objects.select_related("connection__company").filter(pk=number).first()
    if run is None:
        raise InputError("no-such-run", f"There is no run {number}.", remedy="`closebook runs` lists them.")
    return run


def run_open(connection: Connection) -> Run | None:
    """Return the saved plan of a connection that was not carried to its end, None when there is none."""
    return Run.objects.filter(connection=connection, state__in=UNFINISHED).order_by("-pk").first()


def errors_open(
    connections: Iterable[Connection] | None = None, *, held: bool | None = None
) -> QuerySet[SyncError]:
    """Return the open lines of the error log, oldest first."""
    rows = SyncError.objects.filter(resolved_at=None).select_related("connection").order_by("code", "pk")
    if connections is not None:
        rows = rows.filter(connection__in=list(connections))
    return rows if held is None else rows.filter(held=held)
