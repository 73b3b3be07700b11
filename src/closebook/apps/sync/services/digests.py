"""Sending the digest of each company to the members who asked for it, once a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.urls import NoReverseMatch
from django.utils import translation

from closebook.apps.companies.abilities import Ability, abilities_of
from closebook.apps.companies.models import DigestWish, Membership
from closebook.apps.companies.services.mail import mail_send
from closebook.apps.companies.services.people_mails import address_of
from closebook.apps.sync.digest import MOST, Todo, things_to_do
from closebook.apps.sync.selectors.standing import Standing, company_standing
from closebook.core.errors import RetryError


def digests_send(day: dt.date) -> int:
    """Send the digests of a day that were not sent yet; return how many went off.

    A mail that is not taken is tried again by the next call; the others go off all the same.
    """
    standings: dict[int, Standing] = {}
    sent = 0
    for member in _due(day):
        if member.company_id not in standings:
            standings[member.company_id] = company_standing(member.company)
        sent += _send(member, standings[member.company_id], day)
    return sent


def _due(day: dt.date) -> list[Membership]:
    """Return who is to get a digest of a day: those who want one, may see the sync and have an address."""
    rows = Membership.objects.exclude(digest=DigestWish.NEVER).exclude(person__email="")
    rows = rows.filter(person__is_active=True).exclude(digest_day__gte=day)
    found = rows.select_related("company", "person").order_by("company_id", "pk")
    return [member for member in found if Ability.SEE_SYNC in abilities_of(member.role)]


def _send(member: Membership, standing: Standing, day: dt.date) -> bool:
    language = member.person.language or "en"
    with translation.override(language):
        facts = digest_facts(member, things_to_do(standing))
    if not facts["todos"] and member.digest == DigestWish.SOMETHING:
        return False
    try:
        mail_send("digest", member.person.email, language, facts)
    except RetryError:
        return False
    Membership.objects.filter(pk=member.pk).update(digest_day=day)
    return True


def digest_facts(member: Membership, todos: tuple[Todo, ...]) -> dict[str, Any]:
    """Return what the mail's templates use: the first things to do with links, and how many more wait."""
    return {
        "company": member.company,
        "todos": [{**asdict(todo), "link": page_address(member.company_id, todo)} for todo in todos[:MOST]],
        "total": len(todos),
        "more": max(0, len(todos) - MOST),
        "link": address_of("home", member.company_id),
        "preferences": address_of("preferences"),
    }


def page_address(company_id: int, todo: Todo) -> str:
    """Return the absolute address of the page of a thing to do; the company's home in a site without it."""
    try:
        return address_of(todo.page, company_id, *todo.parts)
    except NoReverseMatch:
        return address_of("home", company_id)
