"""What assistants keep for themselves: the profile they show, and whom they offer their work to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.workforce.models.base import Row


class Profile(Row):
    """How a person presents themselves; ``token`` is the public address, which answers only when public.

    ``weekdays`` are digits, 1 for Monday; ``begins`` and ``ends`` are times of the zone such as 09:00.
    """

    person = models.ForeignKey("companies.Person", on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=40, unique=True)
    is_public = models.BooleanField(default=False)
    is_found = models.BooleanField(default=False)
    shows_finished = models.BooleanField(default=False)
    name = models.CharField(max_length=200)
    headline = models.CharField(max_length=160, default="", blank=True)
    about = models.TextField(default="", blank=True)
    languages = models.CharField(max_length=200, default="", blank=True)
    hours_week = models.IntegerField(null=True)
    weekdays = models.CharField(max_length=7, default="", blank=True)
    begins = models.CharField(max_length=5, default="", blank=True)
    ends = models.CharField(max_length=5, default="", blank=True)
    zone = models.CharField(max_length=60, default="UTC")
    free_from = models.DateField(null=True)

    class Meta:
        """A person has one profile in a company."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "person"], name="workforce_one_profile")
        ]


class OfferedService(Row):
    """A kind of service of a profile, with what an hour of it costs, in minor units."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="services")
    kind = models.CharField(max_length=20)
    years = models.IntegerField(default=0)
    low_minor = models.BigIntegerField()
    high_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """A range is in order."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(low_minor__gt=0, high_minor__gte=models.F("low_minor")),
                name="workforce_service_range",
            )
        ]


class Reference(Row):
    """Somebody's word for the person, as the person entered it; shown only where they said that it may be."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="references")
    name = models.CharField(max_length=200)
    relation = models.CharField(max_length=200, default="", blank=True)
    words = models.TextField(default="", blank=True)
    day = models.DateField(null=True)
    may_show = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True)


class Prospect(Row):
    """A business that the person would work for; seen by that person alone."""

    person = models.ForeignKey("companies.Person", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    contact = models.CharField(max_length=200, default="", blank=True)
    found_at = models.CharField(max_length=200, default="", blank=True)
    link = models.URLField(max_length=500, default="", blank=True)
    kind = models.CharField(max_length=20)
    note = models.TextField(default="", blank=True)
    state = models.CharField(max_length=20, default="noted")
    reason = models.CharField(max_length=200, default="", blank=True)
    next_step = models.CharField(max_length=200, default="", blank=True)
    next_on = models.DateField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """A person's list is read by the day of the next step."""

        indexes: ClassVar = [models.Index(fields=["person", "next_on"], name="workforce_prospect_step")]


class Pitch(Row):
    """What was sent to a prospect on a day, and what came back."""

    prospect = models.ForeignKey(Prospect, on_delete=models.CASCADE, related_name="pitches")
    day = models.DateField()
    channel = models.CharField(max_length=80, default="", blank=True)
    text = models.TextField()
    answer = models.TextField(default="", blank=True)
