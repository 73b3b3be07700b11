"""Payees: where their money goes, encrypted; the settings of ways to pay likewise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from closebook.apps.companies.models import Company, Person
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import Candidate, Payee, RailSetting
from closebook.connectors.payouts.lists import template_head, wise_template_checked
from closebook.connectors.payouts.rails import account_checked, bic_checked, iban_checked, rail_named
from closebook.transport import clock

_SECRETS = ("secret", "token")


def payee_of(company: Company, person: Person) -> Payee | None:
    """Return the payee of an assistant; None before they were a payee."""
    return Payee.objects.filter(company=company, candidate__person=person).first()


@transaction.atomic
def payee_for(company: Company, person: Person) -> Payee:
    """Return the payee of an assistant; one is made when it is wanted first."""
    Company.objects.select_for_update().get(pk=company.pk)
    found = payee_of(company, person)
    if found is not None:
        return found
    now, name = clock.now(), person.get_full_name() or person.username
    candidate = Candidate.objects.filter(company=company, person=person).first()
    if candidate is None:
        candidate = Candidate.objects.create(
            company=company, person=person, name=name, actor=person.username, made_at=now
        )
    return Payee.objects.create(
        company=company, candidate=candidate, name=candidate.name, actor=person.username, made_at=now
    )


def facts_of(text: str) -> dict[str, Any]:
    """Return what an encrypted field holds."""
    found = json.loads(text or "{}")
    return found if isinstance(found, dict) else {}


def written(facts: Mapping[str, Any]) -> str:
    """Return facts as an encrypted field holds them."""
    return json.dumps(facts, sort_keys=True, ensure_ascii=False)


@transaction.atomic
def account_save(payee: Payee, rail: str, typed: Mapping[str, str], actor: str) -> None:
    """Keep where a payee's money goes on a rail, which becomes theirs. Payments that were approved stay.

    Raises InputError with what is wrong.
    """
    account = account_checked(rail, typed)
    found = Payee.objects.select_for_update().get(pk=payee.pk)
    found.accounts = written({**facts_of(found.accounts), rail: account})
    found.rail = rail
    found.save(update_fields=["accounts", "rail"])
    audit_append(found.company_id, actor, "payee-changed", found.name, {"payee": found.pk, "rail": rail})


def account_of(payee: Payee, rail: str) -> dict[str, str]:
    """Return a payee's fields for a rail."""
    found = facts_of(payee.accounts).get(rail)
    return dict(found) if isinstance(found, dict) else {}


def setting_of(company: Company, rail: str) -> tuple[dict[str, str], int | None]:
    """Return what the company pays by on a rail, and the limit above which two approve."""
    found = RailSetting.objects.filter(company=company, rail=rail).first()
    return (facts_of(found.facts), found.limit_minor) if found else ({}, None)


@transaction.atomic
def setting_save(
    company: Company, rail: str, typed: Mapping[str, str], limit_minor: int | None, actor: str
) -> list[str]:
    """Keep what the company pays by on a rail; an empty secret keeps the former one.

    Returns the columns of a template that stay empty. Raises InputError with what is wrong.
    """
    rail_named(rail)
    Company.objects.select_for_update().get(pk=company.pk)
    before, _limit = setting_of(company, rail)
    facts = {name: text.strip() for name, text in typed.items() if text.strip()}
    facts |= {name: before[name] for name in _SECRETS if name in before and name not in facts}
    unknown = _checked(rail, facts)
    values = {"facts": written(facts), "limit_minor": limit_minor, "actor": actor, "made_at": clock.now()}
    RailSetting.objects.update_or_create(company=company, rail=rail, defaults=values)
    audit_append(company.pk, actor, "rail-changed", rail, {"rail": rail, "limit_minor": limit_minor})
    return unknown


def _checked(rail: str, facts: dict[str, str]) -> list[str]:
    """Bring settings into their proper form, and return the columns of a template that stay empty."""
    if rail == "sepa" and "iban" in facts:
        facts["iban"] = iban_checked(facts["iban"])
    if rail == "sepa" and "bic" in facts:
        facts["bic"] = bic_checked(facts["bic"])
    if rail == "wise" and "template" in facts:
        return wise_template_checked(facts["template"])
    if rail == "payoneer" and "template" in facts:
        template_head(facts["template"])
    return []
