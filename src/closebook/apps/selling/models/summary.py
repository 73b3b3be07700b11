"""The yearly summary and what people write in it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.selling.models.row import SellingRow


class AnnualReport(SellingRow):
    """A yearly summary, or one of a part: its days, person and region ("" is all), and its version.

    ``texts`` is language: section: what the manager wrote instead of the draft. ``snapshot`` holds what a
    final summary was computed from, so that it stays as it was. ``first`` is its version 1.
    """

    first = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="later")
    version = models.IntegerField(default=1)
    start = models.DateField()
    end = models.DateField()
    person = models.CharField(max_length=150, default="", blank=True)
    region = models.CharField(max_length=80, default="", blank=True)
    state = models.CharField(max_length=5, default="draft")
    texts = models.JSONField(default=dict)
    snapshot = models.JSONField(default=dict)
    by = models.CharField(max_length=150)
    final_at = models.DateTimeField(null=True)

    class Meta:
        """A version is there once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "version"], name="selling_report_version")
        ]

    def __str__(self) -> str:
        """Return days and version."""
        return f"{self.start} - {self.end} version {self.version}"


class ReportItem(SellingRow):
    """What people write in a summary: an achievement, problem, cause, case, lesson, focus, goal and so on."""

    report = models.ForeignKey(AnnualReport, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=12)
    text = models.TextField()
    where = models.CharField(max_length=80, default="", blank=True)
    facts = models.JSONField(default=dict)

    def __str__(self) -> str:
        """Return the text."""
        return self.text


class SummaryTemplate(SellingRow):
    """The owner's own Word file, whose styles, header and footer a summary takes; one per company."""

    name = models.CharField(max_length=200)
    data = models.BinaryField()
    by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        """A company has one."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["company"], name="selling_one_template")]

    def __str__(self) -> str:
        """Return the file's name."""
        return self.name
