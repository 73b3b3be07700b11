"""Drafts: what an assistant wants to send, book or buy waits until the company has approved it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import Contract, Decision, Draft
from closebook.apps.workforce.services.moving import moved
from closebook.core.errors import ConflictError, InputError
from closebook.core.workforce.states import DRAFT, Who
from closebook.transport import clock

WORKING = ("active", "ending")
"""States of contracts under which begun work goes on."""


@transaction.atomic
def draft_propose(contract: Contract, facts: Mapping[str, Any], actor: str) -> Draft:
    """Return a draft that waits for the company. Raises InputError for a contract that is neither active nor
    under notice.
    """
    if contract.state not in WORKING:
        raise InputError(
            "contract-not-active", "This contract is not active.", remedy="Both sides sign it first."
        )
    made = Draft.objects.create(
        company_id=contract.company_id, contract=contract, actor=actor, made_at=clock.now(), **facts
    )
    _kept(made, "proposed", actor)
    return made


@transaction.atomic
def draft_approve(draft: Draft, actor: str, body: str = "") -> Draft:
    """Return an approved draft; with another ``body`` that one counts, and the assistant's stays beside it.

    Raises as the flow does, and ConflictError for a draft whose time is over.
    """
    if draft.expires_at and draft.expires_at <= clock.now():
        raise ConflictError(
            "draft-expired", "The time for this draft is over.", remedy="Ask for it to be proposed again."
        )
    edited = body.strip() if body.strip() != draft.body.strip() else ""
    if edited:
        moved(draft, DRAFT, "edited", Who.COMPANY)
        _kept(draft, "edited", actor, body=edited)
    found = moved(draft, DRAFT, "approved", Who.COMPANY)
    _kept(found, "approved", actor)
    return found


@transaction.atomic
def draft_return(draft: Draft, reason: str, actor: str) -> Draft:
    """Return a draft to its assistant with a reason. Raises as the flow does."""
    found = moved(draft, DRAFT, "returned", Who.COMPANY, reason)
    _kept(found, "returned", actor, reason=reason.strip())
    return found


@transaction.atomic
def draft_again(draft: Draft, body: str, expires_at: dt.datetime | None, actor: str) -> Draft:
    """Return a draft that was sent back, proposed again with a new text. Raises as the flow does."""
    found = moved(draft, DRAFT, "proposed", Who.ASSISTANT)
    found.body, found.expires_at = body.strip() or found.body, expires_at
    found.save(update_fields=["body", "expires_at"])
    _kept(found, "proposed", actor)
    return found


@transaction.atomic
def draft_sent(draft: Draft, receipt: str, who: Who, actor: str) -> Draft:
    """Return a draft that has left, with what proves it. Raises as the flow does."""
    found = moved(draft, DRAFT, "sent", who)
    found.receipt = receipt.strip()
    found.save(update_fields=["receipt"])
    _kept(found, "sent", actor)
    return found


def drafts_expire(now: dt.datetime) -> int:
    """Let the drafts expire that nobody decided about in time; return their number."""
    late = Draft.objects.filter(state__in=["proposed", "approved"], expires_at__lte=now)
    numbers = list(late.values_list("pk", flat=True)[:500])
    return sum(_expired(number, now) for number in numbers)


@transaction.atomic
def _expired(number: int, now: dt.datetime) -> int:
    late = Draft.objects.select_for_update().filter(pk=number, expires_at__lte=now)
    draft = late.filter(state__in=["proposed", "approved"]).first()
    if draft is None:
        return 0
    _kept(moved(draft, DRAFT, "expired", Who.CLOSEBOOK), "expired", "")
    return 1


def text_that_counts(draft: Draft) -> str:
    """Return the text that may leave: the company's where it was edited since the last proposal."""
    last = draft.decisions.filter(word__in=["edited", "proposed"]).order_by("-pk").first()
    return last.body if last and last.word == "edited" else draft.body


def _kept(draft: Draft, word: str, actor: str, body: str = "", reason: str = "") -> None:
    Decision.objects.create(
        company_id=draft.company_id,
        draft=draft,
        word=word,
        body=body,
        reason=reason,
        actor=actor,
        made_at=clock.now(),
    )
    facts = {"draft": draft.pk, "to": word}
    audit_append(draft.company_id, actor, "draft-moved", draft.title, facts)
