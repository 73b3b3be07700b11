"""Under which name somebody tried to sign in: the lockout counts by it."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest


def name_tried(request: HttpRequest | None, credentials: Mapping[str, str] | None = None) -> str:
    """Return the name or e-mail that was typed, in small letters; "" for a way in without one.

    The form is asked first, so that the check before and the count after a failure see the same word.
    """
    typed = request.POST.get("login", "") if request is not None else ""
    known = credentials or {}
    return (typed or known.get("username") or known.get("email") or "").strip().lower()
