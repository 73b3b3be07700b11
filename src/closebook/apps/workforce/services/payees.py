"""Payees: where their money goes and what the tax office asks, both encrypted; rails' settings likewise."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from closebook.apps.companies.models import Company, Person
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import Candidate, Payee, RailSetting
from closebook.connectors.payouts.lists import template_head, wise_template_checked
from closebook.connectors.payouts.rails import account_checked, bic_checked, iban_checked, rail_named
from closebook.core.errors import InputError
from closebook.transport import clock

TIN_KINDS = ("SSN", "EIN", "ITIN")
CLASSES = ("individual", "c-corporation", "s-corporation", "partnership", "trust", "llc", "exempt")
CORPORATIONS = frozenset({"c-corporation", "s-corporation"})
_NINE = 9
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


@transaction.atomic
def tax_save(payee: Payee, typed: Mapping[str, Any], actor: str) -> None:
    """Keep what a W-9 or W-8 says; an empty number keeps the former one. InputError for a wrong one."""
    found = Payee.objects.select_for_update().get(pk=payee.pk)
    before = facts_of(found.tax)
    number = re.sub(r"[\s-]", "", str(typed.get("tin") or "")) or str(before.get("tin") or "")
    if typed["paper"] == "w9" and not (number.isdecimal() and len(number) == _NINE):
        raise InputError("tin-wrong", "A US tax number has nine digits.", remedy="Copy it from the W-9.")
    kept = {name: value for name, value in typed.items() if name not in {"tin", "signed_on"}}
    signed = typed.get("signed_on")
    facts = {**before, **kept, "tin": number, "signed_on": signed.isoformat() if signed else ""}
    found.tax, found.country = written(facts), str(typed.get("country") or found.country)
    if typed.get("legal_name"):
        found.name = str(typed["legal_name"])
    found.save(update_fields=["tax", "country", "name"])
    audit_append(
        found.company_id, actor, "tax-saved", found.name, {"payee": found.pk, "paper": typed["paper"]}
    )


def tax_shown(payee: Payee) -> dict[str, Any]:
    """Return what is known for the tax office; of the number only its last four."""
    facts = facts_of(payee.tax)
    number = str(facts.pop("tin", "") or "")
    signed = str(facts.get("signed_on") or "")
    return {**facts, "tin_end": number[-4:], "signed_on": dt.date.fromisoformat(signed) if signed else None}


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
