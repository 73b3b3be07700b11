"""Making connections and new versions of their posting profiles."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import Connection, Group, ProfileVersion
from closebook.apps.sync.services.access import books_client
from closebook.connectors.base import TILL
from closebook.connectors.quickbooks.chart import ledger_account_uses
from closebook.connectors.registry import connector
from closebook.core.errors import InputError
from closebook.core.money import minor_from_decimal
from closebook.core.planning.chart_defaults import fitted
from closebook.core.planning.profile import Mode, default_profile
from closebook.core.planning.profile_json import profile_from_json, profile_to_json
from closebook.transport import clock

MAX_NAME = 80


@transaction.atomic
def connection_create(
    company: Company,
    name: str,
    connector_name: str,
    currency: str,
    *,
    mode: str = "per-sale",
    since: dt.date | None = None,
    opening: str = "0",
) -> Connection:
    """Return a new connection with the default profile in version 1. Raises InputError for a name that is
    taken, empty or too long.
    """
    info = connector(connector_name).info
    if not name.strip() or len(name) > MAX_NAME:
        raise InputError(
            "not-a-name", f"{name!r} is no name of a shop.", remedy=f"Give 1 to {MAX_NAME} characters."
        )
    if Connection.objects.filter(company=company, name=name).exists():
        raise InputError(
            "connection-exists", f"There is a connection {name!r} already.", remedy="Choose another name."
        )
    made = Connection.objects.create(
        company=company, name=name, connector=connector_name, currency=currency, created_at=clock.now()
    )
    profile = default_profile(
        name,
        currency,
        connection=f"c{made.pk}",
        platform=info.title,
        till=info.kind == TILL,
        mode=Mode(mode),
        since=since,
        opening_minor=minor_from_decimal(opening, currency),
    )
    profile_save(made, profile_to_json(profile))
    return made


def profile_fit(connection: Connection) -> None:
    """Let a till's first profile use the ledger accounts of the books that are there for the same purpose."""
    version = connection.profiles.latest("number")
    profile = profile_from_json(version.body)
    if not profile.is_till:
        return
    with books_client(connection.company) as client:
        better = fitted(profile, ledger_account_uses(client))
    version.body = profile_to_json(better)
    version.save(update_fields=["body"])


@transaction.atomic
def profile_save(connection: Connection, body: dict[str, Any]) -> ProfileVersion:
    """Store a new version of a profile, and have everything planned again under it.

    Raises InputError, naming the field, for a profile that cannot be used.
    """
    former = connection.profiles.order_by("-number").first()
    number = former.number + 1 if former else 1
    checked = profile_from_json({**body, "version": number})
    checked.check()
    version = ProfileVersion.objects.create(
        connection=connection, number=number, body=profile_to_json(checked), created_at=clock.now()
    )
    Group.objects.filter(connection=connection).update(changed=True)
    return version


@transaction.atomic
def profile_change(connection: Connection, body: dict[str, Any], actor: str) -> ProfileVersion | None:
    """Store a changed profile as a new version with a line in the audit log; None when nothing differs from
    the version in force.

    Raises InputError, naming the field, for a profile that cannot be used.
    """
    newest = connection.profiles.latest("number")
    checked = profile_to_json(profile_from_json(body))
    if {**checked, "version": 0} == {**newest.body, "version": 0}:
        return None
    version = profile_save(connection, body)
    changed = sorted(name for name in checked if name != "version" and checked[name] != newest.body.get(name))
    facts = {"version": version.number, "fields": changed}
    audit_append(connection.company_id, actor, "profile-changed", connection.name, facts)
    return version
