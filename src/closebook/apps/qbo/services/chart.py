"""The ledger accounts of a new company, and the roles that the service itself needs.

Names, types and sub types are those a small sales business in the United States starts with.
"""

from __future__ import annotations

from typing import NamedTuple


class ChartRow(NamedTuple):
    """One ledger account; ``role`` is the part it plays for the service ("" for none)."""

    name: str
    type: str
    sub_type: str
    role: str = ""


_OCA, _OCL, _OI, _OE = "Other Current Asset", "Other Current Liability", "Other Income", "Other Expense"
_COGS = "Cost of Goods Sold"

CHART: tuple[ChartRow, ...] = (
    ChartRow("Services", "Income", "ServiceFeeIncome", "services"),
    ChartRow("Retained Earnings", "Equity", "RetainedEarnings", "retained-earnings"),
    ChartRow("Purchases", "Expense", "SuppliesMaterials", "purchases"),
    ChartRow("Sales of Product Income", "Income", "SalesOfProductIncome", "product-income"),
    ChartRow("Cost of Goods Sold", _COGS, "SuppliesMaterialsCogs", "cost-of-goods-sold"),
    ChartRow("Inventory Asset", _OCA, "Inventory", "inventory"),
    ChartRow("Opening Balance Equity", "Equity", "OpeningBalanceEquity", "opening-balance-equity"),
    ChartRow("Uncategorized Income", "Income", "ServiceFeeIncome", "uncategorized-income"),
    ChartRow("Uncategorized Expense", "Expense", "OtherMiscellaneousServiceCost", "uncategorized-expense"),
    ChartRow("Uncategorized Asset", _OCA, "OtherCurrentAssets", "uncategorized-asset"),
    ChartRow("Undeposited Funds", _OCA, "UndepositedFunds", "undeposited-funds"),
    ChartRow("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable", "receivable"),
    ChartRow("Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable", "payable"),
    ChartRow("Checking", "Bank", "Checking"),
    ChartRow("Savings", "Bank", "Savings"),
    ChartRow("Cash on hand", "Bank", "CashOnHand"),
    ChartRow("Prepaid Expenses", _OCA, "PrepaidExpenses"),
    ChartRow("Furniture and Equipment", "Fixed Asset", "FurnitureAndFixtures"),
    ChartRow("Accumulated Depreciation", "Fixed Asset", "AccumulatedDepreciation"),
    ChartRow("Credit Card", "Credit Card", "CreditCard"),
    ChartRow("Payroll Liabilities", _OCL, "PayrollTaxPayable"),
    ChartRow("Loan Payable", _OCL, "LoanPayable"),
    ChartRow("Gift cards and customer deposits", _OCL, "OtherCurrentLiabilities"),
    ChartRow("Notes Payable", "Long Term Liability", "NotesPayable"),
    ChartRow("Owner's Investment", "Equity", "OwnersEquity"),
    ChartRow("Owner's Pay & Personal Expenses", "Equity", "OwnersEquity"),
    ChartRow("Sales", "Income", "SalesOfProductIncome"),
    ChartRow("Discounts given", "Income", "DiscountsRefundsGiven", "discounts"),
    ChartRow("Refunds-Allowances", "Income", "DiscountsRefundsGiven"),
    ChartRow("Billable Expense Income", "Income", "ServiceFeeIncome", "billable-expense-income"),
    ChartRow("Shipping Income", "Income", "OtherPrimaryIncome", "shipping-income"),
    ChartRow("Markup", "Income", "OtherPrimaryIncome", "markup"),
    ChartRow(
        "Unapplied Cash Payment Income", "Income", "UnappliedCashPaymentIncome", "unapplied-cash-payment"
    ),
    ChartRow("Inventory Shrinkage", _COGS, "SuppliesMaterialsCogs", "inventory-shrinkage"),
    ChartRow("Freight and delivery - COS", _COGS, "ShippingFreightDeliveryCos"),
    ChartRow("Advertising", "Expense", "AdvertisingPromotional"),
    ChartRow("Bank Charges", "Expense", "BankCharges"),
    ChartRow("Merchant fees", "Expense", "BankCharges"),
    ChartRow("Commissions & fees", "Expense", "OtherMiscellaneousServiceCost"),
    ChartRow("Dues & Subscriptions", "Expense", "DuesSubscriptions"),
    ChartRow("Insurance", "Expense", "Insurance"),
    ChartRow("Legal & Professional Fees", "Expense", "LegalProfessionalFees"),
    ChartRow("Meals and Entertainment", "Expense", "EntertainmentMeals"),
    ChartRow("Office Expenses", "Expense", "OfficeGeneralAdministrativeExpenses"),
    ChartRow("Promotional", "Expense", "AdvertisingPromotional"),
    ChartRow("Rent or Lease", "Expense", "RentOrLeaseOfBuildings"),
    ChartRow("Repair & Maintenance", "Expense", "RepairMaintenance"),
    ChartRow("Shipping and delivery expense", "Expense", "ShippingFreightDelivery"),
    ChartRow("Stationery & Printing", "Expense", "OfficeGeneralAdministrativeExpenses"),
    ChartRow("Supplies", "Expense", "SuppliesMaterials"),
    ChartRow("Taxes & Licenses", "Expense", "TaxesPaid"),
    ChartRow("Travel", "Expense", "Travel"),
    ChartRow("Travel Meals", "Expense", "TravelMeals"),
    ChartRow("Utilities", "Expense", "Utilities"),
    ChartRow("Payroll Expenses", "Expense", "PayrollExpenses"),
    ChartRow(
        "Unapplied Cash Bill Payment Expense",
        "Expense",
        "UnappliedCashBillPaymentExpense",
        "unapplied-cash-bill-payment",
    ),
    ChartRow("Interest Earned", _OI, "InterestEarned"),
    ChartRow("Other Portfolio Income", _OI, "OtherMiscellaneousIncome"),
    ChartRow("Miscellaneous", _OE, "OtherMiscellaneousExpense"),
    ChartRow("Penalties & Settlements", _OE, "PenaltiesSettlements"),
    ChartRow(
        "Reconciliation Discrepancies", _OE, "OtherMiscellaneousExpense", "reconciliation-discrepancies"
    ),
    ChartRow("Depreciation", _OE, "Depreciation"),
)

LATER: tuple[ChartRow, ...] = (
    ChartRow("Exchange Gain or Loss", _OE, "ExchangeGainOrLoss", "exchange-gain-or-loss"),
    ChartRow("Tips", _OCL, "OtherCurrentLiabilities", "gratuity"),
    ChartRow("Sales Tax Payable", _OCL, "SalesTaxPayable", "sales-tax-payable"),
)
"""Ledger accounts that the service makes only when it first needs them."""

ROLES: dict[str, ChartRow] = {row.role: row for row in (*CHART, *LATER) if row.role}
PER_CURRENCY = frozenset({"receivable", "payable"})
"""Roles of which there is one ledger account for each currency."""
