"""Complaints, the closing diagnosis and its action points."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.selling.models.row import SellingRow
from closebook.apps.selling.models.selling import Conversation, Customer
from closebook.core.selling import complaints


class Complaint(SellingRow):
    """A complaint with the facts of each of its steps."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="complaints")
    text = models.TextField()
    state = models.CharField(
        max_length=28, choices=[(one.value, one.value) for one in complaints.State], default="received"
    )
    received = models.DateField()
    product = models.CharField(max_length=120, default="", blank=True)
    batch = models.CharField(max_length=60, default="", blank=True)
    order = models.CharField(max_length=60, default="", blank=True)
    undertaking = models.TextField(default="", blank=True)
    undertaking_by = models.DateField(null=True)
    reported_to = models.JSONField(default=list)
    cause = models.CharField(max_length=80, default="", blank=True)
    plan = models.TextField(default="", blank=True)
    owner = models.CharField(max_length=150, default="", blank=True)
    plan_by = models.DateField(null=True)
    cost_minor = models.BigIntegerField(null=True)
    verdict = models.CharField(max_length=10, default="", blank=True)
    why_not_asked = models.CharField(max_length=200, default="", blank=True)
    repeat_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)
    closed_on = models.DateField(null=True)

    def __str__(self) -> str:
        """Return the complaint."""
        return self.text


class Diagnosis(SellingRow):
    """The closing diagnosis of a conversation: seen by its salesperson once shared, and by coaches.

    ``answers`` is by code; answers stay with the checklist's version. A salesperson's own check is another
    row.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="diagnoses")
    by = models.CharField(max_length=150)
    own = models.BooleanField(default=False)
    checklist = models.IntegerField(default=1)
    state = models.CharField(max_length=8, default="draft")
    answers = models.JSONField(default=dict)
    notes = models.JSONField(default=dict)
    reply = models.TextField(default="", blank=True)
    made_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True)

    class Meta:
        """One diagnosis of a conversation by a person."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "by", "own"], name="selling_one_diagnosis")
        ]

    def __str__(self) -> str:
        """Return who made it."""
        return f"diagnosis by {self.by}"


class ActionPoint(SellingRow):
    """What a salesperson will try next time; ``state`` is open, tried, not_tried, no_occasion or dropped."""

    diagnosis = models.ForeignKey(Diagnosis, on_delete=models.CASCADE, related_name="points")
    person = models.CharField(max_length=150)
    text = models.CharField(max_length=300)
    rule = models.CharField(max_length=12, default="", blank=True)
    moment = models.CharField(max_length=8, default="during")
    target = models.ForeignKey(Conversation, null=True, on_delete=models.SET_NULL, related_name="to_try")
    due = models.DateField(null=True)
    state = models.CharField(max_length=12, default="open")
    helped = models.BooleanField(null=True)

    def __str__(self) -> str:
        """Return the text."""
        return self.text
