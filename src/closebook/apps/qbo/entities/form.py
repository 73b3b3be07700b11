"""One transaction on its way from a payload to a draft: what all kinds of transactions need while they are
prepared.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from closebook.apps.qbo import faults
from closebook.apps.qbo.values import day_of, decimal_of, reference_id
from closebook.apps.qbo.wire import Body, decode
from closebook.core.ledger.currency import Exchange
from closebook.core.money import decimal_from_minor, minor_digits, minor_from_decimal

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context, Reference


class Form:
    """The payload being read and the wire object being made of it.

    ``body`` starts as the merged payload and ends as the object to store. ``currency`` is the document's;
    ``exchange`` is None for a document in home currency. ``klass`` and ``location`` are those of the header.
    """

    def __init__(self, ctx: Context, payload: Body, former: Record | None) -> None:
        """Start with the payload as it came; the day is the payload's or today."""
        self.ctx = ctx
        self.body: Body = dict(payload)
        self.former = former
        sent = payload.get("TxnDate")
        self.day: dt.date = day_of(sent, "TxnDate") if sent else ctx.today
        self.body["TxnDate"] = self.day.isoformat()
        self.currency = ctx.home_currency
        self.exchange: Exchange | None = None
        self.klass: int | None = None
        self.location: int | None = None
        self.party: Reference | None = None

    @cached_property
    def former_body(self) -> Body:
        """Return the stored object of an update, {} for a create."""
        body: Body = decode(self.former.body) if self.former is not None else {}
        return body

    @property
    def party_pk(self) -> int | None:
        """Return the primary key of the customer, vendor or employee."""
        return self.party.pk if self.party else None

    def refer(self, entity: str, value: Any, element: str) -> Reference:
        """Return the object that a reference names; an inactive one only where the stored transaction had it
        already.
        """
        ctx = self.ctx
        if self.former is None:
            return ctx.require(entity, value, element)
        found = ctx.require_any(entity, value, element)
        if not found.active and f'"value":"{found.wire_id}"' not in self.former.body:
            raise faults.inactive_reference(element)
        return found

    def fill(self, entity: str, name: str, target: Body | None = None) -> Reference | None:
        """Return the object that a member names and write its real label into the member; None when it is
        not there.
        """
        body = self.body if target is None else target
        value = body.get(name)
        if not value:
            body.pop(name, None)
            return None
        found = self.refer(entity, value, name)
        body[name] = found.as_ref()
        return found

    def minor(self, value: Any, element: str) -> int:
        """Return an amount in minor units of the document's currency."""
        return minor_from_decimal(decimal_of(value, element), self.currency)

    def decimal(self, amount_minor: int) -> Decimal:
        """Return an amount as the wire has it."""
        return decimal_from_minor(amount_minor, self.currency)

    @property
    def zero(self) -> Decimal:
        """Return zero with the currency's number of places."""
        return Decimal(0).scaleb(-minor_digits(self.currency))

    def same_reference(self, name: str) -> bool:
        """Tell whether an update leaves a reference as it was."""
        value, before = self.body.get(name), self.former_body.get(name)
        return bool(value and before) and reference_id(value, name) == reference_id(before, name)
