"""Money to collect: what customers promised to pay, and what they dispute."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.selling.models.coaching import Complaint
from closebook.apps.selling.models.row import SellingRow
from closebook.apps.selling.models.selling import Customer


class PayPromise(SellingRow):
    """A customer's promise to pay so much of an invoice by a day, in minor units of the home currency.

    ``invoice`` is the books' id, ``open_minor`` what was open when it was promised.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="pay_promises")
    entity = models.CharField(max_length=40, default="Invoice")
    invoice = models.CharField(max_length=24)
    day = models.DateField()
    amount_minor = models.BigIntegerField()
    open_minor = models.BigIntegerField()
    said_by = models.CharField(max_length=120, default="", blank=True)
    by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """What was promised is found by invoice."""

        indexes: ClassVar = [models.Index(fields=["company", "invoice"], name="selling_promise_invoice")]

    def __str__(self) -> str:
        """Return the day and the invoice."""
        return f"{self.day} {self.invoice}"


class Dispute(SellingRow):
    """An invoice that a customer does not mean to pay, with the reason, until it is settled."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="disputes")
    entity = models.CharField(max_length=40, default="Invoice")
    invoice = models.CharField(max_length=24)
    reason = models.CharField(max_length=300)
    complaint = models.ForeignKey(Complaint, null=True, on_delete=models.SET_NULL)
    by = models.CharField(max_length=150)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        """An invoice is disputed once at a time."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "entity", "invoice"],
                condition=models.Q(closed_on=None),
                name="selling_one_dispute",
            )
        ]

    def __str__(self) -> str:
        """Return the reason."""
        return self.reason
