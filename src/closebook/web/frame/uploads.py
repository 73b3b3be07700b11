"""Uploads that are too large: refused by their announced length before they are read, and cut off while they
arrive.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from closebook.apps.qbo import faults
from closebook.apps.qbo import views as protocol

_PROTOCOL = ("/v3/", "/oauth2/", "/v1/", "/v2/")


class UploadLimit:
    """Answers 413 to a request whose announced length is above the limit; nothing of its body is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep what answers the others."""
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the refusal, or the answer."""
        if announced(request) > settings.CLOSEBOOK_MAX_UPLOAD_BYTES:
            return too_large(request)
        answer = self._answer(request)
        return too_large(request) if getattr(request, "upload_stopped", False) else answer


def announced(request: HttpRequest) -> int:
    """Return the length that a request announces in bytes, 0 without one."""
    text = request.META.get("CONTENT_LENGTH") or ""
    return int(text) if text.isdecimal() else 0


def too_large(request: HttpRequest) -> HttpResponse:
    """Return the refusal of an upload that is too large, in the words of whoever sent it."""
    limit = settings.CLOSEBOOK_MAX_UPLOAD_BYTES
    text = _("What was sent has more than %(limit)s MB, which is the limit. Nothing of it was stored.")
    text, remedy = text % {"limit": limit // 1_000_000}, _("Hand in fewer files at once.")
    if request.path.startswith(_PROTOCOL):
        return protocol.refusal(faults.upload_too_large(limit))
    if request.path.startswith("/api/"):
        body = {"status": 413, "title": "Content Too Large", "code": "too-large", "detail": text}
        return JsonResponse({**body, "remedy": remedy}, status=413, content_type="application/problem+json")
    return render(request, "web/frame/server_error.html", {"text": f"{text} {remedy}"}, status=413)


class CutOff(FileUploadHandler):
    """Ends an upload once all its files together are above the limit, whatever length was announced."""

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        """Begin at nothing."""
        super().__init__(request)
        self._bytes = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count a piece and pass it on. Raises RequestDataTooBig above the limit, so that no view runs."""
        self._bytes += len(raw_data)
        if self._bytes > settings.CLOSEBOOK_MAX_UPLOAD_BYTES:
            if self.request is not None:
                self.request.upload_stopped = True  # type: ignore[attr-defined]  # read by UploadLimit
            raise RequestDataTooBig
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        """Leave the file to the handlers after this one."""
        return None
