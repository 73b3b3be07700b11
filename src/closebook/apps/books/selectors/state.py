"""The state of all books, in a word that changes with every write."""

from __future__ import annotations

from django.db.models import Max

from closebook.apps.books.models import Record, RecordVersion


def books_state() -> str:
    """Return a word that is another one after anything was written: each new record and each former version
    takes the next number.
    """
    newest = (model.objects.aggregate(last=Max("pk"))["last"] for model in (Record, RecordVersion))
    return "-".join(str(number or 0) for number in newest)
