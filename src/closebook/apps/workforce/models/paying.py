"""What is owed and paid: timesheets, bills, milestones, payment runs, and the numbers of other systems."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.companies.encryption import EncryptedTextField
from closebook.apps.workforce.models.base import Row
from closebook.apps.workforce.models.contracts import Contract
from closebook.apps.workforce.models.finding import Agency, Candidate, Trial
from closebook.apps.workforce.models.tasks import Task


class Payee(Row):
    """Where money goes: rail accounts (JSON text, encrypted) of a person or an agency."""

    candidate = models.OneToOneField(Candidate, null=True, on_delete=models.PROTECT, related_name="payee")
    agency = models.OneToOneField(Agency, null=True, on_delete=models.PROTECT, related_name="payee")
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, default="", blank=True)
    zone = models.CharField(max_length=60, default="UTC")
    rail = models.CharField(max_length=20, default="", blank=True)
    accounts = EncryptedTextField(default="")


class Timesheet(Row):
    """The minutes of a contract in a period, signed by the assistant and approved by the company.

    ``books_zone`` is the company's zone when it was signed, "" where it had none.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="timesheets")
    first = models.DateField()
    last = models.DateField()
    state = models.CharField(max_length=20, default="open")
    signed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, default="", blank=True)
    reason = models.TextField(default="", blank=True)
    books_zone = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        """One timesheet a period, whose days are in order."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "first"], name="workforce_one_timesheet"),
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")), name="workforce_timesheet_in_order"
            ),
        ]


class TimesheetLine(Row):
    """Whole minutes of a day and task at a rate; a correction is a further line with a reason.

    ``books_day`` is the day on which the company's clocks had it, null for the same day.
    """

    timesheet = models.ForeignKey(Timesheet, on_delete=models.PROTECT, related_name="lines")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    books_day = models.DateField(null=True)
    kind = models.CharField(max_length=20)
    minutes = models.IntegerField()
    hourly_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=500, default="", blank=True)


class Milestone(Row):
    """A fixed amount for a result; promised means a date and a proof, never money that we hold."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="milestones")
    title = models.CharField(max_length=200)
    amount_minor = models.BigIntegerField()
    released_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=20, default="planned")
    proof = models.CharField(max_length=500, default="", blank=True)
    reason = models.TextField(default="", blank=True)

    class Meta:
        """No more is released than was promised."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(released_minor__gte=0, released_minor__lte=models.F("amount_minor")),
                name="workforce_released_at_most",
            )
        ]


class Expense(Row):
    """What an assistant paid for the company; it is billed once a person has accepted it."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="expenses")
    day = models.DateField()
    text = models.CharField(max_length=200)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=20, default="proposed")
    decided_by = models.CharField(max_length=200, default="", blank=True)
    reason = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        """It is an amount."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="workforce_expense_positive")
        ]


class Bill(Row):
    """What a payee is owed for a period; its number is used once in the company."""

    payee = models.ForeignKey(Payee, on_delete=models.PROTECT, related_name="bills")
    timesheet = models.OneToOneField(Timesheet, null=True, on_delete=models.PROTECT, related_name="bill")
    number = models.CharField(max_length=21)
    first = models.DateField()
    last = models.DateField()
    due_on = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=20, default="draft")
    reason = models.TextField(default="", blank=True)

    class Meta:
        """A number is used once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="workforce_bill_number")
        ]


class BillLine(Row):
    """One amount of a bill, for a line of the timesheet, a milestone, an expense or a paid trial."""

    bill = models.ForeignKey(Bill, on_delete=models.CASCADE, related_name="lines")
    source = models.OneToOneField(TimesheetLine, null=True, on_delete=models.PROTECT, related_name="billed")
    milestone = models.ForeignKey(Milestone, null=True, on_delete=models.PROTECT, related_name="billed")
    expense = models.OneToOneField(Expense, null=True, on_delete=models.PROTECT, related_name="billed")
    trial = models.OneToOneField(Trial, null=True, on_delete=models.PROTECT, related_name="billed")
    text = models.CharField(max_length=500)
    amount_minor = models.BigIntegerField()


class RailSetting(Row):
    """What the company pays by on a rail (JSON, encrypted); above ``limit_minor`` two people approve."""

    rail = models.CharField(max_length=20)
    facts = EncryptedTextField(default="")
    limit_minor = models.BigIntegerField(null=True)

    class Meta:
        """One a rail."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "rail"], name="workforce_one_setting_a_rail")
        ]


class PaymentRun(Row):
    """A fixed list of payments on one rail in one currency, approved as a whole by its digest.

    ``ident`` names it towards banks and services; ``settings`` is what of the rail's settings it pays by,
    ``file`` the file that was made (base64): both stay what they were. Whoever works on it holds its lease.
    """

    rail = models.CharField(max_length=20)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=20, default="building")
    digest = models.CharField(max_length=64, default="", blank=True)
    approved_by = models.CharField(max_length=200, default="", blank=True)
    approved_at = models.DateTimeField(null=True)
    second_by = models.CharField(max_length=200, default="", blank=True)
    second_at = models.DateTimeField(null=True)
    ident = models.CharField(max_length=30, default="", blank=True)
    pay_on = models.DateField(null=True)
    reason = models.TextField(default="", blank=True)
    settings = EncryptedTextField(default="")
    file = EncryptedTextField(default="")
    file_name = models.CharField(max_length=60, default="", blank=True)
    attempt = models.IntegerField(default=0)
    lease = models.CharField(max_length=32, default="", blank=True)
    lease_until = models.DateTimeField(null=True)


class PaymentLine(Row):
    """A payment of a bill; our reference is used once, so that a retry never pays twice.

    ``account`` is where it goes, as JSON; ``intended_ms`` when it was first going to be sent; ``fee_minor``
    is in the run's currency, ``cost_minor`` what left the company's account in its own (null: the same).
    """

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="lines")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="payments")
    amount_minor = models.BigIntegerField()
    reference = models.CharField(max_length=35)
    provider_reference = models.CharField(max_length=100, default="", blank=True)
    state = models.CharField(max_length=20, default="queued")
    reason = models.TextField(default="", blank=True)
    paid_on = models.DateField(null=True)
    account = EncryptedTextField(default="")
    intended_ms = models.BigIntegerField(default=0)
    code = models.CharField(max_length=100, default="", blank=True)
    fee_minor = models.BigIntegerField(default=0)
    cost_minor = models.BigIntegerField(null=True)
    again = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="instead_of")

    class Meta:
        """A reference is used once, and a payment is of something."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "reference"], name="workforce_payment_reference"),
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="workforce_payment_positive"),
        ]


class Link(Row):
    """The number of one of our rows in another system, with what that system needs to change it."""

    kind = models.CharField(max_length=30)
    number = models.BigIntegerField()
    system = models.CharField(max_length=30)
    foreign_id = models.CharField(max_length=100)
    token = models.CharField(max_length=100, default="", blank=True)

    class Meta:
        """One link a row and system."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "kind", "number", "system"], name="workforce_one_link")
        ]


class BookRun(Row):
    """A saved plan of records for the books, and what of it was written; ``items`` is JSON text.

    An item keeps its payload and request id from the plan on, so that each try sends the same.
    """

    state = models.CharField(max_length=20, default="planned")
    items = models.TextField(default="[]")
    digest = models.CharField(max_length=64, default="", blank=True)
    reason = models.TextField(default="", blank=True)


class CustomerRate(Row):
    """From a day on the hours of a contract, or of one of its tasks, are a customer's at a rate an hour.

    ``customer`` is the number in the books; a rate of nothing says that nobody pays for them from then. The
    nearest level counts, then the latest day, then the newest row; nothing is written over. The rate is in
    the company's own currency.
    """

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="customer_rates")
    task = models.ForeignKey(Task, null=True, on_delete=models.CASCADE, related_name="customer_rates")
    customer = models.CharField(max_length=100, default="", blank=True)
    customer_name = models.CharField(max_length=500, default="", blank=True)
    hourly_minor = models.BigIntegerField()
    starts_on = models.DateField()

    class Meta:
        """Nobody pays less than nothing, and nothing only where there is no customer."""

        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(hourly_minor=0, customer="")
                | (models.Q(hourly_minor__gt=0) & ~models.Q(customer="")),
                name="workforce_customer_pays",
            )
        ]
