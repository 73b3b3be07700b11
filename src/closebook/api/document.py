"""The API's own description, in OpenAPI 3.1, with the problems that each operation may answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from pydantic.json_schema import models_json_schema

from closebook.api.app import api
from closebook.api.problems import MEDIA_TYPE, FieldProblem, Problem

PREFIX = "/api/v1/"
_REF = "#/components/schemas/{model}"
_ALWAYS = (401, 403, 422, 429, 500)
_WRITE = (400, 409, 502)


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """Return the description as plain values for JSON."""
    made: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX))
    _keys, schemas = models_json_schema(
        [(Problem, "serialization"), (FieldProblem, "serialization")], ref_template=_REF
    )
    made["components"]["schemas"].update(schemas["$defs"])
    made["components"]["headers"] = _headers()
    for path, _method, operation in operations(made):
        _tell_problems(path, operation)
    return made


def operations(made: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and operation of a description."""
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _tell_problems(path: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    for answer in answers.values():
        answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in _headers()}
    key = any(parameter["name"] == "Idempotency-Key" for parameter in operation["parameters"])
    found = (
        *_ALWAYS,
        *(_WRITE if key else (400, 502)),
        *((404,) if "{" in path or path.endswith("why") else ()),
    )
    for status in sorted(found):
        answers[status] = {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}},
        }


def _headers() -> dict[str, Any]:
    number = {"type": "integer", "minimum": 0}
    return {
        "RateLimit-Limit": {"description": "Requests that a token has in a minute.", "schema": number},
        "RateLimit-Remaining": {"description": "Requests left in this minute.", "schema": number},
        "RateLimit-Reset": {"description": "Seconds until all are there again.", "schema": number},
    }
