"""Opportunities into the books: staged like any source, planned, written and taken back by the sync."""

from __future__ import annotations

import hashlib

import msgspec
from django.db import models, transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.selling.models import Customer, Opportunity
from closebook.apps.selling.selectors.in_books import (
    deals_connection_of,
    document_key,
    in_books,
    party_key,
    quotation_key,
    refuse_unfit,
)
from closebook.apps.sync.codec import target_text
from closebook.apps.sync.models import Connection, Group, Link, Run, SourceFile, SyncError
from closebook.apps.sync.services.connecting import profile_fit, profile_save
from closebook.apps.sync.services.planning import plan_make
from closebook.apps.sync.services.staging import PulledFile, records_store
from closebook.connectors.deals import DEALS, QUOTED, WITHDRAWN
from closebook.core.commerce.records import SourceRecord
from closebook.core.errors import HeldError, InputError
from closebook.core.planning.documents import ListKind, ListObject
from closebook.core.planning.naming import clean_name, order_group
from closebook.core.planning.profile import ItemPolicy, default_profile
from closebook.core.planning.profile_json import profile_to_json
from closebook.transport import clock

NAME, ITEM = "Opportunities", "Sales by quotation"


def deals_plan(opportunity: Opportunity, by: str, *, withdraw: bool = False) -> Run:
    """Return the saved plan that writes an opportunity into the books with its customer: a won one as an
    invoice, an open one that was quoted as an estimate; or with ``withdraw`` takes it out. Whatever else
    waits stands in the plan too.

    Raises InputError selling-not-for-books for a lead, a lost one, one without a customer or amount, and
    selling-in-books when the books hold it already as it is; HeldError while a run is under way,
    or when a person has to decide first.
    """
    if not withdraw:
        refuse_unfit(opportunity)
    connection = _connection(opportunity.company)
    _stage(connection, opportunity, withdraw=withdraw)
    run = plan_make(connection)
    if run is None:
        _held(connection, opportunity)
        raise InputError(
            "selling-in-books",
            "There is nothing to write: the books hold it as it is.",
            remedy="Look at the document in the books.",
        )
    audit_append(
        opportunity.company_id, by, "opportunity-sent", opportunity.title, {"run": run.pk, "out": withdraw}
    )
    return run


def _held(connection: Connection, opportunity: Opportunity) -> None:
    """Raise HeldError with what holds an opportunity back, when something does."""
    holds = SyncError.objects.filter(connection=connection, resolved_at=None, held=True)
    hold = holds.filter(key__in=(document_key(opportunity), quotation_key(opportunity))).first()
    if hold is not None:
        raise HeldError("selling-held", hold.cause, remedy="Decide it among the errors and holds.")


def _connection(company: Company) -> Connection:
    """Return the connection under which opportunities are written; it is made when it is wanted first."""
    known = deals_connection_of(company.pk)
    if known is not None:
        return known
    with transaction.atomic():
        Company.objects.select_for_update().get(pk=company.pk)
        taken = Connection.objects.filter(company=company, name=NAME).exists()
        made, fresh = Connection.objects.select_related("company").get_or_create(
            company=company,
            connector=DEALS,
            defaults={
                "name": f"{NAME} (selling)" if taken else NAME,
                "currency": company.home_currency,
                "created_at": clock.now(),
            },
        )
        if fresh:
            profile_save(made, _profile(made))
    if fresh:
        profile_fit(made)
    return made


def _profile(connection: Connection) -> dict[str, object]:
    """Return the profile of a new connection: one item for all, invoices numbered by opportunity."""
    first = default_profile(
        connection.name, connection.currency, connection=f"c{connection.pk}", platform=NAME, till=True
    )
    body = profile_to_json(first)
    items = {**body["items"], "sale": ITEM}
    return {**body, "item_policy": ItemPolicy.ONE_ITEM.value, "items": items}


@transaction.atomic
def _stage(connection: Connection, opportunity: Opportunity, *, withdraw: bool) -> None:
    """Store what an opportunity says now as its source row, and have it planned."""
    fields = deal_fields(opportunity) | ({WITHDRAWN: "yes"} if withdraw else {})
    content = msgspec.json.encode(fields)
    digest = hashlib.sha256(content).hexdigest()
    group = order_group(fields["ref"])
    file, _made = SourceFile.objects.get_or_create(
        connection=connection,
        sha256=digest,
        defaults={
            "name": opportunity.title[:200], "size": len(content), "stream": DEALS, "rows": 1,
            "received_at": clock.now(),
        },
    )  # fmt: skip
    record = SourceRecord(DEALS, fields["ref"], group, digest[:32], fields, file.name, 1)
    pulled = PulledFile(file.name, "staged", DEALS)
    records_store(connection, file, [record], pulled)
    if opportunity.customer and not withdraw:
        _known_party(connection, opportunity.customer)
    Group.objects.update_or_create(connection=connection, key=group, defaults={"changed": True})
    Connection.objects.filter(pk=connection.pk).update(staged=models.F("staged") + 1)


def deal_fields(opportunity: Opportunity) -> dict[str, str]:
    """Return what the books are told of an opportunity, as texts.

    A quotation that stands there stays as it was told when the opportunity is won.
    """
    customer = opportunity.customer
    day = opportunity.decided_on or clock.today()
    quoted = in_books(opportunity).quoted
    if opportunity.state == "open":
        first = {f"{QUOTED}day": clock.today().isoformat()}
        told = {**first, **quoted, f"{QUOTED}amount_minor": str(opportunity.value_minor)}
    else:
        told = {**quoted, "day": day.isoformat(), "amount_minor": str(opportunity.came_minor)}
    return {
        "ref": str(opportunity.pk),
        **told,
        "currency": opportunity.currency,
        "title": opportunity.title,
        "customer": customer.name if customer else "",
        "customer_id": str(customer.pk) if customer else "",
        "email": customer.email if customer else "",
    }


def _known_party(connection: Connection, customer: Customer) -> None:
    """Let the customer whom the books are known to have be used, instead of one of the same name."""
    if not customer.party:
        return
    one = ListObject(ListKind.CUSTOMER, party_key(customer), clean_name(customer.name))
    written = one.fingerprint()
    Link.objects.get_or_create(
        connection=connection,
        key=one.key,
        defaults={
            "kind": one.kind.value, "remote_id": customer.party, "sync_token": "0", "posted": written,
            "remote": written, "ours": False, "target": target_text(one),
        },
    )  # fmt: skip
