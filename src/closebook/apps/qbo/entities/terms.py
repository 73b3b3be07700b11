"""Term and PaymentMethod.

Source: QuickBooks Online Accounting API, Term and PaymentMethod entities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.base import Draft, Entity, Kind, Property
from closebook.apps.qbo.entities.names import active_of, checked_name, fold, holder, plain, shown
from closebook.apps.qbo.values import decimal_of, integer_of, text_of
from closebook.apps.qbo.wire import Body

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context


def _named(ctx: Context, entity: str, payload: Body, former: Record | None) -> tuple[str, bool]:
    """Return the stored name and the active flag of a flat list's object. Raises 6240 for a name that is
    taken.
    """
    active = active_of(payload, former)
    name = shown(checked_name(plain(text_of(payload.get("Name"), "Name")), "Name", 31, "\t\n\r"), active)
    if active and (taken := holder(ctx, (entity,), fold(name), former)):
        raise faults.duplicate_name("other", taken[1])
    return name, active


class Term(Entity):
    """When payment is due: after so many days, or on a day of the month."""

    name = "Term"
    fields = frozenset(
        {
            "Name", "Active", "Type", "DueDays", "DiscountDays", "DiscountPercent", "DayOfMonthDue",
            "DueNextMonthDays",
            "DiscountDayOfMonth",
        }
    )  # fmt: skip
    properties = (
        Property("Name", column="name_key"),
        Property("Active", Kind.BOOLEAN, "active"),
        Property("Type"),
        Property("DueDays", Kind.NUMBER),
    )
    default_order = "name_key"

    def prepare(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Return the draft; either DueDays or DayOfMonthDue is needed (2020), not both (2600)."""
        name, active = _named(ctx, self.name, payload, former)
        body: Body = {"Name": name, "Active": active}
        if "DueDays" in payload and "DayOfMonthDue" in payload and former is None:
            raise faults.conflicting("DueDays and DayOfMonthDue exclude each other", "DueDays")
        if "DayOfMonthDue" in payload and "DueDays" not in payload:
            body["Type"] = "DATE_DRIVEN"
            body["DayOfMonthDue"] = integer_of(payload["DayOfMonthDue"], "DayOfMonthDue", 1, 31)
            body["DueNextMonthDays"] = integer_of(
                payload.get("DueNextMonthDays", 0), "DueNextMonthDays", 0, 999
            )
            if "DiscountDayOfMonth" in payload:
                body["DiscountDayOfMonth"] = integer_of(
                    payload["DiscountDayOfMonth"], "DiscountDayOfMonth", 1, 31
                )
        elif "DueDays" in payload:
            body["Type"] = "STANDARD"
            body["DueDays"] = integer_of(payload["DueDays"], "DueDays", 0, 999)
            body["DiscountDays"] = integer_of(payload.get("DiscountDays", 0), "DiscountDays", 0, 999)
        else:
            raise faults.required("DueDays")
        percent = decimal_of(payload.get("DiscountPercent", 0), "DiscountPercent")
        if not 0 <= percent <= 100:
            raise faults.invalid_number(percent, "DiscountPercent")
        body["DiscountPercent"] = percent
        return Draft(body, name_key=fold(name), active=active)


class PaymentMethod(Entity):
    """How customers pay: cash, a card brand, a shop's payment service."""

    name = "PaymentMethod"
    fields = frozenset({"Name", "Active", "Type"})
    properties = (
        Property("Name", column="name_key"),
        Property("Active", Kind.BOOLEAN, "active"),
        Property("Type"),
    )
    default_order = "name_key"

    def prepare(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Return the draft; the type is CREDIT_CARD or NON_CREDIT_CARD (2170)."""
        name, active = _named(ctx, self.name, payload, former)
        kind = text_of(payload.get("Type", "NON_CREDIT_CARD"), "Type").upper()
        if kind not in {"CREDIT_CARD", "NON_CREDIT_CARD"}:
            raise faults.invalid_enumeration(kind, "Type")
        return Draft({"Name": name, "Active": active, "Type": kind}, name_key=fold(name), active=active)
