"""Files handed in, what was understood of each, and the rows of one."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import Connection, SourceFile, SourceRow
from closebook.apps.sync.services.staging import PulledFile
from closebook.apps.sync.services.uploading import uploads_pull
from closebook.connectors.registry import CONNECTORS
from closebook.core.errors import InputError
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.said import said
from closebook.web.sync.scope import connection_of, file_of
from closebook.web.sync.words import stream_title, tell

_PULLED = "pulled"


@company_page(Ability.ADD_FILES)
@require_POST
def upload(request: CompanyRequest, connection_id: int) -> HttpResponse:
    """Stage the files that were handed in, and show what was understood of each."""
    chosen = connection_of(request, connection_id)
    files_take(request, chosen)
    return redirect("connection", request.company.pk, chosen.pk)


def files_take(request: CompanyRequest, chosen: Connection) -> None:
    """Stage the files of a request, and keep the answers for the next page."""
    try:
        pulled = uploads_pull(chosen, request.FILES.getlist("files"), request.user.get_username())
    except InputError as error:
        tell(request, error)
        return
    if any(each.state == "staged" for each in pulled):
        messages.success(request, _("Nothing is in the books yet: the plan shows what would be written."))
    request.session[f"{_PULLED}-{chosen.pk}"] = [_plain(chosen, each) for each in pulled]


def pulled_take(request: CompanyRequest, chosen: Connection) -> dict[str, Any]:
    """Return, once, the answers to the files just handed in, and how many were staged and rows bad."""
    found: list[dict[str, Any]] = request.session.pop(f"{_PULLED}-{chosen.pk}", [])
    staged = sum(file["state"] == "staged" for file in found)
    return {"pulled": found, "staged": staged, "bad": sum(file["bad"] for file in found)}


def _plain(chosen: Connection, file: PulledFile) -> dict[str, Any]:
    """Return an answer as the session keeps it."""
    names = ("name", "state", "rows", "new", "changed", "same", "bad", "message")
    return {
        **{name: getattr(file, name) for name in names},
        "stream": stream_title(chosen.connector, file.stream),
        "months": list(file.months[:1] + file.months[-1:] if len(file.months) > 1 else file.months),
        "unknown_columns": list(file.understood.get("columns_unknown", ())),
    }


def files_listing(request: CompanyRequest, chosen: Connection, facts: dict[str, Any]) -> Listing:
    """Return the list of the files of a connection."""
    company_id, connector = request.company.pk, chosen.connector

    def address(file: SourceFile) -> str:
        return reverse("source_file", args=[company_id, file.pk])

    columns = (
        Column("name", _("File"), lambda file: file.name, link=address, sort="name"),
        Column("stream", _("Kind"), lambda file: stream_title(connector, file.stream), sort="stream"),
        Column("first_day", _("From"), lambda file: file.first_day, kind="day", sort="first_day"),
        Column("last_day", _("To"), lambda file: file.last_day, kind="day", sort="last_day"),
        Column("rows", _("Rows"), lambda file: file.rows, kind="number", sort="rows"),
        Column("bad", _("Bad rows"), lambda file: file.bad_rows, kind="number", sort="bad_rows"),
        Column("received", _("Pulled"), lambda file: file.received_at, kind="time", sort="received_at"),
        Column("size", _("Bytes"), lambda file: file.size, kind="number", sort="size", hidden=True),
        Column("sha256", _("SHA-256"), lambda file: file.sha256, hidden=True),
    )
    rows = SourceFile.objects.filter(connection=chosen)
    empty = _("No file was pulled yet. Drop the first ones above; nothing is written before you approve it.")
    return Listing(
        request, "files", rows, columns, search=("name",), empty=empty, facts=facts,
        choices=(Choice("stream", _("Kind"), "stream", stream_options(connector)),),
    )  # fmt: skip


def stream_options(connector: str) -> tuple[tuple[str, str], ...]:
    """Return the kinds of files of a connector with their titles."""
    known = CONNECTORS.get(connector)
    return tuple((each.name, said(each.title)) for each in known.info.streams) if known else ()


def fields_line(text: str) -> str:
    """Return the fields of a row that are not empty, one after the other.

    >>> fields_line('{"type": "Sale", "net": "", "amount": "12.00"}')
    'type: Sale · amount: 12.00'
    """
    fields: dict[str, str] = json.loads(text)
    return " · ".join(f"{name}: {value}" for name, value in fields.items() if value)


@company_page(Ability.SEE_SYNC)
@require_safe
def source_file(request: CompanyRequest, file_id: int) -> HttpResponseBase:
    """Show the rows that a file brought or changed last."""
    chosen = file_of(request, file_id)
    company_id = request.company.pk
    columns = (
        Column("row", _("Row"), lambda row: row.row, kind="number", sort="row"),
        Column("key", _("Business key"), lambda row: row.group, sort="group"),
        Column("fields", _("As delivered"), lambda row: fields_line(row.fields)),
        Column("why", _("In the books"), lambda _row: _("why"), link=lambda row: reverse(
            "source_row", args=[company_id, row.pk])),
        Column("source_key", _("Source key"), lambda row: row.source_key, sort="source_key", hidden=True),
    )  # fmt: skip
    rows = SourceRow.objects.filter(file=chosen)
    return Listing(
        request, "rows", rows, columns, search=("group", "fields"), order=("row",),
        empty=_("Every row of this file came with another file already, or was delivered again since."),
        facts={"file": chosen, "kind": stream_title(chosen.connection.connector, chosen.stream)},
    ).show("web/sync/source_file.html")  # fmt: skip
