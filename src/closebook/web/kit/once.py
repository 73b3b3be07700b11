"""Forms that save once: sent twice, or again by the browser's Back, a form is answered with what it made.

Each form carries a token (``{% once %}``) made when it was drawn. What is kept in Closebook's own database is
saved in one transaction with the token (``saving``); the books use it up as the request id of their write,
and ``saved_in_books`` remembers the page of what was written.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from closebook.apps.companies.models import FormUse
from closebook.apps.companies.services.form_uses import FormUsedError, form_saved, form_use_keep, form_use_of

if TYPE_CHECKING:
    from closebook.web.frame.access import CompanyRequest

FIELD = "request_id"


def request_id_new() -> str:
    """Return the token of a form that is drawn, which is also the id of its write."""
    return f"page-{secrets.token_hex(16)}"


def request_id_of(request: HttpRequest) -> str:
    """Return the token that a form was sent with, a new one for a form without any that could be one."""
    given = request.POST.get(FIELD, "")
    usable = given.isascii() and given.replace("-", "").isalnum() and 8 <= len(given) <= 50
    return given if usable else request_id_new()


def once(*others: str) -> Callable[[Callable[..., Any]], Callable[..., HttpResponseBase]]:
    """Return a decorator for a view whose form saves once; ``others`` are its buttons that save nothing."""

    def decorate(view: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: CompanyRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            saves = request.method == "POST" and not any(name in request.POST for name in others)
            address = form_use_of(request.company, request_id_of(request)) if saves else ""
            if address:
                return _made_before(request, address)
            try:
                made: HttpResponseBase = view(request, *args, **kwargs)
            except FormUsedError:
                return _made_before(request, form_use_of(request.company, request_id_of(request)))
            return made

        return guarded

    return decorate


def _made_before(request: CompanyRequest, address: str) -> HttpResponseBase:
    """Return the way to what a form made when it was saved before, with a word about it."""
    messages.info(
        request,
        _("This form was saved before; nothing was saved a second time. This is what it made."),
    )
    return redirect(address)


@contextmanager
def saving(request: CompanyRequest) -> Iterator[FormUse]:
    """Give the use of the form's token for the transaction in which it saves. Raises as ``form_saved``."""
    with form_saved(request.company, request_id_of(request)) as use:
        yield use


def saved_in_books(request: CompanyRequest, address: str) -> None:
    """Remember the page of what the form wrote into the books."""
    form_use_keep(request.company, request_id_of(request), address)
