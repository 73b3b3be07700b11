"""API tokens: made, shown once, checked at each use, revoked."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from closebook.apps.companies.abilities import Ability, abilities_of
from closebook.apps.companies.models import ApiToken, Company, Person
from closebook.apps.companies.selectors.memberships import membership_in
from closebook.apps.companies.services.audit import audit_append
from closebook.core.errors import InputError
from closebook.transport import clock

PREFIX = "cb_"
MOST_DAYS = 365
_SECRET_BYTES = 32
_SHOWN_LETTERS = 8
_USE_NOTED_SECONDS = 60


@dataclass(frozen=True, slots=True)
class TokenUse:
    """A token that was found good: whom it acts for, where, and what it may do just now."""

    token: ApiToken
    company: Company
    person: Person
    role: str
    abilities: frozenset[Ability]

    @property
    def actor(self) -> str:
        """Return whom the audit log names."""
        return f"{self.person.username} by token {self.token.name}"


def _digest(plain: str) -> str:
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def token_make(
    company: Company, person: Person, name: str, abilities: Iterable[str], days: int
) -> tuple[ApiToken, str]:
    """Return a new token with its plain text, which is not kept and cannot be shown again.

    Raises InputError for a person without a role here, for abilities that the role lacks or none at all, for
    an empty name and for a life outside 1 to 365 days.
    """
    granted = _granted(company, person, abilities)
    if not name.strip() or len(name) > 80:
        raise InputError(
            "token-name", "A token needs a name of at most 80 letters.", remedy="Say what it is for."
        )
    if not 1 <= days <= MOST_DAYS:
        raise InputError(
            "token-days", f"A token lives 1 to {MOST_DAYS} days.", remedy="Choose a shorter time."
        )
    plain, now = PREFIX + secrets.token_urlsafe(_SECRET_BYTES), clock.now()
    made = ApiToken.objects.create(
        company=company,
        person=person,
        name=name.strip(),
        digest=_digest(plain),
        start=plain[:_SHOWN_LETTERS],
        abilities=granted,
        created_at=now,
        expires_at=now + dt.timedelta(days=days),
    )
    facts = {"token": made.pk, "abilities": granted, "days": days}
    audit_append(company.pk, person.username, "token-made", made.name, facts)
    return made, plain


def _granted(company: Company, person: Person, abilities: Iterable[str]) -> list[str]:
    membership = membership_in(person, company.pk)
    allowed = abilities_of(membership.role) if membership else frozenset[Ability]()
    wanted = set(abilities)
    if not wanted or not wanted <= {ability.value for ability in allowed}:
        raise InputError(
            "token-abilities",
            "A token may do some of what your role allows, and nothing else.",
            remedy="Choose among the abilities that are shown.",
        )
    return sorted(wanted)


@transaction.atomic
def token_revoke(token: ApiToken, actor: str) -> None:
    """End a token's life; what it was used for stays in the audit log."""
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        audit_append(token.company_id, actor, "token-revoked", token.name, {"token": token.pk})


def token_check(plain: str) -> TokenUse | None:
    """Return what a token may do now; None for one that is unknown, ended, revoked or of a former member.

    A token of nobody costs the same reading as a known one, and digests are compared in constant time.
    """
    digest, now = _digest(plain), clock.now()
    found = ApiToken.objects.select_related("company", "person").filter(digest=digest).first()
    if found is None or not hmac.compare_digest(found.digest, digest):
        return None
    if found.revoked_at is not None or found.expires_at <= now or not found.person.is_active:
        return None
    membership = membership_in(found.person, found.company_id)
    if membership is None:
        return None
    _note_use(found, now)
    allowed = abilities_of(membership.role) & {Ability(word) for word in found.abilities}
    return TokenUse(found, found.company, found.person, membership.role, allowed)


def _note_use(token: ApiToken, now: dt.datetime) -> None:
    """Keep when a token was used last, to the minute, so that reading seldom writes."""
    last = token.last_used_at
    if last is None or (now - last).total_seconds() >= _USE_NOTED_SECONDS:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
