"""Finding records by the beginning of a number or name, on indexed columns only."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from closebook.apps.books.database import BOOKS
from closebook.apps.books.models import Record

_LAST_LETTER = "\U0010ffff"


def _live(realm_id: str, entities: Collection[str]) -> QuerySet[Record]:
    rows = Record.objects.using(BOOKS).filter(company__realm_id=realm_id, deleted_at=None)
    return rows.filter(entity__in=entities)


def documents_by_number(realm_id: str, entities: Collection[str], start: str, most: int) -> list[Record]:
    """Return documents whose number begins with a text, in any letter case, in one query."""
    low = start.lower()
    rows = _live(realm_id, entities).filter(~Q(doc_number="")).annotate(folded=Lower("doc_number"))
    found = rows.filter(folded__gte=low, folded__lt=low + _LAST_LETTER).defer("body")
    return list(found.order_by("folded")[:most])


def objects_by_name(realm_id: str, entity: str, start: str, most: int) -> list[Record]:
    """Return active list objects whose folded name begins with a text, in one query."""
    rows = _live(realm_id, [entity]).filter(~Q(name_key=""), active=True)
    found = rows.filter(name_key__gte=start, name_key__lt=start + _LAST_LETTER)
    return list(found.order_by("name_key")[:most])
