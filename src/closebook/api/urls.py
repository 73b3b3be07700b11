"""Addresses of the API. Whatever stands below them answers in JSON, also where nothing is."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from closebook.api.app import api
from closebook.api.docs import described, docs
from closebook.api.operations import View
from closebook.api.problems import answer_late, not_found


def _open(view: View) -> View:
    """Return a view of the framework's whose answers carry what all answers of the API do."""

    @csrf_exempt
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = answer_late(view(request, *args, **kwargs))
        answer.headers.setdefault("Cache-Control", "no-store")
        allowance = getattr(request, "allowance", None)
        if allowance is not None:
            answer["RateLimit-Limit"] = str(allowance.limit)
            answer["RateLimit-Remaining"] = str(allowance.left)
            answer["RateLimit-Reset"] = str(allowance.reset_seconds)
        return answer

    return answered


@csrf_exempt
def _nowhere(_request: HttpRequest) -> HttpResponse:
    return not_found()


def _patterns() -> list[URLPattern]:
    found = [each for each in api.urls[0] if isinstance(each, URLPattern) and each.name != "api-root"]
    return [path(str(each.pattern), _open(each.callback), name=f"api-{each.name}") for each in found]


urlpatterns = [
    path("openapi.json", described, name="api-description"),
    path("docs", docs, name="api-docs"),
    *_patterns(),
    re_path(r"^.*$", _nowhere),
]
