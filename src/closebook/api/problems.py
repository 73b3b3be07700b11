"""Problems: every answer that is no success, as application/problem+json.

Source: RFC 9457, Problem Details for HTTP APIs.
"""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any, cast

from django.http import Http404, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, AuthorizationError, HttpError, Throttled, ValidationError
from pydantic import Field

from closebook.core.commands import without_commands
from closebook.core.errors import (
    ClosebookError,
    ConflictError,
    HeldError,
    InputError,
    InvariantError,
    RemoteError,
)

MEDIA_TYPE = "application/problem+json"
KEY_HEADER = "Idempotency-Key"
_LOG = logging.getLogger("closebook.api")


class FieldProblem(Schema):
    """What is wrong with one field of a request."""

    field: str = Field(description="Where it stands, such as body.name or query.limit.")
    message: str


class Problem(Schema):
    """Why a request was not done, and what to do about it."""

    type: str = Field(description="The kind of problem as an address that never changes.")
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="What happened, in plain words.")
    code: str = Field(description="The same word as in the error log.")
    remedy: str = Field("", description="What to do, in one sentence.")
    file: str = ""
    row: int | None = Field(None, description="Row of the file; 1 is its header.")
    field: str = ""
    record: str = ""
    changes: list[str] = Field([], description="What changed since, for a plan that no longer fits.")
    errors: list[FieldProblem] = Field([], description="Each field that does not fit.")


def problem(status: int, code: str, detail: str, *, remedy: str = "", **facts: Any) -> HttpResponse:
    """Return a problem as an answer."""
    body = {
        "type": f"urn:closebook:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": without_commands(detail),
        "code": code,
        "remedy": without_commands(remedy),
        "file": "",
        "row": None,
        "field": "",
        "record": "",
        "changes": [],
        "errors": [],
        **facts,
    }
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text.encode("utf-8", "replace"), status=status, content_type=MEDIA_TYPE)


def problem_of(error: ClosebookError | Http404) -> HttpResponse:
    """Return the problem that an error of the product's own is."""
    if isinstance(error, Http404):
        return not_found()
    place = error.place
    facts: dict[str, Any] = {
        "file": place.file,
        "row": place.row,
        "field": place.field,
        "record": place.record,
        "changes": list(error.changes) if isinstance(error, ConflictError) else [],
    }
    if isinstance(error, InvariantError):
        _LOG.error("%s: %s", error.code, error.message, exc_info=error)
    return problem(_status_of(error), error.code, error.message, remedy=error.remedy, **facts)


def _status_of(error: ClosebookError) -> int:
    if isinstance(error, InputError):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    if isinstance(error, ConflictError | HeldError):
        return HTTPStatus.CONFLICT
    return HTTPStatus.BAD_GATEWAY if isinstance(error, RemoteError) else HTTPStatus.INTERNAL_SERVER_ERROR


def not_found() -> HttpResponse:
    """Return the problem for what is not there, or belongs to another company."""
    return problem(
        HTTPStatus.NOT_FOUND,
        "not-found",
        "There is nothing of that number in this company.",
        remedy="The lists give the numbers; /api/v1/openapi.json gives the addresses.",
    )


def not_allowed(allowed: str) -> HttpResponse:
    """Return the problem for a method that an address does not take; ``allowed`` names those it takes."""
    answer = problem(
        HTTPStatus.METHOD_NOT_ALLOWED,
        "method-not-allowed",
        "This address does not take that method.",
        remedy=f"Use {allowed}.",
    )
    answer["Allow"] = allowed
    return answer


def _unauthenticated() -> HttpResponse:
    answer = problem(
        HTTPStatus.UNAUTHORIZED,
        "no-valid-token",
        "The request carries no valid token.",
        remedy="Make one on the page API, and send it as Authorization: Bearer cb_….",
    )
    answer["WWW-Authenticate"] = 'Bearer realm="closebook"'
    return answer


def _invalid(error: ValidationError) -> HttpResponse:
    found = [{"field": ".".join(map(str, each["loc"])), "message": str(each["msg"])} for each in error.errors]
    if any(each["field"] == f"header.{KEY_HEADER}" for each in found):
        return problem(
            HTTPStatus.BAD_REQUEST,
            "idempotency-key",
            f"A write needs the header {KEY_HEADER} with 1 to 128 visible letters.",
            remedy="Send a new random word with each write, and the same one when you repeat it.",
            errors=found,
        )
    first = found[0] if found else {"field": "", "message": "The request does not fit."}
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "request-invalid",
        f"{first['field']}: {first['message']}.",
        remedy="Correct the fields that are listed.",
        field=first["field"],
        errors=found,
    )


def _http_error(error: HttpError) -> HttpResponse:
    """Return the problem for what the framework itself refuses, such as a body that is no JSON."""
    if isinstance(error, AuthenticationError):
        return _unauthenticated()
    if isinstance(error, AuthorizationError):
        remedy = "Give the token that ability, or ask the owner for a role that has it."
        return problem(HTTPStatus.FORBIDDEN, "ability-missing", str(error), remedy=remedy)
    if isinstance(error, Throttled):
        return _throttled(error)
    return problem(error.status_code, "request-not-readable", f"{error}.", remedy="Send a JSON body.")


def _throttled(error: Throttled) -> HttpResponse:
    answer = problem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too-many-requests",
        "The token has used up its requests of this minute.",
        remedy="Wait for as many seconds as Retry-After says.",
    )
    answer["Retry-After"] = str(error.wait or 1)
    return answer


def _defect(error: Exception) -> HttpResponse:
    """Return the problem for a defect of ours; the log has the details, the answer has none."""
    _LOG.error("The API broke down.", exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal-error",
        "Something went wrong on our side.",
        remedy="Send it again with the same idempotency key; the log of the server has the details.",
    )


def handle_problems(api: NinjaAPI) -> None:
    """Let an API answer every error with a problem."""
    api.add_exception_handler(
        ClosebookError, lambda _request, error: problem_of(cast("ClosebookError", error))
    )
    api.add_exception_handler(Http404, lambda _request, _error: not_found())
    api.add_exception_handler(HttpError, lambda _request, error: _http_error(cast("HttpError", error)))
    api.add_exception_handler(
        ValidationError, lambda _request, error: _invalid(cast("ValidationError", error))
    )
    api.add_exception_handler(Exception, lambda _request, error: _defect(cast("Exception", error)))


def answer_late(answer: HttpResponse) -> HttpResponse:
    """Return an answer of the framework's with the body of a problem, where it has none yet."""
    if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return not_allowed(answer.headers.get("Allow", "GET"))
    return answer
