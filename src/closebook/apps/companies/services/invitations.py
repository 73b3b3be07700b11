"""Inviting people by e-mail: an offer lasts seven days and is used once; of its token a digest is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from django.db import transaction

from closebook.apps.companies.models import Company, Invitation, Membership, Person, Role
from closebook.apps.companies.services.audit import audit_append
from closebook.core.errors import ConflictError, InputError
from closebook.transport import clock

LASTS = dt.timedelta(days=7)
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation with its token, which is known at this moment only."""

    invitation: Invitation
    token: str


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invitation_make(
    company: Company, email: str, role: Role, *, actor: Person, language: str = ""
) -> Invited:
    """Return a new invitation; one of the same address that is still open ends by it.

    Raises InputError when a member has this address.
    """
    address = email.strip().lower()
    if Membership.objects.filter(company=company, person__email__iexact=address).exists():
        raise InputError(
            "already-member", f"{address} is a member already.", remedy="Change the role instead."
        )
    former = Invitation.objects.select_for_update().filter(company=company, email=address)
    now, token = clock.now(), secrets.token_urlsafe(_TOKEN_BYTES)
    former.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
    made = Invitation.objects.create(
        company=company,
        email=address,
        role=role,
        language=language,
        token_digest=_digest(token),
        invited_by=actor,
        created_at=now,
        expires_at=now + LASTS,
    )
    audit_append(company.pk, actor.username, "invited", address, {"role": str(role)})
    return Invited(made, token)


@transaction.atomic
def invitation_renew(company: Company, invitation_id: int, *, actor: Person) -> Invited:
    """Return an open invitation with a new token and seven more days; the former link ends to work.

    Raises ConflictError when it was accepted or withdrawn meanwhile.
    """
    found, token = _open(company, invitation_id), secrets.token_urlsafe(_TOKEN_BYTES)
    found.token_digest, found.expires_at = _digest(token), clock.now() + LASTS
    found.save(update_fields=["token_digest", "expires_at"])
    audit_append(company.pk, actor.username, "invited-again", found.email, {"role": found.role})
    return Invited(found, token)


@transaction.atomic
def invitation_withdraw(company: Company, invitation_id: int, *, actor: Person) -> Invitation:
    """Return an invitation that can no longer be accepted. Raises ConflictError when it was closed."""
    found = _open(company, invitation_id)
    found.withdrawn_at = clock.now()
    found.save(update_fields=["withdrawn_at"])
    audit_append(company.pk, actor.username, "invitation-withdrawn", found.email, {})
    return found


def _open(company: Company, invitation_id: int) -> Invitation:
    """Return an open invitation of a company, locked. Invitation.DoesNotExist for one of another company."""
    found = Invitation.objects.select_for_update().get(pk=invitation_id, company=company)
    if found.accepted_at or found.withdrawn_at:
        raise ConflictError(
            "invitation-closed",
            f"The invitation of {found.email} was accepted or withdrawn meanwhile.",
            remedy="Invite again if it is still wanted.",
        )
    return found


def invitation_found(invitation_id: int, token: str) -> Invitation:
    """Return the invitation that a link offers. Raises InputError that says why it offers nothing.

    Digests are compared in constant time.
    """
    found = Invitation.objects.select_related("company", "invited_by").filter(pk=invitation_id).first()
    known = found.token_digest if found else ""
    if not hmac.compare_digest(known, _digest(token)) or found is None:
        raise InputError(
            "invitation-unknown",
            "This link is not that of an invitation.",
            remedy="Open the whole link of the newest mail; a line break may have cut it.",
        )
    if found.accepted_at:
        raise InputError(
            "invitation-used", "This invitation was accepted already.", remedy="Sign in instead."
        )
    if found.withdrawn_at:
        raise InputError(
            "invitation-withdrawn", "This invitation was withdrawn.", remedy="Ask an owner for a new one."
        )
    if found.expires_at <= clock.now():
        raise InputError(
            "invitation-expired", "This invitation has expired.", remedy="Ask an owner to send it again."
        )
    return found


@transaction.atomic
def invitation_accept(invitation_id: int, token: str, person: Person) -> Membership:
    """Return the new membership of a person who holds the link.

    Raises InputError for a link that offers nothing (any more), and for a member of the company.
    """
    Invitation.objects.select_for_update().filter(pk=invitation_id).first()
    found = invitation_found(invitation_id, token)
    if Membership.objects.filter(company=found.company, person=person).exists():
        raise InputError(
            "already-member",
            f"{person.username} is a member of {found.company.name} already.",
            remedy="The invitation stays open for the person whom it is meant for.",
        )
    member = Membership.objects.create(company=found.company, person=person, role=found.role)
    found.accepted_at = clock.now()
    found.save(update_fields=["accepted_at"])
    facts = {"role": found.role, "invited": found.email}
    audit_append(found.company_id, person.username, "invitation-accepted", person.username, facts)
    return member


@transaction.atomic
def invitation_accept_new(
    invitation_id: int, token: str, *, username: str, name: str, password: str, language: str
) -> Person:
    """Return the new person that an invitation was accepted by; name and password were validated before.

    Raises InputError as ``invitation_accept``, and when somebody else has the invited address.
    """
    found = invitation_found(invitation_id, token)
    if Person.objects.filter(email__iexact=found.email).exists():
        raise InputError(
            "address-known",
            f"There is an account with {found.email} already.",
            remedy="Sign in with it, then open this link again.",
        )
    person = Person(username=username, first_name=name, email=found.email, language=language)
    person.set_password(password)
    person.save()
    invitation_accept(invitation_id, token, person)
    return person
