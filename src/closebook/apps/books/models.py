"""Records, their former versions, links, the journal and its balances. All of it lives in the database
``books``.

Ids of list objects inside the journal are ``Record`` primary keys. Amounts are minor units of the company's
home currency
unless a name says foreign. Entries and postings are only ever added: a changed record's entry is superseded
by a reversal (an entry with the opposite postings on the same day) and a new entry.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class BooksCompany(models.Model):
    """One embedded company, named by its realm."""

    realm_id = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    home_currency = models.CharField(max_length=3, default="USD")
    country = models.CharField(max_length=2, default="US")
    fiscal_year_start_month = models.PositiveSmallIntegerField(default=1)
    closed_until = models.DateField(null=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Sequence(models.Model):
    """The last number given out of a company's number series (``transaction``, ``name``, ``account``, …)."""

    company = models.ForeignKey(BooksCompany, on_delete=models.CASCADE)
    name = models.CharField(max_length=40)
    last = models.BigIntegerField(default=0)

    class Meta:
        """One row per series."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "name"], name="one_sequence")]

    def __str__(self) -> str:
        """Return the series and its last number."""
        return f"{self.name} {self.last}"


class Record(models.Model):
    """One object of the protocol as a versioned JSON document, with the columns that queries need.

    ``entity`` is the protocol's word in canonical case; ``wire_id`` its id as text; ``name_key`` the folded
    name of a list object
    (unique where it must be); ``body`` the whole wire object as JSON text; ``deleted_at`` is set for a
    deleted transaction, whose row stays
    for change data capture.
    """

    company = models.ForeignKey(BooksCompany, on_delete=models.CASCADE, db_index=False)
    entity = models.CharField(max_length=24)
    wire_id = models.CharField(max_length=24)
    sync_token = models.IntegerField(default=0)
    name_key = models.CharField(max_length=520, default="")
    doc_number = models.CharField(max_length=40, default="")
    txn_date = models.DateField(null=True)
    due_date = models.DateField(null=True)
    party = models.BigIntegerField(null=True)
    active = models.BooleanField(default=True)
    total_minor = models.BigIntegerField(null=True)
    balance_minor = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    body = models.TextField()

    class Meta:
        """The wire id is unique within an entity; the other indexes serve queries and change data capture.

        Each begins with the company, which therefore has none of its own.
        """

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "entity", "wire_id"], name="record_wire_id"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "entity", "updated_at"], name="record_updated"),
            models.Index(fields=["company", "entity", "txn_date"], name="record_txn_date"),
            models.Index(
                fields=["company", "doc_number"], name="record_doc_number", condition=~models.Q(doc_number="")
            ),
            models.Index(
                fields=["company", "name_key"], name="record_name_key", condition=~models.Q(name_key="")
            ),
            models.Index(
                fields=["company", "entity", "party"],
                name="record_open_balance",
                condition=~models.Q(balance_minor=0),
            ),
            models.Index(
                fields=["company", "party", "txn_date"],
                name="record_party",
                condition=models.Q(party__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Return entity and wire id."""
        return f"{self.entity} {self.wire_id}"


class RecordVersion(models.Model):
    """A former version of a record: what it was until ``until`` and who changed it then."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE)
    sync_token = models.IntegerField()
    body = models.TextField()
    until = models.DateTimeField()
    changed_by = models.CharField(max_length=200)
    request_id = models.CharField(max_length=60, default="")

    class Meta:
        """One row per former version."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["record", "sync_token"], name="one_version")]

    def __str__(self) -> str:
        """Return the record and the version's sync token."""
        return f"{self.record_id} version {self.sync_token}"


class RecordLink(models.Model):
    """One transaction settles, deposits or continues another: a payment its invoice, a deposit its payment.

    ``amount_minor`` is what was applied, in the linked transaction's currency (0 where nothing is settled).
    """

    company = models.ForeignKey(BooksCompany, on_delete=models.CASCADE)
    source = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="links_out")
    source_line = models.CharField(max_length=12, default="")
    target = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="links_in")
    amount_minor = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        """Return both ends."""
        return f"{self.source_id} → {self.target_id}"


class LedgerAccount(models.Model):
    """What statements need to know of an Account record; written with it."""

    record = models.OneToOneField(Record, on_delete=models.CASCADE, primary_key=True)
    company = models.ForeignKey(BooksCompany, on_delete=models.CASCADE)
    name = models.CharField(max_length=110)
    full_name = models.CharField(max_length=560)
    number = models.CharField(max_length=20, default="")
    type = models.CharField(max_length=30)
    sub_type = models.CharField(max_length=60)
    parent = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        """Return the full name."""
        return self.full_name


class StockLevel(models.Model):
    """Quantity on hand (millionths of a unit) and its value; their quotient is the average cost."""

    record = models.OneToOneField(Record, on_delete=models.CASCADE, primary_key=True)
    quantity_micro = models.BigIntegerField(default=0)
    value_minor = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        """Return quantity and value."""
        return f"{self.quantity_micro} for {self.value_minor}"


class Attachment(models.Model):
    """The bytes of an uploaded file, kept in the data folder under ``path``."""

    record = models.OneToOneField(Record, on_delete=models.CASCADE, primary_key=True)
    path = models.CharField(max_length=300)
    size = models.BigIntegerField()

    def __str__(self) -> str:
        """Return the path."""
        return self.path
