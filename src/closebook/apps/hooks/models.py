"""Endpoints, the deliveries that wait for them or were made, and each attempt."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.companies.encryption import EncryptedTextField


class Event(models.TextChoices):
    """What can be told."""

    RUN_PLANNED = "run.planned"
    RUN_DONE = "run.done"
    RUN_HELD = "run.held"
    RUN_FAILED = "run.failed"
    RUN_UNDONE = "run.undone"
    ERROR_OPENED = "error.opened"
    ERROR_RESOLVED = "error.resolved"
    HOLD_DECIDED = "hold.decided"
    SCHEDULE_FAILED = "schedule.failed"
    TEST = "test"


VERSION = 1
"""The version of the bodies of all events."""


class EndpointState(models.TextChoices):
    """Whether an endpoint is sent to."""

    ACTIVE = "active"
    PAUSED = "paused"


class EndpointManager(models.Manager["Endpoint"]):
    """Leaves the secrets unread until somebody asks for them: one that no key opens closes no page."""

    def get_queryset(self) -> models.QuerySet[Endpoint]:
        """Return the endpoints without their secrets."""
        return super().get_queryset().defer("secret", "previous_secret")


class Endpoint(models.Model):
    """An address that is told of a company's events; no ``events`` means all.

    ``previous_secret`` signs too until ``previous_until``. ``why`` says why it is paused: person, gone or
    failing. ``failing_since`` is the first failure after the last success, ``told_at`` when the owners were
    told of it; ``job`` counts the jobs that were handed to the workers.
    """

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE)
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list)
    secret = EncryptedTextField()
    previous_secret = EncryptedTextField(default="")
    previous_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=EndpointState.choices, default=EndpointState.ACTIVE)
    why = models.CharField(max_length=10, default="")
    note = models.CharField(max_length=200, default="")
    created_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    job = models.BigIntegerField(default=0)

    objects = EndpointManager()

    def __str__(self) -> str:
        """Return the address."""
        return self.url


class DeliveryState(models.TextChoices):
    """How a delivery stands. ``unsent`` came while the endpoint was paused."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    UNSENT = "unsent"


class Delivery(models.Model):
    """One event for one endpoint: the very text that is sent, and when it is tried next.

    ``tries`` counts the attempts since it was last begun with, by the event or by a replay.
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.CharField(max_length=40)
    event = models.CharField(max_length=30)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    tries = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """An event is told once to an endpoint; what is due is looked for often."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="one_delivery_per_event")
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="delivery_due", condition=models.Q(state="waiting")),
            models.Index(fields=["created_at"], name="delivery_age"),
        ]

    def __str__(self) -> str:
        """Return the event and its state."""
        return f"{self.event} {self.event_id} {self.state}"


class Attempt(models.Model):
    """One POST: its status (0 when no reply came), the reply's first letters, how long it took, or why
    nothing came.
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    status = models.IntegerField(default=0)
    reply = models.CharField(max_length=500, default="")
    error = models.TextField(default="")
    milliseconds = models.IntegerField(default=0)

    def __str__(self) -> str:
        """Return the status, or the error."""
        return str(self.status or self.error)
