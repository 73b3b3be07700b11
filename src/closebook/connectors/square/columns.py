"""The columns of Square's files by canonical name. Their positions change from year to year, their names do
not.
"""

from __future__ import annotations

from closebook.connectors.base import Column, Stream
from closebook.connectors.delimited import Family

TRANSACTIONS = "transactions"
ITEMS = "items"
TRANSFERS = "transfers"


def _column(
    heading: str, unit: str = "text", meaning: str = "", *, also: str = "", need: bool = False
) -> Column:
    name = heading.lower().replace(" ", "_")
    return Column(name, heading, unit, meaning, need, tuple(word for word in also.split("|") if word))


_WHEN = (
    _column("Date", "day", "in the account's display zone", need=True),
    _column("Time", "text", "24 or 12 hours"),
    _column("Time Zone", "text", "the display zone, such as Eastern Time (US & Canada); not the location's"),
)
_WHO = (
    _column("Device Name"),
    _column("Details", "text", "address of the sale in the dashboard"),
    _column("Event Type", "text", "Payment or Refund"),
    _column("Location", "text", "name of the place of sale"),
    _column("Dining Option"),
    _column("Customer ID", "id"),
    _column("Customer Name", "text", "becomes the customer of the receipt"),
    _column("Customer Reference ID", "id"),
    _column("Fulfillment Note"),
    _column("Channel"),
    _column("Card Brand"),
    _column("PAN Suffix"),
)
_TRANSACTIONS = (
    *_WHEN,
    _column("Gross Sales", "money", "price times quantity, before discounts", need=True),
    _column("Discounts", "money", "negative"),
    _column("Service Charges", "money"),
    _column("Net Sales", "money", "Gross Sales + Discounts + Service Charges", need=True),
    _column("Gift Card Sales", "money", "gift cards sold: owed, no income"),
    _column("Tax", "money", need=True),
    _column("Tip", "money", need=True),
    _column("Partial Refunds", "money", "given back within the same row"),
    _column(
        "Total Collected",
        "money",
        "Net Sales + Gift Card Sales + Tax + Tip (+ Partial Refunds); about 2012 it stands twice",
        need=True,
    ),
    _column("Source", "text", "Point of Sale, Invoices, …"),
    _column("Card", "money", "the part paid by card"),
    _column("Card Entry Methods"),
    _column("Cash", "money", "the part paid in cash: it reaches no transfer"),
    _column("Square Gift Card", "money", "the part paid with a gift card"),
    _column("Installment", "money", "the part paid in installments", also="Square Installments"),
    _column("Cash App", "money", "the part paid by Cash App"),
    _column("Other Tender", "money", "the part paid outside Square"),
    _column("Other Tender Type"),
    _column("Tender Note", also="Other Tender Note"),
    _column("Fees", "money", "negative when taken", need=True),
    _column("Net Total", "money", "Total Collected + Fees", need=True),
    _column("Transaction ID", "id", "the sale; a refund has its sale's", need=True),
    _column("Payment ID", "id", "the row", need=True),
    _column("Staff Name"),
    _column("Staff ID", "id"),
    _column("Description"),
    *_WHO,
    _column("Device Nickname"),
    _column("Third Party Fees", "money"),
    _column("Deposit ID", "id", "the transfer; empty until it is settled, and for cash"),
    _column("Deposit Date", "day"),
    _column("Deposit Details"),
    _column("Fee Percentage Rate"),
    _column("Fee Fixed Rate", "money"),
    _column("Refund Reason"),
    _column("Discount Name"),
    _column("Transaction Status"),
    _column("Order Reference ID", "id"),
    _column("Free Processing Applied"),
    _column("Unattributed Tips", "money"),
    _column("Table Info"),
    _column("International Fee", "money"),
)
_ITEMS = (
    *_WHEN,
    _column("Category"),
    _column("Item", need=True),
    _column("Qty", "count", need=True),
    _column("Price Point Name"),
    _column("SKU"),
    _column("Modifiers Applied"),
    _column("Gross Sales", "money", need=True),
    _column("Discounts", "money"),
    _column("Net Sales", "money", need=True),
    _column("Tax", "money", "rounded on this line", need=True),
    _column("Transaction ID", "id", need=True),
    _column("Payment ID", "id", need=True),
    _column("Notes"),
    *_WHO,
    _column("Unit"),
    _column("Count", "count"),
    _column("GTIN"),
    _column("Itemization Type", "text", "Physical Good, Custom Amount, Service, Gift Card, …"),
    _column("Commission"),
    _column("Employee"),
    _column("Token", "id"),
    _column("Record ID", "id"),
)
_TRANSFERS = (
    _column("Deposit Date", "day", "the day on which it reaches the bank", need=True),
    _column("Payment Date", "day"),
    _column("Type", "text", "Charge, Refund, …", need=True),
    _column("Transaction ID", "id", need=True),
    _column("Payment ID", "id", need=True),
    _column("Collected", "money", need=True),
    _column("Fees", "money", need=True),
    _column("Deposited", "money", "Collected + Fees", need=True),
    _column("Deposit ID", "id", "rows of one transfer share it", need=True),
    _column("Location"),
)
_REPORTS = "Dashboard > Payments > Transactions > Export"
STREAMS: dict[str, Stream] = {
    TRANSACTIONS: Stream(
        TRANSACTIONS, "Transactions CSV", _REPORTS, _TRANSACTIONS, moves_money=True, any_days=True
    ),
    ITEMS: Stream(ITEMS, "Items detail CSV", _REPORTS, _ITEMS, any_days=True),
    TRANSFERS: Stream(
        TRANSFERS, "Transfers CSV", "Dashboard > Balance > Transfers > Export", _TRANSFERS, any_days=True
    ),
}
FAMILY = Family(
    "Square",
    STREAMS,
    {r"^transactions[-_ ]": TRANSACTIONS, r"^items[-_ ]": ITEMS, r"(transfers|deposits)": TRANSFERS},
)
MONEY = {
    name: tuple(column.name for column in stream.columns if column.unit == "money")
    for name, stream in STREAMS.items()
}
"""The columns of money by stream."""
