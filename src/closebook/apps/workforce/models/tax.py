"""What payees handed in for the tax office; a newer form follows the older one, nothing is written over."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from closebook.apps.companies.encryption import EncryptedTextField
from closebook.apps.workforce.models.base import Row
from closebook.apps.workforce.models.paying import Payee


class TaxPaper(Row):
    """A signed W-9, W-8BEN or W-8BEN-E (``w9``, ``w8``, ``w8e``).

    ``facts`` is what it says, with the number, as JSON; it and the file's content are encrypted. ``media`` is
    the kind of file by its content. After its time file and facts are gone; that it was there stays.
    """

    payee = models.ForeignKey(Payee, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=3)
    signed_on = models.DateField(null=True)
    facts = EncryptedTextField(default="")
    file = models.FileField(upload_to="workforce/tax", max_length=200, blank=True)
    media = models.CharField(max_length=3, default="", blank=True)
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        """A payee has one first form, and each other follows one."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["payee"],
                condition=models.Q(supersedes=None),
                name="workforce_one_first_tax_paper",
            )
        ]


class TinMatch(Row):
    """What the tax office said of a form's name and number, the newest counts; ``result`` is a Match."""

    paper = models.ForeignKey(TaxPaper, on_delete=models.CASCADE, related_name="matches")
    result = models.CharField(max_length=9)
    checked_on = models.DateField()
