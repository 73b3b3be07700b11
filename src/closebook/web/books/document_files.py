"""Files of documents: attached and fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.books.models import Record
from closebook.apps.books.selectors.records import attachment_file, attachments_of
from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.services.record_writing import file_attach
from closebook.connectors.quickbooks.attachments import Upload
from closebook.core.errors import RemoteError
from closebook.web.books.books import books_of, record_or_404
from closebook.web.books.kinds import kind_of
from closebook.web.books.writing import body_of
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.once import request_id_of
from closebook.web.kit.said import said

MOST_BYTES = 20 * 1024 * 1024
"""The largest file that the pages take."""


@company_page(Ability.EDIT_BOOKS)
@require_POST
def document_attach(request: CompanyRequest, kind: str, wire_id: int) -> HttpResponse:
    """Attach the file that was sent, and show the document again."""
    record = record_or_404(books_of(request), kind_of(kind).entity, wire_id)
    file = request.FILES.get("file")
    if file is None or not file.name:
        messages.error(request, _("Choose a file first."))
    elif (file.size or 0) > MOST_BYTES:
        most = {"most": filesizeformat(MOST_BYTES)}
        messages.error(request, _("The file is larger than %(most)s. Attach a smaller one.") % most)
    else:
        _attach(request, record, file)
    return redirect("document", request.company.pk, kind, wire_id)


def _attach(request: CompanyRequest, record: Record, file: UploadedFile[Any]) -> None:
    name, kind = Path(file.name or "").name, file.content_type or "application/octet-stream"
    upload = Upload(name, kind, file.read(), record.entity, record.wire_id)
    try:
        file_attach(request.company, request.user.get_username(), upload, request_id_of(request))
    except RemoteError as error:
        messages.error(request, said(f"{error.message} {error.remedy}".strip()))
    else:
        messages.success(request, _("%(name)s is attached.") % {"name": name})


@company_page(Ability.SEE_BOOKS)
@require_safe
def document_file(request: CompanyRequest, kind: str, wire_id: int, file_id: int) -> HttpResponseBase:
    """Give a file that is attached to the document, to be kept and not shown by the browser."""
    record = record_or_404(books_of(request), kind_of(kind).entity, wire_id)
    attached = next((one for one in attachments_of(record) if one.wire_id == str(file_id)), None)
    stored = attachment_file(attached) if attached is not None else None
    if attached is None or stored is None:
        raise Http404
    path = Path(settings.MEDIA_ROOT) / stored.path
    if not path.is_file():
        raise Http404
    name = str(body_of(attached).get("FileName") or attached.wire_id)
    answer = FileResponse(
        path.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream"
    )
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
