"""The language of a page: what the person chose, else the browser's."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

PROGRAM_PATHS = ("/v3/", "/oauth2/", "/v1/", "/v2/", "/op/", "/.well-known/", "/api/")
"""Addresses for programs, which always read English."""


class PersonsLanguage:
    """Activates the language kept in the cookie ``language``, else the best that the browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep what answers the request."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the answer in the language of the reader, and name it in the headers."""
        if request.path.startswith(PROGRAM_PATHS):
            return self._get_response(request)
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = {code for code, _name in settings.LANGUAGES}
        language = chosen if chosen in known else translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self._get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response
