"""Estimate: a quotation. It posts nothing.

Source: QuickBooks Online Accounting API, Estimate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.base import Draft, Kind, Property
from closebook.apps.qbo.entities.buyers import fill_term
from closebook.apps.qbo.entities.due_dates import fill_due_date
from closebook.apps.qbo.entities.numbers import ESTIMATES
from closebook.apps.qbo.entities.sales import FORM_FIELDS, SalesForm
from closebook.apps.qbo.values import optional_day, text_of

if TYPE_CHECKING:
    from closebook.apps.qbo.entities.form import Form
    from closebook.apps.qbo.entities.sales_lines import SalesLines

_STATES = frozenset({"Pending", "Accepted", "Closed", "Rejected", "Converted"})


class Estimate(SalesForm):
    """What a sale would cost; an invoice that is made of it closes it."""

    name = "Estimate"
    label = "Estimate"
    numbers = ESTIMATES
    voidable = False
    own_fields = FORM_FIELDS | {
        "TxnStatus", "AcceptedBy", "AcceptedDate", "ExpirationDate", "DueDate", "SalesTermRef",
    }  # fmt: skip
    own_properties: ClassVar[tuple[Property, ...]] = (
        Property("CustomerRef", Kind.REFERENCE, "party"),
        Property("TxnStatus"),
        Property("ExpirationDate", Kind.DATE),
        Property("AcceptedDate", Kind.DATE),
        Property("EmailStatus"),
    )

    def finish(self, form: Form, lines: SalesLines, draft: Draft) -> None:
        """Settle state and dates. Raises 2170, 2060."""
        body = form.body
        state = text_of(body.setdefault("TxnStatus", "Pending"), "TxnStatus")
        if state not in _STATES:
            raise faults.invalid_enumeration(state, "TxnStatus")
        for name in ("ExpirationDate", "AcceptedDate"):
            day = optional_day(body, name)
            if day is not None:
                body[name] = day.isoformat()
        if body.get("DueDate") or body.get("SalesTermRef"):
            draft.due_date = fill_due_date(form, fill_term(form, None))
        body.pop("Balance", None)
        body.setdefault("LinkedTxn", [])
