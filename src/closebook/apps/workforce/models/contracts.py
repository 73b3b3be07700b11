"""Contracts: terms that both sides sign, each with its rates; rules for sites."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.workforce.models.base import Row
from closebook.apps.workforce.models.finding import Agency, Candidate


class Evidence(models.TextChoices):
    """How much is recorded while a timer runs; never more than the contract says."""

    NONE = "none"
    TIMER = "timer"
    PRESENCE = "presence"
    SITES = "presence-sites"


class IdlePolicy(models.TextChoices):
    """From where time away counts: the last input, or the moment at which the timer paused."""

    THRESHOLD = "threshold"
    LAST_INPUT = "last-input"


class Contract(Row):
    """An agreement with a person, an agency's person or a program; ``person`` is who signs in and works."""

    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, default="person")
    candidate = models.ForeignKey(Candidate, null=True, on_delete=models.PROTECT, related_name="contracts")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="contracts")
    person = models.ForeignKey("companies.Person", on_delete=models.PROTECT, related_name="contracts")
    zone = models.CharField(max_length=60, default="UTC")
    currency = models.CharField(max_length=3)
    performed_in = models.CharField(max_length=80, default="", blank=True)
    state = models.CharField(max_length=20, default="draft")
    reason = models.TextField(default="", blank=True)


class Term(Row):
    """What holds from a day on once both sides have signed; a change is a new term, never an edit.

    ``away_seconds`` is when a timer pauses; caps are minutes per week and minor units per week, null for
    none.
    """

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="terms")
    version = models.IntegerField()
    starts_on = models.DateField()
    evidence = models.CharField(max_length=20, choices=Evidence.choices, default=Evidence.NONE)
    idle_policy = models.CharField(max_length=20, choices=IdlePolicy.choices, default=IdlePolicy.THRESHOLD)
    away_seconds = models.IntegerField(default=180)
    review_days = models.IntegerField(default=5)
    cap_minutes = models.IntegerField(null=True)
    cap_minor = models.BigIntegerField(null=True)
    notice_version = models.CharField(max_length=20, default="", blank=True)
    company_signed_by = models.CharField(max_length=200, default="", blank=True)
    company_signed_at = models.DateTimeField(null=True)
    assistant_signed_at = models.DateTimeField(null=True)
    notice_read_at = models.DateTimeField(null=True)

    class Meta:
        """Terms are numbered within a contract."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "version"], name="workforce_term_number")
        ]


class HourlyRate(Row):
    """What an hour of a kind of service is paid under a term; kind "" is any."""

    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="rates")
    kind = models.CharField(max_length=20, default="", blank=True)
    hourly_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        """One rate a kind, and no negative one."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["term", "kind"], name="workforce_one_rate_a_kind"),
            models.CheckConstraint(
                condition=models.Q(hourly_minor__gte=0), name="workforce_rate_not_negative"
            ),
        ]


class SiteRule(Row):
    """What a site or program means for work: for a task, a kind of task, a contract or, with none, all."""

    contract = models.ForeignKey(Contract, null=True, on_delete=models.CASCADE, related_name="site_rules")
    task = models.ForeignKey("Task", null=True, on_delete=models.CASCADE, related_name="site_rules")
    task_kind = models.CharField(max_length=20, default="", blank=True)
    match = models.CharField(max_length=10, default="domain")
    value = models.CharField(max_length=200)
    verdict = models.CharField(max_length=10)
    ask = models.BooleanField(default=False)
    tolerance_seconds = models.IntegerField(default=60)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    note = models.CharField(max_length=200, default="", blank=True)
