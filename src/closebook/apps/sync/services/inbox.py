"""Changes that the books tell of: taken in when they are signed, and looked at by a worker.

Taking in does no more than store, so that the answer goes out at once. What is told twice or in disorder does
no harm: a change says only that something has to be read, and what is read is the state of now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import F

from closebook.apps.companies.models import Company
from closebook.apps.sync.models import ActionRow, AppKeys, BooksAccess, BooksEvent, Link, UnknownRealm
from closebook.apps.sync.services.merges import merge_follow
from closebook.apps.sync.services.sweeping import company_swept
from closebook.connectors.quickbooks.documents import ENTITY_OF
from closebook.connectors.quickbooks.webhooks import Change, changes_of, is_signed
from closebook.core.errors import ClosebookError, InvariantError
from closebook.core.planning.actions import ActionKind, ActionState

MOST_BYTES = 1024 * 1024
_KEPT = dt.timedelta(days=30)
_KINDS = {entity: kind.value for kind, entity in ENTITY_OF.items()}


def inbox_take(body: bytes, signature: str, now: dt.datetime) -> int | None:
    """Store the changes of a delivery; return how many were new, or None when no app of ours signed it."""
    signers = {
        keys.client_id
        for keys in AppKeys.objects.exclude(verifier_token="")
        if is_signed(body, signature, keys.verifier_token)
    }
    if not signers:
        return None
    return sum(
        _stored(realm_id, signers, now, told) for realm_id, told in _by_realm(changes_of(body)).items()
    )


def _by_realm(changes: Sequence[Change]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.realm_id, []).append(change)
    return found


def _stored(realm_id: str, signers: set[str], now: dt.datetime, told: Sequence[Change]) -> int:
    access = BooksAccess.objects.filter(realm_id=realm_id, client_id__in=signers).first()
    if access is None:
        known = UnknownRealm.objects.filter(realm_id=realm_id)
        if not known.update(count=F("count") + len(told), last_at=now):
            UnknownRealm.objects.get_or_create(
                realm_id=realm_id, defaults={"count": len(told), "last_at": now}
            )
        return 0
    before = BooksEvent.objects.filter(company_id=access.company_id).count()
    BooksEvent.objects.bulk_create(
        [
            BooksEvent(
                company_id=access.company_id,
                entity=change.entity,
                remote_id=change.remote_id,
                operation=change.operation,
                other_id=change.other_id,
                at=change.at,
                received_at=now,
            )
            for change in told
        ],
        ignore_conflicts=True,
    )
    return BooksEvent.objects.filter(company_id=access.company_id).count() - before


def inbox_tick(now: dt.datetime) -> int:
    """Look at what was told: one change-data call per connection of each company concerned, none where all of
    it was our own doing. Return how many changes were handled.
    """
    BooksEvent.objects.filter(handled_at__lt=now - _KEPT).delete()
    handled = 0
    companies = BooksEvent.objects.filter(handled_at=None).values_list("company_id", flat=True).distinct()
    for company in Company.objects.filter(pk__in=list(companies)):
        events = list(BooksEvent.objects.filter(company=company, handled_at=None).order_by("pk")[:1000])
        if _looked_at(company, events):
            ids = [event.pk for event in events]
            handled += BooksEvent.objects.filter(pk__in=ids).update(handled_at=now)
    return handled


def _looked_at(company: Company, events: Sequence[BooksEvent]) -> bool:
    """Tell whether all of these are done with; what could not be read waits for the next time."""
    kinds = _kinds_of(company)
    ours = [event for event in events if event.entity in kinds]
    for event in ours:
        if event.operation == "Merge" and event.other_id:
            merge_follow(company.pk, event.entity, event.other_id, event.remote_id)
    if all(_own_doing(event) for event in ours):
        return True
    try:
        return company_swept(company)
    except InvariantError:
        raise
    except ClosebookError:
        return False


def _kinds_of(company: Company) -> set[str]:
    """Return the entities whose changes concern a company: invoices with their payments and estimates only
    where a run made one, as books may hold thousands of others.
    """
    asked = set(_KINDS)
    for entity, others in (("Invoice", {"Invoice", "Payment"}), ("Estimate", {"Estimate"})):
        if not Link.objects.filter(connection__company=company, kind=_KINDS[entity]).exists():
            asked -= others
    return asked


def _own_doing(event: BooksEvent) -> bool:
    """Tell whether a change was certainly made by a run: only we make and delete what we have recorded so."""
    kinds = {"Create": [ActionKind.CREATE], "Delete": [ActionKind.DELETE]}.get(event.operation)
    if kinds is None:
        return False
    done = ActionRow.objects.filter(
        run__connection__company_id=event.company_id,
        remote_id=event.remote_id,
        kind__in=kinds,
        state=ActionState.CONFIRMED,
    )
    what = _KINDS[event.entity]
    return any(row.what == what or not row.what or row.kind == ActionKind.DELETE for row in done[:5])
