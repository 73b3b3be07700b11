"""The fields of a posting profile in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MODES: Mapping[str, Promise] = {"per-sale": _("per sale"), "per-payout": _("per payout")}
POLICIES: Mapping[str, Promise] = {
    "per-buyer": _("each buyer is a customer"),
    "one-customer": _("one customer for all sales"),
}
KINDS: Mapping[str, Promise] = {
    "sales-receipt": _("Sales receipts"),
    "refund-receipt": _("Refund receipts"),
    "expense": _("Expenses"),
    "deposit": _("Deposits"),
    "transfer": _("Transfers"),
    "journal-entry": _("Journal entries"),
    "invoice": _("Invoices"),
    "payment": _("Payments"),
    "estimate": _("Estimates"),
}
"""The kinds of documents."""

ROLES: Mapping[str, Promise] = {
    "clearing": _("Clearing: what the shop holds for you"),
    "bank": _("Bank: where payouts arrive"),
    "card": _("Card that pays a negative balance"),
    "income": _("Sales"),
    "shipping-income": _("Shipping charged to buyers"),
    "other-income": _("Other income, such as gift wrap"),
    "discounts": _("Discounts"),
    "refunds": _("Refunds"),
    "tax-in-transit": _("Tax that the shop's platform remits"),
    "seller-tax": _("Tax that you remit"),
    "unclassified": _("Rows of an unknown kind"),
    "opening": _("Opening balance"),
    "fee:transaction": _("Transaction fees"),
    "fee:shipping-transaction": _("Transaction fees on shipping"),
    "fee:processing": _("Payment processing fees"),
    "fee:listing": _("Listing fees"),
    "fee:regulatory": _("Regulatory operating fees"),
    "fee:ads": _("Ads"),
    "fee:offsite-ads": _("Offsite ads"),
    "fee:shipping-label": _("Shipping labels"),
    "fee:subscription": _("Subscription"),
    "fee:share-and-save": _("Share and Save credits"),
    "fee:vat-on-fees": _("VAT on fees"),
    "fee:tax-on-fees": _("Tax on fees"),
    "fee:other": _("Other fees"),
}
TILL_ROLES: Mapping[str, Promise] = {
    "cash": _("Cash in the drawer"),
    "other-tender": _("Checks, vouchers and other tenders"),
    "gift-cards": _("Gift cards sold and not used yet"),
    "tips": _("Tips to pay out"),
    "service-charges": _("Service charges"),
    "rounding": _("Rounding of cash and tax"),
    "reserve": _("Money held back by the platform"),
    "disputes": _("Money taken during a dispute"),
    "dispute-losses": _("Disputes that were lost"),
    "loan": _("Loan that is paid out of sales"),
    "savings": _("Savings with the platform"),
    "payroll": _("Payroll of the platform"),
}
"""The roles of a till beside those of every platform."""

TILL_ITEMS: Mapping[str, Promise] = {
    "tip": _("Item for tips"),
    "service-charge": _("Item for service charges"),
    "gift-card": _("Item for gift cards"),
    "rounding": _("Item for rounding"),
}
ITEM_POLICIES: Mapping[str, Promise] = {
    "per-item": _("one item in the books for each that is sold"),
    "one-item": _("one item for all sales; the line says what was sold"),
}
FEE_POLICIES: Mapping[str, Promise] = {
    "by-ledger-account": _("the ledger account alone"),
    "by-item": _("a service item for each kind of fee"),
}
TAX_RULES: Mapping[str, Promise] = {
    "source": _("the till's tax, to the cent"),
    "books": _("the tax that the books reckon, with a line for the cents between"),
}
ITEMS: Mapping[str, Promise] = {
    "sale": _("Item for sales"),
    "shipping": _("Item for shipping"),
    "gift-wrap": _("Item for gift wrap"),
    "discount": _("Item for discounts"),
    "refund": _("Item for refunds"),
    "seller-tax": _("Item for tax that you remit"),
    "tax-in-transit": _("Item for tax that the platform remits"),
}
RAILS: Mapping[str, Promise] = {
    "max_removed": _("Most documents that one run may delete"),
    "max_removed_percent": _("Most deletions, percent of what stands in the books"),
    "max_changed_percent": _("Most changes, percent of what stands in the books"),
    "free": _("Below this many the percentages do not count"),
    "closed_period": _("Runs may write into a closed period"),
}
FIELDS: Mapping[str, Promise] = {
    "since": _("First day that is posted"),
    "until": _("Last day that is posted"),
    "opening": _("What the shop held at the start of that day"),
    "customer_policy": _("Customers"),
    "customer": _("Name of the one customer, and of unknown buyers"),
    "vendor": _("Payee of fees"),
    "fee_policy": _("What a line of a fee names"),
    "number_prefix": _("First letters of document numbers"),
    "modes": _("How days are posted"),
    "item_policy": _("Items of sales"),
    "tax_rule": _("Which tax is posted"),
    "rounding_limit_minor": _("Most that a rounding line may hold, in cents"),
}


def word_of(path: str) -> str:
    """Return the words for a field by its path in the profile, such as ``ledger_accounts.income``."""
    head, _dot, rest = path.partition(".")
    roles, items = {**ROLES, **TILL_ROLES}, {**ITEMS, **TILL_ITEMS}
    tables = {"ledger_accounts": roles, "items": items, "rails": RAILS}
    if head in tables and rest in tables[head]:
        return str(tables[head][rest])
    return str(FIELDS.get("opening" if head == "opening_minor" else head, path))
