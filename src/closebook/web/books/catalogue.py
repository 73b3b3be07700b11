"""Every statement with its title, what it answers, and which wishes mean something for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BY_TIME = ("total", "month", "quarter", "year")
BY_ALL = (*BY_TIME, "class", "location", "customer")


@dataclass(frozen=True, slots=True)
class Kind:
    """One statement: its word, title and question; the columns it may have, whether it compares periods and
    knows cash basis, whether it shows a day rather than a period; its columns where they are not the
    usual ones.
    """

    name: str
    title: Promise
    about: Promise
    by: tuple[str, ...] = ()
    compares: bool = False
    has_basis: bool = True
    as_of: bool = False
    columns: tuple[str, ...] = ()


GROUPS: tuple[tuple[Promise, tuple[Kind, ...]], ...] = (
    (
        _("How the business does"),
        (
            Kind("profit-and-loss", _("Profit and loss"), _("What was earned and spent."), BY_ALL, True),
            Kind(
                "profit-and-loss-detail",
                _("Profit and loss in detail"),
                _("The same with every posting below its ledger account."),
            ),
            Kind(
                "cash-flow",
                _("Cash flow"),
                _("Why there is more or less money than before."),
                BY_ALL,
                has_basis=False,
            ),
        ),
    ),
    (
        _("What there is and what is owed"),
        (
            Kind(
                "balance-sheet",
                _("Balance sheet"),
                _("Assets, liabilities and equity on a day."),
                BY_ALL,
                True,
                as_of=True,
            ),
            Kind("stock-value", _("Stock"), _("Quantity and value on hand."), has_basis=False, as_of=True),
        ),
    ),
    (
        _("Sales and spending"),
        (
            Kind("customer-sales", _("Sales by customer"), _("Who bought for how much."), BY_TIME),
            Kind("customer-income", _("Income by customer"), _("What each customer brings after costs.")),
            Kind("item-sales", _("Sales by item"), _("Quantity, price, cost and margin.")),
            Kind("class-sales", _("Sales by class"), _("Sales of each class."), BY_TIME),
            Kind("location-sales", _("Sales by location"), _("Sales of each location."), BY_TIME),
            Kind("vendor-expenses", _("Spending by vendor"), _("Who was paid how much."), BY_TIME),
        ),
    ),
    (
        _("Customers owe"),
        (
            Kind(
                "aged-receivables",
                _("Receivables by age"),
                _("What customers owe, and how long it is overdue."),
                has_basis=False,
                as_of=True,
            ),
            Kind(
                "aged-receivables-detail",
                _("Receivables by age in detail"),
                _("Each open document."),
                has_basis=False,
                as_of=True,
            ),
            Kind(
                "customer-balance",
                _("Customer balances"),
                _("The balance of each customer."),
                has_basis=False,
                as_of=True,
            ),
            Kind(
                "customer-balance-detail",
                _("Customer balances in detail"),
                _("Each open document by customer."),
                has_basis=False,
                as_of=True,
            ),
        ),
    ),
    (
        _("Owed to vendors"),
        (
            Kind(
                "aged-payables",
                _("Payables by age"),
                _("What is owed to vendors, and how long it is overdue."),
                has_basis=False,
                as_of=True,
            ),
            Kind(
                "aged-payables-detail",
                _("Payables by age in detail"),
                _("Each open bill."),
                has_basis=False,
                as_of=True,
            ),
            Kind(
                "vendor-balance",
                _("Vendor balances"),
                _("The balance of each vendor."),
                has_basis=False,
                as_of=True,
            ),
            Kind(
                "vendor-balance-detail",
                _("Vendor balances in detail"),
                _("Each open bill by vendor."),
                has_basis=False,
                as_of=True,
            ),
        ),
    ),
    (
        _("For the accountant"),
        (
            Kind(
                "trial-balance",
                _("Trial balance"),
                _("Every ledger account on its side; both sides are equal."),
                as_of=True,
            ),
            Kind(
                "general-ledger",
                _("General ledger"),
                _("Every posting with a running balance."),
                columns=("day", "kind", "number", "name", "memo", "split", "amount", "balance"),
            ),
            Kind("journal", _("Journal"), _("Every entry with its debits and credits.")),
            Kind("transaction-list", _("List of documents"), _("Every document by day."), has_basis=False),
            Kind(
                "account-list",
                _("List of ledger accounts"),
                _("The chart with types and balances."),
                as_of=True,
            ),
        ),
    ),
)
"""The statements in the order in which they are shown."""

KINDS = {kind.name: kind for _title, kinds in GROUPS for kind in kinds}
"""Each statement by its word."""


def kinds_called(words: str) -> Iterator[Kind]:
    """Yield the statements whose title holds the words."""
    return (kind for kind in KINDS.values() if words.lower() in str(kind.title).lower())
