"""Keeping what customers promise to pay and what they dispute."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.selling.models import Complaint, Customer, Dispute, PayPromise
from closebook.apps.selling.selectors.owed import OwedRow
from closebook.apps.selling.services.deals import customer_save
from closebook.core.errors import InputError
from closebook.transport import clock


@transaction.atomic
def pay_promise(
    company: Company, row: OwedRow, day: dt.date, amount_minor: int, said_by: str, by: str
) -> PayPromise:
    """Return a promise to pay so much of an open document by a day; it takes the place of the one before.

    Raises InputError selling-promise for a day that is over or more than is open.
    """
    Company.objects.select_for_update().get(pk=company.pk)
    customer = _customer(company, row, by)
    if day < clock.today():
        raise _wrong("A promise lies ahead.", "Choose today or a later day.")
    if not 0 < amount_minor <= row.owed.document.open_minor:
        raise _wrong("No more than what is open can be promised.", "Write an amount up to what is open.")
    named = PayPromise.objects.filter(company=company, entity=row.entity, invoice=row.wire_id)
    named.filter(withdrawn_at=None).update(withdrawn_at=clock.now())
    made = PayPromise.objects.create(
        company=company, customer=customer, entity=row.entity, invoice=row.wire_id, day=day,
        amount_minor=amount_minor, open_minor=row.owed.document.open_minor, said_by=said_by, by=by,
        made_at=clock.now(),
    )  # fmt: skip
    audit_append(company.pk, by, "payment-promised", str(customer), {"invoice": row.wire_id})
    return made


@transaction.atomic
def pay_promise_withdraw(company: Company, pk: int, by: str) -> None:
    """Take a promise back that was typed in by mistake."""
    if PayPromise.objects.filter(company=company, pk=pk, withdrawn_at=None).update(withdrawn_at=clock.now()):
        audit_append(company.pk, by, "promise-withdrawn", str(pk), {})


@transaction.atomic
def dispute_open(company: Company, row: OwedRow, reason: str, by: str) -> Dispute:
    """Return the dispute of an open document; an open complaint of the customer is linked with it.

    Raises InputError selling-promise without a reason.
    """
    customer = _customer(company, row, by)
    if not reason.strip():
        raise _wrong("A dispute needs a reason.", "Say what the customer does not agree with.")
    complaint = Complaint.objects.filter(company=company, customer=customer, closed_on=None).first()
    made, fresh = Dispute.objects.get_or_create(
        company=company, entity=row.entity, invoice=row.wire_id, closed_on=None,
        defaults={
            "customer": customer, "reason": reason.strip(), "complaint": complaint, "by": by,
            "opened_on": clock.today(),
        },
    )  # fmt: skip
    if fresh:
        audit_append(company.pk, by, "invoice-disputed", str(customer), {"invoice": row.wire_id})
    return made


@transaction.atomic
def dispute_close(company: Company, pk: int, by: str) -> None:
    """Keep that a dispute is settled."""
    if Dispute.objects.filter(company=company, pk=pk, closed_on=None).update(closed_on=clock.today()):
        audit_append(company.pk, by, "dispute-settled", str(pk), {})


def _customer(company: Company, row: OwedRow, by: str) -> Customer:
    """Return the customer of selling; one whom only the books know is taken over as nobody's."""
    if row.owed.ours is not None:
        return row.owed.ours
    facts = {"party": row.owed.party, "kind": "customer"}
    return customer_save(company, f"books-{row.owed.party}", row.owed.name, by, **facts)


def _wrong(message: str, remedy: str) -> InputError:
    return InputError("selling-promise", message, remedy=remedy)
