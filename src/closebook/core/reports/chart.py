"""The chart of accounts as a tree, for statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from closebook.core.ledger.account_types import CLASSIFICATION_OF, Classification, LedgerAccountType

UNAPPLIED_INCOME = "UnappliedCashPaymentIncome"
UNAPPLIED_EXPENSE = "UnappliedCashBillPaymentExpense"
RETAINED_EARNINGS = "RetainedEarnings"
UNDEPOSITED = "UndepositedFunds"
UNAPPLIED_INCOME_KEY = -11
UNAPPLIED_EXPENSE_KEY = -12
RETAINED_EARNINGS_KEY = -13

_T = LedgerAccountType
DEBIT_CLASSES = frozenset({Classification.ASSET, Classification.EXPENSE})


@dataclass(frozen=True, slots=True)
class ChartAccount:
    """One ledger account; keys that are negative stand for accounts which the chart lacks."""

    key: int
    name: str
    type: LedgerAccountType
    sub_type: str = ""
    parent: int | None = None
    number: str = ""
    full_name: str = ""

    @property
    def order(self) -> tuple[str, str, int]:
        """Return what sorts ledger accounts of one parent: number, then name."""
        return (self.number or "~", self.name.casefold(), self.key)

    @property
    def credit_positive(self) -> bool:
        """Tell whether the natural sign of the account's balance is the credit side."""
        return CLASSIFICATION_OF[self.type] not in DEBIT_CLASSES


class Chart:
    """The ledger accounts of a company, found by key, type, parent and sub type."""

    def __init__(self, accounts: Iterable[ChartAccount]) -> None:
        """Keep the accounts; the tree is built when it is first asked for."""
        self.accounts = {one.key: one for one in accounts}
        self._keys_of: dict[frozenset[LedgerAccountType], tuple[int, ...]] = {}

    @cached_property
    def _below(self) -> dict[int | None, list[ChartAccount]]:
        """Return the tree. An account whose parent has another type stands at the top."""
        below: dict[int | None, list[ChartAccount]] = {}
        for one in sorted(self.accounts.values(), key=lambda each: each.order):
            parent = self.accounts.get(one.parent) if one.parent else None
            place = parent.key if parent and parent.type is one.type else None
            below.setdefault(place, []).append(one)
        return below

    @cached_property
    def _of_sub_type(self) -> dict[str, ChartAccount]:
        found: dict[str, ChartAccount] = {}
        for one in self.accounts.values():
            found.setdefault(one.sub_type, one)
        return found

    def __getitem__(self, key: int) -> ChartAccount:
        """Return the ledger account of a key."""
        return self.accounts[key]

    def __contains__(self, key: int) -> bool:
        """Tell whether the chart has a ledger account of that key."""
        return key in self.accounts

    def children(self, key: int) -> list[ChartAccount]:
        """Return the sub-accounts of a ledger account, in order."""
        return self._below.get(key, [])

    def roots(self, *types: LedgerAccountType) -> list[ChartAccount]:
        """Return the ledger accounts of some types which have no parent of the same type, in order."""
        return [one for one in self._below.get(None, []) if one.type in types]

    def subtree(self, key: int) -> tuple[int, ...]:
        """Return the keys of a ledger account and of all below it."""
        return (key, *(deeper for child in self.children(key) for deeper in self.subtree(child.key)))

    def of_types(self, *types: LedgerAccountType) -> tuple[int, ...]:
        """Return the keys of all ledger accounts of some types."""
        return self._where(frozenset(types))

    def of_classes(self, *classes: Classification) -> tuple[int, ...]:
        """Return the keys of all ledger accounts of some classes."""
        return self._where(frozenset(kind for kind, its in CLASSIFICATION_OF.items() if its in classes))

    def _where(self, types: frozenset[LedgerAccountType]) -> tuple[int, ...]:
        """Return the keys of some types; statements ask for the same ones many times."""
        found = self._keys_of.get(types)
        if found is None:
            found = tuple(key for key, one in self.accounts.items() if one.type in types)
            self._keys_of[types] = found
        return found

    def of_sub_type(self, sub_type: str) -> ChartAccount | None:
        """Return the first ledger account of a sub type, None when there is none."""
        return self._of_sub_type.get(sub_type)

    def profit_and_loss(self) -> tuple[int, ...]:
        """Return the keys of all income and expense accounts."""
        return self.of_classes(Classification.REVENUE, Classification.EXPENSE)

    def cash(self) -> tuple[int, ...]:
        """Return the keys of what counts as cash: bank accounts and undeposited funds."""
        banks = self.of_types(_T.BANK)
        return banks + tuple(key for key, one in self.accounts.items() if one.sub_type == UNDEPOSITED)

    def money(self) -> tuple[int, ...]:
        """Return the keys of what money moves through at once: cash and credit cards."""
        return self.cash() + self.of_types(_T.CREDIT_CARD)

    def control(self) -> tuple[int, ...]:
        """Return the keys of receivable and payable accounts."""
        return self.of_types(_T.RECEIVABLE, _T.PAYABLE)

    def completed(self) -> Chart:
        """Return the chart with the accounts that statements need, where it lacks them."""
        wanted = (
            ChartAccount(RETAINED_EARNINGS_KEY, "Retained Earnings", _T.EQUITY, RETAINED_EARNINGS),
            ChartAccount(UNAPPLIED_INCOME_KEY, "Unapplied Cash Payment Income", _T.INCOME, UNAPPLIED_INCOME),
            ChartAccount(
                UNAPPLIED_EXPENSE_KEY, "Unapplied Cash Bill Payment Expense", _T.EXPENSE, UNAPPLIED_EXPENSE
            ),
        )
        lacking = [replace(one, full_name=one.name) for one in wanted if not self.of_sub_type(one.sub_type)]
        return Chart([*self.accounts.values(), *lacking]) if lacking else self

    def need(self, sub_type: str) -> int:
        """Return the key of the account of a sub type in a completed chart."""
        found = self.of_sub_type(sub_type)
        return (
            found.key
            if found
            else {
                RETAINED_EARNINGS: RETAINED_EARNINGS_KEY,
                UNAPPLIED_INCOME: UNAPPLIED_INCOME_KEY,
                UNAPPLIED_EXPENSE: UNAPPLIED_EXPENSE_KEY,
            }[sub_type]
        )
