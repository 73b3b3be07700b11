"""Makes embedded companies with the lists that a new one has, and closes their periods."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from closebook.apps.books.database import BOOKS
from closebook.apps.books.models import BooksCompany
from closebook.apps.qbo import store
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.entities.base import Draft
from closebook.apps.qbo.entities.company import default_company_info, default_preferences
from closebook.apps.qbo.registry import ENTITIES
from closebook.apps.qbo.services import write
from closebook.apps.qbo.services.chart import CHART
from closebook.apps.qbo.services.system_accounts import assign_role, make_account

_TERMS = (("Due on receipt", 0), ("Net 15", 15), ("Net 30", 30), ("Net 60", 60), ("Net 10", 10))
_METHODS = ("Cash", "Check", "Visa", "MasterCard", "Discover", "American Express", "Diners Club")
_CARDS = frozenset({"Visa", "MasterCard", "Discover", "American Express", "Diners Club"})
_ITEMS = ("Services", "Hours")


def company_create(
    name: str, realm_id: str, *, home_currency: str = "USD", country: str = "US", now: dt.datetime
) -> BooksCompany:
    """Return a new company with chart of accounts, terms, payment methods, two service items and
    preferences.
    """
    with transaction.atomic(using=BOOKS):
        company = BooksCompany.objects.using(BOOKS).create(
            name=name, realm_id=realm_id, home_currency=home_currency, country=country, created_at=now
        )
        ctx = Context(company, now=now, actor="closebook")
        ids = _make_chart(ctx)
        info, preferences = ENTITIES["CompanyInfo"], ENTITIES["Preferences"]
        write.store_new(ctx, info, Draft(default_company_info(name, country, ctx.today)), "1")
        write.store_new(ctx, preferences, Draft(default_preferences(home_currency, ids, name)), "1")
        _make_lists(ctx)
        ctx.flush()
    return company


def _make_chart(ctx: Context) -> dict[str, str]:
    """Make the chart; return the id of each role's ledger account."""
    ids: dict[str, str] = {}
    for row in CHART:
        made = make_account(ctx, row.name, row.type, row.sub_type)
        if row.role:
            assign_role(ctx, row.role, "", made.pk)
            ids[row.role] = made.wire_id
    return ids


def _make_lists(ctx: Context) -> None:
    for name, days in _TERMS:
        write.create_record(ctx, ENTITIES["Term"], {"Name": name, "DueDays": days})
    for name in _METHODS:
        kind = "CREDIT_CARD" if name in _CARDS else "NON_CREDIT_CARD"
        write.create_record(ctx, ENTITIES["PaymentMethod"], {"Name": name, "Type": kind})
    income = {"value": ctx.ledger_account("services").wire_id}
    for name in _ITEMS:
        payload = {"Name": name, "Type": "Service", "IncomeAccountRef": income}
        write.create_record(ctx, ENTITIES["Item"], payload)


def period_close(
    company: BooksCompany, until: dt.date | None, *, now: dt.datetime, actor: str = "closebook"
) -> None:
    """Close all days up to ``until`` (None opens them again); Preferences show the closing date."""
    with transaction.atomic(using=BOOKS):
        company.closed_until = until
        company.save(using=BOOKS, update_fields=["closed_until"])
        ctx = Context(company, now=now, actor=actor)
        record = ctx.record_by_id("Preferences", "1")
        if record is not None:
            group = dict(store.body_of(record)["AccountingInfoPrefs"])
            group.pop("BookCloseDate", None)
            if until is not None:
                group["BookCloseDate"] = until.isoformat()
            write.touch(ctx, record, {"AccountingInfoPrefs": group})
        ctx.settle()
        ctx.flush()
