"""Ledger accounts that a transaction names or falls back on, with the types that each place allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from closebook.apps.qbo import faults

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Reference
    from closebook.apps.qbo.entities.form import Form
    from closebook.apps.qbo.wire import Body

BANK, CARD, OTHER_ASSET = "Bank", "Credit Card", "Other Current Asset"
RECEIVABLE, PAYABLE = "Accounts Receivable", "Accounts Payable"
HOLDS_MONEY = frozenset({BANK, OTHER_ASSET})
PAYS = frozenset({BANK, OTHER_ASSET, CARD})
PROFIT_AND_LOSS = frozenset({"Income", "Other Income", "Expense", "Other Expense", "Cost of Goods Sold"})


def type_of(reference: Reference) -> str:
    """Return the type of a ledger account."""
    return str(reference.body.get("AccountType", ""))


def chosen(form: Form, name: str, allowed: frozenset[str], target: Body | None = None) -> Reference:
    """Return the ledger account that a member names; it has to be there. Raises 2020, 2500, 6430."""
    body = form.body if target is None else target
    if not body.get(name):
        raise faults.required(name)
    found = form.fill("Account", name, target)
    if found is None:
        raise faults.required(name)
    check_type(found, name, allowed)
    return found


def check_type(reference: Reference, name: str, allowed: frozenset[str]) -> None:
    """Raise 6430 unless a ledger account has one of the types."""
    if type_of(reference) not in allowed:
        words = ", ".join(sorted(allowed))
        raise faults.wrong_ledger_account(name, f"{name} has to be of one of these types: {words}")


def deposit_to(form: Form) -> Reference:
    """Return where received money goes: DepositToAccountRef, else Undeposited Funds, which the body gets by
    its id.
    """
    if form.body.get("DepositToAccountRef"):
        return chosen(form, "DepositToAccountRef", HOLDS_MONEY)
    funds = form.ctx.ledger_account("undeposited-funds")
    form.body["DepositToAccountRef"] = funds.as_ref()
    return funds


def open_account(form: Form, role: str, name: str) -> Reference:
    """Return the receivable or payable that a document stands open on: the one it names, else that of its
    currency. Raises 6430.
    """
    if form.body.get(name):
        wanted = RECEIVABLE if role == "receivable" else PAYABLE
        return chosen(form, name, frozenset({wanted}))
    return form.ctx.ledger_account(role, form.currency)
