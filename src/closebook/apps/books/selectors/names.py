"""Display names of list objects, read from their stored documents."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from closebook.apps.books.database import OF_COMPANY, books_connection

_AT_ONCE = 500


class _Named(msgspec.Struct):
    """The words of the protocol for an object's name: people have a display name, lists a name with their
    parents.
    """

    DisplayName: str | None = None
    FullyQualifiedName: str | None = None
    Name: str | None = None

    @property
    def text(self) -> str:
        return self.DisplayName or self.FullyQualifiedName or self.Name or ""


_decode = msgspec.json.Decoder(_Named).decode


def names_of(company_id: int, record_ids: Collection[int]) -> dict[int, str]:
    """Return the display name of each record of the company; "" for one without a name."""
    wanted, found = sorted(record_ids), {}
    with books_connection().cursor() as cursor:
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            marks = ", ".join(["%s"] * len(part))
            cursor.execute(
                f"SELECT id, body FROM books_record WHERE {OF_COMPANY} AND id IN ({marks})",
                [company_id, *part],
            )
            found.update({record_id: _decode(body).text for record_id, body in cursor.fetchall()})
    return found
