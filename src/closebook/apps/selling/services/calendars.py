"""Keeping a company's calendar of working days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.selling.models import SellingCalendar


@transaction.atomic
def calendar_save(
    company: Company, country: str, days_off: Iterable[dt.date], days_worked: Iterable[dt.date], by: str
) -> SellingCalendar:
    """Return the calendar as kept: the country whose holidays count, "" for none, and days of its own."""
    facts = {
        "country": country,
        "days_off": [day.isoformat() for day in sorted(set(days_off))],
        "days_worked": [day.isoformat() for day in sorted(set(days_worked))],
    }
    kept, _made = SellingCalendar.objects.update_or_create(company=company, defaults=facts)
    audit_append(company.pk, by, "selling-calendar-saved", country or "-", {})
    return kept
