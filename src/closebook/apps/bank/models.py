"""The memory of bank accounts: files, lines, answers, rules and reconciled statements.

Amounts are signed minor units of the bank account's currency: positive comes in.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class BankAccount(models.Model):
    """A bank account or card of a company, with the ledger account that stands for it in the books.

    ``ledger_account`` is the books' id; ``number`` the one that files name; ``mapping`` how the columns of
    its CSV files are understood.
    """

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE)
    name = models.CharField(max_length=80)
    number = models.CharField(max_length=64, default="", blank=True)
    currency = models.CharField(max_length=3)
    ledger_account = models.CharField(max_length=24)
    mapping = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        """A name is used once per company, and so is a ledger account."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "name"], name="bank_account_name"),
            models.UniqueConstraint(fields=["company", "ledger_account"], name="bank_account_ledger"),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class BankUpload(models.Model):
    """A file that was handed in and waits for a person's word; gone once it is imported."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE)
    name = models.CharField(max_length=260)
    data = models.BinaryField()
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class BankFile(models.Model):
    """A file, or the part of it that is about one bank account, known by its content."""

    bank_account = models.ForeignKey(BankAccount, on_delete=models.CASCADE)
    name = models.CharField(max_length=260)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=10)
    rows = models.IntegerField()
    new_rows = models.IntegerField()
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    opening_minor = models.BigIntegerField(null=True)
    closing_minor = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        """The same content is imported once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bank_account", "sha256"], name="bank_file_content")
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class StatementClose(models.Model):
    """A statement that was reconciled: its balances, and who closed it when."""

    bank_account = models.ForeignKey(BankAccount, on_delete=models.CASCADE)
    first_day = models.DateField()
    last_day = models.DateField()
    opening_minor = models.BigIntegerField()
    closing_minor = models.BigIntegerField()
    books_minor = models.BigIntegerField()
    closed_at = models.DateTimeField()
    by = models.CharField(max_length=200)

    class Meta:
        """A day ends at most one statement."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bank_account", "last_day"], name="statement_last_day")
        ]

    def __str__(self) -> str:
        """Return the days."""
        return f"{self.first_day} to {self.last_day}"


class LineState(models.TextChoices):
    """Whether a line is answered."""

    OPEN = "open"
    MATCHED = "matched"
    EXCLUDED = "excluded"


class BankLine(models.Model):
    """One line of a bank account. ``references`` are separated by line ends; ``row`` is that of the file.

    ``look_alike`` tells that another file has a line like it and nobody has said yet whether it is the same.
    """

    bank_account = models.ForeignKey(BankAccount, on_delete=models.CASCADE)
    file = models.ForeignKey(BankFile, on_delete=models.CASCADE)
    row = models.IntegerField()
    identity = models.CharField(max_length=32)
    look = models.TextField()
    day = models.DateField()
    amount_minor = models.BigIntegerField()
    counterparty = models.CharField(max_length=300)
    text = models.TextField()
    references = models.TextField()
    kind = models.CharField(max_length=16)
    look_alike = models.BooleanField(default=False)
    parts = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=LineState.choices, default=LineState.OPEN)
    statement = models.ForeignKey(StatementClose, null=True, on_delete=models.SET_NULL)

    class Meta:
        """An identity is stored once per bank account; lines are read by day."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bank_account", "identity"], name="bank_line_identity")
        ]
        indexes: ClassVar = [
            models.Index(fields=["bank_account", "day"], name="bank_line_day"),
            models.Index(
                fields=["bank_account", "day"], name="bank_line_open", condition=models.Q(state="open")
            ),
        ]

    def __str__(self) -> str:
        """Return day and amount."""
        return f"{self.day} {self.amount_minor}"


class BankRuleRow(models.Model):
    """A rule in its place; what it says is its newest version."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE)
    name = models.CharField(max_length=80)
    position = models.IntegerField()
    active = models.BooleanField(default=True)

    class Meta:
        """A name is used once per company."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "name"], name="bank_rule_name")]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class BankRuleVersion(models.Model):
    """What a rule said from a moment on; ``body`` is the core's rule as JSON values."""

    rule = models.ForeignKey(BankRuleRow, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    body = models.JSONField()
    by = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        """Versions are numbered from 1."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["rule", "number"], name="bank_rule_version")]

    def __str__(self) -> str:
        """Return the number."""
        return f"version {self.number}"


class AnswerPlanState(models.TextChoices):
    """How a plan of answers stands."""

    PLANNED = "planned"
    WRITING = "running"
    STOPPED = "stopped"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class AnswerPlan(models.Model):
    """Answers to many lines of a bank account: saved, approved, written, and taken back as one.

    ``sums`` is what it does by kind and ledger account; ``holder`` names the process at work on it, ``""``
    when there is none; ``reason`` says why it stopped.
    """

    bank_account = models.ForeignKey(BankAccount, on_delete=models.CASCADE)
    state = models.CharField(max_length=10, choices=AnswerPlanState.choices, default=AnswerPlanState.PLANNED)
    reason = models.TextField(default="")
    sums = models.JSONField(default=list)
    total = models.IntegerField()
    finished = models.IntegerField(default=0)
    attempt = models.IntegerField(default=0)
    holder = models.CharField(max_length=32, default="")
    by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """A bank account's plans are read newest first."""

        indexes: ClassVar = [models.Index(fields=["bank_account", "-id"], name="answer_plan_newest")]

    def __str__(self) -> str:
        """Return the state."""
        return self.state


class PlannedState(models.TextChoices):
    """What became of a planned answer."""

    PLANNED = "planned"
    DONE = "done"
    REFUSED = "refused"
    UNDONE = "undone"
    LEFT = "left"


class PlannedAnswer(models.Model):
    """One answer of a plan; ``kind`` is match, transfer, rule or excluded.

    ``entity`` and ``wire_id`` name the record that answers, ``other`` the line of the other bank account;
    ``request_id`` is the one with which it is written; ``message`` says why it was refused or left.
    """

    plan = models.ForeignKey(AnswerPlan, on_delete=models.CASCADE, related_name="items")
    line = models.ForeignKey(BankLine, on_delete=models.CASCADE)
    position = models.IntegerField()
    kind = models.CharField(max_length=10)
    sure_by = models.CharField(max_length=40)
    entity = models.CharField(max_length=24, default="")
    wire_id = models.CharField(max_length=24, default="")
    other = models.ForeignKey(BankLine, null=True, on_delete=models.SET_NULL, related_name="+")
    rule = models.ForeignKey(BankRuleVersion, null=True, on_delete=models.SET_NULL)
    request_id = models.CharField(max_length=50, unique=True)
    state = models.CharField(max_length=10, choices=PlannedState.choices, default=PlannedState.PLANNED)
    message = models.TextField(default="")

    class Meta:
        """A plan's answers stand in their order."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "position"], name="planned_answer_position")
        ]

    def __str__(self) -> str:
        """Return the kind."""
        return self.kind


class Answer(models.Model):
    """What answers a line: a record of the books, one that was written for it, or the reason to leave it out.

    ``kind`` is match, rule, typed, transfer or excluded. For what was written, ``payload`` is kept before it
    is sent, with its request id; ``done`` tells that the books confirmed it; ``planned`` is the one of a
    plan that it came of, None for one of its own.
    """

    line = models.ForeignKey(BankLine, on_delete=models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=10)
    reason = models.TextField(default="")
    rule = models.ForeignKey(BankRuleVersion, null=True, on_delete=models.SET_NULL)
    entity = models.CharField(max_length=24, default="")
    payload = models.JSONField(default=dict)
    request_id = models.CharField(max_length=50, default="")
    written_id = models.CharField(max_length=24, default="")
    written_token = models.CharField(max_length=12, default="")
    done = models.BooleanField(default=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=200, default="")
    planned = models.OneToOneField(PlannedAnswer, null=True, on_delete=models.SET_NULL, related_name="answer")

    class Meta:
        """A line has one answer at a time."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["line"], condition=models.Q(undone_at=None), name="one_answer_per_line"
            )
        ]

    def __str__(self) -> str:
        """Return the kind."""
        return self.kind


class Cleared(models.Model):
    """A record of the books that stands on a bank account's statement: it answers one line only."""

    bank_account = models.ForeignKey(BankAccount, on_delete=models.CASCADE)
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="cleared")
    entity = models.CharField(max_length=24)
    wire_id = models.CharField(max_length=24)
    amount_minor = models.BigIntegerField()

    class Meta:
        """A record is cleared once per bank account."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bank_account", "entity", "wire_id"], name="cleared_once")
        ]

    def __str__(self) -> str:
        """Return the record."""
        return f"{self.entity} {self.wire_id}"
