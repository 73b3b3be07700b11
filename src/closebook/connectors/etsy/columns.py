"""The columns of Etsy's files by canonical name, with all headings under which they were seen.

Headings are compared by their ASCII letters and digits without case, so only real differences of wording
stand here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from closebook.connectors.base import Column, Stream
from closebook.core.wording import shown

STATEMENT = "statement"
ORDERS = "orders"
ITEMS = "order-items"
PAYMENTS = "payments"
DEPOSITS = "deposits"


def _column(
    name: str, heading: str, unit: str, meaning: str = "", *, also: str = "", need: bool = False
) -> Column:
    return Column(name, heading, unit, meaning, need, tuple(word for word in also.split("|") if word))


_STATEMENT = (
    _column("date", "Date", "day", "the shop's local day", need=True, also="Datum|Data|Fecha"),
    _column("type", "Type", "text", "the group of the row", need=True, also="Art|Typ|Tipo|Soort"),
    _column("title", "Title", "text", "what the row is", need=True,
            also="Titel|Titre|Titolo|Título|Tytuł|Description|Beschreibung"),
    _column("info", "Info", "text", "what the row refers to", need=True,
            also="Information|Infos|Informations|Informazioni|Información|Informações|Informatie|Informacje"),
    _column("currency", "Currency", "text", "ISO 4217 code of the payment account", need=True,
            also="Währung|Devise|Valuta|Moneda|Divisa|Moeda|Waluta"),
    _column("amount", "Amount", "money", "of sales, refunds and returned deposits", need=True,
            also="Betrag|Montant|Importo|Importe|Bedrag|Montante|Valor|Kwota"),
    _column("fees_and_taxes", "Fees & Taxes", "money", "of fees, taxes and advertising", need=True,
            also="Fees and Taxes|Fees &amp; Taxes|Gebühren & Steuern|Gebühren und Steuern"
                 "|Frais et taxes|Frais & taxes"
                 "|Commissioni e tasse|Tariffe e tasse|Tarifas e impuestos|Comisiones e impuestos"
                 "|Kosten en belastingen|Vergoedingen en belastingen|Taxas e impostos|Opłaty i podatki"),
    _column("net", "Net", "money", "Amount + Fees & Taxes", need=True,
            also="Netto|Nettobetrag|Net Amount|Neto|Líquido"),
    _column("tax_details", "Tax Details", "text", also="Taxes|Steuerliche Angaben|Steuerdetails"),
    _column("status", "Status", "text"),
    _column("availability_date", "Availability Date", "day", also="Verfügbarkeitsdatum"),
)  # fmt: skip

_BUYER = (
    _column("ship_city", "Ship City", "text", also="Delivery City"),
    _column("ship_state", "Ship State", "text", also="Delivery State|Delivery County"),
    _column("ship_zipcode", "Ship Zipcode", "text", also="Delivery Zipcode|Delivery Postcode|Ship Zip"),
    _column("ship_country", "Ship Country", "text", also="Delivery Country"),
)

_IN_PERSON = (
    _column("inperson_discount", "InPerson Discount", "money"),
    _column("inperson_location", "InPerson Location", "text"),
)

_ORDERS = (
    _column("sale_date", "Sale Date", "day", "the day of the order", need=True),
    _column("order_id", "Order ID", "id", need=True),
    _column("buyer_user_id", "Buyer User ID", "text"),
    _column("full_name", "Full Name", "text", need=True),
    _column("first_name", "First Name", "text"),
    _column("last_name", "Last Name", "text"),
    _column("number_of_items", "Number of Items", "count"),
    _column("payment_method", "Payment Method", "text"),
    _column("date_shipped", "Date Shipped", "day", also="Date Posted|Date Dispatched"),
    _column("street_1", "Street 1", "text"),
    _column("street_2", "Street 2", "text"),
    *_BUYER,
    _column("currency", "Currency", "text", "ISO 4217 code", need=True),
    _column("order_value", "Order Value", "money", "price times quantity, before discount", need=True),
    _column("coupon_code", "Coupon Code", "text"),
    _column("coupon_details", "Coupon Details", "text"),
    _column("discount_amount", "Discount Amount", "money", need=True),
    _column("shipping_discount", "Shipping Discount", "money", "information only: Shipping is after it",
            also="Delivery Discount|Postage Discount"),
    _column("shipping", "Shipping", "money", need=True, also="Delivery|Postage"),
    _column("sales_tax", "Sales Tax", "money", "the seller's or Etsy's: Order Net tells", need=True),
    _column("order_total", "Order Total", "money", "what the buyer paid, all taxes included", need=True),
    _column("status", "Status", "text"),
    _column("card_processing_fees", "Card Processing Fees", "money"),
    _column("order_net", "Order Net", "money", "without marketplace tax, after the processing fee"),
    _column("adjusted_order_total", "Adjusted Order Total", "money"),
    _column("adjusted_card_processing_fees", "Adjusted Card Processing Fees", "money"),
    _column("adjusted_net_order_amount", "Adjusted Net Order Amount", "money"),
    _column("buyer", "Buyer", "text", "user name"),
    _column("order_type", "Order Type", "text"),
    _column("payment_type", "Payment Type", "text"),
    *_IN_PERSON,
    _column("sku", "SKU", "text"),
)  # fmt: skip

_ITEMS = (
    _column("sale_date", "Sale Date", "day", need=True),
    _column("item_name", "Item Name", "text", need=True),
    _column("buyer", "Buyer", "text", "user name, or full name with the user name in brackets"),
    _column("quantity", "Quantity", "count", need=True),
    _column("price", "Price", "money", need=True),
    _column("coupon_code", "Coupon Code", "text"),
    _column("coupon_details", "Coupon Details", "text"),
    _column("discount_amount", "Discount Amount", "money"),
    _column("shipping_discount", "Shipping Discount", "money", also="Delivery Discount|Postage Discount"),
    _column("order_shipping", "Order Shipping", "money", "of the whole order: never summed over items",
            also="Order Delivery|Order Postage"),
    _column("order_sales_tax", "Order Sales Tax", "money", "of the whole order: never summed over items"),
    _column("item_total", "Item Total", "money", "price times quantity, before discount"),
    _column("currency", "Currency", "text", need=True),
    _column("transaction_id", "Transaction ID", "id", need=True),
    _column("listing_id", "Listing ID", "id"),
    _column("date_paid", "Date Paid", "day"),
    _column("date_shipped", "Date Shipped", "day", also="Date Posted|Date Dispatched"),
    _column("ship_name", "Ship Name", "text", also="Delivery Name"),
    _column("ship_address1", "Ship Address1", "text", also="Delivery Address1|Delivery Address 1"),
    _column("ship_address2", "Ship Address2", "text", also="Delivery Address2|Delivery Address 2"),
    *_BUYER,
    _column("order_id", "Order ID", "id", need=True),
    _column("variations", "Variations", "text"),
    _column("order_type", "Order Type", "text"),
    _column("listings_type", "Listings Type", "text", also="Listing Type"),
    _column("payment_type", "Payment Type", "text"),
    *_IN_PERSON,
    _column("vat_paid_by_buyer", "VAT Paid by Buyer", "money"),
    _column("sku", "SKU", "text"),
)  # fmt: skip

_PAYMENTS = (
    _column("payment_id", "Payment ID", "id", need=True),
    _column("buyer_username", "Buyer Username", "text"),
    _column("buyer_name", "Buyer Name", "text"),
    _column("order_id", "Order ID", "id", need=True),
    _column("gross_amount", "Gross Amount", "money", need=True),
    _column("fees", "Fees", "money", "processing only", need=True),
    _column("net_amount", "Net Amount", "money", "Gross Amount - Fees", need=True),
    _column("posted_gross", "Posted Gross", "money"),
    _column("posted_fees", "Posted Fees", "money"),
    _column("posted_net", "Posted Net", "money"),
    _column("adjusted_gross", "Adjusted Gross", "money"),
    _column("adjusted_fees", "Adjusted Fees", "money"),
    _column("adjusted_net", "Adjusted Net", "money"),
    _column("currency", "Currency", "text", need=True),
    _column("listing_amount", "Listing Amount", "money", "in the listing currency"),
    _column("listing_currency", "Listing Currency", "text"),
    _column("exchange_rate", "Exchange Rate", "text"),
    _column("vat_amount", "VAT Amount", "money"),
    _column("gift_card_applied", "Gift Card Applied?", "text"),
    _column("status", "Status", "text"),
    _column("funds_available", "Funds Available", "day"),
    _column("order_date", "Order Date", "day", need=True),
    _column("buyer", "Buyer", "text"),
    _column("order_type", "Order Type", "text"),
    _column("payment_type", "Payment Type", "text"),
    _column("refund_amount", "Refund Amount", "money", "may be in the listing currency"),
)

_DEPOSITS = (
    _column("date", "Date", "day", need=True, also="Datum"),
    _column("amount", "Amount", "money", need=True, also="Betrag"),
    _column("currency", "Currency", "text", need=True, also="Währung"),
    _column("status", "Status", "text"),
    _column("bank_digits", "Bank Account Ending Digits", "text", need=True,
            also="Bank Account Ending|Bank Account|Endziffern des Bankkontos"),
)  # fmt: skip

_PLACE = shown("Shop Manager > Finances > Payment account > Monthly statements")
_SHOP_DATA = shown("Shop Manager > Settings > Options > Download data")
STREAMS: dict[str, Stream] = {
    STATEMENT: Stream(STATEMENT, shown("Monthly statement"), _PLACE, _STATEMENT, moves_money=True),
    ORDERS: Stream(ORDERS, shown("Sold orders"), _SHOP_DATA, _ORDERS),
    ITEMS: Stream(ITEMS, shown("Sold order items"), _SHOP_DATA, _ITEMS),
    PAYMENTS: Stream(PAYMENTS, shown("Etsy Payments sales"), _SHOP_DATA, _PAYMENTS),
    DEPOSITS: Stream(DEPOSITS, shown("Etsy Payments deposits"), _SHOP_DATA, _DEPOSITS),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """How one file's columns lie: ``names`` gives each position its canonical name, or its own heading.

    ``headings`` maps canonical name to the file's own heading; ``needed`` is how many cells a row must have.
    """

    stream: str
    names: tuple[str, ...]
    headings: dict[str, str]
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    needed: int


@lru_cache(maxsize=20_000)
def fold(heading: str) -> str:
    """Return a heading's ASCII letters and digits without case, so that a wrong encoding makes no difference.

    >>> fold(" Fees & Taxes "), fold("GEBÜHREN & STEUERN"), fold("Geb?hren & Steuern")
    ('feestaxes', 'gebhrensteuern', 'gebhrensteuern')
    """
    return "".join(ch for ch in heading.casefold() if ch.isascii() and ch.isalnum())


def _by_heading(stream: Stream) -> dict[str, Column]:
    return {fold(word): column for column in stream.columns for word in (column.heading, *column.synonyms)}


_HEADINGS = {name: _by_heading(stream) for name, stream in STREAMS.items()}


def layout_of(header: list[str], stream: str) -> Layout:
    """Return how a header's columns lie if the file is of that stream; a repeated heading counts once."""
    lookup, names, headings = _HEADINGS[stream], [], {}
    needed = 0
    for position, heading in enumerate(header):
        column = lookup.get(fold(heading))
        fresh = column is not None and column.name not in headings
        names.append(column.name if column and fresh else f"?{heading.strip()}")
        if column and fresh:
            headings[column.name] = heading.strip()
            needed = position + 1 if column.required else needed
    missing = tuple(c.heading for c in STREAMS[stream].columns if c.required and c.name not in headings)
    known = tuple(headings.values())
    unknown = tuple(name[1:] for name in names if name.startswith("?") and name != "?")
    return Layout(stream, tuple(names), headings, known, unknown, missing, needed)
