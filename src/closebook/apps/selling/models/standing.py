"""What was decided about customers: who is the same as whom, and which grade each has had."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.selling.models.row import SellingRow
from closebook.apps.selling.models.selling import Customer


class Merge(SellingRow):
    """A customer that went into another, with what an undo needs; ``apart``: two that are not the same.

    ``kept`` and ``gone`` are their numbers. ``row`` is the one that went as it was, ``moved`` the numbers
    of the rows that changed hands by kind, ``filled`` what the kept one took over, as [before, after].
    """

    kept = models.BigIntegerField()
    gone = models.BigIntegerField()
    apart = models.BooleanField(default=False)
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=120)
    party = models.CharField(max_length=24, default="", blank=True)
    row = models.TextField(default="", blank=True)
    moved = models.JSONField(default=dict)
    filled = models.JSONField(default=dict)
    by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        """What stands is found by company, and by the customer that was kept."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "gone"],
                condition=models.Q(apart=False, undone_at=None),
                name="selling_merged_once",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["company", "kept"], name="selling_merge_kept")]

    def __str__(self) -> str:
        """Return the name of the one that went."""
        return self.name


class GradeChange(SellingRow):
    """A customer's grade from a day on: what was proposed by the figures, what was decided, and why."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="grade_changes")
    before = models.CharField(max_length=1, default="", blank=True)
    after = models.CharField(max_length=1, default="", blank=True)
    proposed = models.CharField(max_length=1, default="", blank=True)
    reason = models.CharField(max_length=200, default="", blank=True)
    by = models.CharField(max_length=150)
    day = models.DateField()

    class Meta:
        """A customer's grades are read in their order."""

        indexes: ClassVar = [models.Index(fields=["customer", "day"], name="selling_grade_day")]

    def __str__(self) -> str:
        """Return the move."""
        return f"{self.before or '-'} > {self.after or '-'}"
