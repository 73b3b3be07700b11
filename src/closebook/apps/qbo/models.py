"""Tables of the protocol: who may call, what was answered, whom to tell. They live in the database ``books``.

Secrets and tokens that are only compared are kept as SHA-256 digests.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SystemAccount(models.Model):
    """Which record plays a role that the service itself needs, such as ``undeposited-funds``."""

    company = models.ForeignKey("books.BooksCompany", on_delete=models.CASCADE)
    role = models.CharField(max_length=60)
    currency = models.CharField(max_length=3, default="")
    record = models.ForeignKey("books.Record", on_delete=models.CASCADE)

    class Meta:
        """One record for each role (and currency, where there is one for each)."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "role", "currency"], name="one_system_account")
        ]

    def __str__(self) -> str:
        """Return the role."""
        return self.role


class Renamed(models.Model):
    """The present name of an object that changed its name, so that old documents show it."""

    company = models.ForeignKey("books.BooksCompany", on_delete=models.CASCADE)
    entity = models.CharField(max_length=24)
    wire_id = models.CharField(max_length=24)
    name = models.CharField(max_length=560)

    class Meta:
        """One present name for each object."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "entity", "wire_id"], name="one_present_name")
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class ApiClient(models.Model):
    """A program that may ask for access; ``redirect_uris`` holds one address a line."""

    client_id = models.CharField(max_length=80, unique=True)
    secret_digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    redirect_uris = models.TextField(default="")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Grant(models.Model):
    """One consent: a client may act in a company. ``refresh_digest`` is of the one live refresh token.

    ``refresh_changed_at`` is when the token last got a new value; ``hard_expires_at`` ends the grant
    whatever is done.
    """

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE)
    company = models.ForeignKey("books.BooksCompany", on_delete=models.CASCADE)
    person = models.CharField(max_length=200, default="")
    scope = models.CharField(max_length=400)
    refresh_digest = models.CharField(max_length=64, unique=True)
    refresh_changed_at = models.DateTimeField()
    refresh_expires_at = models.DateTimeField()
    hard_expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return client and company."""
        return f"{self.client_id} in {self.company_id}"


class AccessToken(models.Model):
    """A bearer token of a grant."""

    grant = models.ForeignKey(Grant, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the grant and the end."""
        return f"{self.grant_id} until {self.expires_at}"


class AuthorizationCode(models.Model):
    """A code that a client exchanges once for tokens."""

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE)
    company = models.ForeignKey("books.BooksCompany", on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    person = models.CharField(max_length=200, default="")
    scope = models.CharField(max_length=400)
    redirect_uri = models.CharField(max_length=1000)
    challenge = models.CharField(max_length=128, default="")
    challenge_method = models.CharField(max_length=10, default="")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return client and company."""
        return f"{self.client_id} in {self.company_id}"


class StoredReply(models.Model):
    """The answer to a request that carried a request id; ``body`` is compressed (zlib)."""

    company = models.ForeignKey("books.BooksCompany", on_delete=models.CASCADE)
    client_id = models.CharField(max_length=80, default="")
    request_id = models.CharField(max_length=50)
    digest = models.CharField(max_length=64)
    body = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        """A request id is used once by a client in a company."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "client_id", "request_id"], name="one_reply")
        ]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="reply_age")]

    def __str__(self) -> str:
        """Return the request id."""
        return self.request_id


class Subscription(models.Model):
    """An address that is told of changes; ``entities`` is a list of names with blanks between, empty for all.

    ``failures`` counts attempts since the last acknowledged one; nothing is sent before ``next_at``.
    """

    company = models.ForeignKey("books.BooksCompany", on_delete=models.CASCADE)
    url = models.CharField(max_length=1000)
    verifier_token = models.CharField(max_length=200)
    entities = models.TextField(default="")
    cloud_events = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    failures = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return the address."""
        return self.url

    def wants(self, entity: str) -> bool:
        """Tell whether changes of an entity are sent."""
        return not self.entities or entity in self.entities.split()


class WebhookEvent(models.Model):
    """One change that a subscription has to be told of; ``delivered_at`` is set when it was acknowledged."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE)
    entity = models.CharField(max_length=24)
    wire_id = models.CharField(max_length=24)
    operation = models.CharField(max_length=10)
    deleted_id = models.CharField(max_length=24, default="")
    at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        """The waiting ones are found by an index of their own."""

        indexes: ClassVar = [
            models.Index(
                fields=["subscription", "id"],
                name="webhook_waiting",
                condition=models.Q(delivered_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        """Return operation, entity and id."""
        return f"{self.operation} {self.entity} {self.wire_id}"
