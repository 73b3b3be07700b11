"""Lists a page at a time. A cursor names the last row that was seen; it is signed and stays opaque."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.core import signing
from django.db.models import QuerySet
from ninja import Schema
from pydantic import Field

from closebook.api.access import ApiRequest
from closebook.core.errors import InputError

_SALT = "closebook.api.cursor"
_Item = TypeVar("_Item")


class Page(Schema, Generic[_Item]):
    """One page of a list; ``next`` is the address of the next one, null after the last."""

    items: list[_Item]
    next: str | None = None


class PageWish(Schema):
    """Where a page begins, and how many rows it has at most."""

    cursor: str = Field(
        "", max_length=600, description="From the address of the next page; empty for the first."
    )
    limit: int = Field(50, ge=1, le=200)


def page_of(
    request: ApiRequest,
    rows: QuerySet[Any],
    wish: PageWish,
    shape: Callable[[Sequence[Any]], list[dict[str, Any]]],
    *,
    newest_first: bool = False,
) -> dict[str, Any]:
    """Return a page of rows in the order of their primary keys; ``shape`` gets all rows of the page at once.

    Raises InputError for a cursor that is not one of this list.
    """
    if wish.cursor:
        after = cursor_read(request, wish.cursor)
        rows = rows.filter(pk__lt=after) if newest_first else rows.filter(pk__gt=after)
    found = list(rows.order_by("-pk" if newest_first else "pk")[: wish.limit + 1])
    shown = found[: wish.limit]
    more = len(found) > wish.limit
    return {"items": shape(shown), "next": next_address(request, shown[-1].pk) if more else None}


def next_address(request: ApiRequest, last: int) -> str:
    """Return the address of the page after a row, with all wishes of this one."""
    wishes = {name: value for name, value in request.GET.items() if name != "cursor"}
    cursor = signing.dumps([request.path, request.auth.company.pk, last], salt=_SALT)
    return f"{request.path}?{urlencode({**wishes, 'cursor': cursor})}"


def cursor_read(request: ApiRequest, cursor: str) -> int:
    """Return the row after which a page begins. Raises InputError for another list's cursor."""
    try:
        path, company_id, last = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise _wrong_cursor() from error
    if (path, company_id) != (request.path, request.auth.company.pk):
        raise _wrong_cursor()
    return int(last)


def _wrong_cursor() -> InputError:
    return InputError(
        "cursor-not-valid",
        "This cursor is not one of this list.",
        remedy="Follow the address in next, and begin without a cursor.",
    )
