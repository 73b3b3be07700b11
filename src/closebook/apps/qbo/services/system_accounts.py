"""Finds the ledger account that plays a role for the service itself, and makes it at first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from closebook.apps.qbo.entities.account import Account
from closebook.apps.qbo.entities.names import fold, holder
from closebook.apps.qbo.services import write
from closebook.apps.qbo.services.chart import PER_CURRENCY, ROLES, ChartRow
from closebook.apps.qbo.wire import Body
from closebook.core.errors import InvariantError

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Context, Reference

_ACCOUNT = Account()


def system_account(ctx: Context, role: str, currency: str = "") -> Reference:
    """Return the ledger account of a role (and foreign currency, "" for the home currency); it is made when
    missing.

    A renamed one keeps its role. Raises InvariantError for a role that is not in the list.
    """
    currency = currency if role in PER_CURRENCY else ""
    ctx.cursor.execute(
        "SELECT record_id FROM qbo_systemaccount WHERE company_id = %s AND role = %s AND currency = %s",
        [ctx.company_id, role, currency],
    )
    row = ctx.cursor.fetchone()
    found = ctx.reference_by_pk(row[0]) if row else None
    if found is None and role not in ROLES:
        raise InvariantError("unknown-role", f"No ledger account has the role {role}.")
    return found or _adopt_or_make(ctx, ROLES[role], currency)


def _adopt_or_make(ctx: Context, row: ChartRow, currency: str) -> Reference:
    name = f"{row.name} - {currency}" if currency else row.name
    taken = holder(ctx, ("Account",), fold(name), None)
    found = ctx.reference("Account", taken[1]) if taken else None
    if found is None or found.body["AccountType"] != row.type:
        found = make_account(
            ctx, name if found is None else f"{name} (system)", row.type, row.sub_type, currency
        )
    assign_role(ctx, row.role, currency, found.pk)
    return found


def make_account(ctx: Context, name: str, kind: str, sub_type: str, currency: str = "") -> Reference:
    """Return a new ledger account of the service's own."""
    payload: Body = {"Name": name, "AccountType": kind, "AccountSubType": sub_type}
    if currency:
        payload["CurrencyRef"] = {"value": currency}
    record = write.create_record(ctx, _ACCOUNT, payload)
    return ctx.require_any("Account", record.wire_id)


def assign_role(ctx: Context, role: str, currency: str, pk: int) -> None:
    """Store which record plays a role."""
    ctx.cursor.execute(
        "INSERT INTO qbo_systemaccount (company_id, role, currency, record_id) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (company_id, role, currency) DO UPDATE SET record_id = excluded.record_id",
        [ctx.company_id, role, currency, pk],
    )
