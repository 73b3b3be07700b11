"""What others have posted of the same business: looked for before the first plan, which waits until a person
chose what to do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.db import transaction

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import Connection, Link
from closebook.apps.sync.selectors.profiles import profile_of
from closebook.apps.sync.services.foreign_reading import foreign_postings
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.core.commerce.records import Business
from closebook.core.errors import HeldError, InputError
from closebook.core.planning.cutoff import simulate_cut_off
from closebook.core.planning.foreign import posters_of
from closebook.core.planning.profile_json import profile_to_json

CLEAR, FOUND, START_AFTER, IGNORE = "clear", "found", "start-after", "ignore"
CHOICES = (START_AFTER, IGNORE)


def overlap_refuse(
    connection: Connection, client: QuickBooksClient, normalised: Callable[[], Business]
) -> Business | None:
    """Look once, before anything was posted; return what the files say if it was needed for that.

    Raises HeldError while a person has to choose.
    """
    business = None
    if not connection.foreign and not Link.objects.filter(connection=connection).exists():
        business = normalised()
        overlap_look(connection, client, business)
    if connection.foreign == FOUND:
        count = sum(int(poster["documents"]) for poster in connection.foreign_posters)
        raise HeldError(
            "foreign-postings",
            f"{count} documents in the books hold business of {connection.name!r}: others posted it.",
            remedy=f'Choose on the page of the shop, or by `closebook connect overlap "{connection.name}"`:'
            " start after them, or go on all the same.",
        )
    return business


def overlap_look(connection: Connection, client: QuickBooksClient, business: Business) -> None:
    """Keep who else posts the business of a connection."""
    days = [row.day for row in business.movements]
    since = profile_of(connection).since or min(days, default=None)
    if since is None:
        return
    cut_off = simulate_cut_off(business.movements, since, foreign_postings(connection, client, since))
    posters = posters_of(cut_off.overlaps)
    connection.foreign = FOUND if posters else CLEAR
    connection.foreign_posters = [_as_json(asdict(poster)) for poster in posters]
    connection.save(update_fields=["foreign", "foreign_posters"])


def _as_json(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, dt.date) else value for name, value in facts.items()}


@transaction.atomic
def overlap_choose(connection: Connection, choice: str, actor: str) -> None:
    """Keep what a person chose: to post only what lies after the others' documents, or everything.

    Raises InputError for another word, and when there is nothing to choose.
    """
    posted = Link.objects.filter(connection=connection).exists()
    if choice not in CHOICES or connection.foreign not in {FOUND, *CHOICES} or posted:
        raise InputError(
            "no-such-choice",
            "There is nothing to choose, or not in this way.",
            remedy="Choose start-after or ignore, once documents of others were found.",
        )
    facts: dict[str, Any] = {"choice": choice}
    if choice == START_AFTER:
        # A run with nothing new plans without ever coming here, and needs no connector.
        from closebook.apps.sync.services.connecting import profile_save

        last = max(dt.date.fromisoformat(poster["last_day"]) for poster in connection.foreign_posters)
        since = last + dt.timedelta(days=1)
        profile_save(connection, {**profile_to_json(profile_of(connection)), "since": since.isoformat()})
        facts["since"] = since.isoformat()
    connection.foreign = choice
    connection.save(update_fields=["foreign"])
    audit_append(connection.company_id, actor, "overlap-chosen", connection.name, facts)
