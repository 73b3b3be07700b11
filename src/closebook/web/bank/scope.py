"""What belongs to the company of a request; everything else is not found."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from closebook.apps.bank.models import (
    AnswerPlan,
    BankAccount,
    BankLine,
    BankRuleRow,
    BankUpload,
    StatementClose,
)
from closebook.apps.bank.selectors.answer_plans import answer_plans_in
from closebook.core.errors import ConflictError, HeldError, InputError, RemoteError
from closebook.web.frame.access import CompanyRequest

REFUSALS = (InputError, HeldError, ConflictError, RemoteError)
"""What a service may answer that is shown as a message."""

COLUMNS_CAN_BE_NAMED = frozenset({"bank-columns", "bank-row-broken"})
"""The faults of a file that naming its columns can mend."""


def bank_account_of(request: CompanyRequest, bank_account_id: int) -> BankAccount:
    """Return a bank account of the company."""
    rows = BankAccount.objects.select_related("company")
    return get_object_or_404(rows, pk=bank_account_id, company=request.company)


def line_of(request: CompanyRequest, line_id: int) -> BankLine:
    """Return a bank line of the company."""
    rows = BankLine.objects.select_related("bank_account__company", "file", "statement")
    return get_object_or_404(rows, pk=line_id, bank_account__company=request.company)


def upload_of(request: CompanyRequest, upload_id: int) -> BankUpload:
    """Return a file of the company that waits for a word."""
    rows = BankUpload.objects.select_related("company")
    return get_object_or_404(rows, pk=upload_id, company=request.company)


def rule_of(request: CompanyRequest, rule_id: int) -> BankRuleRow:
    """Return a rule of the company."""
    return get_object_or_404(BankRuleRow, pk=rule_id, company=request.company)


def close_of(request: CompanyRequest, close_id: int) -> StatementClose:
    """Return a closed statement of the company."""
    rows = StatementClose.objects.select_related("bank_account__company")
    return get_object_or_404(rows, pk=close_id, bank_account__company=request.company)


def plan_of(request: CompanyRequest, plan_id: int) -> AnswerPlan:
    """Return a plan of answers of the company."""
    return get_object_or_404(answer_plans_in(request.company), pk=plan_id)
