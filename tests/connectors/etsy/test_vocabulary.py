"""What each type and title means."""

from __future__ import annotations

import pytest

from closebook.connectors.etsy.vocabulary import meaning_of, type_of
from closebook.core.commerce.records import FeeKind, MovementKind

ROWS = [
    ("Sale", "Payment for Order #39", "", True, MovementKind.SALE, None),
    ("SALE", "payment for order #39", "", True, MovementKind.SALE, None),
    ("Verkauf", "Zahlung", "", True, MovementKind.SALE, None),
    ("Refund", "Refund to buyer for Order #39", "", False, MovementKind.REFUND, None),
    ("Refund", "Partial refund to buyer for Order #39", "", False, MovementKind.REFUND, None),
    ("Tax", "Sales tax paid by buyer", "Order #39", False, MovementKind.MARKETPLACE_TAX, None),
    ("Tax", "Refund to buyer for sales tax", "Order #39", True, MovementKind.MARKETPLACE_TAX, None),
    ("Tax", "Tax: Transaction", "Order #39", False, MovementKind.FEE, FeeKind.TAX_ON_FEES),
    ("Tax", "Tax: Processing fee", "Order #39", False, MovementKind.FEE, FeeKind.TAX_ON_FEES),
    ("Tax", "GST: listing", "", False, MovementKind.FEE, FeeKind.TAX_ON_FEES),
    ("Tax", "Sales tax", "Order #39", False, MovementKind.MARKETPLACE_TAX, None),
    ("Tax", "Sales tax on seller fees", "", False, MovementKind.FEE, FeeKind.TAX_ON_FEES),
    ("Tax", "Something new", "", False, MovementKind.UNCLASSIFIED, None),
    (
        "Buyer Fee",
        "Colorado Retail Delivery Fee (paid by buyer)",
        "Order #39",
        False,
        MovementKind.BUYER_LEVY,
        None,
    ),
    (
        "Fee",
        "Colorado Retail Delivery Fee (paid by buyer)",
        "Order #39",
        False,
        MovementKind.BUYER_LEVY,
        None,
    ),
    ("Fee", "Transaction fee: Oak spoon", "Order #39", False, MovementKind.FEE, FeeKind.TRANSACTION),
    ("Fee", "Transaction fee: Shipping", "Order #39", False, MovementKind.FEE, FeeKind.SHIPPING_TRANSACTION),
    ("Fee", "Transaction fee: Postage", "Order #39", False, MovementKind.FEE, FeeKind.SHIPPING_TRANSACTION),
    (
        "Fee",
        "Transaction fee: Shipping label stickers",
        "Order #39",
        False,
        MovementKind.FEE,
        FeeKind.TRANSACTION,
    ),
    (
        "Fee",
        "Transaction fee: Offsite Ads planner",
        "Order #39",
        False,
        MovementKind.FEE,
        FeeKind.TRANSACTION,
    ),
    ("Fee", "Transaction fee: Gift paid by buyer", "Order #39", False, MovementKind.FEE, FeeKind.TRANSACTION),
    (
        "Fee",
        "Credit for transaction fee on shipping",
        "Order #39",
        True,
        MovementKind.FEE,
        FeeKind.SHIPPING_TRANSACTION,
    ),
    (
        "Fee",
        "Credit for transaction fee on Etsy Plus guide",
        "Order #39",
        True,
        MovementKind.FEE,
        FeeKind.TRANSACTION,
    ),
    ("Fee", "Processing fee", "Order #39", False, MovementKind.FEE, FeeKind.PROCESSING),
    ("Fee", "Credit for processing fee", "Order #39", True, MovementKind.FEE, FeeKind.PROCESSING),
    ("Fee", "Regulatory Operating fee", "Order #39", False, MovementKind.FEE, FeeKind.REGULATORY),
    ("Fee", "Credit for Regulatory Operating fee", "Order #39", True, MovementKind.FEE, FeeKind.REGULATORY),
    ("Fee", "Listing fee", "Listing #12", False, MovementKind.FEE, FeeKind.LISTING),
    ("Fee", "Listing fee ($0.20 USD)", "Listing #12", False, MovementKind.FEE, FeeKind.LISTING),
    ("Fee", "Credit for listing fee ($0.20 USD)", "Listing #12", True, MovementKind.FEE, FeeKind.LISTING),
    ("Fee", "Share & Save refund", "Order #39", True, MovementKind.FEE, FeeKind.SHARE_AND_SAVE),
    ("Fee", "Deposit fee", "", False, MovementKind.FEE, FeeKind.OTHER),
    ("Fee", "Transaktionsgebühr: Versand", "", False, MovementKind.FEE, FeeKind.SHIPPING_TRANSACTION),
    ("Gebühr", "Transaktionsgebühr: Becher", "", False, MovementKind.FEE, FeeKind.TRANSACTION),
    ("VAT", "VAT: transaction", "transaction: 44", False, MovementKind.FEE, FeeKind.VAT_ON_FEES),
    ("VAT", "VAT: Processing Fee", "", True, MovementKind.FEE, FeeKind.VAT_ON_FEES),
    ("VAT", "VAT: multi-quantity", "", False, MovementKind.FEE, FeeKind.VAT_ON_FEES),
    ("MwSt.", "MwSt.: listing", "", False, MovementKind.FEE, FeeKind.VAT_ON_FEES),
    ("Marketing", "Etsy Ads", "Bill for click-throughs", False, MovementKind.FEE, FeeKind.ADS),
    (
        "Marketing",
        "Fee for sale made through Offsite Ads",
        "Order #39",
        False,
        MovementKind.FEE,
        FeeKind.OFFSITE_ADS,
    ),
    ("Marketing", "Credit for Offsite Ads fee", "Order #39", True, MovementKind.FEE, FeeKind.OFFSITE_ADS),
    ("Marketing", "Etsy Plus subscription fee", "", False, MovementKind.FEE, FeeKind.SUBSCRIPTION),
    ("Marketing", "Billboard", "", False, MovementKind.FEE, FeeKind.OTHER),
    ("Shipping", "USPS shipping label", "Label #7", False, MovementKind.FEE, FeeKind.SHIPPING_LABEL),
    ("Shipping", "USPS return shipping label", "Label #7", False, MovementKind.FEE, FeeKind.SHIPPING_LABEL),
    ("Postage", "Royal Mail", "Label #7", False, MovementKind.FEE, FeeKind.SHIPPING_LABEL),
    ("Postage Label", "Royal Mail", "Label #7", False, MovementKind.FEE, FeeKind.SHIPPING_LABEL),
    ("postage label", "Credit", "Label #7", True, MovementKind.FEE, FeeKind.SHIPPING_LABEL),
    ("Payment", "Card Payment", "Visa ending in 4242", True, MovementKind.CARD_PAYMENT, None),
    ("Payment", "Thank you", "MasterCard ending in 4444", True, MovementKind.CARD_PAYMENT, None),
    ("Payment", "Charge for refund 811", "", True, MovementKind.REFUND_FUNDING, None),
    ("Payment", "Something new", "", True, MovementKind.UNCLASSIFIED, None),
    ("Deposit", "$60.23 sent to your bank account", "", False, MovementKind.PAYOUT, None),
    ("Deposit", "Returned deposit", "", True, MovementKind.RETURNED_PAYOUT, None),
    ("Auszahlung", "€60.23 an dein Bankkonto überwiesen", "", False, MovementKind.PAYOUT, None),
    ("Reserve", "Funds set aside", "", False, MovementKind.UNCLASSIFIED, None),
    ("", "", "", False, MovementKind.UNCLASSIFIED, None),
]


@pytest.mark.parametrize(("type_text", "title", "info", "incoming", "kind", "fee_kind"), ROWS)
def test_rows(
    type_text: str, title: str, info: str, *, incoming: bool, kind: MovementKind, fee_kind: FeeKind | None
) -> None:
    assert meaning_of(type_of(type_text), title, info, incoming=incoming) == (kind, fee_kind)
