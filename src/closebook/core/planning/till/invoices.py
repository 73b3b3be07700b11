"""Invoices of a till and their payments: a sale that is paid in parts, or on another day than it was made
out.

The invoice stands at what the sale comes to, on the day on which it was made out; each payment is a document
of its own on its own day, so that what is open is what the source says. What was posted as an invoice stays
one, whenever its payments come, and what was posted as a receipt stays a receipt.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from closebook.core.commerce.sales import Difference, Sale, Tender
from closebook.core.planning.documents import DocumentKind
from closebook.core.planning.profile import Profile
from closebook.core.planning.standing import Standing


def is_invoice(sale: Sale, key: str, standing: Standing) -> bool:
    """Tell whether a sale is posted as an invoice with payments and not as a receipt."""
    kind = standing.kinds.get(key)
    if kind is DocumentKind.INVOICE:
        return True
    return kind is None and (sale.invoice_day is not None or sale.total_minor < sale.owed_minor)


def invoice_day(sale: Sale) -> dt.date:
    """Return the day of a sale's invoice: its own, else that of its first payment."""
    paid = [tender.day for tender in sale.tenders if tender.day]
    return sale.invoice_day or min(paid, default=sale.day)


def day_of(sale: Sale, key: str, standing: Standing) -> dt.date:
    """Return the day on which a sale stands in the books."""
    return invoice_day(sale) if is_invoice(sale, key, standing) else sale.day


def payments_of(sale: Sale, profile: Profile) -> list[Tender]:
    """Return the payments of an invoice by day, each with its day; those outside the profile's days are left
    out.
    """
    dated = [replace(one, day=one.day or sale.day) for one in sale.tenders if one.amount_minor]
    kept = [one for one in dated if one.day and profile.covers(one.day)]
    return sorted(kept, key=lambda one: (one.day or sale.day, one.source_key))


def invoice_differences(sale: Sale) -> list[Difference]:
    """Return the identities of an invoice that do not hold."""
    owed = sale.owed_minor or sale.total_minor
    found = list(sale.differences)
    if sale.parts_minor != owed:
        found.append(Difference("the invoice's lines and what is owed", owed, sale.parts_minor))
    if sale.total_minor > owed:
        found.append(Difference("what was paid and what is owed", owed, sale.total_minor))
    return found
