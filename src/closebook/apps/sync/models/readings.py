"""Lists that are read for matching, while a worker does it."""

from __future__ import annotations

from django.db import models

from closebook.apps.sync.models.connections import Connection
from closebook.apps.sync.models.runs import PreparationState


class MatchReading(models.Model):
    """A list that is held against the books: from a file or a program (``parties``), or the buyers and items
    of a connection.

    ``step``, ``done`` and ``total`` say how far it is; ``match_list`` is what came of it, ``error`` why it
    was refused.
    """

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE)
    kind = models.CharField(max_length=10)
    source = models.CharField(max_length=80)
    file_name = models.CharField(max_length=200, default="")
    connection = models.ForeignKey(Connection, null=True, on_delete=models.CASCADE)
    parties = models.JSONField(default=list)
    state = models.CharField(
        max_length=10, choices=PreparationState.choices, default=PreparationState.WAITING
    )
    step = models.CharField(max_length=20, default="")
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    match_list = models.ForeignKey(
        "matching.MatchList", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    error = models.JSONField(default=dict)
    by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Return source and state."""
        return f"{self.source} {self.state}"
