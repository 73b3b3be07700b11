"""The memory of a sync: connections, files, rows, links, runs, actions, errors, the way into the books."""

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


class SyncError(models.Model):
    """One line of the error log: what happened, where, and what can be done.

    ``cause`` groups errors that one fix resolves; ``fixes`` is a list of sentences, each with the command
    that does it.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL)
    code = models.CharField(max_length=60)
    cause = models.TextField()
    who_acts = models.CharField(max_length=20)
    key = models.CharField(max_length=160, default="")
    file = models.CharField(max_length=260, default="")
    row = models.IntegerField(null=True)
    field = models.CharField(max_length=60, default="")
    fixes = models.JSONField(default=list)
    held = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        """Open errors are listed often."""

        indexes: ClassVar = [
            models.Index(fields=["connection"], name="error_open", condition=models.Q(resolved_at=None)),
        ]

    def __str__(self) -> str:
        """Return code and key."""
        return f"{self.code} {self.key}"


class WorkerBeat(models.Model):
    """The last sign of life of a worker."""

    name = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class Schedule(models.Model):
    """When a connection is planned again by itself, and what came of it the last time.

    ``rhythm``, ``minute``, ``hour`` and ``weekday`` are a ``core.planning.timetable``; ``applies`` lets it
    write plans that hold nothing back. ``outcome`` is one word, ``word`` its reason; ``told`` what people
    were told last, so that the same is not told twice.
    """

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="schedule")
    rhythm = models.CharField(max_length=10, default="off")
    minute = models.IntegerField(default=0)
    hour = models.IntegerField(default=6)
    weekday = models.IntegerField(default=0)
    applies = models.BooleanField(default=False)
    mails = models.BooleanField(default=True)
    next_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL)
    outcome = models.CharField(max_length=20, default="")
    word = models.TextField(default="")
    told = models.TextField(default="")

    def __str__(self) -> str:
        """Return the rhythm."""
        return self.rhythm


class PreparationState(models.TextChoices):
    """How far a preparation has got."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    REFUSED = "refused"
    DROPPED = "dropped"


class Preparation(models.Model):
    """Work before anything is written: a plan, an undo, a look at one, or a tie-out.

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
