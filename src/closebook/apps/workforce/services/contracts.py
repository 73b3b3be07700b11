"""Contracts: offered by the company with terms and a rate, signed by both; a change is a new term."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from closebook.apps.companies.models import Company, Membership, Person, Role
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import Contract, HourlyRate, Term
from closebook.apps.workforce.services.moving import moved
from closebook.core.errors import ConflictError, InputError
from closebook.core.workforce.states import CONTRACT, Who
from closebook.transport import clock

NOTICE = "2026-11"
"""The version of the notice that an assistant reads before the first timer."""
_TERM_FACTS = ("evidence", "idle_policy", "away_seconds", "review_days", "cap_minutes", "cap_minor")
CHANGEABLE = ("draft", "offered", "active", "suspended", "ending")


@transaction.atomic
def contract_offer(company: Company, person: Person, facts: Mapping[str, Any], actor: Person) -> Contract:
    """Return a contract that waits for the assistant's signature, with its first term.

    Raises InputError for somebody who is no assistant of the company.
    """
    if not Membership.objects.filter(company=company, person=person, role=Role.ASSISTANT).exists():
        raise InputError(
            "no-assistant", "This is no assistant of the company.", remedy="Invite them with that role first."
        )
    made = Contract.objects.create(
        company=company,
        person=person,
        title=facts["title"],
        zone=facts["zone"],
        currency=facts["currency"],
        state="offered",
        candidate=facts.get("candidate"),
        agency=facts.get("agency"),
        actor=actor.username,
        made_at=clock.now(),
    )
    if made.candidate and made.candidate.person_id is None:
        made.candidate.person = person
        made.candidate.save(update_fields=["person"])
    _term(made, facts, actor)
    audit_append(company.pk, actor.username, "contract-offered", made.title, {"contract": made.pk})
    return made


@transaction.atomic
def term_offer(contract: Contract, facts: Mapping[str, Any], actor: Person) -> Term:
    """Return a new term of a contract, signed by the company; it holds once the assistant signs too.

    Raises InputError for a contract that has ended, or for terms that begin before those they change.
    """
    found = Contract.objects.select_for_update().get(pk=contract.pk)
    if found.state not in CHANGEABLE:
        raise InputError("contract-over", "This contract has ended.", remedy="Offer a new one.")
    signed = found.terms.exclude(assistant_signed_at=None).order_by("-starts_on").first()
    if signed is not None and facts["starts_on"] < signed.starts_on:
        raise InputError(
            "term-too-early",
            f"The terms that hold begin on {signed.starts_on}; a change begins on that day or later.",
            remedy="Choose a later day.",
        )
    made = _term(contract, facts, actor)
    facts = {"contract": contract.pk, "version": made.version}
    audit_append(contract.company_id, actor.username, "term-offered", contract.title, facts)
    return made


def _term(contract: Contract, facts: Mapping[str, Any], actor: Person) -> Term:
    now = clock.now()
    made = Term.objects.create(
        company_id=contract.company_id,
        contract=contract,
        version=contract.terms.count() + 1,
        starts_on=facts["starts_on"],
        **{name: facts[name] for name in _TERM_FACTS if facts.get(name) not in {None, ""}},
        notice_version=NOTICE,
        company_signed_by=actor.username,
        company_signed_at=now,
        actor=actor.username,
        made_at=now,
    )
    for kind, hourly_minor in {"": facts["hourly_minor"], **facts.get("rates", {})}.items():
        HourlyRate.objects.create(
            company_id=contract.company_id,
            term=made,
            kind=kind,
            hourly_minor=hourly_minor,
            currency=contract.currency,
            actor=actor.username,
            made_at=now,
        )
    return made


@transaction.atomic
def term_sign(term: Term, person: Person) -> None:
    """Sign a term as its assistant, with the notice read; the first one makes the contract active.

    Raises InputError for anybody else, or when the contract has ended, ConflictError when newer terms were
    offered since.
    """
    contract = Contract.objects.select_for_update().get(pk=term.contract_id)
    if contract.person_id != person.pk:
        raise InputError("not-the-assistant", "Only the assistant of this contract can sign.")
    if contract.state not in CHANGEABLE:
        raise InputError("contract-over", "This contract has ended.", remedy="Offer a new one.")
    if contract.terms.filter(version__gt=term.version).exists():
        raise ConflictError("term-replaced", "Newer terms were offered since.", remedy="Look at those.")
    now = clock.now()
    open_terms = Term.objects.filter(pk=term.pk, assistant_signed_at=None)
    if not open_terms.update(assistant_signed_at=now, notice_read_at=now):
        return
    if contract.state == "offered":
        moved(contract, CONTRACT, "active", Who.ASSISTANT)
    facts = {"contract": contract.pk, "version": term.version}
    audit_append(contract.company_id, person.username, "term-signed", contract.title, facts)


@transaction.atomic
def term_drop(term: Term, actor: str) -> None:
    """Take an offered change away: the company takes it back, or the assistant declines it.

    Raises ConflictError for terms that were signed, and for the first ones: declining those is declining the
    contract.
    """
    contract = Contract.objects.select_for_update().get(pk=term.contract_id)
    if term.version == 1 or contract.terms.filter(version__gt=term.version).exists():
        raise ConflictError("term-stays", "These terms cannot be taken back.", remedy="Offer a change.")
    if not contract.terms.filter(pk=term.pk, assistant_signed_at=None).exists():
        raise ConflictError("term-signed", "These terms are signed already.", remedy="Offer a change.")
    facts = {"contract": contract.pk, "version": term.version}
    term.delete()
    audit_append(contract.company_id, actor, "term-dropped", contract.title, facts)
