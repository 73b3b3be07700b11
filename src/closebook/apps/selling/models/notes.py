"""What salespeople write about a week."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.selling.models.row import SellingRow


class WeeklyNote(SellingRow):
    """What a salesperson wrote about a week; without one the note is made from the records."""

    person = models.CharField(max_length=150)
    monday = models.DateField()
    text = models.TextField()

    class Meta:
        """A person has one note a week."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "person", "monday"], name="selling_weekly_note")
        ]

    def __str__(self) -> str:
        """Return person and week."""
        return f"{self.person} {self.monday}"
