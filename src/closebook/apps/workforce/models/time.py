"""Working time: timers, time by hand, evidence, what it comes to, and what is proposed about it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.workforce.models.base import Row
from closebook.apps.workforce.models.contracts import Contract
from closebook.apps.workforce.models.paying import Payee
from closebook.apps.workforce.models.tasks import Task


class Timer(Row):
    """A timer on a task, running, paused or stopped; ``zone`` is the assistant's when it began.

    ``source`` is page or agent; ``recovered`` says that a crash ended it, at the last sign of life.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="timers")
    person = models.ForeignKey("companies.Person", on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="timers")
    zone = models.CharField(max_length=60)
    source = models.CharField(max_length=10, default="page")
    state = models.CharField(max_length=10, default="running")
    reason = models.CharField(max_length=200, default="", blank=True)
    seen_at = models.DateTimeField()
    recovered = models.BooleanField(default=False)

    class Meta:
        """An assistant has at most one timer that is not stopped, whatever the company."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(state__in=["running", "paused"]),
                name="workforce_one_timer",
            )
        ]


class TimerSpan(Row):
    """A stretch in which a timer ran; open while ``ends_at`` is null."""

    timer = models.ForeignKey(Timer, on_delete=models.CASCADE, related_name="spans")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        """One open stretch a timer, and none that ends before it starts."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["timer"], condition=models.Q(ends_at=None), name="workforce_one_open_span"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gte=models.F("starts_at")),
                name="workforce_span_in_order",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "starts_at"], name="workforce_span_start")]


class ManualTime(Row):
    """Time that the assistant enters with a reason; another row supersedes it, nothing is overwritten.

    It counts with its timesheet's approval, unless somebody declined it and said why.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="manual_times")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="manual_times")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    withdrawn = models.BooleanField(default=False)
    declined_by = models.CharField(max_length=200, default="", blank=True)
    declined_why = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        """It ends after it starts, and has a reason."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="workforce_manual_in_order"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="workforce_manual_reason"),
        ]


class Device(Row):
    """A machine of an assistant that sends evidence; ``skew_ms`` is how far its clock is ahead of ours.

    It speaks with ``token``; once that is revoked it is heard no more, and what it said stays.
    """

    person = models.ForeignKey("companies.Person", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    skew_ms = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)
    token = models.OneToOneField("companies.ApiToken", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        """A person's machines have different names."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "person", "name"], name="workforce_device_name")
        ]


class TimerMove(Row):
    """What a machine said of its timer (move start, pause or stop), each once; ``at`` by its own clock, which
    was ``shift_ms`` ahead of ours.

    A start whose end is not known yet, because it came late, waits here until the end comes.
    """

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="moves")
    move = models.CharField(max_length=10)
    at = models.DateTimeField()
    task = models.ForeignKey(Task, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, default="", blank=True)
    shift_ms = models.BigIntegerField(default=0)

    class Meta:
        """A move is kept once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "move", "at"], name="workforce_one_move")
        ]


class EvidenceDay(Row):
    """A closed day of a device's evidence; ``digest`` chains it to the day before."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="days")
    bucket = models.CharField(max_length=100)
    day = models.DateField()
    digest = models.CharField(max_length=64)
    before = models.CharField(max_length=64, default="", blank=True)
    supersedes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="+")


class EvidenceSpan(Row):
    """A stretch of evidence (kind afk, window, web or call); ``key`` makes a repetition change nothing."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="spans")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    bucket = models.CharField(max_length=100)
    kind = models.CharField(max_length=10)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    value = models.JSONField(default=dict)
    key = models.CharField(max_length=64)

    class Meta:
        """A fact is kept once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "key"], name="workforce_evidence_key"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("starts_at")), name="workforce_evidence_in_order"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["contract", "starts_at"], name="workforce_evidence_start")]


class Prompt(Row):
    """A question to the assistant about a stretch, with its one answer ("" while there is none)."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="prompts")
    rule = models.CharField(max_length=60)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    key = models.CharField(max_length=64)
    answer = models.CharField(max_length=20, default="", blank=True)
    note = models.CharField(max_length=500, default="", blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        """A question is asked once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "key"], name="workforce_prompt_key")
        ]


class Reckoning(Row):
    """What a period's timers come to by a set of rules; the digests say of which rules and rows.

    The company sees it once it is released: by the assistant, or when the days to answer are over.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="reckonings")
    first = models.DateField()
    last = models.DateField()
    rules_digest = models.CharField(max_length=64)
    inputs_digest = models.CharField(max_length=64)
    released_at = models.DateTimeField(null=True)
    supersedes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="+")


class Segment(Row):
    """A stretch of a reckoning: its class, reason and rule, and the keys of the evidence.

    ``about`` is the site, app or answer that the reason speaks of; ``source`` is timer or hand,
    ``number`` that of the timer's stretch or of the time by hand.
    """

    reckoning = models.ForeignKey(Reckoning, on_delete=models.CASCADE, related_name="segments")
    task = models.ForeignKey(Task, null=True, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    klass = models.CharField(max_length=10)
    reason = models.CharField(max_length=40)
    rule = models.CharField(max_length=60, default="", blank=True)
    about = models.CharField(max_length=200, default="", blank=True)
    source = models.CharField(max_length=10, default="timer")
    number = models.BigIntegerField(default=0)
    evidence = models.JSONField(default=list)


class Proposal(Row):
    """Minutes that are proposed not to be paid; the assistant answers first, by ``answer_until``.

    ``key`` is the same whenever the same stretches are reckoned again; with ``asks`` nothing is deducted, it
    is only asked what the time was.
    """

    reckoning = models.ForeignKey(Reckoning, on_delete=models.PROTECT, related_name="proposals")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="proposals")
    key = models.CharField(max_length=32)
    day = models.DateField()
    klass = models.CharField(max_length=10)
    about = models.CharField(max_length=200, default="", blank=True)
    asks = models.BooleanField(default=False)
    minutes = models.IntegerField()
    reason = models.CharField(max_length=40)
    rule = models.CharField(max_length=60, default="", blank=True)
    state = models.CharField(max_length=20, default="made")
    answer_until = models.DateTimeField()
    rule_until = models.DateTimeField()
    segments = models.ManyToManyField(Segment)

    class Meta:
        """The same stretches are proposed once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "key"], name="workforce_one_proposal")
        ]


class Reply(Row):
    """The assistant's one answer to a proposal."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="reply")
    word = models.CharField(max_length=20)
    text = models.TextField(default="", blank=True)


class Ruling(Row):
    """The decision of a named person on a proposal: kept or dropped, and why."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="ruling")
    word = models.CharField(max_length=20)
    why = models.TextField()
    person = models.ForeignKey("companies.Person", null=True, on_delete=models.PROTECT, related_name="+")


class AccessLog(Row):
    """Somebody read an assistant's evidence, or a payee's tax number or form; who it is about sees this.

    ``what`` is the day of the evidence, or ``number`` or ``file`` with the number of the form.
    """

    contract = models.ForeignKey(Contract, null=True, on_delete=models.CASCADE, related_name="reads")
    payee = models.ForeignKey(Payee, null=True, on_delete=models.CASCADE, related_name="reads")
    what = models.CharField(max_length=200)

    class Meta:
        """It is about a contract or about a payee."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(contract=None, payee__isnull=False)
                | models.Q(contract__isnull=False, payee=None),
                name="workforce_read_of_one",
            )
        ]
