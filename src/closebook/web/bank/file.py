"""What a file of the bank holds, before any of it is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from closebook.apps.bank.models import BankAccount, BankUpload
from closebook.apps.bank.services.importing import Understood, file_import, understood, upload_read
from closebook.apps.companies.abilities import Ability
from closebook.connectors.bank import BankFile, ColumnMapping
from closebook.connectors.bank.days import ORDERS
from closebook.connectors.bank.mapping import COLUMN_ROLES
from closebook.connectors.bank.reader import text_of
from closebook.connectors.bank.sniffing import rows_of, sniffed, with_habits
from closebook.core.errors import ClosebookError, InputError
from closebook.core.reconcile.overlap import Standing
from closebook.web.bank.scope import COLUMNS_CAN_BE_NAMED, REFUSALS, upload_of
from closebook.web.bank.words import FORMAT_WORDS
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.numbers import number_of
from closebook.web.sync.words import tell

_SHOWN = 20
ROLE_WORDS = {
    "": gettext_lazy("(not used)"),
    "day": gettext_lazy("Day"),
    "amount": gettext_lazy("Amount with sign"),
    "debit": gettext_lazy("Money out"),
    "credit": gettext_lazy("Money in"),
    "side": gettext_lazy("Word for in or out"),
    "counterparty": gettext_lazy("Who"),
    "text": gettext_lazy("Text"),
    "reference": gettext_lazy("Reference"),
    "balance": gettext_lazy("Balance"),
    "currency": gettext_lazy("Currency"),
    "number": gettext_lazy("Number of the bank account"),
}


@company_page(Ability.EDIT_BOOKS)
@require_http_methods(["GET", "POST"])
def bank_file(request: CompanyRequest, upload_id: int) -> HttpResponse:
    """Show what was understood of a file, let its columns be named, and import it."""
    upload = upload_of(request, upload_id)
    if "drop" in request.POST:
        upload.delete()
        text = _("“%(name)s” is discarded; nothing of it was imported.")
        messages.success(request, text % {"name": upload.name})
        return redirect("bank", request.company.pk)
    mapping = _mapping(request, upload)
    try:
        found = upload_read(upload, mapping)
    except InputError as error:
        return _page(request, upload, mapping, error=error)
    if "import" in request.POST:
        return _import(request, upload, found)
    return _page(request, upload, found.mapping, found=found)


def _import(request: CompanyRequest, upload: BankUpload, found: BankFile) -> HttpResponse:
    try:
        rows = file_import(request.company, found, _chosen(request, found), request.user.get_username())
    except REFUSALS as error:
        tell(request, error)
        return _page(request, upload, found.mapping, found=found, status=400)
    upload.delete()
    new = sum(row.new_rows for row in rows)
    text = ngettext("%(count)s new line was imported.", "%(count)s new lines were imported.", new)
    messages.success(request, text % {"count": new})
    return redirect("bank_statement", request.company.pk, rows[0].bank_account_id)


def _chosen(request: CompanyRequest, found: BankFile) -> list[BankAccount | None]:
    every = {str(one.pk): one for one in BankAccount.objects.filter(company=request.company)}
    return [every.get(request.POST.get(f"bank_account-{at}", "")) for at in range(len(found.statements))]


def _mapping(request: CompanyRequest, upload: BankUpload) -> ColumnMapping | None:
    """Return the columns as they were named in the form, None without a form."""
    if "columns" not in request.POST:
        return None
    text = text_of(bytes(upload.data), upload.name)
    base = sniffed(text) or ColumnMapping()
    roles = dict.fromkeys(COLUMN_ROLES, -1)
    for at in range(min(number_of(request.POST["columns"]), 500)):
        role = request.POST.get(f"column-{at}", "")
        if role in roles:
            roles[role] = at
    named = replace(base, **roles, flipped="flipped" in request.POST)  # type: ignore[arg-type]  # of columns
    found = with_habits(named, rows_of(text, named.delimiter)[named.header_row :])
    order, mark = request.POST.get("day_order", ""), request.POST.get("mark", "")
    return replace(
        found,
        day_order=order if order in ORDERS else found.day_order,
        mark=mark if mark in {".", ","} else found.mark,
    )


def _page(
    request: CompanyRequest,
    upload: BankUpload,
    mapping: ColumnMapping | None,
    *,
    found: BankFile | None = None,
    error: ClosebookError | None = None,
    status: int = 200,
) -> HttpResponse:
    parts = understood(request.company, found, _chosen(request, found)) if found else []
    table = _table(upload, mapping, error)
    facts: dict[str, Any] = {
        "upload": upload,
        "found": found,
        "format": FORMAT_WORDS.get(found.format, found.format) if found else "",
        "parts": [_part(at, one) for at, one in enumerate(parts)],
        "bank_accounts": list(BankAccount.objects.filter(company=request.company).order_by("name")),
        "error": error,
        "table": table,
        "mapping": mapping,
        "ready": bool(parts) and any(not one.known_file for one in parts),
        "orders": (("ymd", "2026-03-14"), ("dmy", "14-03-2026"), ("mdy", "03/14/2026")),
    }
    return render(request, "web/bank/file.html", facts, status=400 if error and request.POST else status)


def _part(at: int, one: Understood) -> dict[str, Any]:
    standings = one.standings or [Standing.NEW] * len(one.statement.lines)
    named = zip(one.statement.lines, standings, strict=True)
    return {
        "at": at,
        "one": one,
        "statement": one.statement,
        "lines": list(named)[:_SHOWN],
        "more": max(0, len(one.statement.lines) - _SHOWN),
        "proof": {"holds": "holds", "differs": "differs"}.get(one.statement.proof, ""),
    }


def _table(
    upload: BankUpload, mapping: ColumnMapping | None, error: ClosebookError | None
) -> dict[str, Any] | None:
    """Return the first rows of a CSV file with what each column is taken for, None for other formats."""
    if mapping is None and (error is None or error.code not in COLUMNS_CAN_BE_NAMED):
        return None
    text = text_of(bytes(upload.data), upload.name)
    known = mapping or sniffed(text)
    if known is None or text.lstrip().startswith(("<", ":", "{", "OFX")):
        return None
    rows = [row for row in rows_of(text, known.delimiter)[known.header_row :] if any(row)][:5]
    width = max([len(row) for row in rows] + [len(known.headings)])
    role_of = {getattr(known, role): role for role in COLUMN_ROLES}
    columns = [
        {
            "at": at,
            "heading": known.headings[at] if at < len(known.headings) else _("Column %s") % (at + 1),
            "role": role_of.get(at, ""),
        }
        for at in range(width)
    ]
    return {"columns": columns, "rows": rows, "width": width, "roles": ROLE_WORDS.items()}
