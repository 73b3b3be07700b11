"""Tables of matching: a list and its rows, the other side, what was decided, and what is remembered."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class RowState(models.TextChoices):
    """What became of a row."""

    OPEN = "open"
    MATCHED = "matched"
    ADDED = "added"
    IGNORED = "ignored"


class MatchList(models.Model):
    """A list of another program, held against the books.

    ``source`` names the program: what is decided is remembered under it. ``expected`` is how many matches the
    lists seem to hold; without ``automatic`` nothing is accepted unseen.
    """

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="match_lists")
    kind = models.CharField(max_length=10)
    source = models.CharField(max_length=80)
    file_name = models.CharField(max_length=200, default="")
    expected = models.IntegerField(default=0)
    automatic = models.BooleanField(default=False)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        """Return the source."""
        return self.source


class MatchPartner(models.Model):
    """One record of the books when the list was read; ``facts`` is its Party."""

    match_list = models.ForeignKey(MatchList, on_delete=models.CASCADE, related_name="partners")
    remote_id = models.CharField(max_length=40)
    name = models.CharField(max_length=500)
    facts = models.JSONField()

    class Meta:
        """A record stands once in a list."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["match_list", "remote_id"], name="one_match_partner")
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class MatchRow(models.Model):
    """One record of the other program: what is proposed for it, and what was decided.

    ``score`` is in ten-thousandths; ``reasons`` lists field, grade and hundredths; ``closest`` the likeliest
    partners as id, score and reasons; ``solid`` tells that more than the name agrees.
    """

    match_list = models.ForeignKey(MatchList, on_delete=models.CASCADE, related_name="rows")
    source_id = models.CharField(max_length=200)
    name = models.CharField(max_length=500)
    facts = models.JSONField()
    job = models.BooleanField(default=False)
    proposed_id = models.CharField(max_length=40, default="")
    score = models.IntegerField(default=0)
    rule = models.CharField(max_length=20, default="")
    reasons = models.JSONField(default=list)
    closest = models.JSONField(default=list)
    solid = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=RowState.choices, default=RowState.OPEN)
    chosen_id = models.CharField(max_length=40, default="")
    decided_by = models.CharField(max_length=150, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """A record stands once in a list, and nobody is matched twice."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["match_list", "source_id"], name="one_match_row"),
            models.UniqueConstraint(
                fields=["match_list", "chosen_id"],
                condition=models.Q(state="matched"),
                name="nobody_matched_twice",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["match_list", "state", "-score"], name="match_row_open")]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class MatchAct(models.Model):
    """One decision about one row or many, with what they were before: what an undo restores."""

    match_list = models.ForeignKey(MatchList, on_delete=models.CASCADE, related_name="acts")
    word = models.CharField(max_length=10)
    before = models.JSONField()
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return the word."""
        return self.word


class MatchMemory(models.Model):
    """What is known for next time of a source's record: the word, and its partner ("" when not matched)."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE)
    kind = models.CharField(max_length=10)
    source = models.CharField(max_length=80)
    source_id = models.CharField(max_length=200)
    word = models.CharField(max_length=10)
    remote_id = models.CharField(max_length=40, default="")
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        """A record of a source is remembered once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "kind", "source", "source_id"], name="one_match_memory"
            )
        ]

    def __str__(self) -> str:
        """Return the record's id."""
        return self.source_id
