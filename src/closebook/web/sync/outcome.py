"""Saying on the next page what became of something: a plan that waits, or why it was refused."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from django.contrib import messages
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from closebook.apps.sync.models import Run
from closebook.core.errors import ClosebookError, InvariantError
from closebook.web.frame.access import CompanyRequest
from closebook.web.kit.said import said


class told:  # noqa: N801 - read as a word of the sentence: with told(request)
    """Show an error of ours that the block raises as a message with its remedy; defects pass."""

    def __init__(self, request: CompanyRequest) -> None:
        """Keep who is told."""
        self._request = request

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        """Tell an error; True when it was told."""
        if not isinstance(error, ClosebookError) or isinstance(error, InvariantError):
            return False
        messages.error(self._request, said(f"{error.message} {error.remedy}".strip()))
        return True


def address_of(name: str, *arguments: Any) -> str:
    """Return the address of a page by its name, "" when there is none."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def linked(address: str, words: str) -> SafeString | str:
    """Return words as a link, bare without an address."""
    return format_html('<a href="{}">{}</a>', address, words) if address else words


def plan_words(request: CompanyRequest, run: Run) -> SafeString:
    """Return the sentence that a plan waits, with the link to it."""
    words = ngettext("{count} action is planned", "{count} actions are planned", run.total)
    address = address_of("run", request.company.pk, run.pk)
    return format_html(
        "{}. {}",
        words.format(count=run.total),
        linked(address, _("Read run {number} and approve it").format(number=run.pk)),
    )
