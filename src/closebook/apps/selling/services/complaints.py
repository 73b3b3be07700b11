"""Writing a complaint down; its steps are taken by ``services.targets.complaint_step``."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.selling.models import Complaint, Customer

REPEAT_WITHIN = dt.timedelta(days=365)


@transaction.atomic
def complaint_receive(company: Company, customer: Customer, by: str, **facts: Any) -> Complaint:
    """Return a new complaint; one about the same product within a year before counts as its first."""
    received, product = facts["received"], facts.get("product", "")
    same = Complaint.objects.filter(
        company=company, customer=customer, product=product, received__gte=received - REPEAT_WITHIN,
        received__lte=received,
    )  # fmt: skip
    first = same.exclude(product="").order_by("received", "pk").first()
    made = Complaint.objects.create(
        company=company, customer=customer, repeat_of=first, owner=customer.owner or by, **facts
    )
    audit_append(company.pk, by, "complaint-received", str(customer), {})
    return made
