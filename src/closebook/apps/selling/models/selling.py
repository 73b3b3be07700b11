"""The memory of selling: customers, opportunities, conversations, and what was agreed.

Amounts are minor units of the row's currency; persons are names of people who sign in, "" is nobody's.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.selling.models.row import SellingRow
from closebook.core.selling import opportunities


class Customer(SellingRow):
    """A prospect, customer, dealer or outlet. ``party`` is the books' id of the customer once it is known.

    ``key`` is the other program's id, or the folded name; ``owner`` is the salesperson. ``first_invoice``
    is of
    all time. ``hot`` marks strong interest; who does not want mail or calls is left out of lists.
    """

    key = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, default="prospect")
    region = models.CharField(max_length=80, default="", blank=True)
    owner = models.CharField(max_length=150, default="", blank=True)
    grade = models.CharField(max_length=1, default="", blank=True)
    size = models.CharField(max_length=20, default="", blank=True)
    sector = models.CharField(max_length=80, default="", blank=True)
    email = models.CharField(max_length=200, default="", blank=True)
    phone = models.CharField(max_length=40, default="", blank=True)
    party = models.CharField(max_length=24, default="", blank=True)
    first_invoice = models.DateField(null=True)
    revisit_days = models.IntegerField(null=True)
    hot = models.BooleanField(default=False)
    do_not_call = models.BooleanField(default=False)
    do_not_mail = models.BooleanField(default=False)
    scores = models.JSONField(default=dict)

    class Meta:
        """A key is used once per company; a salesperson's customers are found at once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "key"], name="selling_customer_key")
        ]
        indexes: ClassVar = [models.Index(fields=["company", "owner"], name="selling_customer_owner")]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Contact(SellingRow):
    """A person at a customer's; ``role`` is decides, influences, blocks, champions or uses."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=12, default="", blank=True)
    email = models.CharField(max_length=200, default="", blank=True)
    phone = models.CharField(max_length=40, default="", blank=True)

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Opportunity(SellingRow):
    """A deal that may come. ``value_minor`` is hoped for, ``came_minor`` what it brought when it was won.

    ``shares`` is a list of [person, hundredths of a percent]; empty means all is the owner's. ``category`` is
    the salesperson's own word: commit, best or pipeline. ``next_step`` is the day, without one it is shown
    first.
    """

    customer = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="opportunities")
    key = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    value_minor = models.BigIntegerField(default=0)
    came_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=80, default="", blank=True)
    product = models.CharField(max_length=120, default="", blank=True)
    competitor = models.CharField(max_length=200, default="", blank=True)
    owner = models.CharField(max_length=150, default="", blank=True)
    shares = models.JSONField(default=list)
    category = models.CharField(max_length=10, default="pipeline")
    stage = models.CharField(max_length=40)
    entered = models.DateField(null=True)
    state = models.CharField(
        max_length=8, choices=[(one.value, one.value) for one in opportunities.State], default="open"
    )
    opened_on = models.DateField(null=True)
    next_step = models.DateField(null=True)
    next_step_text = models.CharField(max_length=200, default="", blank=True)
    decided_on = models.DateField(null=True)
    lost_reason = models.CharField(max_length=200, default="", blank=True)
    notes = models.TextField(default="", blank=True)

    class Meta:
        """A key is used once per company; boards read by state and stage, reports by the day of decision."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "key"], name="selling_opportunity_key")
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "state", "stage"], name="selling_opportunity_board"),
            models.Index(fields=["company", "decided_on"], name="selling_opportunity_decided"),
            models.Index(fields=["company", "owner", "state"], name="selling_opportunity_owner"),
        ]

    def __str__(self) -> str:
        """Return the title."""
        return self.title


class StageEvent(SellingRow):
    """A move of an opportunity, only ever added: the history that ages and forecasts come from."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="events")
    before = models.CharField(max_length=40, default="", blank=True)
    after = models.CharField(max_length=40)
    day = models.DateField()
    reason = models.CharField(max_length=200, default="", blank=True)
    by = models.CharField(max_length=200)

    def __str__(self) -> str:
        """Return the move."""
        return f"{self.before} > {self.after}"


class Conversation(SellingRow):
    """A visit, call, meeting, video or mail. ``client_id`` is made by the device, so that sending again adds
    nothing.

    ``state`` is planned, done, cancelled or not_met; ``outcome`` next_step, refused, not_met or order.
    ``preparation`` holds goal, agenda, tactic1, tactic2, concessions, used and worked.
    """

    client_id = models.CharField(max_length=64)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="conversations")
    opportunity = models.ForeignKey(
        Opportunity, null=True, on_delete=models.SET_NULL, related_name="conversations"
    )
    person = models.CharField(max_length=150)
    kind = models.CharField(max_length=8, default="visit")
    state = models.CharField(max_length=10, default="planned")
    day = models.DateField()
    minutes = models.IntegerField(null=True)
    cold = models.BooleanField(default=False)
    purpose = models.CharField(max_length=200, default="", blank=True)
    conveyed = models.TextField(default="", blank=True)
    customer_knows = models.TextField(default="", blank=True)
    customer_wants = models.TextField(default="", blank=True)
    suggestions = models.TextField(default="", blank=True)
    outcome = models.CharField(max_length=12, default="", blank=True)
    agenda_by = models.CharField(max_length=12, default="", blank=True)
    agenda_form = models.CharField(max_length=10, default="", blank=True)
    postponed_to = models.DateField(null=True)
    preparation = models.JSONField(default=dict)
    logged_at = models.DateTimeField()

    class Meta:
        """A device's id is stored once; a customer's timeline is read by day."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "client_id"], name="selling_conversation_client")
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "person", "day"], name="selling_conversation_day"),
            models.Index(fields=["customer", "day"], name="selling_conversation_customer"),
        ]

    def __str__(self) -> str:
        """Return kind and day."""
        return f"{self.kind} {self.day}"


class Question(SellingRow):
    """A customer's question in the customer's words, with the answer given or who owes it by when."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="questions")
    text = models.TextField()
    shows_change = models.BooleanField(default=False)
    critical = models.BooleanField(default=False)
    answer = models.TextField(default="", blank=True)
    answered_by = models.CharField(max_length=150, default="", blank=True)
    owner = models.CharField(max_length=150, default="", blank=True)
    due = models.DateField(null=True)
    in_library = models.BooleanField(default=False)

    def __str__(self) -> str:
        """Return the question."""
        return self.text


class Concession(SellingRow):
    """A concession that the customer asked for, or that we gave, and what we got in return."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="concessions")
    asked = models.BooleanField()
    kind = models.CharField(max_length=8, default="content")
    moment = models.CharField(max_length=12, default="middle")
    text = models.CharField(max_length=300)
    in_return = models.CharField(max_length=300, default="", blank=True)

    def __str__(self) -> str:
        """Return the concession."""
        return self.text


class NextStep(SellingRow):
    """A step that was agreed: what, who by name (the customer's or ours), by when."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="steps")
    what = models.CharField(max_length=300)
    who = models.CharField(max_length=150, default="", blank=True)
    ours = models.BooleanField(default=True)
    by = models.DateField(null=True)
    done_on = models.DateField(null=True)

    def __str__(self) -> str:
        """Return what is to be done."""
        return self.what


class FollowUp(SellingRow):
    """Something due with a customer; it is closed by doing it or with a reason."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="follow_ups")
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.SET_NULL)
    rule = models.CharField(max_length=24)
    person = models.CharField(max_length=150, default="", blank=True)
    due = models.DateField(null=True)
    about = models.CharField(max_length=200, default="", blank=True)
    closed_on = models.DateField(null=True)
    done = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        """What is open is found by person."""

        indexes: ClassVar = [
            models.Index(
                fields=["company", "person"],
                name="selling_follow_up_open",
                condition=models.Q(closed_on=None),
            )
        ]

    def __str__(self) -> str:
        """Return the rule."""
        return self.rule
