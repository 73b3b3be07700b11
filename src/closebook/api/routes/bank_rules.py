"""Rules for bank lines, and statements that are reconciled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Query, Router

from closebook.api.access import ApiRequest
from closebook.api.bank import bank_account_of, lines_in, lines_plain, numbers_of, wire_id_of
from closebook.api.bank_schemas import (
    BankRuleIn,
    BankRuleOut,
    BankStatementOut,
    ReconcileWish,
    ReconciliationOut,
    ReopenedOut,
    RuleTriedOut,
    RuleUseIn,
    StatementIn,
)
from closebook.api.operations import Number, reads, writes
from closebook.api.paging import Page, PageWish, page_of
from closebook.apps.bank.models import BankAccount, BankRuleRow, BankRuleVersion, StatementClose
from closebook.apps.bank.selectors.rules import rule_from_json, rule_preview
from closebook.apps.bank.selectors.statements import proposal, statement_view
from closebook.apps.bank.services.closing import statement_close, statement_reopen
from closebook.apps.bank.services.following import answers_follow
from closebook.apps.bank.services.rules import rule_save, rule_use
from closebook.apps.companies.abilities import Ability
from closebook.core.errors import InputError
from closebook.core.reconcile.rules import BankRule, Share, rule_checked
from closebook.transport import clock

router = Router(tags=["Bank"])


def _rule_of(request: ApiRequest, number: int) -> BankRuleRow:
    return get_object_or_404(BankRuleRow, pk=number, company=request.auth.company)


@reads(router, "/bank-rules", Ability.SEE_BOOKS, Page[BankRuleOut])
def bank_rules(request: ApiRequest, wish: Query[PageWish]) -> dict[str, Any]:
    """The rules; they are tried by position."""
    rows = BankRuleRow.objects.filter(company=request.auth.company).prefetch_related("versions")
    return page_of(request, rows, wish, lambda found: _rules_plain(request, found))


def _rules_plain(request: ApiRequest, rows: Sequence[BankRuleRow]) -> list[dict[str, Any]]:
    numbers = numbers_of(request)
    return [_rule_plain(row, numbers) for row in rows]


def _rule_plain(row: BankRuleRow, numbers: dict[str, int]) -> dict[str, Any]:
    version: BankRuleVersion = max(row.versions.all(), key=lambda one: one.number)
    rule = rule_from_json(row.pk, version.body)
    names = ("side", "least_minor", "most_minor", "bank_account", "memo", "excludes")
    kind, wire_id = rule.party
    shares = [(numbers.get(one.ledger_account), one.per_myriad) for one in rule.shares]
    return {
        "rule": row.pk,
        "name": row.name,
        "version": version.number,
        "position": row.position,
        "active": row.active,
        "words": list(rule.words),
        "without": list(rule.without),
        **{name: getattr(rule, name) for name in names},
        "shares": [{"ledger_account": one, "per_myriad": part} for one, part in shares if one],
        "party": {"kind": kind, "id": wire_id} if wire_id else None,
    }


def _rule(request: ApiRequest, key: int, body: BankRuleIn) -> BankRule:
    """Return the rule that a request describes. InputError bank-rule, bank-ledger-unknown."""
    own = BankAccount.objects.filter(company=request.auth.company)
    if body.bank_account is not None and not own.filter(pk=body.bank_account).exists():
        raise InputError(
            "bank-account-unknown",
            f"There is no bank account {body.bank_account}.",
            remedy="Take the number of one from bank-accounts.",
        )
    shares = [Share(wire_id_of(request, one.ledger_account), one.per_myriad) for one in body.shares]
    names = ("side", "least_minor", "most_minor", "bank_account", "memo", "excludes")
    return rule_checked(
        BankRule(
            key=key,
            words=tuple(body.words),
            without=tuple(body.without),
            shares=() if body.excludes else tuple(shares),
            party=(body.party.kind, body.party.id) if body.party else ("", ""),
            **{name: getattr(body, name) for name in names},
        )
    )


@reads(router, "/bank-rules/try", Ability.SEE_BOOKS, RuleTriedOut, method="POST")
def try_bank_rule(request: ApiRequest, body: BankRuleIn) -> dict[str, Any]:
    """What a rule would have taken of past lines, behind the rules that are there. Nothing is stored."""
    found, count = rule_preview(request.auth.company, _rule(request, 0, body))
    rows = lines_in(request).filter(pk__in=[line.pk for line in found]).order_by("-day", "-pk")
    return {"count": count, "lines": lines_plain(list(rows))}


@writes(router, "/bank-rules", Ability.EDIT_BOOKS, BankRuleOut)
def make_bank_rule(request: ApiRequest, body: BankRuleIn) -> dict[str, Any]:
    """Make a rule, the last one that is tried. It suggests; nothing is written without a word."""
    rule = _rule(request, 0, body)
    made = rule_save(request.auth.company, body.name.strip(), rule, request.auth.actor)
    return _rules_plain(request, [made])[0]


@writes(router, "/bank-rules/{bank_rule}", Ability.EDIT_BOOKS, BankRuleOut, method="PUT")
def change_bank_rule(request: ApiRequest, bank_rule: Number, body: BankRuleIn) -> dict[str, Any]:
    """Change a rule: a new version of it."""
    row = _rule_of(request, bank_rule)
    rule = _rule(request, row.pk, body)
    saved = rule_save(request.auth.company, body.name.strip(), rule, request.auth.actor, row)
    return _rules_plain(request, [saved])[0]


@writes(router, "/bank-rules/{bank_rule}/use", Ability.EDIT_BOOKS, BankRuleOut)
def use_bank_rule(request: ApiRequest, bank_rule: Number, body: RuleUseIn) -> dict[str, Any]:
    """Let a rule rest, or use it again."""
    rule_use(_rule_of(request, bank_rule), request.auth.actor, active=body.active)
    return _rules_plain(request, [_rule_of(request, bank_rule)])[0]


@reads(router, "/bank-accounts/{bank_account}/reconciliation", Ability.SEE_BOOKS, ReconciliationOut)
def reconciliation(request: ApiRequest, bank_account: Number, wish: Query[ReconcileWish]) -> dict[str, Any]:
    """How the next statement stands: its balances, what is open, and what misses between them."""
    one = bank_account_of(request, bank_account)
    last, opening, closing = proposal(one)
    last = wish.last_day or last or clock.today()
    opening = opening if wish.opening_minor is None else wish.opening_minor
    closing = closing if wish.closing_minor is None else wish.closing_minor
    return _standing(one, last, opening, closing)


def _standing(one: BankAccount, last: dt.date, opening: int, closing: int) -> dict[str, Any]:
    answers_follow(one)
    view = statement_view(one, last, opening, closing)
    found = view.standing
    names = ("opening_minor", "closing_minor", "open_minor", "difference_minor", "books_minor")
    return {
        "bank_account": one.pk,
        "currency": one.currency,
        "first_day": view.first_day,
        "last_day": view.last_day,
        **{name: getattr(found, name) for name in names},
        "answered_minor": found.cleared_minor,
        "answered_lines": found.cleared_count,
        "open_lines": found.open_count,
        "books_difference_minor": found.books_difference_minor,
        "done": found.done,
    }


@reads(router, "/bank-accounts/{bank_account}/statements", Ability.SEE_BOOKS, Page[BankStatementOut])
def bank_statements(request: ApiRequest, bank_account: Number, wish: Query[PageWish]) -> dict[str, Any]:
    """The closed statements of a bank account, newest first."""
    rows = StatementClose.objects.filter(bank_account=bank_account_of(request, bank_account))
    return page_of(request, rows, wish, _statements, newest_first=True)


def _statements(rows: Sequence[StatementClose]) -> list[dict[str, Any]]:
    names = ("first_day", "last_day", "opening_minor", "closing_minor", "books_minor", "closed_at", "by")
    return [
        {"statement": row.pk, "bank_account": row.bank_account_id, **{n: getattr(row, n) for n in names}}
        for row in rows
    ]


@writes(router, "/bank-accounts/{bank_account}/statements", Ability.EDIT_BOOKS, BankStatementOut)
def close_bank_statement(request: ApiRequest, bank_account: Number, body: StatementIn) -> dict[str, Any]:
    """Close a statement: every line is answered, and opening balance and lines make the closing balance."""
    one = bank_account_of(request, bank_account)
    made = statement_close(one, body.last_day, body.opening_minor, body.closing_minor, request.auth.actor)
    return _statements([made])[0]


@writes(router, "/bank-statements/{bank_statement}/reopen", Ability.EDIT_BOOKS, ReopenedOut)
def reopen_bank_statement(request: ApiRequest, bank_statement: Number) -> dict[str, Any]:
    """Open the newest closed statement of a bank account again."""
    rows = StatementClose.objects.select_related("bank_account__company")
    found = get_object_or_404(rows, pk=bank_statement, bank_account__company=request.auth.company)
    said = {"bank_account": found.bank_account_id, "last_day": found.last_day}
    statement_reopen(found, request.auth.actor)
    return said
