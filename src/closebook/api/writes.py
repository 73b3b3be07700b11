"""Writes that are done once: a repetition with the same idempotency key gets the first answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from ninja import Schema

from closebook.api.access import ApiRequest
from closebook.api.preparations import located
from closebook.api.problems import problem_of
from closebook.apps.companies.encryption import decrypt, encrypt
from closebook.apps.companies.models import ApiAnswer
from closebook.apps.companies.services.api_use import answer_begin, answer_drop, answer_keep
from closebook.core.errors import ClosebookError

REPLAYED = "Idempotency-Replayed"
_JSON = "application/json; charset=utf-8"


def done_once(
    request: ApiRequest, key: str, answer: type[Schema], status: int, do: Callable[[], Any]
) -> HttpResponse:
    """Return the answer to a write, which is done unless it was done before under the same key.

    Raises InputError when the key came with another request, ConflictError while the first is under way.
    """
    kept, is_new = answer_begin(request.auth.token, key, _digest(request))
    if not is_new:
        known = HttpResponse(decrypt(kept.body).encode(), status=kept.status, content_type=kept.content_type)
        known[REPLAYED] = "true"
        return located(known)
    return _first(kept, answer, status, do)


def _first(kept: ApiAnswer, answer: type[Schema], status: int, do: Callable[[], Any]) -> HttpResponse:
    """Return what came of doing it; what broke down on our side is forgotten, to be sent again."""
    stored = False
    try:
        made = _done(answer, status, do)
        if made.status_code < 500:
            text = encrypt(made.content.decode())  # an answer may hold a secret that is shown once
            answer_keep(kept, made.status_code, made.headers["Content-Type"], text)
            stored = True
    finally:
        if not stored:
            answer_drop(kept)
    return made


def _done(answer: type[Schema], status: int, do: Callable[[], Any]) -> HttpResponse:
    try:
        found = do()
    except (ClosebookError, Http404) as error:
        return problem_of(error)
    if isinstance(found, HttpResponse):
        return found
    body = answer.model_validate(found).model_dump(mode="json")
    return HttpResponse(json.dumps(body, ensure_ascii=False).encode(), status=status, content_type=_JSON)


def _digest(request: ApiRequest) -> str:
    """Return the SHA-256 of method, path and body; of the names and contents of files, whose wrapping differs
    each time that they are sent.
    """
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if not (request.content_type or "").startswith("multipart/"):
        digest.update(request.body)
        return digest.hexdigest()
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            content = hashlib.sha256()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            digest.update(f"{name}\n{file.name}\n{content.hexdigest()}\n".encode())
    return digest.hexdigest()
