"""How a company's books are reached: logins, keys, paces, what they told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.companies.encryption import EncryptedTextField


class BooksAccess(models.Model):
    """How a company's books are reached: ``base_url`` is "" for an embedded company in this process.

    ``previous_refresh_token`` is kept until the new one has worked once. ``realm_id`` is "" where the
    company's own is meant. ``generation`` counts the refreshes that were kept; ``refreshing`` and
    ``refreshing_until`` are the lease of whoever refreshes just now. ``warned`` is the smallest number of
    days before the end that was told so far (0: none). ``manners`` is what the books say of themselves
    (country, tax, numbers); ``batches`` is off where each record is to be sent by itself.
    """

    company = models.OneToOneField("companies.Company", on_delete=models.CASCADE, related_name="books_access")
    base_url = models.CharField(max_length=300, default="")
    environment = models.CharField(max_length=12, default="")
    realm_id = models.CharField(max_length=32, default="")
    books_name = models.CharField(max_length=200, default="")
    client_id = models.CharField(max_length=120)
    client_secret = EncryptedTextField()
    access_token = EncryptedTextField(default="")
    refresh_token = EncryptedTextField(default="")
    previous_refresh_token = EncryptedTextField(default="")
    access_expires_at = models.DateTimeField()
    refresh_expires_at = models.DateTimeField()
    hard_expires_at = models.DateTimeField(null=True)
    renewed_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField(null=True)
    generation = models.BigIntegerField(default=0)
    refreshing = models.CharField(max_length=20, default="")
    refreshing_until = models.DateTimeField(null=True)
    broken = models.BooleanField(default=False)
    broken_at = models.DateTimeField(null=True)
    warned = models.IntegerField(default=0)
    manners = models.JSONField(default=dict)
    batches = models.BooleanField(default=True)
    swept_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True)

    class Meta:
        """One set of books elsewhere belongs to one company here: two would write against each other."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["base_url", "realm_id"],
                name="one_company_per_realm",
                condition=~models.Q(realm_id=""),
            )
        ]

    def __str__(self) -> str:
        """Return the address."""
        return self.base_url or "in this process"


class AppKeys(models.Model):
    """The keys of a company's own app at Intuit, for development or for production."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE)
    environment = models.CharField(max_length=12)
    client_id = models.CharField(max_length=120)
    client_secret = EncryptedTextField()
    verifier_token = EncryptedTextField(default="")
    saved_at = models.DateTimeField()

    class Meta:
        """One set of keys per company and environment."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "environment"], name="one_set_of_keys")
        ]

    def __str__(self) -> str:
        """Return the environment."""
        return self.environment


class CallPace(models.Model):
    """When the next call to one company's books is due, by limit; shared by all processes."""

    key = models.CharField(max_length=200, unique=True)
    due = models.JSONField(default=list)

    def __str__(self) -> str:
        """Return the company and the app."""
        return self.key


class CallCount(models.Model):
    """How many calls of one class (``read`` is metered by Intuit, ``write`` is free) a month had."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE)
    month = models.DateField()
    kind = models.CharField(max_length=8)
    count = models.BigIntegerField(default=0)

    class Meta:
        """One row per company, month and class."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "month", "kind"], name="one_call_count")
        ]

    def __str__(self) -> str:
        """Return the class and how many."""
        return f"{self.kind} {self.count}"


class BooksEvent(models.Model):
    """One change that the books told us of, to be looked at by a worker; told twice, it is kept once."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE)
    entity = models.CharField(max_length=24)
    remote_id = models.CharField(max_length=24)
    operation = models.CharField(max_length=12)
    other_id = models.CharField(max_length=24, default="")
    at = models.CharField(max_length=40)
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)

    class Meta:
        """The same change is kept once; the open ones have an index of their own."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "entity", "remote_id", "operation", "at"], name="one_books_event"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["company"], name="books_event_open", condition=models.Q(handled_at=None))
        ]

    def __str__(self) -> str:
        """Return operation, entity and id."""
        return f"{self.operation} {self.entity} {self.remote_id}"


class UnknownRealm(models.Model):
    """How many signed changes came in for books that nobody here is connected to."""

    realm_id = models.CharField(max_length=32, unique=True)
    count = models.BigIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the realm."""
        return self.realm_id
