"""Planning the answers of many lines at once: only what is certain, and nothing is written yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction

from closebook.apps.bank.models import (
    Answer,
    AnswerPlan,
    AnswerPlanState,
    BankAccount,
    BankLine,
    LineState,
    PlannedAnswer,
)
from closebook.apps.bank.selectors.suggestions import Suggestion, suggestions
from closebook.apps.bank.services.answering import request_id_new
from closebook.apps.bank.services.following import answers_follow
from closebook.apps.companies.models import Company
from closebook.core.errors import HeldError, InputError
from closebook.core.reconcile.rules import shared
from closebook.transport import clock

UNDER_WAY = (AnswerPlanState.WRITING, AnswerPlanState.UNDOING)


def answers_plan(bank_account: BankAccount, by: str, only: Collection[int] | None = None) -> AnswerPlan:
    """Return a saved plan of the certain answers to a bank account's open lines, or to ``only`` those lines.

    A plan that nobody approved gives way. Raises InputError bank-nothing-sure without any certain answer,
    HeldError bank-plan-under-way while another one of the company is being written.
    """
    refuse_while_under_way(bank_account)
    answers_follow(bank_account)
    chosen = _certain(bank_account, only)
    if not chosen:
        raise InputError(
            "bank-nothing-sure",
            "No open line has an answer that is certain.",
            remedy="Make a rule, or answer the lines one by one.",
        )
    now = clock.now()
    with transaction.atomic():
        Company.objects.select_for_update().get(pk=bank_account.company_id)
        refuse_while_under_way(bank_account)
        AnswerPlan.objects.filter(bank_account=bank_account, state=AnswerPlanState.PLANNED).delete()
        plan = AnswerPlan.objects.create(
            bank_account=bank_account, total=len(chosen), sums=_sums(chosen), by=by, created_at=now
        )
        rows = [_item(plan, at, line, one) for at, (line, one) in enumerate(chosen)]
        PlannedAnswer.objects.bulk_create(rows, batch_size=500)
    return plan


def refuse_while_under_way(bank_account: BankAccount) -> None:
    """Raise HeldError bank-plan-under-way while a plan of the company is written or taken back."""
    rows = AnswerPlan.objects.filter(bank_account__company=bank_account.company_id, state__in=UNDER_WAY)
    other = rows.select_related("bank_account").first()
    if other is not None:
        raise HeldError(
            "bank-plan-under-way",
            f"Answers of {other.bank_account.name} are being written or taken back.",
            remedy="Wait until it is done, or stop it on its page.",
        )


def _certain(bank_account: BankAccount, only: Collection[int] | None) -> list[tuple[BankLine, Suggestion]]:
    """Return the open lines whose first suggestion is certain, by day."""
    answered = Answer.objects.filter(line__bank_account=bank_account, done=False, undone_at=None)
    rows = BankLine.objects.filter(bank_account=bank_account, state=LineState.OPEN, look_alike=False)
    rows = rows.exclude(pk__in=answered.values("line"))
    if only is not None:
        rows = rows.filter(pk__in=only)
    lines = list(rows.select_related("bank_account__company").order_by("day", "pk"))
    found = suggestions(bank_account, lines)
    firsts = [(line, found[line.pk][0]) for line in lines if found.get(line.pk)]
    return [(line, one) for line, one in firsts if one.certain]


def _item(plan: AnswerPlan, position: int, line: BankLine, one: Suggestion) -> PlannedAnswer:
    record, rule = one.record, one.rule
    return PlannedAnswer(
        plan=plan, position=position, line=line, sure_by=one.by, request_id=request_id_new(),
        kind="excluded" if rule is not None and rule.excludes else one.kind, other=one.other,
        rule=one.version, entity=record.entity if record else "", wire_id=record.wire_id if record else "",
    )  # fmt: skip


def _sums(chosen: Sequence[tuple[BankLine, Suggestion]]) -> list[dict[str, Any]]:
    """Return by kind and ledger account how many lines and how much money the answers are about.

    A matched record and a line that is left out move nothing, so they name no ledger account.
    """
    found: dict[tuple[str, str], list[int]] = {}
    for line, one in chosen:
        for kind, ledger_account, amount in _effects(line, one):
            row = found.setdefault((kind, ledger_account), [0, 0])
            row[0] += 1
            row[1] += amount
    return [
        {"kind": kind, "ledger_account": ledger_account, "lines": lines, "amount_minor": amount}
        for (kind, ledger_account), (lines, amount) in sorted(found.items())
    ]


def _effects(line: BankLine, one: Suggestion) -> list[tuple[str, str, int]]:
    """Return the kind of an answer with the ledger accounts and amounts that the line's money goes to."""
    rule = one.rule
    if rule is not None and rule.excludes:
        return [("excluded", "", line.amount_minor)]
    if rule is not None:
        sign = 1 if line.amount_minor > 0 else -1
        parts = shared(abs(line.amount_minor), rule.shares)
        return [("rule", ledger_account, sign * amount) for ledger_account, amount in parts]
    if one.other is not None:
        return [("transfer", one.other.bank_account.ledger_account, line.amount_minor)]
    return [("match", "", line.amount_minor)]
