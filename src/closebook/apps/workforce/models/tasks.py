"""Tasks: what is asked, estimated, done and delivered; drafts that wait for approval; appointments."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.workforce.models.base import Row
from closebook.apps.workforce.models.contracts import Contract


class Task(Row):
    """A task of a contract. ``waits_for`` says who has to move (company or assistant) and ``reason`` what is
    lacking; ``repeats`` is "", daily, weekly or monthly.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    description = models.TextField()
    done_means = models.TextField()
    low_minutes = models.IntegerField(null=True)
    likely_minutes = models.IntegerField(null=True)
    high_minutes = models.IntegerField(null=True)
    cap_minutes = models.IntegerField(null=True)
    due_on = models.DateField(null=True)
    repeats = models.CharField(max_length=10, default="", blank=True)
    follows = models.OneToOneField("self", null=True, on_delete=models.SET_NULL, related_name="followed_by")
    state = models.CharField(max_length=20, default="requested")
    waits_for = models.CharField(max_length=10, default="assistant")
    reason = models.TextField(default="", blank=True)
    delivered = models.TextField(default="", blank=True)

    class Meta:
        """Estimates go from low over likely to high."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(low_minutes=None)
                | models.Q(
                    low_minutes__gte=0,
                    likely_minutes__gte=models.F("low_minutes"),
                    high_minutes__gte=models.F("likely_minutes"),
                ),
                name="workforce_estimate_in_order",
            )
        ]


class TaskStep(Row):
    """One move of a task, or a comment where ``target`` is ""."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="steps")
    target = models.CharField(max_length=20, default="", blank=True)
    text = models.TextField(default="", blank=True)


class ChecklistItem(Row):
    """One thing to tick off in a task."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="items")
    text = models.CharField(max_length=200)
    place = models.IntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=200, default="", blank=True)


class TaskFile(Row):
    """A file of a task."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(upload_to="workforce/tasks", max_length=200)
    name = models.CharField(max_length=200)


class Draft(Row):
    """Something that waits for approval before it leaves: a mail, a post, a purchase, a booking.

    ``body`` is the assistant's text; an edited one is kept in the decision. ``amount_minor`` is in the
    contract's currency; what is not decided by ``expires_at`` expires.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="drafts")
    task = models.ForeignKey(Task, null=True, on_delete=models.SET_NULL, related_name="drafts")
    channel = models.CharField(max_length=20)
    target = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    body = models.TextField()
    amount_minor = models.BigIntegerField(null=True)
    expires_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=20, default="proposed")
    receipt = models.CharField(max_length=500, default="", blank=True)


class Decision(Row):
    """What the company said to a draft: approved, edited (with the ``body`` that counts) or returned."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="decisions")
    word = models.CharField(max_length=20)
    body = models.TextField(default="", blank=True)
    reason = models.TextField(default="", blank=True)


class Appointment(Row):
    """A time that is booked with somebody for the company; who books gives name and mail."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="appointments")
    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=500, default="", blank=True)
    with_name = models.CharField(max_length=200, default="", blank=True)
    with_email = models.EmailField(default="", blank=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        """It ends after it starts."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="workforce_appointment_ends"
            )
        ]


class Feed(Row):
    """The secret address at which a person's calendar program reads their dates; renewing makes a new one."""

    person = models.ForeignKey("companies.Person", on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=60, unique=True)

    class Meta:
        """One address a person and company."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "person"], name="workforce_one_feed")
        ]
