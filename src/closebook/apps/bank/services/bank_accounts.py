"""Making bank accounts."""

from __future__ import annotations

from closebook.apps.bank.models import BankAccount
from closebook.apps.bank.selectors.bank_accounts import BANK_TYPES, ledger_choices
from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.core.errors import InputError
from closebook.transport import clock


def bank_account_make(company: Company, name: str, ledger_account: str, number: str, by: str) -> BankAccount:
    """Return a new bank account for a bank or card ledger account. InputError: bank-account-taken,
    bank-ledger-account.
    """
    choice = next((one for one in ledger_choices(company, BANK_TYPES) if one.wire_id == ledger_account), None)
    if choice is None:
        raise InputError(
            "bank-ledger-account",
            "The ledger account is none of a bank or card.",
            remedy="Choose one of the type Bank or Credit Card, or make it in the chart of accounts.",
        )
    own = BankAccount.objects.filter(company=company)
    if own.filter(name=name).exists() or own.filter(ledger_account=ledger_account).exists():
        raise InputError(
            "bank-account-taken",
            "Name or ledger account belongs to another bank account already.",
            remedy="Choose another name and ledger account.",
        )
    made = BankAccount.objects.create(
        company=company, name=name, ledger_account=ledger_account, number=number,
        currency=choice.currency or company.home_currency, created_at=clock.now(),
    )  # fmt: skip
    audit_append(company.pk, by, "bank-account-made", name, {"ledger_account": choice.name})
    return made
