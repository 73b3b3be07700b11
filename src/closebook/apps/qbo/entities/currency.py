"""ExchangeRate and CompanyCurrency: both need multicurrency.

Source: QuickBooks Online Accounting API, ExchangeRate and CompanyCurrency entities.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from closebook.apps.qbo import faults, store
from closebook.apps.qbo.entities.base import Draft, Entity, Kind, Property
from closebook.apps.qbo.entities.names import active_of, fold, holder
from closebook.apps.qbo.services import write
from closebook.apps.qbo.values import day_of, decimal_of, text_of
from closebook.apps.qbo.wire import CURRENCY_NAMES, Body

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context
    from closebook.apps.qbo.query.ast import Statement


def currency_code(value: object, element: str) -> str:
    """Return a currency code of three letters in upper case. Raises 2020 and 2220."""
    code = text_of(value, element).upper()
    if not code:
        raise faults.required(element)
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise faults.invalid_currency(code, element)
    return code


def need_multicurrency(ctx: Context) -> None:
    """Raise 5030 unless the company uses several currencies."""
    if not ctx.multicurrency:
        raise faults.feature_unsupported("CurrencyRef")


class ExchangeRate(Entity):
    """Home units for one unit of a currency from a day on. It has no id at the wire: currency and day name
    it.
    """

    name = "ExchangeRate"
    fields = frozenset({"SourceCurrencyCode", "TargetCurrencyCode", "Rate", "AsOfDate", "CustomField"})
    properties = (
        Property("SourceCurrencyCode"),
        Property("TargetCurrencyCode"),
        Property("AsOfDate", Kind.DATE),
        Property("Rate", Kind.NUMBER),
    )
    derives = True
    in_cdc = False

    def write_special(self, ctx: Context, operation: str, payload: Body) -> Record | None:
        """Store the rate of a currency and day, over an earlier one of the same day. Raises 2020, 2220,
        2600, 5010, 5030.
        """
        if operation not in {"create", "update"}:
            return None
        need_multicurrency(ctx)
        self.check_members(payload)
        body = self._body(ctx, payload)
        wire_id = f"{body['SourceCurrencyCode']}:{body['AsOfDate']}"
        for key in [key for key in ctx.memo if isinstance(key, tuple) and key[0] == "rate"]:
            del ctx.memo[key]
        draft = Draft(body)
        record = store.by_wire_id(ctx.cursor, ctx.company_id, self.name, wire_id)
        if record is None:
            return write.store_new(ctx, self, draft, wire_id)
        if payload.get("SyncToken") not in (None, ""):
            write.check_token(ctx, record, payload)
        return write.store_changed(ctx, self, record, draft)

    def _body(self, ctx: Context, payload: Body) -> Body:
        source = currency_code(payload.get("SourceCurrencyCode"), "SourceCurrencyCode")
        target = currency_code(payload.get("TargetCurrencyCode") or ctx.home_currency, "TargetCurrencyCode")
        for member in ("Rate", "AsOfDate"):
            if payload.get(member) in (None, ""):
                raise faults.required(member)
        rate = decimal_of(payload["Rate"], "Rate")
        if source == ctx.home_currency and target != source:
            raise faults.conflicting("The source currency is the home currency", "SourceCurrencyCode")
        if target != ctx.home_currency:
            raise faults.invalid_currency(target, "TargetCurrencyCode")
        if source == target:
            rate = decimal_of(1, "Rate")
        if rate <= 0:
            raise faults.invalid_amount(payload["Rate"], "Rate")
        day = day_of(payload["AsOfDate"], "AsOfDate").isoformat()
        return {"SourceCurrencyCode": source, "TargetCurrencyCode": target, "Rate": rate, "AsOfDate": day}

    def present(self, ctx: Context, body: Body) -> Body:
        """Return the body without an id."""
        return {member: value for member, value in body.items() if member != "Id"}

    def query_extras(self, ctx: Context, statement: Statement) -> list[Body]:
        """Return the home currency at the rate 1."""
        asked = next(
            (one.values[0].text for one in statement.conditions if one.path.lower() == "asofdate"), ""
        )
        return [home_rate(ctx, asked or ctx.today.isoformat())]


def home_rate(ctx: Context, day: str) -> Body:
    """Return the rate of the home currency itself."""
    home = ctx.home_currency
    return {"SourceCurrencyCode": home, "TargetCurrencyCode": home, "Rate": 1, "AsOfDate": day}


def exchange_rate_on(ctx: Context, source: str, day: dt.date) -> Body:
    """Return the newest rate of a currency that is not after a day. Raises 610 when there is none."""
    if source == ctx.home_currency:
        return home_rate(ctx, day.isoformat())
    ctx.cursor.execute(
        f"SELECT {store.COLUMNS} FROM books_record WHERE company_id = %s AND entity = 'ExchangeRate'"
        " AND wire_id >= %s AND wire_id <= %s AND deleted_at IS NULL ORDER BY wire_id DESC LIMIT 1",
        [ctx.company_id, f"{source}:", f"{source}:{day.isoformat()}"],
    )
    row = ctx.cursor.fetchone()
    if row is None:
        raise faults.not_found()
    body = store.body_of(store.record_of(row))
    body.pop("Id")
    return body


class CompanyCurrency(Entity):
    """A currency that the company uses."""

    name = "CompanyCurrency"
    fields = frozenset({"Code", "Name", "Active", "CustomField"})
    properties = (Property("Code"), Property("Name"), Property("Active", Kind.BOOLEAN, "active"))
    in_cdc = False

    def prepare(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Return the draft. Raises 5030, 2220 and 6240."""
        need_multicurrency(ctx)
        code = currency_code(payload.get("Code"), "Code")
        active = active_of(payload, former)
        if taken := holder(ctx, (self.name,), fold(code), former):
            raise faults.duplicate_name("other", taken[1])
        name = text_of(payload.get("Name"), "Name") or CURRENCY_NAMES.get(code, code)
        return Draft({"Code": code, "Name": name, "Active": active}, name_key=fold(code), active=active)
