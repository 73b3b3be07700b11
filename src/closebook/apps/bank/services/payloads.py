"""What is written into the books for a line: an expense, a deposit, a credit to a card, a transfer.

Source: QuickBooks Online Accounting API, Purchase, Deposit and Transfer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from closebook.apps.bank.models import BankAccount, BankLine
from closebook.apps.books.models import LedgerAccount
from closebook.apps.books.selectors.companies import books_of
from closebook.core.ledger.account_types import LedgerAccountType
from closebook.core.money import format_minor
from closebook.core.reconcile.rules import Share, shared

_EXPENSE, _DEPOSIT = "AccountBasedExpenseLineDetail", "DepositLineDetail"


def is_card(bank_account: BankAccount) -> bool:
    """Tell whether the ledger account is that of a credit card."""
    books = books_of(bank_account.company.realm_id)
    if books is None:
        return False
    rows = LedgerAccount.objects.filter(company=books, record__wire_id=bank_account.ledger_account)
    return rows.filter(type=LedgerAccountType.CREDIT_CARD.value).exists()


def payload_of(
    line: BankLine, shares: Sequence[Share], party: tuple[str, str], memo: str
) -> tuple[str, dict[str, Any]]:
    """Return the entity and the wire object that a line becomes; its lines add up to it exactly."""
    one = line.bank_account
    card = is_card(one)
    head: dict[str, Any] = {
        "TxnDate": line.day.isoformat(),
        "CurrencyRef": {"value": one.currency},
        "PrivateNote": (memo or line.text or line.counterparty)[:4000],
    }
    deposit = line.amount_minor > 0 and not card
    detail = _DEPOSIT if deposit else _EXPENSE
    lines = []
    for ledger_account, amount in shared(abs(line.amount_minor), shares):
        inner: dict[str, Any] = {"AccountRef": {"value": ledger_account}}
        if deposit and party[1]:
            inner["Entity"] = {"value": party[1], "type": party[0]}
        lines.append(
            {"Amount": format_minor(amount, one.currency), "DetailType": detail, detail: inner,
             "Description": (line.text or line.counterparty)[:4000]}
        )  # fmt: skip
    if deposit:
        return "Deposit", {**head, "DepositToAccountRef": {"value": one.ledger_account}, "Line": lines}
    wire = {**head, "PaymentType": "CreditCard" if card else "Cash",
            "AccountRef": {"value": one.ledger_account}, "Line": lines}  # fmt: skip
    if party[1]:
        wire["EntityRef"] = {"value": party[1], "type": party[0]}
    if card and line.amount_minor > 0:
        wire["Credit"] = True
    return "Purchase", wire


def transfer_of(line: BankLine, other: BankLine) -> tuple[str, dict[str, Any]]:
    """Return the wire object of a transfer between two own bank accounts."""
    source, goal = (line, other) if line.amount_minor < 0 else (other, line)
    return "Transfer", {
        "TxnDate": source.day.isoformat(),
        "FromAccountRef": {"value": source.bank_account.ledger_account},
        "ToAccountRef": {"value": goal.bank_account.ledger_account},
        "Amount": format_minor(goal.amount_minor, goal.bank_account.currency),
        "PrivateNote": (source.text or source.counterparty)[:4000],
    }


def with_decimals(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return a kept wire object as it is sent: its amounts are numbers, and notes of our own are left out."""
    made = {name: value for name, value in kept.items() if name != "other_line"}
    if "Amount" in made:
        made["Amount"] = Decimal(made["Amount"])
    if "Line" in made:
        made["Line"] = [{**line, "Amount": Decimal(line["Amount"])} for line in made["Line"]]
    return made
