"""What waits for people and what the clock starts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.sync.models.connections import Connection
from closebook.apps.sync.models.runs import Run


class SyncError(models.Model):
    """One line of the error log: what happened, where, and what can be done.

    ``cause`` groups errors that one fix resolves; ``fixes`` is a list of sentences, each with the command
    that does it.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL)
    code = models.CharField(max_length=60)
    cause = models.TextField()
    who_acts = models.CharField(max_length=20)
    key = models.CharField(max_length=160, default="")
    file = models.CharField(max_length=260, default="")
    row = models.IntegerField(null=True)
    field = models.CharField(max_length=60, default="")
    fixes = models.JSONField(default=list)
    held = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        """Open errors are listed often."""

        indexes: ClassVar = [
            models.Index(fields=["connection"], name="error_open", condition=models.Q(resolved_at=None)),
        ]

    def __str__(self) -> str:
        """Return code and key."""
        return f"{self.code} {self.key}"


class WorkerBeat(models.Model):
    """The last sign of life of a worker."""

    name = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Schedule(models.Model):
    """When a connection is planned again by itself, and what came of it the last time.

    ``rhythm``, ``minute``, ``hour`` and ``weekday`` are a ``core.planning.timetable``; ``applies`` lets it
    write plans that hold nothing back. ``outcome`` is one word, ``word`` its reason; ``told`` what people
    were told last, so that the same is not told twice.
    """

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="schedule")
    rhythm = models.CharField(max_length=10, default="off")
    minute = models.IntegerField(default=0)
    hour = models.IntegerField(default=6)
    weekday = models.IntegerField(default=0)
    applies = models.BooleanField(default=False)
    mails = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL)
    outcome = models.CharField(max_length=20, default="")
    word = models.TextField(default="")
    told = models.TextField(default="")

    def __str__(self) -> str:
        """Return the rhythm."""
        return self.rhythm
