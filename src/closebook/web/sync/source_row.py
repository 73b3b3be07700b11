"""Why: a row of a file as it was delivered, and the documents that it went into."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.codec import kind_from, target_from
from closebook.apps.sync.models import Link
from closebook.apps.sync.selectors.provenance import links_of, received_of
from closebook.connectors.quickbooks.documents import entity_of
from closebook.core.planning.documents import Document
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.sync.scope import row_of
from closebook.web.sync.words import WHAT_WORDS, stream_title


@company_page(Ability.SEE_SYNC)
@require_safe
def source_row(request: CompanyRequest, row_id: int) -> HttpResponse:
    """Show a source row."""
    row = row_of(request, row_id)
    facts = {
        "row": row,
        "connection": row.connection,
        "kind": stream_title(row.connection.connector, row.stream),
        "fields": json.loads(row.fields),
        "documents": [_document(link) for link in links_of(row)],
        "received": received_of(row.connection, row.group),
    }
    return render(request, "web/sync/source_row.html", facts)


def _document(link: Link) -> dict[str, object]:
    """Return a document in the books as a line of the page."""
    target = target_from(link.target)
    document = target if isinstance(target, Document) else None
    return {
        "link": link,
        "what": WHAT_WORDS.get(link.kind, link.kind),
        "entity": entity_of(kind_from(link.kind)),
        "number": document.number if document else "",
        "day": document.day if document else None,
        "amount_minor": sum(line.amount_minor for line in document.lines) if document else None,
    }
