"""TimeActivity: hours that an employee or vendor worked. It posts nothing.

Source: QuickBooks Online Accounting API, TimeActivity; error codes 6290 to 6390, 2170.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, ClassVar

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.base import Draft, Kind, Property, is_empty
from closebook.apps.qbo.entities.transaction import Transaction
from closebook.apps.qbo.values import decimal_of, flag, integer_of, text_of

if TYPE_CHECKING:
    from closebook.apps.qbo.entities.form import Form

_DURATION = ("Hours", "Minutes", "Seconds")
_MOST_HOURS = 8760


class TimeActivity(Transaction):
    """Time of one person on one day, as a duration or from start to end; billable time waits for an
    invoice.
    """

    name = "TimeActivity"
    label = "Time Activity"
    series = ""
    in_cdc = False
    own_fields = frozenset(
        {
            "NameOf", "EmployeeRef", "VendorRef", "CustomerRef", "ItemRef", "ProjectRef", "PayrollItemRef",
            "BillableStatus",
            "Taxable", "HourlyRate", "CostRate", "Hours", "Minutes", "Seconds", "BreakHours", "BreakMinutes",
            "BreakSeconds",
            "StartTime", "EndTime", "Description", "TimeChargeId",
        }
    )  # fmt: skip
    lengths: ClassVar[dict[str, int]] = {"Description": 4000}
    own_properties: ClassVar[tuple[Property, ...]] = (
        Property("NameOf"),
        Property("EmployeeRef", Kind.REFERENCE),
        Property("VendorRef", Kind.REFERENCE),
        Property("CustomerRef", Kind.REFERENCE, "party"),
        Property("BillableStatus"),
    )

    def build(self, form: Form) -> Draft:
        """Return the draft. Raises 6290 to 6390, 2170, 2020, 2500."""
        body = form.body
        _fill_worker(form)
        customer = form.fill("Customer", "CustomerRef")
        item = form.fill("Item", "ItemRef")
        if item is None and form.former is None:
            default = form.ctx.reference(
                "Item", form.ctx.other_preference("SalesFormsPrefs.DefaultItem", "1")
            )
            if default is not None:
                body["ItemRef"] = default.as_ref()
        _fill_time(form)
        body["Taxable"] = flag(body, "Taxable")
        body["HourlyRate"] = decimal_of(body.get("HourlyRate", 0), "HourlyRate")
        _check_billable(form)
        for name in ("Line", "TotalAmt", "TxnTaxDetail", "CurrencyRef"):
            body.pop(name, None)
        form.party = customer
        return Draft(body)


def _fill_worker(form: Form) -> None:
    """Resolve who worked. Raises 6300 for nobody, 6290 for both an employee and a vendor."""
    body = form.body
    both = bool(body.get("EmployeeRef")) and bool(body.get("VendorRef"))
    if both:
        raise faults.rule("6290", "Only one of EmployeeRef and VendorRef may be set", element="NameOf")
    kind = text_of(body.get("NameOf"), "NameOf")
    if kind not in {"Employee", "Vendor"}:
        raise faults.rule("6300", "NameOf has to be Employee or Vendor", element="NameOf")
    if not body.get(f"{kind}Ref"):
        raise faults.rule("6300", f"{kind}Ref is required", element=f"{kind}Ref")
    form.fill(kind, f"{kind}Ref")


def _fill_time(form: Form) -> None:
    """Check the time. Raises 6350 without any, 6390 for a duration with start or end, 6340 for one end
    only.
    """
    body = form.body
    has_duration = any(not is_empty(body.get(name)) for name in _DURATION)
    ends = [name for name in ("StartTime", "EndTime") if body.get(name)]
    if has_duration and ends:
        raise faults.rule("6390", "Send either a duration or start and end time", element="StartTime")
    if not has_duration and not ends:
        raise faults.rule("6350", "A duration or start and end time is required", element="Hours")
    if has_duration:
        body["Hours"] = integer_of(body.get("Hours") or 0, "Hours", 0, _MOST_HOURS)
        body["Minutes"] = integer_of(body.get("Minutes") or 0, "Minutes", 0, 59)
        if "Seconds" in body:
            body["Seconds"] = integer_of(body["Seconds"] or 0, "Seconds", 0, 59)
        return
    if len(ends) == 1:
        raise faults.rule("6340", "Start and end time are both required", element=ends[0])
    _check_span(form)


def _check_span(form: Form) -> None:
    """Raise 6370 when the end is before the start, 6360 when the break is longer than the time between."""
    body = form.body
    start, end = (_moment(body[name], name) for name in ("StartTime", "EndTime"))
    if (start.tzinfo is None) != (end.tzinfo is None):
        start, end = start.replace(tzinfo=None), end.replace(tzinfo=None)
    if end < start:
        raise faults.rule("6370", "The end time is before the start time", element="EndTime")
    pause = dt.timedelta(
        hours=integer_of(body.get("BreakHours") or 0, "BreakHours", 0, _MOST_HOURS),
        minutes=integer_of(body.get("BreakMinutes") or 0, "BreakMinutes", 0, 59),
    )
    if pause > end - start:
        raise faults.rule("6360", "The break is longer than the time worked", element="BreakHours")


def _moment(value: object, element: str) -> dt.datetime:
    text = text_of(value, element)
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise faults.invalid_date(text, element) from error


def _check_billable(form: Form) -> None:
    """Check the billing state. Raises 2170, 6310 for billable time without customer, 6330 without an hourly
    rate.
    """
    body = form.body
    state = text_of(body.setdefault("BillableStatus", "NotBillable"), "BillableStatus")
    is_kept = form.former_body.get("BillableStatus") == state
    if state not in {"Billable", "NotBillable"} and not (state == "HasBeenBilled" and is_kept):
        raise faults.invalid_enumeration(state, "BillableStatus")
    if state != "Billable":
        return
    if not body.get("CustomerRef"):
        raise faults.rule("6310", "Billable time needs a customer", element="CustomerRef")
    if not body["HourlyRate"]:
        raise faults.rule("6330", "Billable time needs an hourly rate", element="HourlyRate")
