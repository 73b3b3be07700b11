"""The fifteen types of ledger accounts, with the statement each belongs to.

Source: QuickBooks Online Accounting API, Account entity (AccountType, Classification).
"""

from __future__ import annotations

from enum import StrEnum


class Classification(StrEnum):
    """The five classes of the chart of accounts."""

    ASSET = "Asset"
    LIABILITY = "Liability"
    EQUITY = "Equity"
    REVENUE = "Revenue"
    EXPENSE = "Expense"


class LedgerAccountType(StrEnum):
    """A ledger account's type, with the texts that the protocol uses."""

    BANK = "Bank"
    RECEIVABLE = "Accounts Receivable"
    OTHER_CURRENT_ASSET = "Other Current Asset"
    FIXED_ASSET = "Fixed Asset"
    OTHER_ASSET = "Other Asset"
    PAYABLE = "Accounts Payable"
    CREDIT_CARD = "Credit Card"
    OTHER_CURRENT_LIABILITY = "Other Current Liability"
    LONG_TERM_LIABILITY = "Long Term Liability"
    EQUITY = "Equity"
    INCOME = "Income"
    OTHER_INCOME = "Other Income"
    COST_OF_GOODS_SOLD = "Cost of Goods Sold"
    EXPENSE = "Expense"
    OTHER_EXPENSE = "Other Expense"


_T, _C = LedgerAccountType, Classification
CLASSIFICATION_OF: dict[LedgerAccountType, Classification] = {
    _T.BANK: _C.ASSET,
    _T.RECEIVABLE: _C.ASSET,
    _T.OTHER_CURRENT_ASSET: _C.ASSET,
    _T.FIXED_ASSET: _C.ASSET,
    _T.OTHER_ASSET: _C.ASSET,
    _T.PAYABLE: _C.LIABILITY,
    _T.CREDIT_CARD: _C.LIABILITY,
    _T.OTHER_CURRENT_LIABILITY: _C.LIABILITY,
    _T.LONG_TERM_LIABILITY: _C.LIABILITY,
    _T.EQUITY: _C.EQUITY,
    _T.INCOME: _C.REVENUE,
    _T.OTHER_INCOME: _C.REVENUE,
    _T.COST_OF_GOODS_SOLD: _C.EXPENSE,
    _T.EXPENSE: _C.EXPENSE,
    _T.OTHER_EXPENSE: _C.EXPENSE,
}
_CARRIED = frozenset({_C.ASSET, _C.LIABILITY, _C.EQUITY})


def is_balance_sheet(kind: LedgerAccountType) -> bool:
    """Tell whether balances of this type are carried forward over year ends."""
    return CLASSIFICATION_OF[kind] in _CARRIED
