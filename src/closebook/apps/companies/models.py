"""Companies, people, roles and the audit log."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models


class Person(AbstractUser):
    """Somebody who signs in.

    ``language`` is a language code of the site, "" for what the browser asks for; ``theme`` is light or dark,
    "" for what the system says.
    """

    language = models.CharField(max_length=10, default="", blank=True)
    theme = models.CharField(max_length=5, default="", blank=True)


class Company(models.Model):
    """The tenant: every other row of the product belongs to one company.

    ``realm_id`` names the company towards the QuickBooks Online protocol; ``embedded`` tells whether its
    books are ours, ``is_sample`` that it holds invented data which anybody may see and reset. ``zone`` is
    that of its clocks, "" while nobody has said it.
    """

    name = models.CharField(max_length=200, unique=True)
    realm_id = models.CharField(max_length=32, unique=True)
    embedded = models.BooleanField(default=True)
    home_currency = models.CharField(max_length=3, default="USD")
    zone = models.CharField(max_length=60, default="", blank=True)
    is_sample = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Role(models.TextChoices):
    """What a person may do in a company."""

    OWNER = "owner"
    BOOKKEEPER = "bookkeeper"
    SALES_MANAGER = "sales-manager"
    SALESPERSON = "salesperson"
    ASSISTANT = "assistant"
    CONTRIBUTOR = "contributor"
    READER = "reader"


class DigestWish(models.TextChoices):
    """When a member wants a mail about what waits in a company."""

    NEVER = "never"
    DAILY = "daily"
    SOMETHING = "something"


class Membership(models.Model):
    """A person's role in a company, and whether they want its digest; ``digest_day`` is that of the last
    one.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    company = models.ForeignKey(Company, on_delete=models.CASCADE)
    role = models.CharField(max_length=20, choices=Role.choices)
    digest = models.CharField(max_length=10, choices=DigestWish.choices, default=DigestWish.NEVER)
    digest_day = models.DateField(null=True)

    class Meta:
        """One role per person and company."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "company"], name="one_role_per_company")
        ]

    def __str__(self) -> str:
        """Return person, role and company."""
        return f"{self.person} is {self.role} of {self.company}"


class Invitation(models.Model):
    """An offer of a role in a company to whoever holds its token, of which only a digest is kept.

    It ends by being accepted or withdrawn, or at ``expires_at``.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE)
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices)
    language = models.CharField(max_length=10, default="", blank=True)
    token_digest = models.CharField(max_length=64)
    invited_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """At most one invitation of an address to a company is open."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "email"],
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation",
            )
        ]

    def __str__(self) -> str:
        """Return address, role and company."""
        return f"{self.email} as {self.role} of {self.company}"


class SavedView(models.Model):
    """A statement as somebody likes to see it: its name, the statement's word, and the wishes of its address.

    A period such as last-month stays relative: the view shows it as of the day on which it is opened.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE)
    name = models.CharField(max_length=80)
    statement = models.CharField(max_length=40)
    query = models.CharField(max_length=300)
    created_at = models.DateTimeField()

    class Meta:
        """A name is used once per company."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "name"], name="view_name")]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class AuditEvent(models.Model):
    """One line of the audit log; ``digest`` chains it to the line before, so that a change shows."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE)
    number = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    details = models.TextField(default="{}")
    digest = models.CharField(max_length=64)

    class Meta:
        """Numbered without gaps within a company."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "number"], name="audit_number")]

    def __str__(self) -> str:
        """Return what was done to what."""
        return f"{self.number} {self.action} {self.subject}"


class ApiToken(models.Model):
    """A key by which a program acts for a person in one company.

    ``digest`` is the SHA-256 of the token, which nobody can read again; ``start`` its first letters, by which
    a person knows it; ``abilities`` the most that it may do, less whatever the person's role does not allow.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    start = models.CharField(max_length=12)
    abilities = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return the name and the first letters."""
        return f"{self.name} ({self.start}…)"


class ApiWindow(models.Model):
    """How often a token was used in the minute that began at ``minute`` (minutes since 1970)."""

    token = models.OneToOneField(ApiToken, on_delete=models.CASCADE, primary_key=True)
    minute = models.BigIntegerField()
    uses = models.IntegerField()

    def __str__(self) -> str:
        """Return the number of uses."""
        return f"{self.uses} in minute {self.minute}"


class ApiAnswer(models.Model):
    """The answer to a write that carried an idempotency key, so that a repetition gets the same.

    ``digest`` is the SHA-256 of method, path and body; ``status`` is null while the write is under way.
    """

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE)
    key = models.CharField(max_length=128)
    digest = models.CharField(max_length=64)
    status = models.IntegerField(null=True)
    content_type = models.CharField(max_length=100, default="")
    body = models.TextField(default="")
    created_at = models.DateTimeField()

    class Meta:
        """A key is used once by a token; old answers are found by their age."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key")]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="answer_age")]

    def __str__(self) -> str:
        """Return the key and the status."""
        return f"{self.key} {self.status or 'under way'}"


class FormUse(models.Model):
    """A form that was sent and saved: ``address`` is the page of what it made.

    ``token`` was made when the form was drawn, so that sending the form again is answered and saves nothing.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE)
    token = models.CharField(max_length=50)
    address = models.CharField(max_length=300)
    made_at = models.DateTimeField()

    class Meta:
        """A form saves once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "token"], name="one_use_of_form")]

    def __str__(self) -> str:
        """Return what was made."""
        return self.address
