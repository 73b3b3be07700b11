"""Site rules hold from the next day on: what somebody did is judged by the rules that they could know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import SiteRule
from closebook.core.errors import InputError
from closebook.core.workforce.sites import host_of, is_address
from closebook.transport import clock


@transaction.atomic
def rule_add(company: Company, facts: Mapping[str, Any], actor: str) -> SiteRule:
    """Return a new rule. Raises InputError for a site that is no host, such as ``facebook.com``."""
    value = str(facts["value"]).strip()
    if facts["match"] != "app":
        value = host_of(value)
        if "." not in value and value != "localhost" and not is_address(value):
            raise InputError("no-site", "This is no site.", remedy="Write it as facebook.com.")
    made = SiteRule.objects.create(
        company=company, actor=actor, made_at=clock.now(), **{**facts, "value": value.lower()}
    )
    audit_append(company.pk, actor, "site-rule-made", made.value, {"verdict": made.verdict})
    return made


@transaction.atomic
def rule_end(rule: SiteRule, actor: str) -> None:
    """End a rule with the next day."""
    tomorrow = clock.today() + dt.timedelta(days=1)
    if rule.ends_on is None or rule.ends_on > tomorrow:
        rule.ends_on = max(tomorrow, rule.starts_on)
        rule.save(update_fields=["ends_on"])
        audit_append(rule.company_id, actor, "site-rule-ended", rule.value, {"verdict": rule.verdict})
