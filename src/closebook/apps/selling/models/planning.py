"""Targets, promises for a year, calendars and judgements."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.selling.models.row import SellingRow


class Target(SellingRow):
    """A version of a target: draft, agreed or superseded. ``level`` is certain or the name of a hope.

    ``parts`` is a list of [region, person, dealer, amount]; together they are the amount. ``person`` is who
    set a target of kind "own", "" for the company's.
    """

    measure = models.CharField(max_length=20, default="sales")
    year = models.IntegerField()
    kind = models.CharField(max_length=8, default="company")
    level = models.CharField(max_length=20, default="certain")
    person = models.CharField(max_length=150, default="", blank=True)
    version = models.IntegerField(default=1)
    amount_minor = models.BigIntegerField()
    stages = models.JSONField(default=list)
    month_weights = models.JSONField(default=list)
    parts = models.JSONField(default=list)
    state = models.CharField(max_length=10, default="draft")
    agreed_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, default="", blank=True)
    by = models.CharField(max_length=150)

    class Meta:
        """Versions of a target are numbered from 1."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "measure", "year", "kind", "level", "person", "version"],
                name="selling_target_version",
            )
        ]

    def __str__(self) -> str:
        """Return measure, year and version."""
        return f"{self.measure} {self.year} version {self.version}"


class Promise(SellingRow):
    """What was promised for a year, and what became of it: kept, partly, not; "" while it is open."""

    year = models.IntegerField()
    text = models.CharField(max_length=300)
    person = models.CharField(max_length=150, default="", blank=True)
    due = models.DateField(null=True)
    state = models.CharField(max_length=6, default="", blank=True)
    why = models.CharField(max_length=300, default="", blank=True)

    def __str__(self) -> str:
        """Return the promise."""
        return self.text


class SellingCalendar(models.Model):
    """Which days a company works: a country's public holidays ("" for none), days off and days worked."""

    company = models.OneToOneField("companies.Company", on_delete=models.CASCADE, primary_key=True)
    country = models.CharField(max_length=2, default="", blank=True)
    days_off = models.JSONField(default=list)
    days_worked = models.JSONField(default=list)

    def __str__(self) -> str:
        """Return the country."""
        return self.country


class Judgement(SellingRow):
    """What a manager expects of a period, with the reason and what the forecast said then; never changed."""

    start = models.DateField()
    end = models.DateField()
    amount_minor = models.BigIntegerField()
    forecast_minor = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=300)
    by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return who judged which period."""
        return f"{self.by}: {self.start} - {self.end}"


class Reckoning(models.Model):
    """A company's forecast and its trial on the past as last reckoned; ``digest`` says from what."""

    company = models.OneToOneField("companies.Company", on_delete=models.CASCADE, primary_key=True)
    digest = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)
    asked = models.CharField(max_length=64, default="", blank=True)

    def __str__(self) -> str:
        """Return from what it was reckoned."""
        return self.digest
