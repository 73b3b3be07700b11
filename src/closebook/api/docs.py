"""The API's description, and the page to read and try it; both show nothing of any company."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from closebook.api.document import document, operations

_STANDARD = "Other"


@require_safe
def described(_request: HttpRequest) -> HttpResponse:
    """Return the description in OpenAPI 3.1."""
    return JsonResponse(document())


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show every operation with a form that sends it."""
    made = document()
    return render(request, "api/docs.html", {"info": made["info"], "groups": list(_groups(made))})


def _groups(made: dict[str, Any]) -> Iterator[dict[str, Any]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, method, operation in operations(made):
        title = operation.get("tags", [_STANDARD])[0]
        groups.setdefault(title, []).append(_shown(path, method, operation, made))
    return ({"title": title, "operations": found} for title, found in groups.items())


def _shown(path: str, method: str, operation: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    body = content.get("application/json", {}).get("schema")
    return {
        "path": path,
        "method": method.upper(),
        "id": operation["operationId"],
        "summary": operation["summary"],
        "description": operation["description"],
        "parameters": [_parameter(each) for each in operation["parameters"]],
        "body": json.dumps(example(body, made), indent=2) if body else "",
        "files": "multipart/form-data" in content,
        "answers": [(status, answer["description"]) for status, answer in operation["responses"].items()],
    }


def _parameter(each: dict[str, Any]) -> dict[str, Any]:
    schema = each["schema"]
    return {
        "name": each["name"],
        "where": each["in"],
        "required": each["required"],
        "description": each.get("description", schema.get("description", "")),
        "value": schema.get("default") or "",
        "options": schema.get("enum", []),
    }


def example(schema: dict[str, Any], made: dict[str, Any], depth: int = 0) -> Any:
    """Return an example of a schema: defaults where there are some, else an empty value of its type."""
    if "$ref" in schema:
        return example(made["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]], made, depth + 1)
    if "default" in schema:
        return schema["default"]
    if "enum" in schema or "const" in schema:
        return schema.get("enum", [schema.get("const")])[0]
    if "anyOf" in schema:
        return example(schema["anyOf"][0], made, depth + 1)
    if schema.get("type") == "object" and depth < 4:
        members = schema.get("properties", {})
        return {name: example(member, made, depth + 1) for name, member in members.items()}
    empty = {"array": [], "integer": 0, "boolean": False, "object": {}}
    return empty.get(str(schema.get("type")), "2026-01-31" if schema.get("format") == "date" else "")
