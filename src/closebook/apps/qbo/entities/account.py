"""Account: the chart of accounts.

Source: QuickBooks Online Accounting API, Account entity: types, sub types, name rules, opening balance.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.account_types import (
    STAND_ALONE,
    SUB_TYPE_NAMES,
    TYPE_NAMES,
    TYPE_OF_SUB_TYPE,
    default_sub_type,
)
from closebook.apps.qbo.entities.base import Draft, Entity, Kind, Property
from closebook.apps.qbo.entities.names import (
    Place,
    active_of,
    checked_name,
    fold,
    holder,
    place,
    plain,
    rename_children,
    shown,
)
from closebook.apps.qbo.selectors.account_balances import account_balances
from closebook.apps.qbo.services.opening import post_account_opening
from closebook.apps.qbo.store import body_of
from closebook.apps.qbo.values import bounded, day_of, decimal_of, reference_id, text_of
from closebook.apps.qbo.wire import Body, currency_reference
from closebook.core.ledger.account_types import CLASSIFICATION_OF, LedgerAccountType, is_balance_sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context

_CONTROL = {LedgerAccountType.RECEIVABLE.value, LedgerAccountType.PAYABLE.value}
_SQL_LEDGER_ACCOUNT = """
    INSERT INTO books_ledgeraccount
        (record_id, company_id, name, full_name, number, type, sub_type, parent, currency, active)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (record_id) DO UPDATE SET name = excluded.name, full_name = excluded.full_name,
        number = excluded.number, type = excluded.type, sub_type = excluded.sub_type,
        parent = excluded.parent, active = excluded.active
"""


class Account(Entity):
    """A ledger account. Its balance is computed when it is read."""

    name = "Account"
    fields = frozenset(
        {
            "Name", "AcctNum", "Description", "ParentRef", "SubAccount", "AccountType", "AccountSubType",
            "CurrencyRef",
            "TaxCodeRef", "OpeningBalance", "OpeningBalanceDate", "Active", "AccountAlias", "TxnLocationType",
            "JournalCodeRef",
        }
    )  # fmt: skip
    read_only = frozenset(
        {
            "Classification", "FullyQualifiedName", "CurrentBalance", "CurrentBalanceWithSubAccounts",
            "OnlineBankingEnabled", "FIName", "BankNum", "BankAccountType", "UnitType", "OpenBalance",
        }
    )  # fmt: skip
    lengths: ClassVar = {"Description": 100, "AcctNum": 20}
    properties = (
        Property("Name"),
        Property("FullyQualifiedName", column="name_key"),
        Property("AccountType"),
        Property("AccountSubType"),
        Property("Classification"),
        Property("SubAccount", Kind.BOOLEAN),
        Property("Active", Kind.BOOLEAN, "active"),
        Property("AcctNum"),
        Property("Description"),
        Property("CurrentBalance", Kind.NUMBER),
        Property("ParentRef", Kind.REFERENCE),
        Property("CurrencyRef", Kind.REFERENCE),
    )
    default_order = "name_key"
    derives = True
    label = "Account"
    noun = "Accounts"

    def prepare(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Return the draft: types completed, place in the tree, ``books_ledgeraccount`` and opening balance
        afterwards.
        """
        old = body_of(former) if former else {}
        name = plain(checked_name(payload.get("Name"), "Name", 100 + len(" (deleted)"), '":'))
        kind, sub_type = _types(payload, old)
        active = active_of(payload, former)
        where = _place(ctx, name, (kind, sub_type), payload, former)
        path = shown(where.path, active)
        self._check_free(ctx, path, text_of(payload.get("AcctNum"), "AcctNum"), active, former)
        if former and former.active and not active:
            _check_idle(ctx, former, old)
        body = self._body(ctx, payload, old, (shown(name, active), path, active, kind, sub_type), where)
        draft = Draft(body, name_key=fold(path), active=active)
        draft.after.append(_ledger_account(body, where, kind, sub_type))
        if former and old["FullyQualifiedName"] != path:
            draft.after.append(
                lambda ctx, _record: _renamed(ctx, plain(old["FullyQualifiedName"]), where.path)
            )
        if former is None:
            self._open(draft, payload, kind)
        return draft

    def _body(
        self,
        ctx: Context,
        payload: Body,
        old: Body,
        named: tuple[str, str, bool, LedgerAccountType, str],
        where: Place,
    ) -> Body:
        name, path, active, kind, sub_type = named
        body: Body = {
            "Name": name,
            "SubAccount": where.parent is not None,
            "FullyQualifiedName": path,
            "Active": active,
            "Classification": CLASSIFICATION_OF[kind].value,
            "AccountType": kind.value,
            "AccountSubType": sub_type,
            "CurrentBalance": 0,
            "CurrentBalanceWithSubAccounts": 0,
            "CurrencyRef": old.get("CurrencyRef") or _currency(ctx, payload),
        }
        if where.parent is not None:
            body["ParentRef"] = {"value": where.parent.wire_id}
        for name in ("AcctNum", "Description", "TaxCodeRef", "AccountAlias", "TxnLocationType"):
            if name in payload:
                body[name] = payload[name] if name.endswith("Ref") else text_of(payload[name], name)
        if ":" in body.get("AcctNum", ""):
            raise faults.invalid_characters("AcctNum")
        return body

    def _check_free(self, ctx: Context, path: str, number: str, active: bool, former: Record | None) -> None:
        if active and (taken := holder(ctx, ("Account",), fold(path), former)):
            raise faults.duplicate_name("ledger-accounts", taken[1])
        if not number or not ctx.preference("AccountingInfoPrefs", "UseAccountNumbers", False):
            return
        ctx.cursor.execute(
            "SELECT record_id FROM books_ledgeraccount WHERE company_id = %s AND number = %s AND active",
            [ctx.company_id, number],
        )
        if any(former is None or row[0] != former.pk for row in ctx.cursor.fetchall()):
            raise faults.duplicate_name("ledger-accounts")

    def _open(self, draft: Draft, payload: Body, kind: LedgerAccountType) -> None:
        if ("OpeningBalance" in payload) != ("OpeningBalanceDate" in payload):
            raise faults.opening_balance_date()
        if "OpeningBalance" not in payload:
            return
        if not is_balance_sheet(kind):
            raise faults.business("An opening balance needs a balance sheet account", "OpeningBalance")
        amount = decimal_of(payload["OpeningBalance"], "OpeningBalance")
        day = day_of(payload["OpeningBalanceDate"], "OpeningBalanceDate")
        if amount:
            draft.after.append(_opening(amount, day, kind))

    def present(self, ctx: Context, body: Body) -> Body:
        """Return the body with its balances: assets positive on the debit side, what is owed negative, no
        income.
        """
        own, whole = account_balances(ctx).get(body["Id"], (Decimal(0), Decimal(0)))
        return {**body, "CurrentBalance": own, "CurrentBalanceWithSubAccounts": whole}


def _types(payload: Body, old: Body) -> tuple[LedgerAccountType, str]:
    """Return type and sub type, each completed from the other. Raises 6010, 2170."""
    type_text = text_of(payload.get("AccountType"), "AccountType")
    sub_text = text_of(payload.get("AccountSubType"), "AccountSubType")
    if not type_text and not sub_text:
        type_text, sub_text = old.get("AccountType", ""), old.get("AccountSubType", "")
    if not type_text and not sub_text:
        raise faults.type_missing()
    kind = TYPE_NAMES.get(type_text.lower()) if type_text else TYPE_OF_SUB_TYPE.get(sub_text.lower())
    if kind is None:
        raise faults.invalid_enumeration(
            type_text or sub_text, "AccountType" if type_text else "AccountSubType"
        )
    known = TYPE_OF_SUB_TYPE.get(sub_text.lower())
    if known is not None and known != kind:
        if old and old.get("AccountSubType") == sub_text:
            return kind, default_sub_type(kind)
        raise faults.invalid_enumeration(sub_text, "AccountSubType")
    return kind, SUB_TYPE_NAMES.get(sub_text.lower(), sub_text) or default_sub_type(kind)


def _place(
    ctx: Context, name: str, types: tuple[LedgerAccountType, str], payload: Body, former: Record | None
) -> Place:
    kind, sub_type = types
    parent = payload.get("ParentRef")
    if parent is not None and not reference_id(parent, "ParentRef"):
        parent = None
    where = place(ctx, "Account", name, parent, former)
    if where.parent is None:
        return where
    if sub_type in STAND_ALONE or where.parent.body["AccountSubType"] in STAND_ALONE:
        raise faults.business("This account can neither have nor be a sub-account", "ParentRef")
    if where.parent.body["AccountType"] != kind.value:
        raise faults.business("A sub-account must have the same account type as its parent", "ParentRef")
    return where


def _currency(ctx: Context, payload: Body) -> Body:
    code = reference_id(payload["CurrencyRef"], "CurrencyRef").upper() if "CurrencyRef" in payload else ""
    code = code or ctx.home_currency
    if code != ctx.home_currency and not ctx.multicurrency:
        raise faults.invalid_currency(code)
    return currency_reference(code)


def _check_idle(ctx: Context, former: Record, old: Body) -> None:
    """Raise unless the ledger account may be made inactive: no system account, no balance, no active
    children.
    """
    ctx.cursor.execute("SELECT 1 FROM qbo_systemaccount WHERE record_id = %s LIMIT 1", [former.pk])
    if ctx.cursor.fetchone():
        raise faults.business("This account is used by the system and cannot be made inactive", "Active")
    own, _whole = account_balances(ctx).get(former.wire_id, (Decimal(0), Decimal(0)))
    if own:
        raise faults.has_balance()
    ctx.cursor.execute(
        "SELECT 1 FROM books_ledgeraccount WHERE company_id = %s AND parent = %s AND active LIMIT 1",
        [ctx.company_id, former.pk],
    )
    if ctx.cursor.fetchone():
        raise faults.business(f"{old['Name']} has active sub-accounts", "Active")


def _note_type(ctx: Context, pk: int, kind: LedgerAccountType) -> None:
    """Have what is open of the documents on a ledger account reckoned again when it becomes, or ceases to be,
    a receivable or payable one.
    """
    ctx.cursor.execute("SELECT type FROM books_ledgeraccount WHERE record_id = %s", [pk])
    former = ctx.cursor.fetchone()
    if former and former[0] != kind.value and {former[0], kind.value} & _CONTROL:
        ctx.cursor.execute(
            "SELECT DISTINCT e.record_id FROM posting p JOIN journal_entry e ON e.id = p.entry_id"
            " WHERE p.company_id = %s AND p.ledger_account = %s",
            [ctx.company_id, pk],
        )
        ctx.links_changed(*(row[0] for row in ctx.cursor.fetchall()))


def _ledger_account(
    body: Body, where: Place, kind: LedgerAccountType, sub_type: str
) -> Callable[[Context, Record], None]:
    def store_row(ctx: Context, record: Record) -> None:
        if record.sync_token:
            _note_type(ctx, record.pk, kind)
        number = bounded(body.get("AcctNum"), "AcctNum", 20)
        parent = where.parent.pk if where.parent else None
        ctx.cursor.execute(
            _SQL_LEDGER_ACCOUNT,
            [
                record.pk, ctx.company_id, body["Name"], body["FullyQualifiedName"], number, kind.value,
                sub_type,
                parent, body["CurrencyRef"]["value"], record.active,
            ],
        )  # fmt: skip
        ctx.memo.pop("account-balances", None)

    return store_row


def _renamed(ctx: Context, old_path: str, new_path: str) -> None:
    if old_path != new_path:
        rename_children(ctx, "Account", old_path, new_path)


def _opening(amount: Decimal, day: dt.date, kind: LedgerAccountType) -> Callable[[Context, Record], None]:
    def post(ctx: Context, record: Record) -> None:
        post_account_opening(ctx, record, amount, day, kind)

    return post
