"""Finding an assistant: postings, people who apply, how they are looked at, and the paid trial."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.workforce.models.base import Row


class RateRange(Row):
    """What an hour of a kind of service costs in a market from a day on; ``estimated`` where no source names
    it.
    """

    kind = models.CharField(max_length=20)
    market = models.CharField(max_length=80, default="", blank=True)
    low_minor = models.BigIntegerField()
    high_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=200)
    as_of = models.DateField()
    estimated = models.BooleanField(default=False)

    class Meta:
        """A range is in order."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(low_minor__gte=0, high_minor__gte=models.F("low_minor")),
                name="workforce_range_in_order",
            )
        ]


class Posting(Row):
    """Work that is offered: ``token`` is its public address, ``state`` one of the flow's words."""

    token = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    description = models.TextField()
    done_means = models.TextField()
    hours_week = models.IntegerField()
    market = models.CharField(max_length=80, default="", blank=True)
    low_minor = models.BigIntegerField()
    high_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=20, default="draft")
    opened_at = models.DateTimeField(null=True)

    class Meta:
        """A range is in order."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(low_minor__gte=0, high_minor__gte=models.F("low_minor")),
                name="workforce_posting_range",
            )
        ]


class Agency(Row):
    """An agency that sends people and is paid for them; ``margin_bp`` is its share in basis points."""

    name = models.CharField(max_length=200)
    email = models.EmailField(default="", blank=True)
    margin_bp = models.IntegerField(default=0)


class Candidate(Row):
    """Somebody who applied; ``person`` is their login once they work here."""

    name = models.CharField(max_length=200)
    email = models.EmailField(default="", blank=True)
    phone = models.CharField(max_length=40, default="", blank=True)
    country = models.CharField(max_length=80, default="", blank=True)
    zone = models.CharField(max_length=60, default="UTC")
    language = models.CharField(max_length=10, default="", blank=True)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT)
    person = models.ForeignKey("companies.Person", null=True, on_delete=models.SET_NULL)

    class Meta:
        """A mail address is one person."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "email"], condition=~models.Q(email=""), name="workforce_one_per_email"
            )
        ]


class Application(Row):
    """What somebody sent for a posting. ``wish_minor`` is the rate per hour that they ask, in the posting's
    currency; ``reason`` why it was declined.
    """

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="applications")
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="applications")
    letter = models.TextField(default="", blank=True)
    wish_minor = models.BigIntegerField(null=True)
    hours_week = models.IntegerField(null=True)
    source = models.CharField(max_length=20, default="page")
    file = models.FileField(upload_to="workforce/applications", max_length=200, blank=True)
    file_name = models.CharField(max_length=200, default="", blank=True)
    state = models.CharField(max_length=20, default="received")
    reason = models.TextField(default="", blank=True)

    class Meta:
        """Somebody applies once for a posting."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["posting", "candidate"], name="workforce_applies_once")
        ]


class ApplicationStep(Row):
    """One move of an application."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="steps")
    source = models.CharField(max_length=20)
    target = models.CharField(max_length=20)
    reason = models.TextField(default="", blank=True)


class Screening(Row):
    """One check of an application, and what came of it."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="screenings")
    check_name = models.CharField(max_length=80)
    passed = models.BooleanField()
    note = models.TextField(default="", blank=True)


class Interview(Row):
    """A talk at a moment; ``link`` is the address of the video call."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="interviews")
    starts_at = models.DateTimeField()
    minutes = models.IntegerField(default=30)
    link = models.URLField(max_length=500, default="", blank=True)


class Trial(Row):
    """A paid trial of an application: the same task and price for all finalists of a posting.

    ``code`` is the name under which it is read blind.
    """

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="trial")
    task = models.TextField()
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    code = models.CharField(max_length=10)
    state = models.CharField(max_length=20, default="proposed")
    delivered = models.TextField(default="", blank=True)
    reason = models.TextField(default="", blank=True)


class TrialScore(Row):
    """Points (0 to 10) that somebody gave a trial before its name was shown."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="scores")
    points = models.IntegerField()
    note = models.TextField(default="", blank=True)

    class Meta:
        """Each reader scores once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["trial", "actor"], name="workforce_scores_once"),
            models.CheckConstraint(
                condition=models.Q(points__gte=0, points__lte=10), name="workforce_points_to_ten"
            ),
        ]
