"""From a form to the books: one write for each form, faults at their fields, conflicts shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from closebook.apps.books.models import Record
from closebook.apps.sync.services.record_writing import Operation, record_write
from closebook.connectors.quickbooks.fault_table import DuplicateError, PeriodClosedError
from closebook.connectors.quickbooks.wire import decode
from closebook.core.errors import RemoteError
from closebook.web.books.differences import differences
from closebook.web.frame.access import CompanyRequest
from closebook.web.kit.once import FIELD, request_id_of
from closebook.web.kit.said import said

TOKEN = "token"  # noqa: S105 - the name of a field
Fields = Mapping[str, str]


def written(
    request: CompanyRequest, operation: Operation, entity: str, payload: dict[str, Any]
) -> dict[str, Any]:
    """Write in the name of the person who is signed in. Raises as ``record_write``."""
    actor = request.user.get_username()
    return record_write(request.company, actor, operation, entity, payload, request_id_of(request))


def body_of(record: Record) -> dict[str, Any]:
    """Return the stored object of a record, its numbers as decimals."""
    body: dict[str, Any] = decode(record.body.encode())
    return body


def head_of(record: Record, request: CompanyRequest) -> dict[str, str]:
    """Return what names the version that a form was opened with."""
    token = request.POST.get(TOKEN, "")
    return {"Id": record.wire_id, "SyncToken": token if token.isdecimal() else str(record.sync_token)}


def show_fault(form: forms.Form, error: RemoteError, fields: Fields) -> None:
    """Put an error of the books at the field that it names, else on top, each with its remedy."""
    text = said(f"{error.message} {error.remedy}".strip())
    element = error.place.field.rpartition(".")[2] or _usual(error)
    name = fields.get(error.place.field) or fields.get(element)
    if name in form.fields:
        form.add_error(name, text)
    else:
        form.add_error(None, f"{error.place.field}: {text}" if error.place.field else text)


def _usual(error: RemoteError) -> str:
    """Return the member that an error is about when it names none."""
    if isinstance(error, PeriodClosedError):
        return "TxnDate"
    if isinstance(error, DuplicateError):
        return "DocNumber" if error.code == "duplicate-number" else "DisplayName"
    return ""


def conflict(
    request: CompanyRequest, record: Record, payload: dict[str, Any], pages: tuple[str, str]
) -> HttpResponse:
    """Return the page that shows what somebody else made of a record beside what was typed.

    ``pages`` are the addresses of the record and of its form. Sending the page's form writes what was typed
    over the version that is shown.
    """
    now = body_of(record)
    wanted = json.loads(json.dumps(payload, default=_number), parse_float=Decimal)
    wanted = {name: value for name, value in wanted.items() if name not in {"Id", "SyncToken", "sparse"}}
    facts = {
        "record": record,
        "differences": differences({name: now.get(name) for name in wanted}, wanted),
        "typed": [
            (name, value)
            for name, values in request.POST.lists()
            if name not in {"csrfmiddlewaretoken", TOKEN, FIELD}
            for value in values
        ],
        "page": pages[0],
        "form_page": pages[1],
    }
    return render(request, "web/books/conflict.html", facts, status=409)


def _number(value: object) -> Any:
    """Return a decimal as a number of JSON has it."""
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value).__name__)
