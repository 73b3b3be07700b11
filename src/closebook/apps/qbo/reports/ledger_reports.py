"""Profit and loss, balance sheet, trial balance and cash flow: one row per ledger account.

Source: QuickBooks Online Accounting API, reports ProfitAndLoss, BalanceSheet, TrialBalance, CashFlow, for
group names (``FinancingActivites`` is the service's own spelling).
"""

from __future__ import annotations

from closebook.apps.qbo.reports.family import ACCOUNT_FIRST, Report
from closebook.apps.qbo.reports.render import Shape

_TOTAL_KEY = {"total": "total"}
PROFIT_AND_LOSS_GROUPS = {
    "income": "Income",
    "cost-of-goods-sold": "COGS",
    "gross-profit": "GrossProfit",
    "expenses": "Expenses",
    "net-operating-income": "NetOperatingIncome",
    "other-income": "OtherIncome",
    "other-expenses": "OtherExpenses",
    "net-other-income": "NetOtherIncome",
    "net-income": "NetIncome",
}
_BALANCE_SHEET = {
    "assets": "TotalAssets",
    "current-assets": "CurrentAssets",
    "bank": "BankAccounts",
    "receivable": "AR",
    "other-current-assets": "OtherCurrentAssets",
    "fixed-assets": "FixedAssets",
    "other-assets": "OtherAssets",
    "liabilities-and-equity": "TotalLiabilitiesAndEquity",
    "liabilities": "Liabilities",
    "current-liabilities": "CurrentLiabilities",
    "payable": "AP",
    "credit-cards": "CreditCards",
    "other-current-liabilities": "OtherCurrentLiabilities",
    "long-term-liabilities": "LongTermLiabilities",
    "equity": "Equity",
    "net-income": "NetIncome",
}
_CASH_FLOW = {
    "operating-activities": "OperatingActivities",
    "net-income": "NetIncome",
    "operating-adjustments": "OperatingAdjustments",
    "investing-activities": "InvestingActivities",
    "financing-activities": "FinancingActivites",
    "cash-increase": "CashIncrease",
    "beginning-cash": "BeginningCash",
    "ending-cash": "EndingCash",
}
_SIDES = {"debit": "debit", "credit": "credit"}
REPORTS = (
    Report(
        Shape("ProfitAndLoss", PROFIT_AND_LOSS_GROUPS, _TOTAL_KEY, ACCOUNT_FIRST, standard=True),
        "profit-and-loss",
    ),
    Report(Shape("BalanceSheet", _BALANCE_SHEET, _TOTAL_KEY, ACCOUNT_FIRST, standard=True), "balance-sheet"),
    Report(
        Shape(
            "TrialBalance",
            {"grand-total": "GrandTotal"},
            _SIDES,
            ACCOUNT_FIRST,
            typed=False,
            columns_by="total",
        ),
        "trial-balance",
    ),
    Report(Shape("CashFlow", _CASH_FLOW, _TOTAL_KEY, ACCOUNT_FIRST, basis=False), "cash-flow"),
)
