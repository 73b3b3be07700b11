"""Vendor and Employee.

Source: QuickBooks Online Accounting API, Vendor and Employee entities.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from closebook.apps.qbo import faults, store
from closebook.apps.qbo.entities.base import Draft, Entity, Kind, Property
from closebook.apps.qbo.entities.names import active_of, fold, plain
from closebook.apps.qbo.entities.people import CONTACT, check_free, common_body, copied, masked
from closebook.apps.qbo.selectors.party_balances import party_balances, shown_balance
from closebook.apps.qbo.services.opening import post_vendor_opening
from closebook.apps.qbo.values import day_of, decimal_of, flag, optional_day, reference_id, text_of
from closebook.apps.qbo.wire import Body

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context

_PROPERTIES = (
    Property("DisplayName", column="name_key"),
    Property("GivenName"),
    Property("MiddleName"),
    Property("FamilyName"),
    Property("CompanyName"),
    Property("PrintOnCheckName"),
    Property("Active", Kind.BOOLEAN, "active"),
    Property("PrimaryEmailAddr.Address"),
    Property("PrimaryEmailAddr"),
    Property("PrimaryPhone.FreeFormNumber"),
)
SSN_MASK = "-".join("X" * length for length in (3, 2, 4))


class Vendor(Entity):
    """Somebody who is paid. The balance is computed from open bills when it is read."""

    name = "Vendor"
    series = "name"
    fields = CONTACT | {
        "TermRef", "AcctNum", "Vendor1099", "TaxIdentifier", "BillRate", "CostRate", "APAccountRef",
        "Balance",
        "OpenBalanceDate", "HasTPAR", "T4AEligible", "T5018Eligible", "VendorPaymentBankDetail", "GSTIN",
        "BusinessNumber",
        "GSTRegistrationType", "Source", "TaxReportingBasis",
    }  # fmt: skip
    read_only = frozenset({"V4IDPseudonym", "ClientEntityId", "FullyQualifiedName"})
    lengths: ClassVar = {"AcctNum": 100}
    properties = (
        *_PROPERTIES,
        Property("Balance", Kind.NUMBER),
        Property("Vendor1099", Kind.BOOLEAN),
        Property("AcctNum"),
    )
    default_order = "name_key"
    derives = True
    noun = "Names"

    def prepare(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Return the draft. Raises 6080, 6240, 6220 and others; an opening balance is posted after."""
        old = store.body_of(former) if former else {}
        active = active_of(payload, former)
        body = common_body(ctx, payload, old, active)
        if active:
            check_free(ctx, self.name, plain(body["DisplayName"]), former)
        elif former and former.active and party_balances(ctx, self.name).get(former.wire_id):
            raise faults.has_balance()
        body |= {"Balance": 0, "Vendor1099": flag(payload, "Vendor1099"), **copied(payload, self.lengths)}
        if "TermRef" in payload and reference_id(payload["TermRef"], "TermRef"):
            body["TermRef"] = ctx.require_any("Term", payload["TermRef"], "TermRef").as_ref()
        if "APAccountRef" in payload and reference_id(payload["APAccountRef"], "APAccountRef"):
            body["APAccountRef"] = ctx.require("Account", payload["APAccountRef"], "APAccountRef").as_ref()
        if "TaxIdentifier" in payload:
            body["TaxIdentifier"] = masked(payload["TaxIdentifier"], "TaxIdentifier", 20, 4)
        for member in ("BillRate", "CostRate"):
            if member in payload:
                body[member] = decimal_of(payload[member], member)
        draft = Draft(body, name_key=fold(body["DisplayName"]), active=active)
        amount = decimal_of(payload.get("Balance", 0), "Balance")
        day = optional_day(payload, "OpenBalanceDate")
        if former is None and amount and day is not None:
            draft.after.append(_opening(amount, day))
        return draft

    def present(self, ctx: Context, body: Body) -> Body:
        """Return the body with the open balance."""
        owed = party_balances(ctx, self.name).get(body["Id"], 0)
        return {**body, "Balance": shown_balance(owed, body["CurrencyRef"]["value"])}


def _opening(amount: Decimal, day: dt.date) -> Callable[[Context, Record], None]:
    def post(ctx: Context, record: Record) -> None:
        post_vendor_opening(ctx, record, amount, day)
        ctx.memo.clear()

    return post


class Employee(Entity):
    """Somebody who works here. The social security number is kept only as its mask."""

    name = "Employee"
    series = "name"
    fields = CONTACT | {
        "SSN", "BillableTime", "BillRate", "CostRate", "HiredDate", "ReleasedDate", "BirthDate", "Gender",
        "EmployeeNumber", "Organization", "Source",
    }  # fmt: skip
    read_only = frozenset({"V4IDPseudonym", "Balance"})
    lengths: ClassVar = {"EmployeeNumber": 100}
    properties = (*_PROPERTIES, Property("EmployeeNumber"), Property("BillableTime", Kind.BOOLEAN))
    default_order = "name_key"
    noun = "Names"

    def prepare(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Return the draft; a given or family name is needed (6080). Raises 6240 and others."""
        if not any(text_of(payload.get(member), member) for member in ("GivenName", "FamilyName")):
            raise faults.name_missing()
        old = store.body_of(former) if former else {}
        active = active_of(payload, former)
        body = common_body(ctx, payload, old, active)
        body.pop("CurrencyRef")
        if active:
            check_free(ctx, self.name, plain(body["DisplayName"]), former)
        body |= {"BillableTime": flag(payload, "BillableTime"), **copied(payload, self.lengths)}
        if "Organization" in payload:
            body["Organization"] = flag(payload, "Organization")
        if body["BillableTime"] and "BillRate" in payload:
            body["BillRate"] = decimal_of(payload["BillRate"], "BillRate")
        if "CostRate" in payload:
            body["CostRate"] = decimal_of(payload["CostRate"], "CostRate")
        for member in ("HiredDate", "ReleasedDate", "BirthDate"):
            if member in payload:
                body[member] = day_of(payload[member], member).isoformat()
        if "Gender" in payload:
            body["Gender"] = _gender(payload["Gender"])
        if text_of(payload.get("SSN"), "SSN"):
            body["SSN"] = SSN_MASK
        return Draft(body, name_key=fold(body["DisplayName"]), active=active)


def _gender(value: object) -> str:
    word = text_of(value, "Gender").capitalize()
    if word not in {"Male", "Female", "Other"}:
        raise faults.invalid_enumeration(word, "Gender")
    return word
