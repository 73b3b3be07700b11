"""A summary's blocks as the studio shows them: each figure with the address of its records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from closebook.apps.books.selectors.companies import books_of
from closebook.apps.books.selectors.directory import list_objects
from closebook.apps.companies.models import Company
from closebook.apps.selling.models import Complaint, Conversation, Opportunity, Target
from closebook.apps.selling.selectors.in_books import parties_of
from closebook.core.selling.summary.report import Block, Chart, Facts, Grid, Report, Sentence
from closebook.core.selling.summary.speech import Paragraph, Speech

MOST = 200
_TABLES = {
    "opportunities": Opportunity, "complaints": Complaint, "conversations": Conversation, "targets": Target,
}  # fmt: skip


def shown_blocks(spoken: Speech, blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """Return sentences and tables for the page; charts and lists stand in the files."""
    found: list[dict[str, Any]] = []
    for block in blocks:
        if isinstance(block, Sentence):
            found.append({"parts": _parts(spoken.sentence(block))})
        elif isinstance(block, Grid):
            found.append({"grid": spoken.grid(block)})
        elif isinstance(block, Facts) and block.key == "promises":
            found.append({"facts": block.items, "title": spoken.phrase(block.key)})
        elif isinstance(block, Chart):
            continue
    return found


def _parts(paragraph: Paragraph) -> list[tuple[str, str]]:
    """Return a sentence in parts: text with the id of the figure it is, or "" between figures."""
    parts, rest = [], paragraph.text
    for cell in sorted(paragraph.cells, key=lambda cell: paragraph.text.find(cell.text)):
        before, _found, rest = rest.partition(cell.text)
        parts += [(before, ""), (cell.text, cell.id)]
    return [*parts, (rest, "")]


def figure_of(company: Company, report: Report, name: str, spoken: Speech) -> Mapping[str, Any]:
    """Return a figure with its parts and the records that it was made of, at most 200 of them."""
    live = report.figures[name]
    ids = live.records.ids[:MOST]
    figure = live.figure
    return {
        "title": spoken.phrase(name.partition("/")[0]),
        "whose": live.name,
        "cell": spoken.cell(name),
        "numerator": figure.numerator if figure.unit in {"rate", "number"} else None,
        "denominator": figure.denominator,
        "records": _records(company, live.records.kind, ids),
        "deals": _deals(company, report.scope.start, report.scope.end, ids)
        if live.records.kind == "customers"
        else [],
        "more": len(live.records.ids) - len(ids),
    }


def _records(company: Company, kind: str, ids: tuple[int, ...]) -> list[tuple[str, str]]:
    if kind == "customers":
        books = books_of(company.realm_id)
        found = list_objects(books.pk, ids) if books else {}
        return [(one.name, f"/c/{company.pk}/customers/{one.wire_id}/") for one in found.values()]
    table = _TABLES.get(kind)
    if table is None:
        return []
    rows = table._default_manager.filter(company=company, pk__in=ids).order_by("pk")
    return [(str(one), _address(company, one)) for one in rows]


def _address(company: Company, one: object) -> str:
    return reverse("opportunity", args=[company.pk, one.pk]) if isinstance(one, Opportunity) else ""


def _deals(company: Company, start: dt.date, end: dt.date, ids: tuple[int, ...]) -> list[tuple[str, str]]:
    """Return the opportunities that customers of the books won in a period, with their addresses."""
    books = books_of(company.realm_id)
    objects = list_objects(books.pk, ids) if books else {}
    parties = parties_of(company.pk)
    ours = [parties[one.wire_id].pk for one in objects.values() if one.wire_id in parties]
    rows = Opportunity.objects.filter(
        company=company, customer_id__in=ours, state="won", decided_on__range=(start, end)
    )
    return [(str(one), _address(company, one)) for one in rows.order_by("decided_on", "pk")[:MOST]]
