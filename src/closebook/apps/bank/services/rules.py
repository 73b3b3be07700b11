"""Keeping rules: each change is a new version."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from closebook.apps.bank.models import BankRuleRow, BankRuleVersion
from closebook.apps.bank.selectors.rules import rule_to_json
from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.core.errors import InputError
from closebook.core.reconcile.rules import BankRule, rule_checked
from closebook.transport import clock


@transaction.atomic
def rule_save(
    company: Company, name: str, rule: BankRule, by: str, row: BankRuleRow | None = None
) -> BankRuleRow:
    """Return the rule with a new version; a new rule comes last. Raises InputError bank-rule."""
    body = rule_to_json(rule_checked(rule))
    own = BankRuleRow.objects.filter(company=company)
    others = own.exclude(pk=row.pk) if row else own
    if others.filter(name=name).exists():
        raise InputError("bank-rule", "Another rule has this name.", remedy="Choose another name.")
    if row is None:
        last = own.aggregate(last=Max("position"))["last"] or 0
        row = BankRuleRow.objects.create(company=company, name=name, position=last + 1)
    elif row.name != name:
        row.name = name
        row.save(update_fields=["name"])
    number = (row.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    BankRuleVersion.objects.create(rule=row, number=number, body=body, by=by, created_at=clock.now())
    audit_append(company.pk, by, "bank-rule-saved", name, {**body, "version": number})
    return row


@transaction.atomic
def rule_use(row: BankRuleRow, by: str, *, active: bool) -> None:
    """Let a rule be used or rest."""
    BankRuleRow.objects.filter(pk=row.pk).update(active=active)
    audit_append(row.company_id, by, "bank-rule-used" if active else "bank-rule-rests", row.name, {})
