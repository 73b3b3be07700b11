"""Rules as they are in force, and what one would have done on past lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closebook.apps.bank.models import BankLine, BankRuleVersion
from closebook.apps.bank.selectors.line_values import line_value
from closebook.apps.companies.models import Company
from closebook.core.reconcile.rules import BankRule, Share, first_rule, takes

_MOST_LINES = 20_000


def rule_from_json(key: int, body: Mapping[str, Any]) -> BankRule:
    """Return the rule of JSON values."""
    return BankRule(
        key=key,
        words=tuple(body.get("words", ())),
        without=tuple(body.get("without", ())),
        side=str(body.get("side", "")),
        least_minor=body.get("least_minor"),
        most_minor=body.get("most_minor"),
        bank_account=body.get("bank_account"),
        shares=tuple(Share(str(one[0]), int(one[1])) for one in body.get("shares", ())),
        party=(str(body.get("party", ["", ""])[0]), str(body.get("party", ["", ""])[1])),
        memo=str(body.get("memo", "")),
        excludes=bool(body.get("excludes", False)),
    )


def rule_to_json(rule: BankRule) -> dict[str, Any]:
    """Return a rule as JSON values."""
    return {
        "words": list(rule.words), "without": list(rule.without), "side": rule.side,
        "least_minor": rule.least_minor, "most_minor": rule.most_minor, "bank_account": rule.bank_account,
        "shares": [[one.ledger_account, one.per_myriad] for one in rule.shares], "party": list(rule.party),
        "memo": rule.memo, "excludes": rule.excludes,
    }  # fmt: skip


def newest_versions(company: Company) -> list[BankRuleVersion]:
    """Return the newest version of each rule of a company, in the order in which rules are tried."""
    rows = BankRuleVersion.objects.filter(rule__company=company).select_related("rule")
    newest = {row.rule_id: row for row in rows.order_by("number")}
    return sorted(newest.values(), key=lambda row: (row.rule.position, row.rule_id))


def active_rules(company: Company) -> list[tuple[BankRule, BankRuleVersion]]:
    """Return the rules in force with their versions, in order."""
    return [
        (rule_from_json(row.rule_id, row.body), row) for row in newest_versions(company) if row.rule.active
    ]


def rule_preview(company: Company, rule: BankRule, most: int = 50) -> tuple[list[BankLine], int]:
    """Return the newest past lines that a rule would have taken, and how many of the newest 20,000 it takes
    behind the rules before it.
    """
    before = [one for one, version in active_rules(company) if one.key != rule.key]
    if rule.key:
        order = [version.rule_id for _one, version in active_rules(company)]
        at = order.index(rule.key) if rule.key in order else len(order)
        before = [one for one, _version in active_rules(company)[:at]]
    rows = BankLine.objects.filter(bank_account__company=company).select_related("bank_account")
    found = []
    for line in rows.order_by("-day", "-pk")[:_MOST_LINES]:
        value = line_value(line)
        if (
            takes(rule, value, line.bank_account_id)
            and first_rule(before, value, line.bank_account_id) is None
        ):
            found.append(line)
    return found[:most], len(found)
