"""Shops and tools that are connected, their files and rows, and what was made of them in the books."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.companies.encryption import EncryptedTextField

LISTS = "lists"
"""The connector's place where nothing is pulled: the lists of another program that a matching desk adds."""


class Connection(models.Model):
    """A shop or tool whose business is posted into a company's books.

    ``changes_since`` is the moment from which change data has to be read (None: never read yet);
    ``closed_until`` the books' closing date when it was last read; ``staged`` counts the pulls that changed
    something. ``foreign`` is what came of looking for the same business posted by others ("" before the first
    plan), ``foreign_posters`` who they are.
    """

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE)
    name = models.CharField(max_length=80)
    connector = models.CharField(max_length=30)
    currency = models.CharField(max_length=3)
    changes_since = models.DateTimeField(null=True)
    closed_until = models.DateField(null=True)
    staged = models.BigIntegerField(default=0)
    foreign = models.CharField(max_length=12, default="")
    foreign_posters = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        """A name is used once per company."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "name"], name="connection_name")]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class ProfileVersion(models.Model):
    """One version of a connection's posting profile; the highest number is in force."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="profiles")
    number = models.IntegerField()
    body = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        """Versions are numbered from 1."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "number"], name="profile_number")
        ]

    def __str__(self) -> str:
        """Return the number."""
        return f"profile {self.number}"


class SourceFile(models.Model):
    """One file that was pulled, known by its content."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    name = models.CharField(max_length=260)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    stream = models.CharField(max_length=30)
    rows = models.IntegerField(default=0)
    bad_rows = models.IntegerField(default=0)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        """The same content is staged once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "sha256"], name="file_content")
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class SourceRow(models.Model):
    """One row as delivered, stored once per source key; ``fields`` is JSON text by canonical column name.

    ``missing_from`` is the number of a newer file of the same days that lacks the row (null: none does).
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    stream = models.CharField(max_length=30)
    source_key = models.CharField(max_length=80)
    group = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    fields = models.TextField()
    file = models.ForeignKey(SourceFile, on_delete=models.CASCADE)
    row = models.IntegerField()
    missing_from = models.BigIntegerField(null=True)

    class Meta:
        """The key is unique within a connection and stream."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "stream", "source_key"], name="row_key"),
        ]

    def __str__(self) -> str:
        """Return the key."""
        return self.source_key


class Group(models.Model):
    """A business key and whether its rows changed since they were last planned into the books."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    key = models.CharField(max_length=80)
    changed = models.BooleanField(default=True)

    class Meta:
        """One row per business key; the index finds what has to be planned."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["connection", "key"], name="group_key")]
        indexes: ClassVar = [
            models.Index(fields=["connection"], name="group_changed", condition=models.Q(changed=True)),
        ]

    def __str__(self) -> str:
        """Return the key."""
        return self.key


class Link(models.Model):
    """Connection + key ↔ one object in the books.

    ``target`` is what we last wrote, ``seen`` what somebody made of it since ("" when nobody did), both as
    JSON text.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    key = models.CharField(max_length=160)
    kind = models.CharField(max_length=20)
    remote_id = models.CharField(max_length=24)
    sync_token = models.CharField(max_length=12)
    posted = models.CharField(max_length=64)
    remote = models.CharField(max_length=64)
    tombstone = models.BooleanField(default=False)
    ours = models.BooleanField(default=True)
    theirs = models.CharField(max_length=200, default="")
    target = models.TextField(default="")
    seen = models.TextField(default="")
    run = models.ForeignKey("Run", null=True, on_delete=models.SET_NULL)

    class Meta:
        """One link per key: a source event has at most one live posting."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "key"], name="one_link_per_key")
        ]
        indexes: ClassVar = [models.Index(fields=["connection", "kind", "remote_id"], name="link_remote")]

    def __str__(self) -> str:
        """Return the key and the remote id."""
        return f"{self.key} ↔ {self.remote_id}"


class BooksPayment(models.Model):
    """A payment that a person received in the books against an invoice of ours.

    ``key`` is the invoice's; ``account`` the path of the ledger account that the money went to.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    key = models.CharField(max_length=160)
    remote_id = models.CharField(max_length=24)
    day = models.DateField()
    amount_minor = models.BigIntegerField()
    account = models.CharField(max_length=500, default="")
    account_type = models.CharField(max_length=40, default="")
    seen_at = models.DateTimeField()

    class Meta:
        """A payment may settle several invoices, each once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "key", "remote_id"], name="books_payment_once")
        ]

    def __str__(self) -> str:
        """Return the invoice's key and the remote id."""
        return f"{self.key} ← {self.remote_id}"


class Decision(models.Model):
    """The word by which a person resolved a hold: ignore, recreate, keep, overwrite or post-anyway."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    key = models.CharField(max_length=160)
    word = models.CharField(max_length=20)
    made_at = models.DateTimeField()

    class Meta:
        """One decision per key; a later one takes its place."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "key"], name="one_decision_per_key")
        ]

    def __str__(self) -> str:
        """Return key and word."""
        return f"{self.key}: {self.word}"


class ServiceAccess(models.Model):
    """How a connection's business is fetched from its service: by a person's token, or by consent (OAuth).

    ``state`` is what the last whole pull left. ``wanted`` asks the worker for a pull; ``busy_until`` keeps
    two from pulling at once. ``previous_refresh_token`` is kept until the new one has worked.
    ``webhook_key`` signs the service's calls.
    """

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="access")
    base_url = models.CharField(max_length=300)
    client_id = models.CharField(max_length=200, default="")
    client_secret = EncryptedTextField(default="")
    access_token = EncryptedTextField(default="")
    refresh_token = EncryptedTextField(default="")
    previous_refresh_token = EncryptedTextField(default="")
    access_expires_at = models.DateTimeField(null=True)
    broken = models.BooleanField(default=False)
    webhook_key = EncryptedTextField(default="")
    state = models.JSONField(default=dict)
    wanted = models.BooleanField(default=False)
    busy_until = models.DateTimeField(null=True)
    pulled_at = models.DateTimeField(null=True)
    problem = models.TextField(default="")

    def __str__(self) -> str:
        """Return the address."""
        return self.base_url


class ServiceCall(models.Model):
    """A call of a service's webhook, kept so that a repeated one does nothing."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=80)
    received_at = models.DateTimeField()

    class Meta:
        """Each event counts once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "event_id"], name="service_call_once")
        ]

    def __str__(self) -> str:
        """Return the event."""
        return self.event_id
