"""Reading posting profiles, schedules and the connection that they belong to."""

from __future__ import annotations

from django.db.models import QuerySet

from closebook.apps.sync.models import LISTS, Connection, ProfileVersion, Schedule
from closebook.core.planning.profile import Profile
from closebook.core.planning.profile_json import profile_from_json


def profile_version(connection: Connection) -> ProfileVersion:
    """Return the newest version of a connection's profile."""
    return connection.profiles.latest("number")


def profile_of(connection: Connection) -> Profile:
    """Return the profile in force."""
    return profile_from_json(profile_version(connection).body)


def connection_in(company_id: int, connection_id: int) -> Connection | None:
    """Return a connection of a company, None when it is not theirs."""
    rows = Connection.objects.filter(company_id=company_id, pk=connection_id).select_related("company")
    return rows.first()


def profile_numbered(connection: Connection, number: int) -> ProfileVersion | None:
    """Return a version of a connection's profile, None when there is none of that number."""
    return connection.profiles.filter(number=number).first()


def schedule_of(connection: Connection) -> Schedule:
    """Return a connection's schedule; one that is off and not kept yet when there is none."""
    kept = Schedule.objects.filter(connection=connection).select_related("run", "connection__company")
    return kept.first() or Schedule(connection=connection)


def schedules_of(company_id: int) -> QuerySet[Connection]:
    """Return a company's connections by name, each with its schedule and the last run of that."""
    rows = Connection.objects.filter(company_id=company_id).exclude(connector=LISTS).select_related("company")
    return rows.select_related("schedule__run").order_by("name")
