"""Plans and what became of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.sync.models.connections import Connection, ProfileVersion


class RunState(models.TextChoices):
    """How far a run has got."""

    PLANNED = "planned"
    RUNNING = "running"
    WAITING = "waiting"
    HELD = "held"
    STALE = "stale"
    DONE = "done"
    DONE_WITH_ERRORS = "done-with-errors"
    STOPPED = "stopped"
    FAILED = "failed"
    REPLACED = "replaced"


UNFINISHED = (RunState.PLANNED, RunState.RUNNING, RunState.WAITING, RunState.STOPPED)
"""The states of runs that may be gone on with."""


class Run(models.Model):
    """A plan and its application. ``kind`` is sync or undo; ``undoes`` is the run that an undo takes back."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    kind = models.CharField(max_length=10, default="sync")
    undoes = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)
    state = models.CharField(max_length=20, choices=RunState.choices, default=RunState.PLANNED)
    reason = models.TextField(default="")
    profile = models.ForeignKey(ProfileVersion, null=True, on_delete=models.SET_NULL)
    basis = models.JSONField(default=dict)
    effect = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    proofs = models.JSONField(default=list)
    attempt = models.IntegerField(default=1)
    total = models.IntegerField(default=0)
    finished = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return number and state."""
        return f"run {self.pk} {self.state}"


class ActionRow(models.Model):
    """One action of a run. ``target`` and ``link`` are JSON texts of the core's values.

    ``what`` is the kind of list object or document that they are about, ``amount_minor`` what its document
    moves: so that a plan of any size is grouped, sorted and searched without reading the texts.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="actions")
    position = models.IntegerField()
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=12)
    target = models.TextField(default="")
    link = models.TextField(default="")
    reason = models.TextField(default="")
    depends_on = models.TextField(default="")
    request_id = models.CharField(max_length=50, default="")
    batch_id = models.CharField(max_length=50, default="")
    state = models.CharField(max_length=12, default="planned")
    diff = models.TextField(default="")
    code = models.CharField(max_length=60, default="")
    message = models.TextField(default="")
    attempts = models.IntegerField(default=0)
    remote_id = models.CharField(max_length=24, default="")
    sync_token = models.CharField(max_length=12, default="")
    what = models.CharField(max_length=20, db_default="")
    amount_minor = models.BigIntegerField(db_default=0)

    class Meta:
        """Actions of a run stand in the order in which they are sent."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "position"], name="action_position"),
            models.UniqueConstraint(fields=["run", "key"], name="action_key"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["run", "state"], name="action_state"),
            models.Index(fields=["run", "kind", "what", "position", "amount_minor"], name="action_group"),
        ]

    def __str__(self) -> str:
        """Return kind and key."""
        return f"{self.kind} {self.key}"


class Lease(models.Model):
    """The right to write into a company's books; it ends at ``expires_at`` unless it is renewed.

    ``token`` is new each time that the lease is taken.
    """

    company = models.OneToOneField("companies.Company", on_delete=models.CASCADE)
    holder = models.CharField(max_length=120)
    token = models.CharField(max_length=20, default="")
    run = models.ForeignKey(Run, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the holder."""
        return self.holder


class PreparationState(models.TextChoices):
    """How far a preparation has got."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    REFUSED = "refused"
    DROPPED = "dropped"


class Preparation(models.Model):
    """Work before anything is written: a plan, an undo, a look at one, a tie-out, or a trial of a profile.

    ``run`` is the run that an undo takes back, ``wish`` what was asked for. ``step``, ``done`` and ``total``
    say how far it is (0 where nobody knows), ``step_at`` since when, ``told_at`` when that was last said.
    ``made`` is the plan that came of it, ``answer`` what was found, ``error`` why it was refused.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    kind = models.CharField(max_length=10)
    run = models.ForeignKey(Run, null=True, on_delete=models.CASCADE, related_name="preparations")
    wish = models.JSONField(default=dict)
    by = models.CharField(max_length=200, default="")
    state = models.CharField(
        max_length=10, choices=PreparationState.choices, default=PreparationState.WAITING
    )
    step = models.CharField(max_length=20, default="")
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    made = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.JSONField(default=dict)
    error = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    step_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return kind and state."""
        return f"{self.kind} {self.state}"
