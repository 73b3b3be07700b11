"""What can be done about a line of the error log, as buttons and links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import SyncError
from closebook.apps.sync.services.holds import DELETED, RAIL
from closebook.apps.sync.services.newer_files import VANISHED
from closebook.core.planning.desired import DECISIONS
from closebook.web.frame.access import CompanyRequest
from closebook.web.kit.said import said
from closebook.web.sync.outcome import address_of
from closebook.web.sync.problem_words import BAD_ROW_WORDS, VANISHED_WORDS, WORDS, Word

_MOST = 3
_NOT_PLANNED = frozenset({VANISHED, RAIL, DELETED, "verify-difference"})
_IN_PROFILE = frozenset(
    {
        RAIL, "period-closed", "payout-short", "inactive-in-books", "other-type", "other-ledger-account",
        "bad-customer", "bad-reference", "wrong-account-type", "feature-missing",
    }
)  # fmt: skip
_IN_FILES = frozenset({VANISHED, "payout-short"})


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing that can be done: a word that is sent with a retry, or (with an address) a page to open."""

    title: Promise
    effect: Promise
    word: str = ""
    address: str = ""


def words_for(error: SyncError) -> Mapping[str, Word]:
    """Return the words that resolve a line."""
    if error.code == VANISHED:
        return VANISHED_WORDS
    if error.row and not error.key:
        return BAD_ROW_WORDS
    return {word: WORDS[word] for word in DECISIONS.get(error.code, ())} if error.held else {}


def can_retry(error: SyncError) -> bool:
    """Tell whether planning what a line concerns again can mend it."""
    return bool(error.key) and error.code not in _NOT_PLANNED and error.resolved_at is None


def fixes_of(request: CompanyRequest, error: SyncError) -> list[Fix]:
    """Return up to three things that the person may do about an open line."""
    return list(_fixes(request, error))[:_MOST] if error.resolved_at is None else []


def _fixes(request: CompanyRequest, error: SyncError) -> Iterator[Fix]:
    if Ability.RUN_SYNC in request.abilities:
        for word, words in words_for(error).items():
            yield Fix(words.title, words.effect, word=word)
        if can_retry(error):
            yield Fix(_("Try again"), _("This alone is planned again, with what waits for it."))
    yield from _pages(request, error)


def _pages(request: CompanyRequest, error: SyncError) -> Iterator[Fix]:
    at = (request.company.pk, error.connection_id)
    files = address_of("connection", *at)
    if files and Ability.ADD_FILES in request.abilities and (error.row or error.code in _IN_FILES):
        effect = _("Pull the corrected or missing file; the line closes by itself.")
        yield Fix(_("Add a file"), effect, address=files)
    if Ability.CHANGE_CONNECTIONS in request.abilities and error.code in _IN_PROFILE:
        effect = _("Change what the profile says about it, then plan again.")
        yield Fix(_("Open the profile"), effect, address=address_of("profile", *at))
    run = address_of("run", request.company.pk, error.run_id) if error.run_id else ""
    if run and not can_retry(error):
        effect = _("It shows what was written, and can be taken back there.")
        yield Fix(_("Open the run"), effect, address=run)


def hints_of(error: SyncError) -> list[str]:
    """Return what the error log advises, without the sentences that name a command."""
    return [said(text) for text in error.fixes if not text.startswith("`closebook retry")]


def explained(error: SyncError) -> tuple[str, list[str]]:
    """Return the cause's first sentence, which names what does not add up, and the nearest explanations."""
    first, _dot, rest = error.cause.partition(". ")
    if not rest or error.code != "payout-short":
        return error.cause, []
    others = [text for text in rest.replace(". ", ".\n").split("\n") if text]
    return f"{first}.", others
