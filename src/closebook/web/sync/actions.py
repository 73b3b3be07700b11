"""The actions of a run: the list, and one of them field by field."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.codec import diff_from, kind_from, target_from
from closebook.apps.sync.models import ActionRow, Connection, Run, SourceRow
from closebook.apps.sync.selectors.names import ledger_account_names
from closebook.apps.sync.selectors.provenance import received_of
from closebook.connectors.quickbooks.documents import entity_of
from closebook.core.planning.actions import ActionState
from closebook.core.planning.documents import Document, ListObject
from closebook.core.planning.naming import group_of_key
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.said import said
from closebook.web.kit.states import STATE_WORDS
from closebook.web.sync.scope import action_of
from closebook.web.sync.words import ACTION_WORDS, WHAT_WORDS

_TEXTS = ("target", "link", "diff", "depends_on")
_MOST_ROWS = 50


def words_of(kind: str) -> str | Promise:
    """Return what an action does, in words."""
    return ACTION_WORDS.get(kind, kind)


def what_words(what: str) -> str | Promise:
    """Return what an action is about, in words."""
    return WHAT_WORDS.get(what, what)


def actions_listing(request: CompanyRequest, run: Run, facts: dict[str, Any]) -> Listing:
    """Return the list of a run's actions in the order in which they are sent."""
    company_id, currency = request.company.pk, run.connection.currency
    columns = (
        Column("key", _("Key"), lambda row: row.key, sort="key",
               link=lambda row: reverse("run_action", args=[company_id, row.run_id, row.pk])),
        Column("kind", _("Does"), lambda row: words_of(row.kind), sort="kind"),
        Column("what", _("What"), lambda row: what_words(row.what), sort="what"),
        Column("amount", _("Amount"), lambda row: row.amount_minor or None, kind="money", sort="amount_minor",
               currency=lambda _row: currency),
        Column("state", _("State"), lambda row: row.state, kind="tag", sort="state"),
        Column("reason", _("Why"), lambda row: said(row.message or row.reason)),
        Column("code", _("Code"), lambda row: row.code, sort="code", hidden=True),
        Column("remote_id", _("Id in the books"), lambda row: row.remote_id, hidden=True),
    )  # fmt: skip
    choices = (
        Choice("does", _("Does"), "kind", tuple(ACTION_WORDS.items())),
        Choice("what", _("What"), "what", tuple(WHAT_WORDS.items())),
        Choice("state", _("State"), "state", tuple((s.value, STATE_WORDS[s.value]) for s in ActionState)),
    )
    rows = ActionRow.objects.filter(run=run).defer(*_TEXTS)
    return Listing(
        request, "actions", rows, columns, search=("key", "reason", "message"), choices=choices,
        order=("position",), facts=facts, empty=_("This run has no actions."),
    )  # fmt: skip


@company_page(Ability.SEE_SYNC)
@require_safe
def run_action(request: CompanyRequest, run_id: int, action_id: int) -> HttpResponse:
    """Show one action: why, field by field, what is written, and the rows of files it comes from."""
    row = action_of(request, run_id, action_id)
    target = target_from(row.target)
    document = target if isinstance(target, Document) else None
    facts = {
        "row": row,
        "run": row.run,
        "connection": row.run.connection,
        "does": words_of(row.kind),
        "what": what_words(row.what),
        "group": group_of_key(row.key),
        "changes": diff_from(row.diff),
        "document": document,
        "lines": _lines(row.run.connection, document),
        "fields": target.fields if isinstance(target, ListObject) else (),
        "listed": target if isinstance(target, ListObject) else None,
        "received": received_of(row.run.connection, group_of_key(row.key)),
        "source_rows": source_rows(row.run.connection, document),
        "entity": entity_of(kind_from(row.what)) if row.what else "",
    }
    return render(request, "web/sync/run_action.html", facts)


def _lines(connection: Connection, document: Document | None) -> list[dict[str, Any]]:
    """Return the lines of a document with the names of their ledger accounts."""
    if document is None:
        return []
    names = ledger_account_names(connection)
    return [
        {
            "account": names.get(line.ledger_account, line.ledger_account or line.item),
            "description": line.description,
            "amount_minor": line.amount_minor,
        }
        for line in document.lines
    ]


def source_rows(connection: Connection, document: Document | None) -> list[SourceRow]:
    """Return the first of the source rows that a document was made from."""
    if document is None:
        return []
    rows = SourceRow.objects.filter(connection=connection, source_key__in=document.source_keys[:_MOST_ROWS])
    return list(rows.select_related("file").order_by("file__name", "row")[:_MOST_ROWS])
