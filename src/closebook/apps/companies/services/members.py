"""Changing who belongs to a company and as what: never the last owner, always with an audit line."""

from __future__ import annotations

from django.db import transaction

from closebook.apps.companies.models import Company, DigestWish, Membership, Person, Role
from closebook.apps.companies.selectors.people import owners_count
from closebook.apps.companies.services.audit import audit_append
from closebook.core.errors import ConflictError, HeldError


@transaction.atomic
def role_change(company: Company, member_id: int, role: Role, *, expected: str, actor: Person) -> Membership:
    """Return the membership with its new role, where ``expected`` is the role that the actor saw.

    Raises ConflictError when somebody else changed it since, HeldError for the last owner.
    """
    member = _locked(company, member_id)
    if member.role != expected:
        raise ConflictError(
            "role-changed", "Somebody changed this role meanwhile.", remedy="Look at it and choose again."
        )
    if member.role == role:
        return member
    _keep_an_owner(member)
    member.role = role
    member.save(update_fields=["role"])
    facts = {"from": expected, "to": str(role)}
    audit_append(company.pk, actor.username, "role-changed", member.person.username, facts)
    return member


@transaction.atomic
def member_remove(company: Company, member_id: int, *, actor: Person) -> Membership:
    """Return the membership as it was before it ended. Raises HeldError for the last owner."""
    member = _locked(company, member_id)
    _keep_an_owner(member)
    audit_append(
        company.pk, actor.username, "member-removed", member.person.username, {"role": str(member.role)}
    )
    Membership.objects.filter(pk=member.pk).delete()
    return member


@transaction.atomic
def member_restore(company: Company, person_id: int, role: str, digest: str, *, actor: Person) -> Membership:
    """Return a membership that ended by mistake, made again. Raises ConflictError for a member."""
    Company.objects.select_for_update().get(pk=company.pk)
    person = Person.objects.get(pk=person_id)
    if Membership.objects.filter(company=company, person=person).exists():
        raise ConflictError(
            "already-member", f"{person.username} is a member already.", remedy="Change the role instead."
        )
    member = Membership.objects.create(
        company=company, person=person, role=Role(role), digest=DigestWish(digest)
    )
    audit_append(company.pk, actor.username, "member-restored", person.username, {"role": role})
    return member


def digest_choose(member: Membership, wish: str) -> None:
    """Keep when a member wants the digest. ValueError for a word that is no wish."""
    member.digest = DigestWish(wish)
    member.save(update_fields=["digest"])


def _locked(company: Company, member_id: int) -> Membership:
    """Return a membership while nobody else changes the company's people. Membership.DoesNotExist if none."""
    Company.objects.select_for_update().get(pk=company.pk)
    return Membership.objects.select_related("person").get(pk=member_id, company=company)


def _keep_an_owner(member: Membership) -> None:
    last = member.role == Role.OWNER and member.person.is_active and owners_count(member.company) == 1
    if last:
        raise HeldError(
            "last-owner",
            f"{member.person.username} is the only owner, and a company has at least one.",
            remedy="Make somebody else an owner first.",
        )
