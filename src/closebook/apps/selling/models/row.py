"""What every row of selling has."""

from __future__ import annotations

from django.db import models


class SellingRow(models.Model):
    """What every row of selling has: its company."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE)

    class Meta:
        """Not a table of its own."""

        abstract = True
