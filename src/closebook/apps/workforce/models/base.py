"""What every row of the assistants' desk has."""

from __future__ import annotations

from django.db import models


class Row(models.Model):
    """A row of a company: who wrote it and when. ``actor`` is a person's name, "" for Closebook itself."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+")
    actor = models.CharField(max_length=200, default="", blank=True)
    made_at = models.DateTimeField()

    class Meta:
        """No table of its own."""

        abstract = True

    def __str__(self) -> str:
        """Return the kind of row and its number."""
        return f"{type(self).__name__} {self.pk}"
